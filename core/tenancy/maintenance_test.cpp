#include "core/tenancy/maintenance.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

namespace erp {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

bool open_at(const MaintenanceWindow& window, std::string_view moment) {
    const auto at = to_moment(moment);
    REQUIRE(at);
    return in_maintenance(std::span(&window, 1), *at);
}

WeeklyWindow weekly(const std::string& days, minutes from, minutes to, minutes offset = 0min) {
    WeeklyWindow window{.from = from, .to = to, .offset = offset};
    for (std::size_t i = 0; i < days.size(); ++i)
        window.days.set(i, days[i] != '-');
    return window;
}

TEST_CASE(
    "maintenance: a weekly window is open on its days from its first to before its last "
    "minute",
    "[tenancy]") {
    const MaintenanceWindow weekend = weekly("-----ss", 2h, 4h);
    CHECK_FALSE(open_at(weekend, "2026-11-28T01:59:59Z"));  // a Saturday
    CHECK(open_at(weekend, "2026-11-28T02:00:00Z"));
    CHECK(open_at(weekend, "2026-11-29T03:59:59Z"));
    CHECK_FALSE(open_at(weekend, "2026-11-29T04:00:00Z"));
    CHECK_FALSE(open_at(weekend, "2026-11-27T03:00:00Z"));
    CHECK_FALSE(open_at(weekend, "2026-11-30T03:00:00Z"));
}

TEST_CASE("maintenance: a window over midnight belongs to the day on which it begins",
          "[tenancy]") {
    const MaintenanceWindow window = weekly("----f--", 22h, 2h);
    CHECK(open_at(window, "2026-11-27T22:00:00Z"));  // Friday
    CHECK(open_at(window, "2026-11-27T23:59:59Z"));
    CHECK(open_at(window, "2026-11-28T01:59:59Z"));
    CHECK_FALSE(open_at(window, "2026-11-28T02:00:00Z"));
    CHECK_FALSE(open_at(window, "2026-11-28T22:30:00Z"));
    CHECK_FALSE(open_at(window, "2026-11-27T01:00:00Z"));
    const MaintenanceWindow sunday = weekly("------s", 23h, 1h);
    CHECK(open_at(sunday, "2026-11-30T00:30:00Z"));  // the week ends in it
    const MaintenanceWindow to_midnight = weekly("m------", 22h, 24h);
    CHECK(open_at(to_midnight, "2026-11-30T23:59:59Z"));
    CHECK_FALSE(open_at(to_midnight, "2026-12-01T00:00:00Z"));
    const MaintenanceWindow until_zero = weekly("m------", 22h, 0min);
    CHECK(open_at(until_zero, "2026-11-30T23:59:59Z"));
    CHECK_FALSE(open_at(until_zero, "2026-12-01T00:00:00Z"));
}

TEST_CASE("maintenance: times of day are of the window's offset, and so are its days",
          "[tenancy]") {
    const MaintenanceWindow east = weekly("-----s-", 1h, 3h, 2h);
    CHECK(open_at(east, "2026-11-27T23:00:00Z"));  // Saturday 01:00 there
    CHECK(open_at(east, "2026-11-28T01:00:00+02:00"));
    CHECK_FALSE(open_at(east, "2026-11-28T01:00:00Z"));
    const MaintenanceWindow west = weekly("-----s-", 20h, 23h, -(5h + 30min));
    CHECK(open_at(west, "2026-11-29T01:30:00Z"));
    CHECK_FALSE(open_at(west, "2026-11-29T01:29:59Z"));
}

TEST_CASE("maintenance: a single window is open once", "[tenancy]") {
    const MaintenanceWindow window =
        SingleWindow{*to_moment("2026-12-01T22:00:00Z"), *to_moment("2026-12-02T02:00:00Z")};
    CHECK_FALSE(open_at(window, "2026-12-01T21:59:59Z"));
    CHECK(open_at(window, "2026-12-01T22:00:00Z"));
    CHECK(open_at(window, "2026-12-02T01:59:59Z"));
    CHECK_FALSE(open_at(window, "2026-12-02T02:00:00Z"));
    CHECK_FALSE(open_at(window, "2027-12-01T23:00:00Z"));
}

TEST_CASE("maintenance: one open window of several is enough, none is none", "[tenancy]") {
    const MaintenanceWindow windows[] = {weekly("mtwtfss", 1h, 2h), weekly("mtwtfss", 3h, 4h)};
    const auto at = sys_days(2026y / 11 / 24);
    CHECK(in_maintenance(windows, at + 3h));
    CHECK_FALSE(in_maintenance(windows, at + 2h));
    CHECK_FALSE(in_maintenance({}, at));
}

TEST_CASE("maintenance: every minute of a week is in exactly one of a window and its complement",
          "[tenancy]") {
    for (const minutes offset : {0min, 345min, -180min}) {
        const MaintenanceWindow window = weekly("mtwtfss", 22h, 5h + 30min, offset);
        const MaintenanceWindow rest = weekly("mtwtfss", 5h + 30min, 22h, offset);
        for (auto at = sys_days(2026y / 2 / 26) + 0min; at < sys_days(2026y / 3 / 5); at += 1min) {
            const bool in = in_maintenance(std::span(&window, 1), at);
            if (in == in_maintenance(std::span(&rest, 1), at)) FAIL(at.time_since_epoch().count());
        }
    }
}

TEST_CASE("maintenance: times of day, offsets and moments are read strictly", "[tenancy]") {
    CHECK(to_time_of_day("02:05") == 125min);
    CHECK(to_time_of_day("24:00") == 24h);
    for (const char* wrong : {"", "2:00", "02:60", "24:01", "25:00", "02:00:00", "02-00", "+2:00"})
        CHECK(to_time_of_day(wrong) == std::nullopt);
    CHECK(to_utc_offset("UTC") == 0min);
    CHECK(to_utc_offset("-03:30") == -210min);
    for (const char* wrong : {"", "CET", "Europe/Berlin", "02:00", "+2", "+15:00", "utc"})
        CHECK(to_utc_offset(wrong) == std::nullopt);
    CHECK(to_moment("1970-01-02T00:00:01Z") == sys_seconds(86401s));
    CHECK(to_moment("1970-01-01T01:00+01:00") == sys_seconds(0s));
    CHECK(to_moment("1970-01-01 00:00:00Z") == sys_seconds(0s));
    for (const char* wrong : {"", "2026-12-01", "2026-12-01T22:00:00", "2026-13-01T00:00Z",
                              "2026-02-29T00:00Z", "2026-12-01T24:00Z", "2026-12-01T22:00:60Z",
                              "2026-12-01T22:00:00UTC", "2026-12-01T22:00:00.5Z",
                              "2026-12-01T22:00:", "26-12-01T22:00:00Z", "2026-12-01T22:00:00 Z"}) {
        CAPTURE(wrong);
        CHECK(to_moment(wrong) == std::nullopt);
    }
}

}  // namespace
}  // namespace erp
