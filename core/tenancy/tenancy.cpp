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

/// What a rule makes of a value, before anybody asks whether there is such a tenant.
struct Made {
    std::string_view name;
    bool exact = false;  ///< by a rule for this value alone
};

/// The rules of one dimension. Exact ones are found by their value at once; the position keeps the
/// order between them and the patterns.
struct DimensionRules {
    struct Exact {
        std::size_t position = 0;
        std::string tenant;
    };
    struct Pattern {
        std::size_t position = 0;
        RulePattern pattern;
    };
    std::unordered_map<std::string, Exact, Hash, std::equal_to<>> exact;
    std::vector<Pattern> patterns;
};

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
    std::array<DimensionRules, kDimensions> rules;
    std::optional<Tenant> automatic;

    [[nodiscard]] std::optional<std::string_view> listed(std::string_view name) const {
        const auto found = by_name.find(name);
        if (found == by_name.end()) return std::nullopt;
        return found->first;
    }

    void add(TenantRule rule, std::size_t position) {
        DimensionRules& of = rules[static_cast<std::size_t>(rule.from)];
        if (RulePattern::is_pattern(rule.match)) {
            of.patterns.push_back({position, RulePattern(rule.match, std::move(rule.tenant))});
        } else {
            of.exact.try_emplace(std::move(rule.match),
                                 DimensionRules::Exact{position, std::move(rule.tenant)});
        }
    }

    /// A view of `value`, of this object or of `buffer`.
    [[nodiscard]] std::optional<Made> made(Dimension from,
                                           std::string_view value,
                                           std::string& buffer) const {
        const DimensionRules& of = rules[static_cast<std::size_t>(from)];
        const auto exact = of.exact.find(value);
        for (const DimensionRules::Pattern& rule : of.patterns) {
            if (exact != of.exact.end() && exact->second.position < rule.position) break;
            if (const auto name = rule.pattern.name_for(value, buffer)) return Made{*name, false};
        }
        if (exact != of.exact.end()) return Made{exact->second.tenant, true};
        return std::nullopt;
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
        std::string buffer;
        const auto made = index_->made(Dimension::database, datname, buffer);
        if (!made || index_->listed(made->name) || !may_be_tenant(made->name)) continue;
        const auto found = internal.find(made->name);
        if (found == internal.end()) continue;
        if (made->exact || !(is_internal || found->second)) names.emplace_back(made->name);
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
    std::string buffer;
    const auto made = index_->made(from, value, buffer);
    if (!made) return std::nullopt;
    const auto listed = index_->listed(made->name);
    return listed ? listed : automatic_named(made->name);
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
