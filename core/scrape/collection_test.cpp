#include "core/scrape/collection.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>

namespace erp {
namespace {

CollectorSet set_of(std::initializer_list<std::size_t> collectors) {
    CollectorSet set;
    for (const std::size_t collector : collectors)
        set.set(collector);
    return set;
}

/// Of three collectors; counts how often the loop is woken.
struct Watched {
    int calls = 0;
    Collection collection{set_of({0, 1, 2}), 3, Deadline::after(std::chrono::seconds(10)),
                          [this] { ++calls; }};
    void report(std::size_t collector) {
        collection.succeed(collector, Samples(), Duration::zero());
    }
};

TEST_CASE("collection: who waits is told when all he needs is there, not at each report",
          "[scrape]") {
    Watched watched;
    watched.collection.answered();
    watched.collection.expect(set_of({0, 2}));
    watched.collection.expect(set_of({0, 1, 2}));
    watched.report(1);
    watched.report(0);
    CHECK(watched.calls == 0);
    CHECK_FALSE(watched.collection.is_complete(set_of({0, 2})));
    watched.report(2);  // both are complete
    CHECK(watched.calls == 1);
    CHECK(watched.collection.is_complete(set_of({0, 2})));
    CHECK_FALSE(watched.collection.finished());
    watched.collection.finish();
    CHECK(watched.calls == 2);
}

TEST_CASE("collection: part of it is complete while the rest is on its way", "[scrape]") {
    Watched watched;
    watched.collection.answered();
    watched.collection.expect(set_of({1}));
    watched.collection.fail(1, {Phase::query, "no"});
    CHECK(watched.calls == 1);
    watched.report(0);
    CHECK(watched.calls == 1);
}

TEST_CASE("collection: what came before the target answered counts when it has", "[scrape]") {
    Watched watched;
    watched.collection.expect(set_of({0}));
    watched.report(0);
    CHECK(watched.calls == 0);
    CHECK_FALSE(watched.collection.is_complete(set_of({0})));
    watched.collection.answered();
    watched.collection.answered();
    CHECK(watched.calls == 1);
    CHECK(watched.collection.is_complete(set_of({0})));
}

TEST_CASE("collection: its end completes all that is expected", "[scrape]") {
    Watched watched;
    watched.collection.expect(set_of({0, 1, 2}));
    watched.collection.fail_all({Phase::closed, "gone"});
    CHECK(watched.calls == 1);
    CHECK(watched.collection.is_complete(set_of({0, 1, 2})));
    watched.report(0);
    CHECK(watched.calls == 1);
}

}  // namespace
}  // namespace erp
