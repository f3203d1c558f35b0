#include "core/base/result.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <stdexcept>
#include <string>

namespace erp {
namespace {

TEST_CASE("error: each phase is its own label value of lower-case letters", "[base]") {
    std::set<std::string_view> words;
    for (const Phase phase : kPhases) {
        const std::string_view word = to_string(phase);
        CHECK(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos);
        words.insert(word);
    }
    CHECK(words.size() == std::size(kPhases));
    CHECK(std::size(kPhases) == static_cast<std::size_t>(Phase::protocol) + 1);
    CHECK(to_string(Phase::timeout) == "timeout");
}

TEST_CASE("error: a result is a value or an error, and value() of an error is a mistake",
          "[base]") {
    const Result<int> good = 3;
    const Result<int> bad = Error{Phase::closed, "the peer went away"};
    CHECK(good.value() == 3);
    REQUIRE(bad.has_error());
    CHECK(bad.error().phase == Phase::closed);
    CHECK_THROWS_AS(bad.value(), std::logic_error);
}

}  // namespace
}  // namespace erp
