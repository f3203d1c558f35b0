#include "exporters/postgres/watchers/lsn_clock.hpp"

#include "exporters/postgres/watchers/primaries.hpp"

#include <catch2/catch.hpp>

#include <cmath>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Clock::time_point kStart{std::chrono::hours(1000)};

double behind(const LsnClock& clock, Lsn reached, Clock::time_point now) {
    const auto time = clock.behind(reached, now);
    REQUIRE(time.has_value());
    return seconds(*time);
}

TEST_CASE("lsn clock: of an idle primary nobody is behind, however long it rests", "[postgres]") {
    LsnClock clock;
    CHECK_FALSE(clock.behind(1000, kStart).has_value());
    for (int i = 0; i < 3600; ++i)
        clock.add(kStart + i * 1s, 1000);
    CHECK(behind(clock, 1000, kStart + 3600s) == 0);
    CHECK(behind(clock, 1001, kStart + 3600s) == 0);
    CHECK(clock.points() == 2);
}

TEST_CASE(
    "lsn clock: what stands still falls behind from when there was more, also if nothing "
    "follows",
    "[postgres]") {
    LsnClock clock;
    for (int i = 0; i <= 10; ++i)
        clock.add(kStart + i * 1s, 1000);
    clock.add(kStart + 11s, 2000);  // written between these two looks
    for (int i = 12; i <= 100; ++i)
        clock.add(kStart + i * 1s, 2000);
    CHECK(behind(clock, 1000, kStart + 100s) == 90);
    CHECK(behind(clock, 1500, kStart + 100s) == 89.5);  // halfway between the two
    CHECK(behind(clock, 2000, kStart + 100s) == 0);
    CHECK(behind(clock, 1000, kStart + 200s) == 190);
}

TEST_CASE("lsn clock: what was there before it is behind for at least its memory", "[postgres]") {
    LsnClock clock;
    clock.add(kStart, 1000);
    clock.add(kStart + 5s, 1500);
    CHECK(behind(clock, 10, kStart + 5s) == 5);
    CHECK(behind(clock, 999, kStart + 8s) == 8);
}

TEST_CASE("lsn clock: a primary that has less than the one before takes the rest back",
          "[postgres]") {
    LsnClock clock;
    for (int i = 0; i <= 10; ++i)
        clock.add(kStart + i * 1s, 1000 + i * 100);
    clock.add(kStart + 11s, 1450);  // a failover to a standby that had received so much
    CHECK(clock.end(kStart + 11s) == 1450);
    CHECK(behind(clock, 1450, kStart + 11s) == 0);
    CHECK(behind(clock, 2000, kStart + 11s) == 0);  // the old primary's own WAL
    CHECK(behind(clock, 1300, kStart + 11s) == 8);
    clock.add(kStart + 12s, 1550);
    CHECK(behind(clock, 1450, kStart + 12s) == 1);
    clock.add(kStart + 13s, 5);  // another cluster altogether
    CHECK(behind(clock, 5, kStart + 13s) == 0);
    CHECK(clock.points() == 1);
}

TEST_CASE("lsn clock: years of work need a bounded memory, and dates stay right to a hundredth",
          "[postgres]") {
    LsnClock clock;
    const int last = 10 * 24 * 3600;
    std::size_t most = 0;
    // Never twice the same rate, so that no two points are on one line.
    const auto end = [](int i) { return Lsn{i} * 1000 + Lsn{i % 7} * 100; };
    for (int i = 0; i <= last; ++i) {
        clock.add(kStart + i * 1s, end(i));
        most = std::max(most, clock.points());
    }
    CHECK(most < LsnClock::kMostPoints);
    const auto now = kStart + last * 1s;
    for (const int age : {0, 1, 2, 30, 119, 500, 5000, 50'000, 500'000}) {
        CAPTURE(age);
        CHECK(std::abs(behind(clock, end(last - age), now) - age) <= 1 + age / 100.0);
    }
    // Beyond the horizon it is at least that.
    CHECK(behind(clock, 0, now) >= seconds(LsnClock::kHorizon));
    CHECK(behind(clock, 0, now) < seconds(LsnClock::kHorizon) * 1.02);
}

