#include "core/config/tenants.hpp"

#include "core/config/maintenance.hpp"
#include "core/config/objectives.hpp"
#include "core/config/tenant_list.hpp"
#include "core/yaml/quoting.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace erp {
namespace {

constexpr std::size_t kLongestPattern = 1000;

constexpr Dimension kDimensions[] = {Dimension::database, Dimension::host,   Dimension::router,
                                     Dimension::service,  Dimension::header, Dimension::key_prefix};

void read_from(const ConfigValue& value, Dimension& into) {
    std::vector<std::string_view> words;
    for (const Dimension dimension : kDimensions)
        words.push_back(to_string(dimension));
    const auto word = value.choice(words);
    for (const Dimension dimension : kDimensions) {
        if (word && *word == to_string(dimension)) into = dimension;
    }
}

/// What a rule's tenant may be.
struct Known {
    explicit Known(const std::vector<Tenant>& list, bool any_database)
        : tenants(list), databases(any_database) {
        for (const Tenant& tenant : list)
            names.insert(tenant.name);
    }
    const std::vector<Tenant>& tenants;
    std::unordered_set<std::string_view> names;
    bool databases;  ///< a name that is not on the list may be a database's
};

std::optional<TenantRule> read_rule(const ConfigValue& value, const Known& known) {
    auto map = value.map();
    if (!map) return std::nullopt;
    TenantRule rule;
    if (const auto from = map->require("from")) read_from(*from, rule.from);
    if (const auto match = map->require("match")) {
        rule.match = match->text().value_or("");
        if (rule.match.size() > kLongestPattern) {
            match->fail("expected at most 1000 bytes of text");
            rule.match.clear();
        }
    }
    const auto tenant = map->require("tenant");
    if (tenant) rule.tenant = tenant->text().value_or("");
    map->finish();
    if (rule.from == Dimension::none || rule.match.empty() || rule.tenant.empty()) {
        return std::nullopt;
    }
    const bool unknown = !known.databases && rule.tenant.find('$') == std::string::npos &&
                         !known.names.contains(rule.tenant);
    if (unknown) tenant->fail(unknown_tenant(rule.tenant, known.tenants));
    const auto problem = Tenancy::problem(rule);
    if (problem) map->fail(*problem);
    if (unknown || problem) return std::nullopt;
    return rule;
}

bool read_auto(const ConfigValue& value) {
    constexpr std::string_view kWords[] = {"databases"};
    return value.choice(kWords).has_value();
}

}  // namespace

std::string unknown_tenant(std::string_view name, const std::vector<Tenant>& tenants) {
    std::vector<std::string_view> names;
    names.reserve(tenants.size());
    for (const Tenant& tenant : tenants)
        names.emplace_back(tenant.name);
    return "tenant " + quoting::value(name) + " is not on the list" + hint(name, names);
}

ReadTenants read_tenants(const std::optional<ConfigValue>& value) {
    auto map = value ? value->map() : std::nullopt;
    if (!map) return {std::make_shared<const Tenancy>(), {}};
    const auto automatic = map->get("auto");
    const bool databases = automatic && read_auto(*automatic);
    Tenant all;
    if (const auto objectives = map->get("objectives"))
        all.objectives = read_objectives(*objectives);
    if (const auto windows = map->get("maintenance")) all.maintenance = read_maintenance(*windows);
    TenantList list(all);
    if (const auto entries = map->get("list")) list.read_list(*entries);
    if (const auto folder = map->get("directory")) list.read_directory(*folder);
    std::vector<Tenant> tenants = list.take_tenants();
    std::vector<TenantRule> rules;
    if (const auto entries = map->get("rules")) {
        const Known known(tenants, databases);
        for (const ConfigValue& item : entries->list().value_or(std::vector<ConfigValue>{})) {
            if (auto rule = read_rule(item, known)) rules.push_back(*std::move(rule));
        }
    }
    map->finish();
    const bool ruled = std::ranges::any_of(
        rules, [](const TenantRule& rule) { return rule.from == Dimension::database; });
    // Who asks for a tenant of each database, and says no more, has said enough.
    if (databases && !ruled) rules.push_back({Dimension::database, "^(.+)$", "$1"});
    return {
        std::make_shared<const Tenancy>(std::move(tenants), std::move(rules),
                                        databases ? std::optional(std::move(all)) : std::nullopt),
        list.take_errors()};
}

}  // namespace erp
