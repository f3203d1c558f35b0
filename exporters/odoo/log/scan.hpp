#pragma once

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
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const auto seconds = whole.size() > 9 ? std::nullopt : to_whole(whole);
    if (!seconds) return std::nullopt;
    if (point == std::string_view::npos) return *seconds * 1'000'000'000;
    const std::string_view digits = text.substr(point + 1);
    auto fraction = digits.size() > 9 ? std::nullopt : to_whole(digits);
    if (!fraction) return std::nullopt;
    for (std::size_t size = digits.size(); size < 9; ++size)
        *fraction *= 10;
    return *seconds * 1'000'000'000 + *fraction;
}

[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// What stands before the first `mark`, or all of it.
[[nodiscard]] inline std::string_view before(std::string_view text, std::string_view mark) {
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

/// The last word and the blank before it, which are dropped; all of it where there is no blank.
[[nodiscard]] inline std::string_view take_last_word(std::string_view& text) {
    const std::size_t blank = text.rfind(' ');
    const std::string_view word = blank == std::string_view::npos ? text : text.substr(blank + 1);
    text = blank == std::string_view::npos ? std::string_view() : text.substr(0, blank);
    return word;
}

}  // namespace erp::odoo
