#include "exporters/postgres/watchers/blocking.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/watchers/lock_waits.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

Waiter waiter(int pid,
              std::vector<int> blockers,
              double seconds = 1,
              std::string datname = "acme") {
    return {pid, std::move(datname), seconds, std::move(blockers)};
}

TEST_CASE("blocking: a chain of three behind one root has depth three", "[postgres]") {
    // PostgreSQL names those who wait before a session too, not only the root.
    const BlockingForest forest({waiter(2, {1}, 9), waiter(3, {1, 2}, 5), waiter(4, {2, 3}, 2)});
    const Blocking b = forest.of("acme");
    CHECK(b.waiting == 3);
    CHECK(b.longest_seconds == 9);
    CHECK(b.roots == 1);
    CHECK(b.depth == 3);
    CHECK(b.widest_tree == 3);
}

TEST_CASE("blocking: two trees are two roots, the widest counts", "[postgres]") {
    const BlockingForest forest({waiter(2, {1}), waiter(3, {1}), waiter(5, {4})});
    const Blocking b = forest.of("acme");
    CHECK(b.roots == 2);
    CHECK(b.depth == 1);
    CHECK(b.widest_tree == 2);
}

TEST_CASE("blocking: a cycle, a leader named twice and a prepared transaction do no harm",
          "[postgres]") {
    const BlockingForest cycle({waiter(1, {2}), waiter(2, {1})});
    CHECK(cycle.of("acme").waiting == 2);
    CHECK(cycle.of("acme").depth == 1);  // the edge that closes the cycle is left out
    const BlockingForest leader({waiter(2, {1, 1, 1})});
    CHECK(leader.of("acme").roots == 1);
    CHECK(leader.of("acme").widest_tree == 1);
    const BlockingForest prepared({waiter(2, {0})});
    CHECK(prepared.of("acme").roots == 1);
    const BlockingForest self({waiter(2, {2})});
    CHECK(self.of("acme").roots == 0);
}

TEST_CASE("blocking: databases are told apart", "[postgres]") {
    const BlockingForest forest({waiter(2, {1}), waiter(4, {3}, 1, "globex")});
    CHECK(forest.databases() == std::vector<std::string>{"acme", "globex"});
    CHECK(forest.of("globex").waiting == 1);
    CHECK(forest.of("other").waiting == 0);
}

TEST_CASE("blocking: a recorded chain on a real server is read whole", "[postgres]") {
    auto waiters = to_waiters(recorded("15/waiters"));
    REQUIRE(waiters.has_value());
    REQUIRE(waiters->size() == 3);
    const Blocking b = BlockingForest(*waiters).of("acme");
    CHECK(b.waiting == 3);
    CHECK(b.roots == 1);
    CHECK(b.depth >= 2);
    CHECK(b.widest_tree == 3);
    CHECK(b.longest_seconds > 0);
}

TEST_CASE("lock sampler: maxima outlive the episode by a minute, the total stays", "[postgres]") {
    LockSampler sampler;
    sampler.set_databases({"acme", "quiet"});
    const auto start = Clock::now();
    (void)sampler.add({}, start, 3s);
    (void)sampler.add({waiter(2, {1}, 7), waiter(3, {1}, 3)}, start + 1s, 3s);
    LockState state = sampler.add({}, start + 2s, 3s);
    CHECK(state.databases.at("acme").now.waiting == 0);
    CHECK(state.databases.at("acme").recent_max.waiting == 2);
    CHECK(state.databases.at("acme").recent_max.longest_seconds == 7);
    CHECK(state.databases.at("acme").wait_seconds_total == 2);
    CHECK(state.databases.at("quiet").recent_max.waiting == 0);
    state = sampler.add({}, start + 62s, 3s);
    CHECK(state.databases.at("acme").recent_max.waiting == 0);
    CHECK(state.databases.at("acme").wait_seconds_total == 2);
    sampler.set_databases({"quiet"});
    CHECK(sampler.add({}, start + 63s, 3s).databases.size() == 1);
}

TEST_CASE("lock sampler: a gap between samples is not time waited", "[postgres]") {
    LockSampler sampler;
    const auto start = Clock::now();
    (void)sampler.add({}, start, 3s);
    const LockState state = sampler.add({waiter(2, {1})}, start + 600s, 3s);
    CHECK(state.databases.at("acme").wait_seconds_total == 3);
}

}  // namespace
}  // namespace erp::postgres
