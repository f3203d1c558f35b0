#pragma once

#include "core/tenancy/time_zone.hpp"

#include <bitset>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

/// When work on a tenant's systems is planned, so that nobody is woken by it.
namespace erp {

/// Every week. Times of day are of the window's zone. Where the clock is put forward a window may
/// be shorter by what it skips, and longer where it is put back.
struct WeeklyWindow {
    std::bitset<7> days = {};          ///< on which it begins; 0 is Monday
    std::chrono::minutes from = {};    ///< since midnight, 0 to 1439
    std::chrono::minutes to = {};      ///< 0 to 1440; not after `from`: of the next day
    std::chrono::minutes offset = {};  ///< east of UTC, where there is no zone
    std::shared_ptr<const TimeZone> zone = {};
    bool operator==(const WeeklyWindow&) const = default;
};

/// Once; `to` is the first second after it.
struct SingleWindow {
    std::chrono::sys_seconds from = {};
    std::chrono::sys_seconds to = {};
    bool operator==(const SingleWindow&) const = default;
};

using MaintenanceWindow = std::variant<WeeklyWindow, SingleWindow>;

/// Whether one of the windows is open.
[[nodiscard]] bool in_maintenance(std::span<const MaintenanceWindow> windows,
                                  std::chrono::system_clock::time_point now);

/// "02:00", "24:00": since midnight.
[[nodiscard]] std::optional<std::chrono::minutes> to_time_of_day(std::string_view text);

/// "UTC", "Z", "+02:00", "-03:30": at most 14 hours from UTC.
[[nodiscard]] std::optional<std::chrono::minutes> to_utc_offset(std::string_view text);

/// "2026-12-01T22:00:00Z", "2026-12-01T22:00+01:00": RFC 3339, where seconds may be missing and
/// have no fraction.
[[nodiscard]] std::optional<std::chrono::sys_seconds> to_moment(std::string_view text);

}  // namespace erp
