#include "core/config/maintenance.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace erp {
namespace {

using std::chrono::minutes;
using std::chrono::sys_seconds;

constexpr std::size_t kMostWindows = 100;
constexpr std::string_view kZones = "/usr/share/zoneinfo/";
constexpr std::size_t kLongestZone = 100;
constexpr std::size_t kLongestFile = std::size_t{64} << 10;  ///< theirs have 3 KiB
constexpr std::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// A moment begins with a date, a time of day does not.
bool is_moment(const ConfigValue& value) {
    const auto text = value.is_scalar() ? value.text() : std::nullopt;
    return text && text->find('-') != std::string::npos;
}

std::optional<sys_seconds> read_moment(const ConfigValue& value) {
    const auto text = value.text();
    const auto moment = text ? to_moment(*text) : std::nullopt;
    if (text && !moment) {
        value.fail(
            "expected a moment such as 2026-12-01T22:00:00Z or 2026-12-01T22:00:00+01:00, "
            "found " +
            value.shown());
    }
    return moment;
}

/// 24:00 ends a window and begins none.
std::optional<minutes> read_time(const ConfigValue& value, bool is_end) {
    const auto text = value.text();
    const auto time = text ? to_time_of_day(*text) : std::nullopt;
    if (text && (!time || (!is_end && *time == minutes(24 * 60)))) {
        value.fail("expected a time of day such as \"02:00\", found " + value.shown());
        return std::nullopt;
    }
    return time;
}

std::bitset<7> read_days(const ConfigValue& value) {
    std::bitset<7> days;
    const auto list = value.list();
    if (list && list->empty()) value.fail("expected at least one day");
    for (const ConfigValue& item : list.value_or(std::vector<ConfigValue>{})) {
        const auto word = item.choice(kDays);
        if (!word) continue;
        const auto* at = std::find(std::begin(kDays), std::end(kDays), *word);
        days.set(static_cast<std::size_t>(at - std::begin(kDays)));
    }
    return days;
}

/// The name of a zone's file below its folder, never of a file elsewhere.
bool is_zone_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestZone && name.front() != '/' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '+' || c == '/';
           });
}

std::shared_ptr<const TimeZone> zone_named(const std::string& name) {
    const std::string path = std::string(kZones) + name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return nullptr;
    std::ifstream file(path, std::ios::binary);
    std::string bytes(kLongestFile, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    auto zone = TimeZone::parse(bytes);
    return zone ? std::make_shared<const TimeZone>(*std::move(zone)) : nullptr;
}

void read_zone(const ConfigValue& value, WeeklyWindow& window) {
    const auto text = value.text();
    if (!text) return;
    if (const auto offset = to_utc_offset(*text)) {
        window.offset = *offset;
        return;
    }
    if (is_zone_name(*text)) window.zone = zone_named(*text);
    if (!window.zone) {
        value.fail(
            "expected UTC, an offset such as +02:00, or a zone of this host's tz database such as "
            "Europe/Berlin, found " +
            value.shown());
    }
}

std::optional<MaintenanceWindow> read_single(const ConfigValue& from_value,
                                             const ConfigValue& to_value,
                                             bool weekly_keys) {
    if (weekly_keys) {
        from_value.fail("days and timezone are for times of day, not for a moment");
        return std::nullopt;
    }
    const auto from = read_moment(from_value);
    const auto to = read_moment(to_value);
    if (!from || !to) return std::nullopt;
    if (*from >= *to) {
        to_value.fail("the window ends before it begins");
        return std::nullopt;
    }
    return SingleWindow{*from, *to};
}

std::optional<MaintenanceWindow> read_window(const ConfigValue& value) {
    auto map = value.map();
    if (!map) return std::nullopt;
    const auto days = map->get("days");
    const auto from_value = map->require("from");
    const auto to_value = map->require("to");
    const auto zone = map->get("timezone");
    map->finish();
    WeeklyWindow window{.days = std::bitset<7>().set()};
    if (days) window.days = read_days(*days);
    if (zone) read_zone(*zone, window);
    if (!from_value || !to_value) return std::nullopt;
    if (is_moment(*from_value) || is_moment(*to_value)) {
        return read_single(*from_value, *to_value, days || zone);
    }
    const auto from = read_time(*from_value, false);
    const auto to = read_time(*to_value, true);
    if (!from || !to || window.days.none()) return std::nullopt;
    if (*from == *to) {
        to_value->fail("the window ends when it begins; a whole day is \"00:00\" to \"24:00\"");
        return std::nullopt;
    }
    window.from = *from;
    window.to = *to;
    return window;
}

}  // namespace

std::vector<MaintenanceWindow> read_maintenance(const ConfigValue& value) {
    std::vector<MaintenanceWindow> windows;
    const auto list = value.list().value_or(std::vector<ConfigValue>{});
    if (list.size() > kMostWindows) value.fail("expected at most 100 windows");
    for (const ConfigValue& item : list) {
        if (auto window = read_window(item)) windows.push_back(*window);
    }
    return windows;
}

}  // namespace erp
