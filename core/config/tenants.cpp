#include "core/config/tenants.hpp"

#include "core/base/text.hpp"
#include "core/yaml/quoting.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace erp {
namespace {

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestText = 256;
constexpr std::size_t kLongestPattern = 1000;

constexpr Dimension kDimensions[] = {Dimension::database, Dimension::host,   Dimension::router,
                                     Dimension::service,  Dimension::header, Dimension::key_prefix};

bool is_tenant_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const auto legal = [&](char c) { return plain(c) || c == '_' || c == '-'; };
    return !name.empty() && name.size() <= kLongestName && plain(name.front()) &&
           std::all_of(name.begin(), name.end(), legal);
}

void read_free_text(ConfigMap& map, std::string_view key, std::string& into) {
    const auto value = map.get(key);
    if (!value) return;
    const auto text = value->text();
    if (!text) return;
    if (is_label_value(*text, kLongestText)) {
        into = *text;
    } else {
        value->fail("expected at most 256 bytes of text");
    }
}

std::optional<Tenant> read_tenant(const ConfigValue& value) {
    auto map = value.map();
    if (!map) return std::nullopt;
    Tenant tenant;
    if (const auto name = map->require("name")) {
        const auto text = name->text();
        if (text && is_tenant_name(*text)) {
            tenant.name = *text;
        } else if (text) {
            name->fail(
                "a tenant's name is 1 to 63 of a-z, 0-9, - and _, not starting with - or _, "
                "found " +
                name->shown());
        }
    }
    read_free_text(*map, "customer", tenant.customer);
    read_free_text(*map, "environment", tenant.environment);
    read_free_text(*map, "tier", tenant.tier);
    map->finish();
    if (tenant.name.empty()) return std::nullopt;
    return tenant;
}

std::vector<Tenant> read_list(const ConfigValue& value) {
    std::vector<Tenant> tenants;
    std::unordered_set<std::string> names;
    for (const ConfigValue& item : value.list().value_or(std::vector<ConfigValue>{})) {
        auto tenant = read_tenant(item);
        if (!tenant) continue;
        if (names.insert(tenant->name).second) {
            tenants.push_back(*std::move(tenant));
        } else {
            item.fail("tenant " + tenant->name + " is on the list twice");
        }
    }
    return tenants;
}

void read_from(const ConfigValue& value, Dimension& into) {
    std::vector<std::string_view> words;
    for (const Dimension dimension : kDimensions)
        words.push_back(to_string(dimension));
    const auto word = value.choice(words);
    for (const Dimension dimension : kDimensions) {
        if (word && *word == to_string(dimension)) into = dimension;
    }
}

std::optional<TenantRule> read_rule(const ConfigValue& value,
                                    const std::vector<Tenant>& tenants,
                                    const std::unordered_set<std::string_view>& names) {
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
    const bool unknown = rule.tenant.find('$') == std::string::npos && !names.contains(rule.tenant);
    if (unknown) tenant->fail(unknown_tenant(rule.tenant, tenants));
    const auto problem = Tenancy::problem(rule);
    if (problem) map->fail(*problem);
    if (unknown || problem) return std::nullopt;
    return rule;
}

}  // namespace

std::string unknown_tenant(std::string_view name, const std::vector<Tenant>& tenants) {
    std::vector<std::string_view> names;
    names.reserve(tenants.size());
    for (const Tenant& tenant : tenants)
        names.emplace_back(tenant.name);
    return "tenant " + quoting::value(name) + " is not on the list" + hint(name, names);
}

std::shared_ptr<const Tenancy> read_tenants(const std::optional<ConfigValue>& value) {
    std::vector<Tenant> tenants;
    std::vector<TenantRule> rules;
    auto map = value ? value->map() : std::nullopt;
    if (map) {
        if (const auto list = map->get("list")) tenants = read_list(*list);
        if (const auto list = map->get("rules")) {
            std::unordered_set<std::string_view> names;
            for (const Tenant& tenant : tenants)
                names.insert(tenant.name);
            for (const ConfigValue& item : list->list().value_or(std::vector<ConfigValue>{})) {
                if (auto rule = read_rule(item, tenants, names)) rules.push_back(*std::move(rule));
            }
        }
        map->finish();
    }
    return std::make_shared<const Tenancy>(std::move(tenants), std::move(rules));
}

}  // namespace erp
