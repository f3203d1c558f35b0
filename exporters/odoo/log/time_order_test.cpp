#include "exporters/odoo/log/time_order.hpp"

#include <catch2/catch.hpp>

namespace erp::odoo {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 100'000 * kSecond;
constexpr std::int64_t kYesterday = 13'600 * kSecond;

bool take(TimeOrder& order, std::int64_t time, std::int64_t now) {
    return order.take(time, [now] { return now; });
}

/// How many of `count` records of one moment are refused.
unsigned refused_of(TimeOrder& order, int count, std::int64_t time, std::int64_t now) {
    unsigned refused = 0;
    for (int i = 0; i < count; ++i)
        refused += take(order, time, now) ? 0 : 1;
    return refused;
}

TEST_CASE("time goes on, except where the clock was set back, and not into the future") {
    TimeOrder order;
    CHECK(take(order, 1000 * kSecond, 1000 * kSecond));
    CHECK(take(order, 996 * kSecond, 1000 * kSecond));
    CHECK_FALSE(take(order, 994 * kSecond, 1000 * kSecond));
    CHECK_FALSE(take(order, 1006 * kSecond, 1000 * kSecond));
    CHECK(take(order, 1004 * kSecond, 1000 * kSecond));
    CHECK(take(order, 900 * kSecond, 901 * kSecond));
}

TEST_CASE("a clock that was set back costs no record") {
    TimeOrder order;
    for (int i = 0; i < 20; ++i)
        CHECK(take(order, kNow + i, kNow + i));
    for (std::int64_t now = kNow - 60 * kSecond; now < kNow; now += kSecond)
        CHECK(take(order, now, now));
}

TEST_CASE("records of one moment set no time back, however many they are") {
    TimeOrder order;
    CHECK(take(order, kNow, kNow));
    CHECK(refused_of(order, 100'000, kYesterday, kNow + kSecond) == 100'000);
    CHECK(take(order, kNow, kNow + kSecond));
}

TEST_CASE("what a client sends again and again sets no time back") {
    TimeOrder order;
    for (int i = 0; i < 20; ++i) {
        const std::int64_t now = kNow + 10 * kSecond * i;
        CHECK(take(order, now, now));  // its request's own record
        CHECK(refused_of(order, 10, kYesterday, now) == 10);
    }
}

TEST_CASE("a log whose own clock was set back costs the records of some seconds") {
    TimeOrder order;
    CHECK(take(order, kNow, kNow));
    constexpr std::int64_t kStep = 3'600 * kSecond;
    int lost = 0;
    for (std::int64_t now = kNow; now < kNow + 60 * kSecond; now += kSecond)
        lost += take(order, now - kStep, now) ? 0 : 1;
    CHECK(lost == 6);
}

TEST_CASE(
    "a log that is read late, and whose clock was set back, costs a bounded number of "
    "records") {
    TimeOrder order;
    CHECK(take(order, 8'000 * kSecond, kNow));
    CHECK(refused_of(order, 200, 1'000 * kSecond, kNow) == TimeOrder::kMostRefused);
}

TEST_CASE("a log whose clock is ahead costs the records of some seconds, now and when it is set") {
    TimeOrder order;
    int lost = 0;
    for (std::int64_t now = kNow; now < kNow + 60 * kSecond; now += kSecond)
        lost += take(order, now + 10 * kSecond, now) ? 0 : 1;
    CHECK(lost == 6);
    CHECK_FALSE(take(order, kNow + 100 * kSecond, kNow + 60 * kSecond));
    for (std::int64_t now = kNow + 60 * kSecond; now < kNow + 120 * kSecond; now += kSecond)
        lost += take(order, now, now) ? 0 : 1;
    CHECK(lost == 10);  // until it is no more than 5 s behind those before it
}

TEST_CASE("what a client sends again and again sets no time forward") {
    TimeOrder order;
    for (int i = 0; i < 20; ++i) {
        const std::int64_t now = kNow + 10 * kSecond * i;
        CHECK(take(order, now, now));  // its request's own record
        CHECK(refused_of(order, 10, now + 20 * kSecond, now) == 10);
    }
}

TEST_CASE("a forged time ahead, in a log that is read late, costs no record behind it") {
    TimeOrder order;
    CHECK(take(order, 1'000 * kSecond, kNow));
    CHECK(take(order, 8'000 * kSecond, kNow));  // forged, as nobody can know yet
    CHECK(take(order, 1'030 * kSecond, kNow));
    CHECK_FALSE(take(order, 990 * kSecond, kNow));
    CHECK(take(order, 1'060 * kSecond, kNow));
    CHECK_FALSE(take(order, 990 * kSecond, kNow));
    // A true leap is one when enough has followed it.
    for (unsigned i = 0; i <= TimeOrder::kConfirmed; ++i)
        CHECK(take(order, 2'000 * kSecond, kNow));
    CHECK_FALSE(take(order, 1'990 * kSecond, kNow));
}

TEST_CASE("a leap to the reader's present is true: behind a quiet hour nothing is of that hour") {
    TimeOrder order;
    CHECK(take(order, kNow - 3'600 * kSecond, kNow - 3'600 * kSecond));
    CHECK(take(order, kNow, kNow));
    CHECK_FALSE(take(order, kNow - 660 * kSecond, kNow));
}

TEST_CASE("what has come to the reader's present goes back to no leap before it") {
    TimeOrder order;
    CHECK(take(order, 1'000 * kSecond, kNow));
    CHECK(take(order, 8'000 * kSecond, kNow));
    CHECK(take(order, kNow, kNow));
    CHECK_FALSE(take(order, 2'000 * kSecond, kNow));
}

TEST_CASE("forged times that climb by steps cost a bounded number of records") {
    TimeOrder order;
    CHECK(take(order, 1'000 * kSecond, kNow));
    for (int step = 1; step < 50; ++step)
        CHECK(take(order, (1'000 + 10 * step) * kSecond, kNow));
    CHECK(refused_of(order, 200, 1'010 * kSecond, kNow) == TimeOrder::kMostRefused);
}

}  // namespace
}  // namespace erp::odoo
