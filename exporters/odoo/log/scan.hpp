#pragma once

#include <string.h>  // memrchr

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Pieces of lines. Nothing here allocates or has a locale.
namespace erp::odoo {

/// 1 to 18 digits and nothing else.
[[nodiscard]] inline std::optional<std::int64_t> to_whole(std::string_view text) {
    if (text.empty() || text.size() > 18) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

[[nodiscard]] inline std::optional<std::int32_t> to_pid(std::string_view text) {
    const auto value = text.size() > 9 ? std::nullopt : to_whole(text);
    if (!value) return std::nullopt;
    return static_cast<std::int32_t>(*value);
}

/// Seconds as Odoo prints them, "1.014" or "45", at most nine digits on each side: in ns.
[[nodiscard]] inline std::optional<std::int64_t> to_nanoseconds(std::string_view text) {
    constexpr std::int64_t kUnits[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                       10'000,        1'000,       100,        10,        1};
    if (text.size() > 19) return std::nullopt;
    std::uint64_t value = 0;
    std::size_t at = 0;
    const auto digits = [&text, &value, &at] {
        const std::size_t begin = at;
        for (; at < text.size(); ++at) {
            const auto digit = static_cast<unsigned char>(text[at] - '0');
            if (digit > 9) break;
            value = value * 10 + digit;
        }
        return at - begin;
    };
    const std::size_t whole = digits();
    if (whole == 0 || whole > 9) return std::nullopt;
    if (at == text.size()) return static_cast<std::int64_t>(value) * kUnits[0];
    if (text[at++] != '.') return std::nullopt;
    const std::size_t decimals = digits();
    if (decimals == 0 || decimals > 9 || at != text.size()) return std::nullopt;
    return static_cast<std::int64_t>(value) * kUnits[decimals];
}

[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}
[[nodiscard]] inline bool contains(std::string_view text, char part) {
    return text.find(part) != std::string_view::npos;
}

/// What stands before the first `mark`, or all of it.
[[nodiscard]] inline std::string_view before(std::string_view text, std::string_view mark) {
    return text.substr(0, text.find(mark));
}
[[nodiscard]] inline std::string_view before(std::string_view text, char mark) {
    return text.substr(0, text.find(mark));
}

/// Drops `prefix` from the front, if it is there.
inline bool eat(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Drops `suffix` from the end, if it is there.
inline bool eat_back(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    return true;
}

/// The digits at the front, which are dropped.
[[nodiscard]] inline std::string_view take_digits(std::string_view& text) {
    std::size_t size = 0;
    while (size < text.size() && text[size] >= '0' && text[size] <= '9')
        ++size;
    const std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
}

/// The pid at the front, which is dropped. Nothing: no digits are there, or more than nine.
[[nodiscard]] inline std::optional<std::int32_t> take_pid(std::string_view& text) {
    std::int32_t pid = 0;
    std::size_t size = 0;
    for (; size < text.size(); ++size) {
        const auto digit = static_cast<unsigned char>(text[size] - '0');
        if (digit > 9) break;
        if (size == 9) return std::nullopt;
        pid = pid * 10 + digit;
    }
    text.remove_prefix(size);
    if (size == 0) return std::nullopt;
    return pid;
}

/// Where the last `c` is; npos: nowhere. (std::string_view::rfind goes back character by
/// character.)
[[nodiscard]] inline std::size_t find_last(std::string_view text, char c) {
    const void* const found = text.empty() ? nullptr : ::memrchr(text.data(), c, text.size());
    return found == nullptr
               ? std::string_view::npos
               : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Whether ": " is somewhere in it, or a colon at its end. In blocks of which the compiler makes
/// vectors: texts with colons of another kind, such as times, are many.
[[nodiscard]] inline bool has_colon_end(std::string_view text) {
    constexpr std::size_t kBlock = 16;
    if (text.ends_with(':')) return true;
    if (text.size() <= kBlock) return text.find(": ") != std::string_view::npos;
    std::array<unsigned char, kBlock> found{};
    const auto look = [&found](const char* at) {
        for (std::size_t i = 0; i < kBlock; ++i)
            found[i] |= static_cast<unsigned char>(static_cast<int>(at[i] == ':') &
                                                   static_cast<int>(at[i + 1] == ' '));
    };
    const std::size_t pairs = text.size() - 1;
    for (std::size_t at = 0; at + kBlock < pairs; at += kBlock)
        look(text.data() + at);
    look(text.data() + pairs - kBlock);  // what is left, and some of it again
    return found != std::array<unsigned char, kBlock>{};
}

/// The first word, which is dropped, up to the blank behind it. Of a few letters: a call of memchr
/// costs more than to look at them.
[[nodiscard]] inline std::string_view take_short_word(std::string_view& text) {
    std::size_t size = 0;
    while (size < text.size() && text[size] != ' ')
        ++size;
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(size);
    return word;
}

/// The last word and the blank before it, which are dropped; all of it where there is no blank. Of
/// a few letters, as above.
[[nodiscard]] inline std::string_view take_last_word(std::string_view& text) {
    std::size_t begin = text.size();
    while (begin > 0 && text[begin - 1] != ' ')
        --begin;
    const std::string_view word = text.substr(begin);
    text = text.substr(0, begin == 0 ? 0 : begin - 1);
    return word;
}

}  // namespace erp::odoo
