#include "core/tail/docker_line.hpp"

#include <cstdint>
#include <optional>

namespace erp::tail {
namespace {

/// Forward over one line of JSON. Each function answers false, or nothing, on anything else than
/// what it is to read.
class Scan {
  public:
    explicit Scan(std::string_view text) : text_(text) {}

    [[nodiscard]] bool eat(char c) {
        blanks();
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    [[nodiscard]] bool at_end() {
        blanks();
        return text_.empty();
    }
    /// A string as it is written, between its quotes.
    [[nodiscard]] std::optional<std::string_view> raw_string() {
        if (!eat('"')) return std::nullopt;
        for (std::size_t at = 0; (at = text_.find_first_of("\"\\", at)) < text_.size(); ++at) {
            if (text_[at] == '\\') {
                ++at;
                continue;
            }
            const std::string_view found = text_.substr(0, at);
            text_.remove_prefix(at + 1);
            return found;
        }
        return std::nullopt;
    }
    /// Any value. Only strings may hold brackets, so counting them is enough.
    [[nodiscard]] bool pass_value() {
        std::size_t depth = 0;
        do {
            blanks();
            if (text_.empty()) return false;
            const char c = text_.front();
            if (c == '"') {
                if (!raw_string()) return false;
            } else if (c == '{' || c == '[') {
                ++depth;
                text_.remove_prefix(1);
            } else if (c == '}' || c == ']') {
                if (depth == 0) return false;
                --depth;
                text_.remove_prefix(1);
            } else if (depth > 0 && (c == ',' || c == ':')) {
                text_.remove_prefix(1);
            } else {
                const std::size_t word = text_.find_first_of(",:]}[{\" \t");
                if (word == 0) return false;
                text_.remove_prefix(word < text_.size() ? word : text_.size());
            }
        } while (depth > 0);
        return true;
    }

  private:
    void blanks() {
        while (!text_.empty() &&
               (text_.front() == ' ' || text_.front() == '\t' || text_.front() == '\r'))
            text_.remove_prefix(1);
    }

    std::string_view text_;
};

std::optional<std::uint32_t> four_digits(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : text.substr(0, 4)) {
        value <<= 4U;
        if (c >= '0' && c <= '9') {
            value |= static_cast<std::uint32_t>(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            value |= static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0U | (code >> 6U));
        byte(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        byte(0xE0U | (code >> 12U));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    } else {
        byte(0xF0U | (code >> 18U));
        byte(0x80U | ((code >> 12U) & 0x3FU));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    }
}

/// `rest` begins behind "\u". Returns how many bytes of it belong to the character; 0: illegal.
std::size_t append_code(std::string& out, std::string_view rest) {
    const auto high = four_digits(rest);
    if (!high) return 0;
    if (*high >= 0xD800 && *high < 0xDC00 && rest.substr(4).starts_with("\\u")) {
        const auto low = four_digits(rest.substr(6));
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            append_utf8(out, 0x10000U + ((*high - 0xD800U) << 10U) + (*low - 0xDC00U));
            return 10;
        }
    }
    // Half a pair stands for no character.
    append_utf8(out, *high >= 0xD800 && *high < 0xE000 ? 0xFFFD : *high);
    return 4;
}

bool unescape(std::string_view text, std::string& out) {
    out.clear();
    while (!text.empty()) {
        const std::size_t plain = text.find('\\');
        out += text.substr(0, plain);
        if (plain == std::string_view::npos) return true;
        text.remove_prefix(plain + 1);
        if (text.empty()) return false;
        static constexpr std::string_view kShort = "\"\\/bfnrt";
        static constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
        if (const std::size_t at = kShort.find(text.front()); at != std::string_view::npos) {
            out += kMeant[at];
            text.remove_prefix(1);
            continue;
        }
        if (text.front() != 'u') return false;
        text.remove_prefix(1);
        const std::size_t used = append_code(out, text);
        if (used == 0) return false;
        text.remove_prefix(used);
    }
    return true;
}

}  // namespace

bool read_docker_line(std::string_view line, std::string& log, DockerLine& rest) {
    Scan scan(line);
    if (!scan.eat('{')) return false;
    bool has_log = false;
    rest = {};
    do {
        const auto key = scan.raw_string();
        if (!key || !scan.eat(':')) return false;
        if (*key == "log" || *key == "stream" || *key == "time") {
            const auto value = scan.raw_string();
            if (!value) return false;
            if (*key == "log") {
                if (!unescape(*value, log)) return false;
                has_log = true;
            } else {
                (*key == "stream" ? rest.stream : rest.time) = *value;
            }
        } else if (!scan.pass_value()) {
            return false;
        }
    } while (scan.eat(','));
    return scan.eat('}') && scan.at_end() && has_log && !rest.stream.empty();
}

}  // namespace erp::tail
