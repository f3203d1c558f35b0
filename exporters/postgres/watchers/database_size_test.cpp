#include "exporters/postgres/watchers/database_size.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

const Result<double> kTimeout = Error{Phase::timeout, "statement timeout"};
const Clock::time_point kStart{1h};

TEST_CASE("size walk: each database once a round, a round an interval", "[postgres]") {
    SizeWalk walk(5min);
    CHECK_FALSE(walk.next(kStart));  // no names yet
    walk.set_databases({"a", "b"});
    for (int round = 0; round < 3; ++round) {
        const auto at = kStart + round * 5min;
        CAPTURE(round);
        CHECK(walk.due(at));
        CHECK(walk.next(at) == "b");
        CHECK(walk.next(at + 1s) == "a");
        CHECK_FALSE(walk.due(at + 2s));
        CHECK_FALSE(walk.next(at + 4min));
    }
}

TEST_CASE("size walk: a dropped database is forgotten at once", "[postgres]") {
    SizeWalk walk(5min);
    walk.set_databases({"a", "b"});
    CHECK(walk.next(kStart) == "b");
    walk.saw("b", 8.0);
    walk.set_databases({"c"});
    CHECK(walk.sizes().bytes.empty());
    // "a" was to be visited in this round.
    CHECK_FALSE(walk.next(kStart));
    CHECK(walk.next(kStart + 5min) == "c");
}

TEST_CASE("size walk: a size that takes long is tried again and stays what it was", "[postgres]") {
    SizeWalk walk(5min);
    walk.set_databases({"big", "small"});
    walk.saw("big", 7.0);
    CHECK(walk.next(kStart) == "small");
    CHECK(walk.next(kStart) == "big");
    int tries = 0;
    do {
        walk.saw("big", kTimeout);
        ++tries;
        REQUIRE(tries <= 10);
        if (tries < 10) CHECK(walk.sizes().bytes.at("big") == 7);
    } while (walk.next(kStart));
    CHECK(tries == 10);
    CHECK(walk.sizes().bytes.empty());
}

TEST_CASE("size walk: what may not be seen is not shown", "[postgres]") {
    SizeWalk walk(5min);
    walk.set_databases({"a"});
    walk.saw("a", 7.0);
    walk.saw("a", Error{Phase::privilege, "permission denied"});
    CHECK(walk.sizes().bytes.empty());
}

}  // namespace
}  // namespace erp::postgres
