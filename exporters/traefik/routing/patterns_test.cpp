#include "exporters/traefik/routing/patterns.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace erp::traefik {
namespace {

TEST_CASE("traefik patterns: the first of the list that matches decides", "[patterns]") {
    const std::vector<std::string> list{"^/a$", "(", "b", "^/"};
    const Patterns patterns(list);
    CHECK(patterns.first_match("/a") == 0);
    CHECK(patterns.first_match("/ab") == 2);  // the one that is no pattern keeps its position
    CHECK(patterns.first_match("/c") == 3);
    CHECK(patterns.first_match("c") == std::nullopt);
    CHECK(patterns.first_match("") == std::nullopt);
    CHECK(patterns.first_match("/\xFF\x00") == 3);
    CHECK(Patterns({}).first_match("/") == std::nullopt);
}

TEST_CASE("traefik patterns: lists for which one pass has no room are matched all the same",
          "[patterns]") {
    std::vector<std::string> list;
    std::string large = "(?:";  // as large as a pattern may be
    for (int i = 0; i < 30; ++i)
        large += "x{999}";
    for (char c = 'a'; c < 'm'; ++c)
        list.push_back(large + ")?" + c + "$");
    const Patterns patterns(list);
    CHECK(patterns.first_match("/xxx") == std::nullopt);
    CHECK(patterns.first_match("/l") == 11);
    CHECK(patterns.first_match("/c") == 2);
}

TEST_CASE("traefik patterns: groups stand in what a match is replaced by", "[patterns]") {
    const std::vector<std::string> list{"^/(a|b)/([0-9]+)?", "("};
    const Patterns patterns(list);
    CHECK(patterns.replaced(0, "/a/7/x", "<$2|$1>") == "<7|a>");
    CHECK(patterns.replaced(0, "/b/", "$2-$1") == "-b");
    CHECK(patterns.replaced(0, "/c/", "$1") == std::nullopt);
    CHECK(patterns.replaced(1, "/a/", "x") == std::nullopt);
    CHECK(patterns.replaced(2, "/a/", "x") == std::nullopt);
}

TEST_CASE("traefik patterns: what cannot be used says why", "[patterns]") {
    CHECK(Patterns::problem("^/a") == std::nullopt);
    CHECK(Patterns::problem("[a") == "not a valid pattern: missing ]: [a");
    CHECK(Patterns::problem("((((a{100}){100}){100}){100})").has_value());
    CHECK(Patterns::problem("^(a)$", "/$1") == std::nullopt);
    CHECK(Patterns::problem("^(a)$", "/$2") == "$2 is used, but the pattern has 1 group");
    CHECK(Patterns::problem("^a$", "/$1") == "$1 is used, but the pattern has 0 groups");
    CHECK(Patterns::problem("^(a)$", "/$0") == "after $ stands a group, 1 to 9");
    CHECK(Patterns::problem("^(a)$", "/$") == "after $ stands a group, 1 to 9");
}

}  // namespace
}  // namespace erp::traefik
