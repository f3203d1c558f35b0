#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

/// The pattern of a rule, compiled once. RE2 stays in rule_pattern.cpp: it costs half a second of
/// compile time and its names differ between versions.
namespace erp {

class RulePattern {
  public:
    /// Whether `match` of a rule is a pattern rather than an exact value.
    [[nodiscard]] static bool is_pattern(std::string_view match);

    /// `tenant` is the name that a match makes, with $1 to $9 for groups. Check problem() before
    /// use.
    RulePattern(const std::string& match, std::string tenant);
    ~RulePattern();
    RulePattern(RulePattern&& other) noexcept;
    RulePattern& operator=(RulePattern&& other) noexcept;
    RulePattern(const RulePattern&) = delete;
    RulePattern& operator=(const RulePattern&) = delete;

    /// Why it cannot be used, or nothing.
    [[nodiscard]] std::optional<std::string> problem() const;

    /// The name that the match makes, a view of `value`, of this object or of `made`; nothing if
    /// `value` does not match.
    [[nodiscard]] std::optional<std::string_view> name_for(std::string_view value,
                                                           std::string& made) const;

  private:
    std::unique_ptr<re2::RE2> pattern_;
    std::string tenant_;
    int groups_ = 0;           ///< the highest group that the name uses
    bool only_group_ = false;  ///< the name is one group and nothing else
};

/// Why `tenant` cannot be the name that a rule makes, for a pattern with `groups` groups, or
/// nothing.
[[nodiscard]] std::optional<std::string> name_problem(std::string_view tenant, int groups);

}  // namespace erp
