#include "core/daemon/endpoints.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace erp {
namespace {

using namespace std::chrono_literals;

TEST_CASE("endpoints: a page waits less than its scraper, within the limit", "[daemon]") {
    CHECK(page_time(10s, std::nullopt) == 10s);
    CHECK(page_time(10s, 15) == 10s);
    CHECK(page_time(10s, 10) == 9500ms);
    CHECK(page_time(10s, 1) == 800ms);
    CHECK(page_time(10s, 1e300) == 10s);
}

TEST_CASE("endpoints: a page waits long enough for a server to answer", "[daemon]") {
    const double asked = GENERATE(0.1, 0.001, 1e-5, 1e-300);
    CHECK(page_time(10s, asked) == 100ms);
}

}  // namespace
}  // namespace erp
