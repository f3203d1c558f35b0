#include "exporters/traefik/routing/number_window.hpp"

#include "core/tail/byte_codec.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>

namespace erp::traefik {
namespace {

TEST_CASE("traefik number window: base, bits and settling", "[request_numbers]") {
    std::mt19937 random(4);  // NOLINT(cert-msc51-cpp)
    for (int round = 0; round < 200; ++round) {
        const std::uint64_t base = random() % 300;
        NumberWindow window(base);
        std::map<std::uint64_t, bool> model;
        for (int i = 0; i < 60; ++i) {
            const std::uint64_t number = window.base() + 1 + random() % 400;
            window.mark(number);
            model[number] = true;
            if (random() % 8 != 0) continue;
            const std::uint64_t to = window.base() + random() % 500;
            std::uint64_t expected = 0;
            for (std::uint64_t n = window.base() + 1; n <= to; ++n)
                expected += model.contains(n) ? 0 : 1;
            std::deque<std::uint64_t> missing;
            const std::uint64_t highest = window.highest();
            CHECK(window.settle(to, missing) == expected);
            for (const std::uint64_t n : missing)
                CHECK((n <= std::min(to, highest) && !model.contains(n)));
        }
        std::string saved;
        window.save(saved);
        tail::ByteReader in(saved);
        NumberWindow restored;
        REQUIRE(restored.restore(in));
        CHECK(in.at_end());
        CHECK(restored.base() == window.base());
        REQUIRE(restored.highest() == window.highest());
        for (std::uint64_t n = window.base() + 1; n <= window.highest(); ++n)
            CHECK(restored.seen(n) == model.contains(n));
    }
}

}  // namespace
}  // namespace erp::traefik
