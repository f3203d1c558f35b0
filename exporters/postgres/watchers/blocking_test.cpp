#include "exporters/postgres/watchers/blocking.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

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
    CHECK(cycle.of("acme").roots == 1);
    CHECK(cycle.of("acme").depth == 1);
    CHECK(cycle.of("acme").widest_tree == 1);
    const BlockingForest leader({waiter(2, {1, 1, 1})});
    CHECK(leader.of("acme").roots == 1);
    CHECK(leader.of("acme").widest_tree == 1);
    const BlockingForest prepared({waiter(2, {0})});
    CHECK(prepared.of("acme").roots == 1);
    const BlockingForest self({waiter(2, {2})});
    CHECK(self.of("acme").roots == 0);
}

TEST_CASE("blocking: one session of a cycle is the root of all that wait for it", "[postgres]") {
    const BlockingForest behind({waiter(1, {3}), waiter(2, {1}), waiter(3, {2}), waiter(4, {3})});
    CHECK(behind.of("acme").depth == 3);  // 3 waits for 2, which waits for 1; 4 waits for 3
    CHECK(behind.of("acme").widest_tree == 3);
    CHECK(behind.depth_of(1) == 0);
    REQUIRE(behind.roots().size() == 1);
    CHECK(behind.roots()[0].pid == 1);
    CHECK(behind.roots()[0].closes_cycle);
    CHECK(behind.roots()[0].behind == 3);
    // One that does not wait, before a cycle.
    const BlockingForest before({waiter(2, {1, 3}), waiter(3, {2})});
    REQUIRE(before.roots().size() == 2);
    CHECK(before.of("acme").roots == 2);
    CHECK_FALSE(before.roots()[0].closes_cycle);
    CHECK(before.roots()[1].closes_cycle);
}

TEST_CASE("blocking: databases are told apart", "[postgres]") {
    const BlockingForest forest({waiter(2, {1}), waiter(4, {3}, 1, "globex")});
    CHECK(forest.databases() == std::vector<std::string>{"acme", "globex"});
    CHECK(forest.of("globex").waiting == 1);
    CHECK(forest.of("other").waiting == 0);
}

TEST_CASE("blocking: roots are told with what is behind them, the widest first", "[postgres]") {
    const BlockingForest forest({waiter(2, {1}, 3), waiter(5, {4}, 2), waiter(6, {5}, 9)});
    const auto roots = forest.roots();
    REQUIRE(roots.size() == 2);
    CHECK(roots[0].pid == 4);
    CHECK(roots[0].behind == 2);
    CHECK(roots[0].longest_seconds == 9);
    CHECK(roots[0].datname == "acme");
    CHECK(roots[1].pid == 1);
    CHECK(roots[1].behind == 1);
}

TEST_CASE("blocking: what is prepared in two databases is two roots", "[postgres]") {
    const BlockingForest forest(
        {waiter(2, {0}, 9), waiter(3, {0}, 5, "globex"), waiter(4, {0, 3}, 4, "globex")});
    const auto roots = forest.roots();
    REQUIRE(roots.size() == 2);
    CHECK(roots[0].pid == 0);
    CHECK(roots[0].datname == "globex");
    CHECK(roots[0].behind == 2);
    CHECK(roots[0].longest_seconds == 5);
    CHECK(roots[1].datname == "acme");
    CHECK(roots[1].behind == 1);
}

TEST_CASE("blocking: one that keeps two databases waiting is a root of both", "[postgres]") {
    const BlockingForest forest({waiter(2, {1}, 9), waiter(3, {2}, 5, "globex")});
    const auto roots = forest.roots();
    REQUIRE(roots.size() == 2);
    for (const auto& root : roots) {
        CHECK(root.pid == 1);
        CHECK(root.behind == 1);
        CHECK(root.longest_seconds == (root.datname == "acme" ? 9 : 5));
    }
}

}  // namespace
}  // namespace erp::postgres
