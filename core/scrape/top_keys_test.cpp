#include "core/scrape/top_keys.hpp"

#include <catch2/catch.hpp>

namespace erp {
namespace {

using namespace std::chrono_literals;

const Clock::time_point kStart = Clock::now();

TEST_CASE("top keys: the heaviest are shown, equal weights by name", "[scrape]") {
    TopKeys top(2);
    top.rank({{"c", 1}, {"a", 1}, {"b", 7}, {"d", 1}}, kStart);
    CHECK(top.shows("b"));
    CHECK(top.shows("a"));
    CHECK_FALSE(top.shows("c"));
    CHECK_FALSE(top.shows("d"));
}

TEST_CASE("top keys: one that falls behind stays until twice the rank or a quarter of an hour",
          "[scrape]") {
    TopKeys top(2);
    top.rank({{"a", 9}, {"b", 8}, {"c", 1}, {"d", 0}, {"e", 0}}, kStart);
    const std::vector<TopKeys::Ranked> third{{"c", 9}, {"d", 8}, {"b", 7}, {"e", 1}, {"a", 0}};
    top.rank(third, kStart + 1min);
    CHECK(top.shows("b"));        // rank 3 of twice 2
    CHECK_FALSE(top.shows("a"));  // rank 5
    top.rank(third, kStart + 14min);
    CHECK(top.shows("b"));
    top.rank(third, kStart + 15min);
    CHECK_FALSE(top.shows("b"));
}

TEST_CASE("top keys: one that is away for a while keeps its name", "[scrape]") {
    TopKeys top(2);
    const std::vector<TopKeys::Ranked> without{{"b", 8}, {"c", 7}};
    const std::vector<TopKeys::Ranked> with{{"b", 8}, {"c", 7}, {"a", 1}, {"d", 1}};
    top.rank({{"a", 9}, {"b", 8}}, kStart);
    top.rank(without, kStart + 1min);
    top.rank(with, kStart + 2min);
    CHECK(top.shows("a"));
    CHECK_FALSE(top.shows("d"));
    top.rank(without, kStart + 16min);
    top.rank(with, kStart + 17min);
    CHECK_FALSE(top.shows("a"));
}

TEST_CASE("top keys: however they change, at most twice as many are shown", "[scrape]") {
    TopKeys top(3);
    std::vector<std::string> names;
    names.reserve(40);
    for (int i = 0; i < 40; ++i)
        names.push_back("key" + std::to_string(i));
    for (int round = 0; round < 50; ++round) {
        std::vector<TopKeys::Ranked> keys;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if ((static_cast<int>(i) * 7 + round) % 5 == 0) continue;  // away
            keys.push_back(
                {names[i], static_cast<double>((static_cast<int>(i) * 13 + round * 17) % 41)});
        }
        top.rank(keys, kStart + round * 1s);
        std::size_t shown = 0;
        for (const std::string& name : names)
            shown += top.shows(name) ? 1 : 0;
        CHECK(shown <= 6);
        CHECK(shown >= 3);
    }
}

}  // namespace
}  // namespace erp
