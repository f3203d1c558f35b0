#include "core/counting/distinct.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>

namespace erp::counting {
namespace {

TEST_CASE("distinct: ten are counted exactly, many within three standard errors", "[counting]") {
    Distinct all;
    CHECK(all.estimate() == 0);
    std::uint64_t added = 0;
    for (const std::uint64_t count : {1U, 2U, 10U, 100U, 1'000U, 2'500U, 5'000U, 100'000U}) {
        while (added < count)
            all.add(0xC0A80000U + added++);  // neighbours, as addresses of a network are
        CAPTURE(count, all.estimate());
        const double most = count <= 10 ? 0.02 : 0.1;
        CHECK(std::abs(all.estimate() / static_cast<double>(count) - 1) < most);
    }
    const double before = all.estimate();
    for (std::uint64_t again = 0; again < added; ++again)
        all.add(0xC0A80000U + again);
    CHECK(all.estimate() == before);
}

TEST_CASE("distinct: two together count what both have once, and come back from their bytes",
          "[counting]") {
    Distinct one;
    Distinct other;
    for (std::uint64_t i = 0; i < 300; ++i) {
        one.add(i);
        other.add(i + 200);
    }
    Distinct both;
    REQUIRE(both.restore(one.bytes()));
    CHECK(both.estimate() == one.estimate());
    both.merge(other);
    CHECK(both.estimate() == Approx(500).epsilon(0.08));

    std::string wrong(one.bytes());
    wrong.back() = static_cast<char>(Distinct::kHighest + 1);
    CHECK_FALSE(both.restore(wrong));
    CHECK_FALSE(both.restore(one.bytes().substr(1)));
    CHECK(both.estimate() == Approx(500).epsilon(0.08));
}

}  // namespace
}  // namespace erp::counting
