#include "core/tenancy/tenancy.hpp"

#include "core/tenancy/rule_pattern.hpp"

#include <algorithm>
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

/// A rule for one value. The position keeps the order between these and the patterns.
struct ExactRule {
    std::size_t position = 0;
    std::string tenant;
};

struct PatternRule {
    std::size_t position = 0;
    Dimension from = Dimension::none;
    RulePattern pattern;
};

using ExactRules = std::unordered_map<std::string, ExactRule, Hash, std::equal_to<>>;

/// A database's name is a tenant's as it is, but for names that mean something else (`_unknown`,
/// `_other`) and what a configured tenant could not be called for its length.
bool may_be_tenant(std::string_view name) {
    constexpr std::size_t kLongestName = 63;
    return !name.empty() && name.size() <= kLongestName && name.front() != '_';
}

}  // namespace

struct Tenancy::Index {
    std::vector<Tenant> tenants;
    std::unordered_map<std::string_view, const Tenant*> by_name;
    std::array<ExactRules, kDimensions> exact;  ///< by dimension: found by their value at once
    std::vector<PatternRule> patterns;          ///< of all dimensions, by position
    std::array<bool, kDimensions> looked_at{};
    std::optional<Tenant> automatic;

    [[nodiscard]] std::optional<std::string_view> listed(std::string_view name) const {
        const auto found = by_name.find(name);
        if (found == by_name.end()) return std::nullopt;
        return found->first;
    }

    void add(TenantRule rule, std::size_t position) {
        const auto dimension = static_cast<std::size_t>(rule.from);
        looked_at[dimension] = true;
        if (RulePattern::is_pattern(rule.match)) {
            patterns.push_back(
                {position, rule.from, RulePattern(rule.match, std::move(rule.tenant))});
        } else {
            exact[dimension].try_emplace(std::move(rule.match),
                                         ExactRule{position, std::move(rule.tenant)});
        }
    }

    /// The first rule for exactly one of these values, or null.
    [[nodiscard]] const ExactRule* first_exact(std::span<const Attribute> attributes) const {
        const ExactRule* first = nullptr;
        for (const Attribute& attribute : attributes) {
            const ExactRules& rules = exact[static_cast<std::size_t>(attribute.from)];
            const auto found = rules.find(attribute.value);
            if (found == rules.end()) continue;
            if (!first || found->second.position < first->position) first = &found->second;
        }
        return first;
    }

    /// Gives `take` the names that the deciding rule makes of the attributes, and whether it is one
    /// for exactly that value, until `take` is content.
    template <class Take>
    void decide(std::span<const Attribute> attributes, Take take) const {
        const ExactRule* const sure = first_exact(attributes);
        std::string buffer;
        for (const PatternRule& rule : patterns) {
            if (sure && sure->position < rule.position) break;
            bool decides = false;
            for (const Attribute& attribute : attributes) {
                if (attribute.from != rule.from) continue;
                buffer.clear();
                const auto name = rule.pattern.name_for(attribute.value, buffer);
                if (name && take(*name, false)) return;
                decides = decides || name.has_value();
            }
            if (decides) return;
        }
        if (sure) take(sure->tenant, true);
    }
};

Tenancy::Tenancy() : Tenancy({}, {}) {}

Tenancy::Tenancy(std::vector<Tenant> tenants,
                 std::vector<TenantRule> rules,
                 std::optional<Tenant> automatic) {
    auto index = std::make_shared<Index>();
    index->tenants = std::move(tenants);
    index->automatic = std::move(automatic);
    for (const Tenant& tenant : index->tenants)
        index->by_name.try_emplace(tenant.name, &tenant);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!problem(rules[i])) index->add(std::move(rules[i]), i);
    }
    index_ = std::move(index);
}

Tenancy::Tenancy(std::shared_ptr<const Index> index) : index_(std::move(index)) {}

Tenancy::~Tenancy() = default;

std::shared_ptr<const Tenancy> Tenancy::with(std::span<const Database> databases) const {
    // The constructor is ours alone, so make_shared() cannot use it.
    std::shared_ptr<Tenancy> tenancy(new Tenancy(index_));
    if (!index_->automatic) return tenancy;
    std::unordered_map<std::string_view, bool> internal;  // by name; a customer's somewhere is one
    for (const Database& database : databases) {
        const auto [it, fresh] = internal.try_emplace(database.name, database.internal);
        if (!fresh) it->second = it->second && database.internal;
    }
    std::vector<std::string>& names = tenancy->automatic_;
    for (const auto& [datname, is_internal] : internal) {
        const Attribute attribute{Dimension::database, datname};
        index_->decide({&attribute, 1},
                       [&, outer = is_internal](std::string_view name, bool exact) {
                           if (index_->listed(name) || !may_be_tenant(name)) return true;
                           const auto found = internal.find(name);
                           if (found == internal.end()) return true;
                           if (exact || !(outer || found->second)) names.emplace_back(name);
                           return true;
                       });
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.size() > kMostAutomatic) {
        tenancy->left_out_ = names.size() - kMostAutomatic;
        names.resize(kMostAutomatic);
    }
    return tenancy;
}

std::optional<std::string_view> Tenancy::automatic_named(std::string_view name) const {
    const auto found = std::ranges::lower_bound(automatic_, name);
    if (found == automatic_.end() || *found != name) return std::nullopt;
    return *found;
}

std::optional<std::string_view> Tenancy::tenant_of(Dimension from, std::string_view value) const {
    const Attribute attribute{from, value};
    return tenant_of({&attribute, 1});
}

std::optional<std::string_view> Tenancy::tenant_of(std::span<const Attribute> attributes) const {
    std::optional<std::string_view> tenant;
    index_->decide(attributes, [&](std::string_view name, bool) {
        tenant = index_->listed(name);
        if (!tenant) tenant = automatic_named(name);
        return tenant.has_value();
    });
    return tenant;
}

bool Tenancy::looks_at(Dimension from) const {
    return index_->looked_at[static_cast<std::size_t>(from)];
}

const std::vector<Tenant>& Tenancy::tenants() const {
    return index_->tenants;
}

const Tenant* Tenancy::automatic() const {
    return index_->automatic ? &*index_->automatic : nullptr;
}

bool Tenancy::knows(std::string_view tenant) const {
    return index_->by_name.contains(tenant);
}

std::optional<std::string> Tenancy::problem(const TenantRule& rule) {
    if (RulePattern::is_pattern(rule.match)) return RulePattern(rule.match, rule.tenant).problem();
    return name_problem(rule.tenant, 0);
}

}  // namespace erp
