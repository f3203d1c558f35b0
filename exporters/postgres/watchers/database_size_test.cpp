#include "exporters/postgres/watchers/database_size.hpp"

#include "core/metrics/page_families.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

const Result<double> kTimeout = Error{Phase::timeout, "statement timeout"};
const Clock::time_point kStart{1h};

std::string page(const SizeWalk& walk) {
    return page_of(walk.samples());
}

TEST_CASE("size walk: each database once a round, a round an interval", "[postgres]") {
    SizeWalk walk(5min);
    CHECK_FALSE(walk.next(kStart));  // no databases yet
    walk.know_databases({{1, "a"}, {2, "b"}});
    for (int round = 0; round < 3; ++round) {
        const auto at = kStart + round * 5min;
        CAPTURE(round);
        CHECK(walk.due(at));
        CHECK(walk.next(at) == 2);
        CHECK(walk.next(at + 1s) == 1);
        CHECK_FALSE(walk.due(at + 2s));
        CHECK_FALSE(walk.next(at + 4min));
    }
}

TEST_CASE("size walk: a dropped database is forgotten at once, a new one is next", "[postgres]") {
    SizeWalk walk(5min);
    walk.know_databases({{1, "a"}, {2, "b"}});
    CHECK(walk.next(kStart) == 2);
    walk.saw(2, 8.0);
    walk.know_databases({{3, "c"}});
    CHECK(walk.samples().empty());
    CHECK(walk.next(kStart + 1s) == 3);
    // "a" was to be visited in this round.
    CHECK_FALSE(walk.next(kStart + 2s));
    CHECK(walk.next(kStart + 5min) == 3);
    walk.know_databases({{4, "d"}});
    walk.saw(3, 8.0);  // was under way when it was dropped
    CHECK(walk.samples().empty());
}

TEST_CASE("size walk: a size goes with its database when names change hands", "[postgres]") {
    SizeWalk walk(5min);
    walk.know_databases({{1, "a"}, {2, "b"}});
    while (const auto oid = walk.next(kStart))
        walk.saw(*oid, *oid == 1 ? 100.0 : 200.0);
    walk.know_databases({{1, "b"}, {2, "a"}});
    CHECK(has_line(page(walk), R"(pg_database_size_bytes{datname="a"} 200)"));
    CHECK(has_line(page(walk), R"(pg_database_size_bytes{datname="b"} 100)"));
    CHECK_FALSE(walk.due(kStart + 1s));  // both are known
    // A copy that takes the name of one that was dropped is another database.
    walk.know_databases({{2, "a"}, {3, "b"}});
    CHECK(page(walk).find("\"b\"") == std::string::npos);
    CHECK(walk.next(kStart + 1s) == 3);
}

TEST_CASE("size walk: another cluster's databases do not take the sizes of those that were",
          "[postgres]") {
    SizeWalk walk(5min);
    walk.know_databases({{1, "a"}, {2, "b"}});
    while (const auto oid = walk.next(kStart))
        walk.saw(*oid, 100.0);
    walk.met();
    walk.know_databases({{1, "a"}, {2, "b"}});
    CHECK(has_line(page(walk), R"(pg_database_size_bytes{datname="a"} 100)"));
    CHECK_FALSE(walk.due(kStart + 1s));
    walk.met();
    walk.know_databases({{1, "a"}, {2, "c"}});
    CHECK(walk.samples().empty());
    CHECK(walk.next(kStart + 1s) == 2);
    CHECK(walk.next(kStart + 1s) == 1);
}

TEST_CASE("size walk: a size that takes long is tried again and stays what it was", "[postgres]") {
    SizeWalk walk(5min);
    walk.know_databases({{1, "big"}, {2, "small"}});
    walk.saw(1, 7.0);
    CHECK(walk.next(kStart) == 2);
    CHECK(walk.next(kStart) == 1);
    int tries = 0;
    do {
        walk.saw(1, kTimeout);
        ++tries;
        REQUIRE(tries <= 10);
        if (tries < 10) CHECK(has_line(page(walk), R"(pg_database_size_bytes{datname="big"} 7)"));
    } while (walk.next(kStart));
    CHECK(tries == 10);
    CHECK(walk.samples().empty());
}

TEST_CASE("size walk: what may not be seen is not shown", "[postgres]") {
    SizeWalk walk(5min);
    walk.know_databases({{1, "a"}});
    walk.saw(1, 7.0);
    walk.saw(1, Error{Phase::privilege, "permission denied"});
    CHECK(walk.samples().empty());
}

}  // namespace
}  // namespace erp::postgres
