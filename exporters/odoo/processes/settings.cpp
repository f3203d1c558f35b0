#include "exporters/odoo/processes/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <string>
#include <utility>

namespace erp::odoo {
namespace {

/// The one key of which False is a value.
constexpr std::string_view kHttpEnable = "http_enable";

/// A key that is kept and Odoo's default; empty: there is none, or it depends on the version
/// (limit_request: 8192 in 14 and 15, then 65536).
struct Key {
    std::string_view name;
    std::string_view fallback = {};
    bool number = true;
};

constexpr std::array kKeys{Key{kHttpEnable, "", false},
                           Key{"http_interface", "", false},
                           Key{"http_port", "8069"},
                           Key{"gevent_port", "8072"},
                           Key{"workers", "0"},
                           Key{"max_cron_threads", "2"},
                           Key{"limit_memory_hard", "2684354560"},
                           Key{"limit_memory_hard_gevent"},
                           Key{"limit_memory_soft", "2147483648"},
                           Key{"limit_memory_soft_gevent"},
                           Key{"limit_request"},
                           Key{"limit_time_cpu", "60"},
                           Key{"limit_time_real", "120"},
                           Key{"limit_time_real_cron", "-1"},
                           Key{"limit_time_worker_cron", "0"},
                           Key{"db_maxconn", "64"},
                           Key{"db_maxconn_gevent"},
                           Key{"logfile", "", false},
                           Key{"data_dir", "", false},
                           Key{"pidfile", "", false},
                           Key{"server_wide_modules", "", false},
                           Key{"queue_job.channels", "", false}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOldNames{
    {{"xmlrpc", kHttpEnable},
     {"xmlrpc_interface", "http_interface"},
     {"xmlrpc_port", "http_port"},
     {"longpolling_port", "gevent_port"}}};

const Key* find_key(std::string_view name) {
    const auto* const found = std::ranges::find(kKeys, name, &Key::name);
    return found == kKeys.end() ? nullptr : &*found;
}

std::string_view newest_name(std::string_view key) {
    for (const auto& [old, now] : kOldNames) {
        if (key == old) return now;
    }
    return key;
}

/// optparse._parse_num.
std::optional<std::int64_t> to_python_int(std::string_view text) {
    const bool minus = text.starts_with('-');
    if (minus || text.starts_with('+')) text.remove_prefix(1);
    int base = 10;
    if (!minus && (text.starts_with("0x") || text.starts_with("0X"))) {
        base = 16;
        text.remove_prefix(2);
    } else if (!minus && (text.starts_with("0b") || text.starts_with("0B"))) {
        base = 2;
        text.remove_prefix(2);
    } else if (!minus && text.size() > 1 && text.front() == '0') {
        base = 8;
    }
    if (text.starts_with('-')) return std::nullopt;
    // Single underscores may stand between digits.
    if (text.ends_with('_') || text.starts_with('_') || text.find("__") != std::string_view::npos)
        return std::nullopt;
    std::string digits(text);
    std::erase(digits, '_');
    std::int64_t number = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number, base);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return minus ? -number : number;
}

void add(std::vector<Limit>& limits,
         const Settings& settings,
         std::string_view prefix,
         std::string_view name) {
    const std::string key = std::string(prefix).append(name);
    const auto number = settings.number(key);
    if (number && *number > 0)
        limits.push_back({name, static_cast<double>(*number), settings.find(key)->source});
}

}  // namespace

std::string_view to_string(SettingSource source) {
    switch (source) {
        case SettingSource::fallback:
            return "default";
        case SettingSource::file:
            return "file";
        case SettingSource::environment:
            return "environment";
        case SettingSource::command_line:
            return "command_line";
        case SettingSource::process:
            return "process";
    }
    return "";
}

bool Settings::keeps(std::string_view key) {
    return find_key(newest_name(key)) != nullptr;
}

std::vector<std::string_view> Settings::names() {
    std::vector<std::string_view> names;
    std::ranges::transform(kKeys, std::back_inserter(names), &Key::name);
    std::ranges::transform(kOldNames, std::back_inserter(names),
                           &std::pair<std::string_view, std::string_view>::first);
    return names;
}

bool Settings::well_formed(std::string_view key, std::string_view value) {
    const Key* const known = find_key(newest_name(key));
    return known != nullptr && (!known->number || to_python_int(value).has_value());
}

void Settings::set(std::string_view key, std::string_view value, SettingSource source) {
    key = newest_name(key);
    constexpr std::string_view kNotSet[] = {"", "None", "False", "false"};
    const bool not_set = std::ranges::find(kNotSet, value) != std::end(kNotSet);
    if (!keeps(key) || (not_set && key != kHttpEnable)) return;
    const auto found = set_.find(key);
    if (found == set_.end()) {
        set_.emplace(key, Setting{std::string(value), source});
    } else if (source >= found->second.source) {
        found->second = {std::string(value), source};
    }
}

std::optional<Setting> Settings::find(std::string_view key) const {
    if (const auto found = set_.find(key); found != set_.end()) return found->second;
    const Key* const known = find_key(key);
    if (!complete_ || known == nullptr || known->fallback.empty()) return std::nullopt;
    return Setting{std::string(known->fallback), SettingSource::fallback};
}

std::optional<std::string> Settings::text(std::string_view key) const {
    auto found = find(key);
    if (!found) return std::nullopt;
    return std::move(found->value);
}

bool Settings::listens() const {
    const auto said = text(kHttpEnable);
    return !said || (said != "False" && said != "false");
}

std::optional<std::int64_t> Settings::number(std::string_view key) const {
    const auto found = find(key);
    return found ? to_python_int(found->value) : std::nullopt;
}

std::vector<Limit> time_limits(const Settings& settings) {
    std::vector<Limit> limits;
    for (const std::string_view name : {"cpu", "real", "worker_cron"})
        add(limits, settings, "limit_time_", name);
    const auto cron = settings.number("limit_time_real_cron");
    if (cron && *cron < 0) {
        const auto real = std::ranges::find(limits, "real", &Limit::name);
        if (real != limits.end()) limits.push_back({"real_cron", real->value, real->source});
    } else {
        add(limits, settings, "limit_time_", "real_cron");
    }
    return limits;
}

std::vector<Limit> memory_limits(const Settings& settings, std::optional<double> address_space) {
    std::vector<Limit> limits;
    for (const std::string_view name : {"memory_soft", "memory_soft_gevent", "memory_hard_gevent"})
        add(limits, settings, "limit_", name);
    if (address_space) {
        limits.push_back({"memory_hard", *address_space, SettingSource::process});
    } else {
        add(limits, settings, "limit_", "memory_hard");
    }
    return limits;
}

}  // namespace erp::odoo
