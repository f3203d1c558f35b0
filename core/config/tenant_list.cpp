#include "core/config/tenant_list.hpp"

#include "core/base/text.hpp"
#include "core/config/maintenance.hpp"
#include "core/config/objectives.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace erp {
namespace {

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestText = 256;
constexpr std::size_t kMostFiles = 10'000;

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

std::optional<Tenant> read_tenant(const ConfigValue& value, const Tenant& defaults) {
    auto map = value.map();
    if (!map) return std::nullopt;
    Tenant tenant = defaults;
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
    if (const auto own = map->get("objectives")) {
        tenant.objectives = overridden(read_objectives(*own), defaults.objectives);
    }
    if (const auto own = map->get("maintenance")) {
        const auto windows = read_maintenance(*own);
        tenant.maintenance.insert(tenant.maintenance.end(), windows.begin(), windows.end());
    }
    map->finish();
    if (tenant.name.empty()) return std::nullopt;
    return tenant;
}

/// The files to read, sorted; or why there are none.
std::vector<std::string> files_of(const std::string& folder, std::error_code& error) {
    std::vector<std::string> files;
    std::filesystem::directory_iterator entries(folder, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        const std::string name = entries->path().filename().string();
        if (name.ends_with(".yml") && name.front() != '.') {
            files.push_back(entries->path().string());
        }
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace

void TenantList::add(const ConfigValue& entry, const std::string& file) {
    auto tenant = read_tenant(entry, defaults_);
    if (!tenant) return;
    std::string place = "line " + std::to_string(entry.line());
    if (!file.empty()) place = file + ":" + std::to_string(entry.line());
    const auto [first, fresh] = places_.try_emplace(tenant->name, std::move(place));
    if (fresh) {
        tenants_.push_back(*std::move(tenant));
    } else {
        entry.fail("tenant " + tenant->name + " is on the list twice; first in " + first->second);
    }
}

void TenantList::read_list(const ConfigValue& value) {
    for (const ConfigValue& item : value.list().value_or(std::vector<ConfigValue>{}))
        add(item, {});
}

void TenantList::read_directory(const ConfigValue& value) {
    const auto folder = value.path();
    if (!folder) return;
    std::error_code error;
    const std::vector<std::string> files = files_of(*folder, error);
    if (error) {
        value.fail("cannot read the folder: " + error.message());
    } else if (files.size() > kMostFiles) {
        value.fail("expected at most 10000 files, found " + std::to_string(files.size()));
    } else {
        for (const std::string& file : files)
            read_file(file);
    }
}

void TenantList::read_file(const std::string& file) {
    const ConfigDocument document = ConfigDocument::read(file);
    std::vector<ConfigError> errors;
    if (const auto top = document.top()) {
        if (top->is_map()) {
            add(*top, file);
        } else if (const auto list = top->list()) {
            for (const ConfigValue& item : *list)
                add(item, file);
        }
        errors = document.errors();
    } else {
        errors = document.errors();
        if (errors.empty()) errors.push_back({file, 0, {}, "expected a tenant or a list of them"});
    }
    errors_.insert(errors_.end(), errors.begin(), errors.end());
}

}  // namespace erp
