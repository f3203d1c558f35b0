#include "core/config/limits.hpp"

#include <chrono>
#include <cstdint>

namespace erp {
namespace {

void read_count(ConfigMap& map, std::string_view key, std::int64_t most, std::size_t& into) {
    const auto value = map.get(key);
    if (!value) return;
    if (const auto count = value->integer(1, most)) into = static_cast<std::size_t>(*count);
}

}  // namespace

Limits read_limits(const ConfigValue& value) {
    using namespace std::chrono_literals;
    Limits limits;
    auto map = value.map();
    if (!map) return limits;
    if (const auto timeout = map->get("scrape_timeout")) {
        if (const auto wait = timeout->duration(100ms, 5min)) limits.scrape_timeout = *wait;
    }
    read_count(*map, "series_per_target", 10'000'000, limits.series_per_target);
    read_count(*map, "series_per_page", 100'000'000, limits.series_per_page);
    read_count(*map, "connections", 65'535, limits.connections);
    read_count(*map, "connections_per_address", 65'535, limits.connections_per_address);
    if (const auto bytes = map->get("response_bytes")) {
        if (const auto size = bytes->bytes()) limits.response_bytes = *size;
    }
    if (const auto debug = map->get("debug")) {
        if (const auto on = debug->boolean()) limits.debug = *on;
    }
    map->finish();
    return limits;
}

}  // namespace erp
