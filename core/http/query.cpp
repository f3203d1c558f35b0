#include "core/http/query.hpp"

#include "core/base/text.hpp"

namespace erp {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum class Plus { literal, space };  // '+' is a space only in queries (HTML forms' encoding)

Result<std::string> decoded(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) return Error{Phase::protocol, "broken percent escape"};
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    // The rule of label values, since that is where such text may end.
    if (!is_label_value(out, kLongestTarget)) {
        return Error{Phase::protocol, "the request target holds NUL or invalid UTF-8"};
    }
    return out;
}

Result<Query> parse_query(std::string_view text) {
    std::vector<Query::Parameter> parameters;
    for (const std::string_view piece : split(text, '&')) {
        if (piece.empty()) continue;
        if (parameters.size() == kMostParameters) {
            return Error{Phase::limit, "more than 64 query parameters"};
        }
        const auto [name, rest] = cut(piece, '=').value_or(std::pair{piece, std::string_view{}});
        auto key = decoded(name, Plus::space);
        if (!key) return key.error();
        auto value = decoded(rest, Plus::space);
        if (!value) return value.error();
        parameters.emplace_back(std::move(*key), std::move(*value));
    }
    return Query(std::move(parameters));
}

}  // namespace

std::optional<std::string_view> Query::get(std::string_view key) const {
    for (const auto& [name, value] : parameters_) {
        if (name == key) return value;
    }
    return std::nullopt;
}

std::vector<std::string_view> Query::all(std::string_view key) const {
    std::vector<std::string_view> values;
    for (const auto& [name, value] : parameters_) {
        if (name == key) values.emplace_back(value);
    }
    return values;
}

Result<RequestTarget> parse_target(std::string_view target) {
    if (target.size() > kLongestTarget) {
        return Error{Phase::limit, "the request target is longer than 8 KiB"};
    }
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        target.remove_prefix(scheme.size());
        target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
        if (target.empty()) target = "/";
        break;
    }
    const auto [path, query] = cut(target, '?').value_or(std::pair{target, std::string_view{}});
    if (!path.starts_with('/')) {
        return Error{Phase::protocol, "the request target is not a path"};
    }
    if (target.find('#') != std::string_view::npos) {
        return Error{Phase::protocol, "the request target has a fragment"};
    }
    auto plain_path = decoded(path, Plus::literal);
    if (!plain_path) return plain_path.error();
    auto parameters = parse_query(query);
    if (!parameters) return parameters.error();
    return RequestTarget{.path = std::move(*plain_path), .query = std::move(*parameters)};
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kUnreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text) {
        if (kUnreserved.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
    return out;
}

}  // namespace erp
