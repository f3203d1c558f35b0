#pragma once

#include "core/base/number.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace erp::redis {

/// The reply to INFO, field by field. Views into the reply. Tolerant: lines end in CRLF or LF, a
/// field ends at its first colon, unknown fields and sections stay, lines without a colon are
/// skipped. A field that comes twice keeps its first value.
class Info {
  public:
    using Line = std::pair<std::string_view, std::string_view>;

    [[nodiscard]] static Info parse(std::string_view reply);

    [[nodiscard]] std::optional<std::string_view> text(std::string_view field) const;
    /// Nothing for a missing field or one that is no number. A trailing percent sign is ignored.
    [[nodiscard]] std::optional<double> number(std::string_view field) const;
    /// Whether the reply has this section; upper and lower case are the same.
    [[nodiscard]] bool has_section(std::string_view name) const;
    /// All lines in their order: for families whose fields are numbered (`db0`, `slave1`,
    /// `cmdstat_get`).
    [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

  private:
    std::vector<Line> lines_;
    std::vector<Line> sorted_;  ///< by field, then in their order
    std::vector<std::string_view> sections_;
};

/// Value of `key` in a list such as "calls=3,usec=5"; keys in any order.
[[nodiscard]] std::optional<std::string_view> item(std::string_view list, std::string_view key);
[[nodiscard]] std::optional<double> number_item(std::string_view list, std::string_view key);

}  // namespace erp::redis
