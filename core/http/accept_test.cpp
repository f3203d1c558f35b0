#include "core/http/accept.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp {
namespace {

TEST_CASE("accept: words, parameters and weights are told apart", "[http]") {
    const auto all = preferences(
        R"(text/plain;version="0.0.4" ; Q=0.5, application/x;a=1;b = 2,*/*;q=0.1;ext=1)");
    REQUIRE(all.size() == 3);
    CHECK(all[0].is("text/plain"));
    CHECK(all[0].parameter("version") == "0.0.4");
    CHECK(all[0].weight == 0.5);
    CHECK(all[1].parameter("b") == "2");
    CHECK(all[1].weight == 1);
    CHECK_FALSE(all[1].parameter("q"));
    CHECK(all[2].is("*/*"));
    CHECK(all[2].weight == 0.1);
}

TEST_CASE("accept: upper and lower case are the same", "[http]") {
    const auto all = preferences("TEXT/Plain;VERSION=1");
    REQUIRE(all.size() == 1);
    CHECK(all[0].is("text/plain"));
    CHECK(all[0].parameter("version") == "1");
}

TEST_CASE("accept: a weight above 1 is 1", "[http]") {
    const std::string_view header = GENERATE("gzip;q=2", "gzip;q=1.0001", "gzip;q=1e9", "gzip;q=1");
    REQUIRE(preferences(header).size() == 1);
    CHECK(preferences(header)[0].weight == 1);
}

TEST_CASE("accept: an entry that cannot be read asks for nothing", "[http]") {
    const std::string_view header = GENERATE("", ",", ";", ";q=1", " , ;, ", "gzip;q=nan",
                                             "gzip;q=-1", "gzip;q=", "gzip;q=high", "gzip;q=0x1");
    CHECK(preferences(header).empty());
}

constexpr std::size_t kLongest = 16384;  // of a header

TEST_CASE("accept: junk as long as a header may be ends at once", "[http]") {
    CHECK(preferences(std::string(kLongest, ',')).empty());
    CHECK(preferences(std::string(kLongest, ';')).empty());
    CHECK(preferences(std::string(kLongest, '"')).size() == 1);
    CHECK(preferences(std::string(kLongest, ',') + "gzip").size() == 1);
}

}  // namespace
}  // namespace erp
