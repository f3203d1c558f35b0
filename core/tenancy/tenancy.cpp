#include "core/tenancy/tenancy.hpp"

#include "core/tenancy/rule_pattern.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace erp {
namespace {

constexpr std::size_t kDimensions = static_cast<std::size_t>(Dimension::key_prefix) + 1;

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

using Name = std::optional<std::string_view>;

/// The rules of one dimension. Exact ones are found by their value at once; the position keeps the
/// order between them and the patterns.
struct DimensionRules {
    struct Exact {
        std::size_t position = 0;
        Name tenant;
    };
    struct Pattern {
        std::size_t position = 0;
        RulePattern pattern;
    };
    std::unordered_map<std::string, Exact, Hash, std::equal_to<>> exact;
    std::vector<Pattern> patterns;
};

}  // namespace

struct Tenancy::Index {
    std::unordered_map<std::string_view, const Tenant*> by_name;
    std::array<DimensionRules, kDimensions> rules;

    [[nodiscard]] Name listed(std::string_view name) const {
        const auto found = by_name.find(name);
        if (found == by_name.end()) return std::nullopt;
        return found->first;
    }

    void add(const TenantRule& rule, std::size_t position) {
        DimensionRules& of = rules[static_cast<std::size_t>(rule.from)];
        if (RulePattern::is_pattern(rule.match)) {
            of.patterns.push_back({position, RulePattern(rule.match, rule.tenant)});
        } else {
            of.exact.try_emplace(rule.match, DimensionRules::Exact{position, listed(rule.tenant)});
        }
    }
};

Tenancy::Tenancy() : Tenancy({}, {}) {}

Tenancy::Tenancy(std::vector<Tenant> tenants, std::vector<TenantRule> rules)
    : tenants_(std::move(tenants)) {
    auto index = std::make_unique<Index>();
    for (const Tenant& tenant : tenants_)
        index->by_name.try_emplace(tenant.name, &tenant);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!problem(rules[i])) index->add(rules[i], i);
    }
    index_ = std::move(index);
}

Tenancy::~Tenancy() = default;

std::optional<std::string_view> Tenancy::tenant_of(Dimension from, std::string_view value) const {
    const DimensionRules& rules = index_->rules[static_cast<std::size_t>(from)];
    const auto exact = rules.exact.find(value);
    std::string made;
    for (const DimensionRules::Pattern& rule : rules.patterns) {
        if (exact != rules.exact.end() && exact->second.position < rule.position) break;
        if (const Name name = rule.pattern.name_for(value, made)) return index_->listed(*name);
    }
    if (exact != rules.exact.end()) return exact->second.tenant;
    return std::nullopt;
}

bool Tenancy::knows(std::string_view tenant) const {
    return index_->by_name.contains(tenant);
}

std::optional<std::string> Tenancy::problem(const TenantRule& rule) {
    if (RulePattern::is_pattern(rule.match)) return RulePattern(rule.match, rule.tenant).problem();
    return name_problem(rule.tenant, 0);
}

}  // namespace erp
