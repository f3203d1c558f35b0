#include "core/yaml/quoting.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace erp::quoting {
namespace {

constexpr std::size_t kLongestQuote = 60;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool belongs_to_key(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool names_secret(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), lower);
    for (const std::string_view word : {"password", "passphrase", "secret", "token"}) {
        if (low.find(word) != std::string::npos) return true;
    }
    return false;
}

std::string shortened(std::string_view text) {
    std::string out = to_label_value(text, kLongestQuote);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    if (text.size() > kLongestQuote) out += "...";
    return out;
}

std::string key(std::string_view text) {
    if (!names_secret(text)) return shortened(text);
    const auto* const end = std::find_if_not(text.begin(), text.end(), belongs_to_key);
    const auto length = static_cast<std::size_t>(end - text.begin());
    return shortened(text.substr(0, length)) + (length < text.size() ? "..." : "");
}

std::string value(std::string_view text) {
    const std::size_t scheme = text.find("://");
    const bool has_user = scheme != std::string_view::npos && text.find('@', scheme) != text.npos;
    if (has_user || names_secret(text)) return std::string(kNotShown);
    std::string quoted = "'";
    return quoted.append(shortened(text)).append("'");
}

}  // namespace erp::quoting
