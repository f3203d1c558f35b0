#include "core/scrape/published.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace erp {
namespace {

using namespace std::chrono_literals;

TEST_CASE("published: old news is no news", "[scrape]") {
    Published<int> published;
    CHECK(published.fresh(1h) == nullptr);
    published.publish(7);
    REQUIRE(published.fresh(1h) != nullptr);
    CHECK(*published.fresh(1h) == 7);
    std::this_thread::sleep_for(20ms);
    CHECK(published.fresh(2ms) == nullptr);
    CHECK(*published.latest().value == 7);
}

}  // namespace
}  // namespace erp
