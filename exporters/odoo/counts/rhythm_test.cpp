#include "exporters/odoo/counts/rhythm.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kStart = 20'779 * kDay;  // a midnight

/// Starts `every` ns from `from` on, for `days` days.
std::int64_t run(Rhythm& rhythm, std::int64_t from, std::int64_t every, int days) {
    std::int64_t time = from;
    for (; time < from + days * kDay; time += every)
        note_start(rhythm, time);
    return time;
}

TEST_CASE("rhythm: jobs of each hour have a gap of an hour, those of each day one of a day",
          "[odoo]") {
    Rhythm hourly;
    run(hourly, kStart, kHour, 4);
    CHECK(usual_gap(hourly) == kHour);
    Rhythm daily;
    run(daily, kStart, kDay, 4);
    CHECK(usual_gap(daily) == kDay);
    Rhythm weekly;
    run(weekly, kStart, 7 * kDay, 28);
    CHECK(usual_gap(weekly) == 7 * kDay);
}

TEST_CASE("rhythm: it is not known before the third day", "[odoo]") {
    Rhythm rhythm;
    CHECK_FALSE(usual_gap(rhythm));
    // A copy: its daily jobs all begin at once, and then each day.
    for (int day = 0; day < 4; ++day) {
        for (int job = 0; job < 5; ++job)
            note_start(rhythm, kStart + day * kDay + job * kHour / 3'600);
        CHECK(usual_gap(rhythm).has_value() == (day > 1));
    }
    CHECK(usual_gap(rhythm) == kDay - 4 * kHour / 3'600);
}

TEST_CASE("rhythm: a standstill does not become usual", "[odoo]") {
    Rhythm rhythm;
    const std::int64_t stop = run(rhythm, kStart, kHour, 7);
    run(rhythm, stop + 30 * kHour, kHour, 1);
    CHECK(usual_gap(rhythm) == kHour);
    // One of each night does.
    std::int64_t time = stop + 60 * kHour;
    for (int day = 0; day < 8; ++day)
        time = 6 * kHour + run(rhythm, time, kHour / 2, 1) - kHour / 2;
    CHECK(usual_gap(rhythm) == 6 * kHour);
}

TEST_CASE("rhythm: a start that is written late changes nothing", "[odoo]") {
    Rhythm rhythm;
    const std::int64_t end = run(rhythm, kStart, kHour, 4);
    note_start(rhythm, kStart);
    note_start(rhythm, end);
    CHECK(usual_gap(rhythm) == kHour);
}

}  // namespace
}  // namespace erp::odoo
