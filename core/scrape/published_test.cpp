#include "core/scrape/published.hpp"

#include <catch2/catch.hpp>

namespace erp {
namespace {

using namespace std::chrono_literals;

TEST_CASE("published: old news is no news", "[scrape]") {
    Published<int> published;
    CHECK(published.fresh(1h).value == nullptr);
    published.publish(7);
    REQUIRE(published.fresh(1h).value != nullptr);
    CHECK(*published.fresh(1h).value == 7);
    const auto before = Clock::now() - 20ms;
    published.publish(8, before);  // what was seen before is not newer for being said again
    CHECK(published.fresh(1h).at == before);
    CHECK(published.fresh(2ms).value == nullptr);
    CHECK(*published.latest().value == 8);
}

}  // namespace
}  // namespace erp
