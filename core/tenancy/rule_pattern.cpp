#include "core/tenancy/rule_pattern.hpp"

#include "core/base/text.hpp"

#include <re2/re2.h>

#include <array>
#include <utility>

namespace erp {
namespace {

// A pattern of an operator needs some kilobytes. RE2 refuses a program that is larger, and when a
// match needs more it goes on with a slower method.
constexpr std::int64_t kPatternMemory = 1L << 20;

constexpr int kMostGroups = 9;

re2::RE2::Options options() {
    re2::RE2::Options made;
    made.set_log_errors(false);
    made.set_max_mem(kPatternMemory);
    return made;
}

bool is_group(char c) {
    return c >= '1' && c <= '9';
}

}  // namespace

bool RulePattern::is_pattern(std::string_view match) {
    return match.find_first_of("^$|?*+()[]{}\\") != std::string_view::npos;
}

std::optional<std::string> name_problem(std::string_view tenant, int groups) {
    for (std::size_t i = 0; i < tenant.size(); ++i) {
        if (tenant[i] != '$') continue;
        if (i + 1 == tenant.size() || !is_group(tenant[i + 1])) {
            return "after $ in the tenant stands a group, 1 to 9";
        }
        if (tenant[i + 1] - '0' > groups) {
            return std::string("the tenant uses $") + tenant[i + 1] + ", but the pattern has " +
                   std::to_string(groups) + (groups == 1 ? " group" : " groups");
        }
    }
    return std::nullopt;
}

RulePattern::RulePattern(const std::string& match, std::string tenant)
    : pattern_(std::make_unique<re2::RE2>(match, options())), tenant_(std::move(tenant)) {
    for (std::size_t i = 0; i + 1 < tenant_.size(); ++i) {
        if (tenant_[i] == '$') groups_ = std::max(groups_, tenant_[i + 1] - '0');
    }
    only_group_ = tenant_.size() == 2 && tenant_.front() == '$';
}

RulePattern::~RulePattern() = default;
RulePattern::RulePattern(RulePattern&& other) noexcept = default;
RulePattern& RulePattern::operator=(RulePattern&& other) noexcept = default;

std::optional<std::string> RulePattern::problem() const {
    if (!pattern_->ok()) {
        return "not a valid pattern: " + to_label_value(pattern_->error(), 60);
    }
    return name_problem(tenant_, pattern_->NumberOfCapturingGroups());
}

std::optional<std::string_view> RulePattern::name_for(std::string_view value,
                                                      std::string& made) const {
    std::array<re2::StringPiece, kMostGroups + 1> groups;
    // Without groups RE2 needs no second pass to find where they are.
    const int wanted = groups_ == 0 ? 0 : groups_ + 1;
    const re2::StringPiece text(value.data(), value.size());
    if (!pattern_->Match(text, 0, value.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) {
        return std::nullopt;
    }
    // A group that took no part in the match is empty.
    const auto group = [&](char digit) {
        const re2::StringPiece& piece = groups[static_cast<std::size_t>(digit - '0')];
        return std::string_view(piece.data(), piece.size());
    };
    if (groups_ == 0) return tenant_;
    if (only_group_) return group(tenant_[1]);
    for (std::size_t i = 0; i < tenant_.size(); ++i) {
        if (tenant_[i] == '$') {
            made += group(tenant_[++i]);
        } else {
            made += tenant_[i];
        }
    }
    return made;
}

}  // namespace erp
