#include "core/config/collectors.hpp"

#include "core/base/number.hpp"
#include "core/yaml/quoting.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

namespace erp {
namespace {

using namespace std::chrono_literals;

void read_interval(const ConfigValue& value, const CollectorRow& row, CollectorSetting& into) {
    if (row.interval == Duration::zero()) {
        value.fail("collector " + std::string(row.name) +
                   " asks the server at each scrape and has no interval");
    } else if (const auto interval = value.duration(std::min<Duration>(1s, row.interval), 24h)) {
        into.interval = *interval;
    }
}

void read_setting(const ConfigValue& value, const CollectorRow& row, CollectorSetting& into) {
    if (!value.is_map()) {
        if (const auto on = value.boolean()) into.enabled = *on;
        return;
    }
    auto map = value.map();
    if (const auto enabled = map->get("enabled")) {
        if (const auto on = enabled->boolean()) into.enabled = *on;
    }
    if (const auto interval = map->get("interval")) read_interval(*interval, row, into);
    if (const auto age = map->get("minimum_age")) {
        if (const auto least = age->duration(0s, 1h)) into.minimum_age = *least;
    }
    map->finish();
}

}  // namespace

std::vector<CollectorSetting> read_collectors(const std::optional<ConfigValue>& value,
                                              const Exporter& exporter) {
    std::vector<CollectorSetting> settings;
    std::vector<std::string_view> names;
    for (const CollectorRow* row : exporter.collectors) {
        settings.push_back({row->enabled, row->minimum_age, row->interval});
        names.push_back(row->name);
    }
    auto map = value ? value->map() : std::nullopt;
    if (!map) return settings;
    for (const auto& [name, item] : map->entries()) {
        const auto at = std::find(names.begin(), names.end(), name);
        if (at == names.end()) {
            item.fail("unknown collector " + quoting::key(name) + hint(name, names));
            continue;
        }
        const auto i = static_cast<std::size_t>(at - names.begin());
        read_setting(item, *exporter.collectors[i], settings[i]);
    }
    map->finish();
    return settings;
}

std::string intervals_text(const std::vector<CollectorSetting>& settings,
                           const Exporter& exporter) {
    std::string text;
    for (std::size_t i = 0; i < settings.size(); ++i) {
        if (settings[i].interval == Duration::zero() || !settings[i].enabled) continue;
        if (!text.empty()) text += ' ';
        text.append(exporter.collectors[i]->name).append("=").append(to_text(settings[i].interval));
    }
    return text;
}

}  // namespace erp
