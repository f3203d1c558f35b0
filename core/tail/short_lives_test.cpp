// A process that is killed again and again, each time sooner than it can read what there is.
#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

namespace erp::tail {
namespace {

TEST_CASE("tail: lives that are too short for the backlog get on with it", "[tail]") {
    TailFixture tail;
    tail.append("one\n");
    tail.read();
    std::string backlog;
    for (int i = 0; i < 3'000; ++i)
        backlog += std::to_string(i) + std::string(1'000, '.') + "\n";
    tail.append(backlog);
    tail.restart();
    tail.now += std::chrono::milliseconds(100);
    CHECK(tail.session->round(tail.now));
    CHECK(tail.session->snapshot_due(tail.now));
    CHECK(tail.snapshot());
    const std::size_t kept = tail.published().size();
    CHECK(kept > 100);
    CHECK(kept < 1'000);
    // The longer it has lived, the more it risks.
    tail.now += std::chrono::milliseconds(90);
    CHECK(tail.session->round(tail.now));
    CHECK_FALSE(tail.session->snapshot_due(tail.now));
    tail.now += std::chrono::milliseconds(10);
    CHECK(tail.session->snapshot_due(tail.now));
    CHECK(tail.snapshot());
    CHECK(tail.published().size() > kept);
    tail.now += std::chrono::milliseconds(100);
    CHECK_FALSE(tail.session->snapshot_due(tail.now));
    tail.restart();
    tail.read();
    CHECK(tail.published().size() == 3'001);
}

}  // namespace
}  // namespace erp::tail
