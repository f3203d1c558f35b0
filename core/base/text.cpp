#include "core/base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace erp {
namespace {

/// Length of the valid UTF-8 character at the start of `text`, 0 if there is none (RFC 3629: no
/// overlong forms, no surrogates, nothing above U+10FFFF) or if it is NUL.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first == 0) return 0;
    if (first < 0x80) return 1;
    std::size_t length = 0;
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3;
        if (first == 0xE0) low = 0xA0;
        if (first == 0xED) high = 0x9F;
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        if (first == 0xF0) low = 0x90;
        if (first == 0xF4) high = 0x8F;
    }
    if (length == 0 || text.size() < length || byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    }
    return length;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

std::optional<std::pair<std::string_view, std::string_view>> cut(std::string_view text,
                                                                 char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    return std::pair{text.substr(0, at), text.substr(at + 1)};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (const auto two = cut(text, separator)) {
        parts.push_back(two->first);
        text = two->second;
    }
    parts.push_back(text);
    return parts;
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        c = to_lower(c);
    return lower;
}

bool same_word(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other,
                              [](char a, char b) { return to_lower(a) == to_lower(b); });
}

bool is_word(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-';
           });
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_label_value(std::string_view text, std::size_t longest) {
    if (text.size() > longest) return false;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        const std::size_t length = byte != 0 && byte < 0x80 ? 1 : utf8_length(text.substr(i));
        if (length == 0) return false;
        i += length;
    }
    return true;
}

std::string to_label_value(std::string_view text, std::size_t longest) {
    if (is_label_value(text, longest)) return std::string(text);
    std::string value;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text.substr(i));
        const std::string_view piece = length == 0 ? kReplacement : text.substr(i, length);
        if (value.size() + piece.size() > longest) break;
        value += piece;
        i += std::max<std::size_t>(length, 1);
    }
    return value;
}

std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates) {
    std::optional<std::string_view> best;
    std::size_t best_distance = 0;
    std::vector<std::size_t> row;
    for (const std::string_view candidate : candidates) {
        // Levenshtein distance, one row at a time.
        row.resize(candidate.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 0; i < name.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i + 1;
            for (std::size_t j = 0; j < candidate.size(); ++j) {
                const std::size_t replaced = diagonal + (name[i] == candidate[j] ? 0U : 1U);
                diagonal = row[j + 1];
                row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
            }
        }
        const std::size_t distance = row[candidate.size()];
        if (!best || distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    // Two letters swapped are a distance of two.
    const std::size_t allowed = name.size() < 4 ? 1 : std::max<std::size_t>(name.size() / 3, 2);
    if (best && best_distance <= allowed) return best;
    // A prefix is a common slip too: "password" for "password_file".
    for (const std::string_view candidate : candidates) {
        if (name.size() >= 3 && candidate.starts_with(name)) return candidate;
    }
    return std::nullopt;
}

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

void append_json_string(std::string& out, std::string_view text, std::size_t longest) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (const char c : to_label_value(text, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (byte < 0x20 || byte == 0x7F) {
                    out.append("\\u00").append({kHex[byte >> 4U], kHex[byte & 15U]});
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

}  // namespace erp
