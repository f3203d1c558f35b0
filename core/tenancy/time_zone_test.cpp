#include "core/tenancy/time_zone.hpp"

#include "core/tenancy/maintenance.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace erp {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

void put(std::string& out, std::int64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
        out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
}

void put_header(std::string& out, int times, int types) {
    out += "TZif2";
    out.append(15, '\0');
    for (const int count : {0, 0, 0, times, types, 4})
        put(out, count, 4);
}

/// A file whose only transitions are these (Unix time, offset in seconds), and a rule after them.
std::string file(const std::vector<std::pair<std::int64_t, int>>& transitions,
                 const std::string& rule) {
    const int count = static_cast<int>(transitions.size());
    std::string out;
    put_header(out, 0, 1);
    put(out, 3208, 4);
    out.append(2 + 4, '\0');
    put_header(out, count, count + 1);
    for (const auto& [at, offset] : transitions)
        put(out, at, 8);
    for (int i = 0; i < count; ++i)
        out += static_cast<char>(i + 1);
    put(out, 3208, 4);
    out.append(2, '\0');
    for (const auto& [at, offset] : transitions) {
        put(out, offset, 4);
        out.append(2, '\0');
    }
    out.append("LMT").push_back('\0');
    return out + "\n" + rule + "\n";
}

seconds offset(const std::string& bytes, std::string_view moment) {
    const auto zone = TimeZone::parse(bytes);
    REQUIRE(zone);
    return zone->offset(*to_moment(moment));
}

TEST_CASE("time zone: before the first transition, between two, and by the rule after the last",
          "[tenancy]") {
    const std::string berlin =
        file({{-2422054408, 3600}, {-1693706400, 7200}, {0, 3600}}, "CET-1CEST,M3.5.0,M10.5.0/3");
    CHECK(offset(berlin, "1893-03-31T00:00Z") == 3208s);
    CHECK(offset(berlin, "1900-01-01T00:00Z") == 1h);
    CHECK(offset(berlin, "1950-01-01T00:00Z") == 2h);
    CHECK(offset(berlin, "2026-03-29T00:59:59Z") == 1h);
    CHECK(offset(berlin, "2026-03-29T01:00:00Z") == 2h);
    CHECK(offset(berlin, "2026-10-25T00:59:59Z") == 2h);
    CHECK(offset(berlin, "2026-10-25T01:00:00Z") == 1h);
    CHECK(offset(berlin, "2099-07-01T00:00Z") == 2h);
}

TEST_CASE("time zone: rules of the whole world", "[tenancy]") {
    const std::string york = file({}, "EST5EDT,M3.2.0,M11.1.0");
    CHECK(offset(york, "2026-03-08T06:59:59Z") == -5h);
    CHECK(offset(york, "2026-03-08T07:00:00Z") == -4h);
    CHECK(offset(york, "2026-11-01T05:59:59Z") == -4h);
    CHECK(offset(york, "2026-11-01T06:00:00Z") == -5h);
    const std::string sydney = file({}, "AEST-10AEDT,M10.1.0,M4.1.0/3");
    CHECK(offset(sydney, "2026-01-01T00:00Z") == 11h);
    CHECK(offset(sydney, "2026-12-31T20:00Z") == 11h);
    CHECK(offset(sydney, "2026-04-04T15:59:59Z") == 11h);
    CHECK(offset(sydney, "2026-04-04T16:00:00Z") == 10h);
    CHECK(offset(sydney, "2026-10-03T16:00:00Z") == 11h);
    CHECK(offset(file({}, "<+0545>-5:45"), "2026-07-01T00:00Z") == 5h + 45min);
    CHECK(offset(file({}, "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"), "2026-07-01T00:00Z") == -1h);
    CHECK(offset(file({}, "IST-1GMT0,M10.5.0,M3.5.0/1"), "2026-01-01T00:00Z") == 0s);
    CHECK(offset(file({}, "IST-1GMT0,M10.5.0,M3.5.0/1"), "2026-07-01T00:00Z") == 1h);
    CHECK(offset(file({{0, 7200}}, ""), "2026-07-01T00:00Z") == 2h);
}

TEST_CASE("time zone: other files are refused, and none is a crash", "[tenancy]") {
    const std::string good = file({{0, 3600}}, "CET-1CEST,M3.5.0,M10.5.0/3");
    for (const char* rule : {"CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                             "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,J60,J300", "-1", "<X-1",
                             "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1:60"}) {
        CAPTURE(rule);
        CHECK_FALSE(TimeZone::parse(file({}, rule)));
    }
    CHECK_FALSE(TimeZone::parse(""));
    CHECK_FALSE(TimeZone::parse("TZif2"));
    CHECK_FALSE(TimeZone::parse(std::string(100, '\0')));
    CHECK_FALSE(TimeZone::parse(file({{5, 0}, {4, 0}}, "")));
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(TimeZone::parse(std::string_view(good).substr(0, size)));
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same edits in each run
    for (int round = 0; round < 20'000; ++round) {
        std::string edited = good;
        for (int edits = 0; edits < 3; ++edits)
            edited[random() % edited.size()] = static_cast<char>(random());
        if (const auto zone = TimeZone::parse(edited)) {
            (void)zone->offset(sys_seconds(seconds(random())));
        }
    }
}

TEST_CASE("time zone: a window of a zone keeps its time of day through the year", "[tenancy]") {
    WeeklyWindow window{.days = std::bitset<7>().set(), .from = 2h + 30min, .to = 4h};
    window.zone =
        std::make_shared<const TimeZone>(*TimeZone::parse(file({}, "CET-1CEST,M3.5.0,M10.5.0/3")));
    const MaintenanceWindow windows[] = {window};
    const auto open = [&](std::string_view moment) {
        return in_maintenance(windows, *to_moment(moment));
    };
    CHECK(open("2026-01-15T01:30:00Z"));
    CHECK_FALSE(open("2026-01-15T03:00:00Z"));
    CHECK(open("2026-07-15T00:30:00Z"));
    CHECK_FALSE(open("2026-07-15T02:00:00Z"));
    // From two to three there is nothing on this day.
    CHECK_FALSE(open("2026-03-29T00:59:59Z"));
    CHECK(open("2026-03-29T01:00:00Z"));
}

}  // namespace
}  // namespace erp
