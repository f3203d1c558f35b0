#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

/// The part before and after the first `separator`; nothing when it does not occur.
[[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>> cut(
    std::string_view text, char separator);

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// Without leading and trailing spaces, tabs, CR and LF.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Of the letters A to Z.
[[nodiscard]] constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] std::string to_lower(std::string_view text);
/// Whether they differ in the case of letters A to Z at most.
[[nodiscard]] bool same_word(std::string_view one, std::string_view other);

/// 1 to `longest` letters, digits, `_`, `.` and `-`: what a configured name may be made of.
[[nodiscard]] bool is_word(std::string_view text, std::size_t longest);

/// Label values must be valid UTF-8 without NUL (the exposition formats' rule): each offending byte
/// becomes U+FFFD, and a value longer than `longest` bytes is cut at a character boundary.
[[nodiscard]] std::string to_label_value(std::string_view text, std::size_t longest = 1024);

/// True when to_label_value() would change nothing: the common case, without a copy.
[[nodiscard]] bool is_label_value(std::string_view text, std::size_t longest = 1024);

/// The candidate with the smallest edit distance to `name`, if it is near enough (a third of its
/// length) to be what was meant.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view name,
                                                      std::span<const std::string_view> candidates);

/// In quotes, as JSON (RFC 8259) and logfmt readers take it; made valid by to_label_value() first.
void append_json_string(std::string& out, std::string_view text, std::size_t longest = 1024);

/// With the five characters that HTML gives a meaning replaced.
[[nodiscard]] std::string html_escaped(std::string_view text);

}  // namespace erp