TEST_CASE("lsn clock: a rest that is longer than the memory is remembered from its begin",
          "[postgres]") {
    LsnClock clock;
    clock.add(kStart, 500);
    clock.add(kStart + 1s, 1000);
    const auto rest = LsnClock::kHorizon + 48h;
    for (auto t = 2s; t < rest; t += 600s)
        clock.add(kStart + t, 1000);
    for (int i = 0; i < 200; ++i)
        clock.add(kStart + rest + i * 1s, 1000 + i);
    CHECK(behind(clock, 600, kStart + rest + 200s) >= seconds(LsnClock::kHorizon));
}

TEST_CASE("lsn clock: a burst of points is bounded too", "[postgres]") {
    LsnClock clock;
    for (int i = 0; i < 50'000; ++i)
        clock.add(kStart + i * 1ms, i);
    CHECK(clock.points() <= LsnClock::kMostPoints + 64);
}

TEST_CASE("primaries: a standby is compared with the primary of its cluster and timeline",
          "[postgres]") {
    Primaries primaries;
    const int production = 0;
    const int copy = 0;
    const auto now = Clock::now();
    for (int i = 10; i >= 0; --i) {
        primaries.saw(&production, {"7", 1}, 1000 + (10 - i) * 100, now - i * 1s, 3s);
        primaries.saw(&copy, {"7", 2}, 90'000, now - i * 1s, 3s);
    }
    const auto standby = primaries.behind({"7", 1}, 1500, now);
    REQUIRE(standby.has_value());
    CHECK(standby->bytes == 500);
    CHECK(seconds(standby->time) == Approx(5).margin(0.001));
    CHECK_FALSE(primaries.behind({"8", 1}, 1500, now).has_value());
    // It looked a moment before its primary was seen last.
    CHECK(primaries.behind({"7", 1}, 1800, now - 1500ms)->bytes == 50);
    CHECK(primaries.behind({"7", 1}, 2500, now)->bytes == 0);
    // A standby of the promoted copy, and one that did not follow a failover.
    CHECK(primaries.behind({"7", 2}, 80'000, now)->bytes == 10'000);
    primaries.forget(&production);
    CHECK(primaries.behind({"7", 1}, 1500, now)->bytes == 88'500);
    CHECK_FALSE(primaries.behind({"7", 3}, 1500, now).has_value());
    primaries.forget(&copy);
    CHECK_FALSE(primaries.behind({"7", 1}, 1500, now).has_value());
}

TEST_CASE("primaries: what an idle one wrote after the standby was looked at puts nobody behind",
          "[postgres]") {
    Primaries primaries;
    const int idle = 0;
    const auto now = Clock::now();
    primaries.saw(&idle, {"7", 1}, 1000, now - 2s, 3s);
    CHECK(primaries.behind({"7", 1}, 1000, now - 1500ms)->time == 0s);
    primaries.saw(&idle, {"7", 1}, 1100, now - 1s, 3s);  // but one look was before the standby's
    CHECK(primaries.behind({"7", 1}, 1000, now - 1500ms)->time == 0s);
    CHECK(primaries.behind({"7", 1}, 999, now - 1500ms)->time == 500ms);
    primaries.saw(&idle, {"7", 1}, 1100, now - 500ms, 3s);
    primaries.saw(&idle, {"7", 1}, 1300, now, 3s);
    const auto standby = primaries.behind({"7", 1}, 1100, now - 250ms);
    CHECK(standby->bytes == 0);
    CHECK(standby->time == 0s);
    CHECK(primaries.behind({"7", 1}, 1099, now - 250ms)->bytes == 101);
    // At the next look it is known to have had less.
    CHECK(primaries.behind({"7", 1}, 1100, now)->bytes == 200);
}

TEST_CASE("primaries: one that is silent says nothing, and no other speaks for it", "[postgres]") {
    Primaries primaries;
    const int silent = 0;
    const int copy = 0;
    const auto now = Clock::now();
    primaries.saw(&silent, {"7", 1}, 1000, now - 10s, 3s);
    primaries.saw(&copy, {"7", 2}, 5000, now, 3s);
    CHECK_FALSE(primaries.behind({"7", 1}, 500, now).has_value());
    primaries.saw(&silent, {"9", 1}, 1000, now, 3s);  // another server at its address
    CHECK(primaries.behind({"9", 1}, 500, now)->bytes == 500);
    CHECK(primaries.behind({"7", 1}, 500, now)->bytes == 4500);
}

}  // namespace
}  // namespace erp::postgres
