#include "core/http/query.hpp"

#include <catch2/catch.hpp>

namespace erp {
namespace {

RequestTarget parsed(std::string_view text) {
    auto target = parse_target(text);
    REQUIRE(target.has_value());
    return *target;
}

TEST_CASE("query: a target is a path and its parameters in order", "[http]") {
    const RequestTarget target = parsed("/probe?target=main&collect[]=locks&collect%5B%5D=info");
    CHECK(target.path == "/probe");
    CHECK(target.query.get("target") == "main");
    CHECK(target.query.all("collect[]") == std::vector<std::string_view>{"locks", "info"});
    CHECK(target.query.parameters().size() == 3);
    CHECK_FALSE(target.query.get("module"));
    CHECK(target.query.all("module").empty());
}

TEST_CASE("query: a parameter may lack its value, a query its parameters", "[http]") {
    CHECK(parsed("/metrics?").query.parameters().empty());
    CHECK(parsed("/metrics?&&").query.parameters().empty());
    CHECK(parsed("/metrics?a").query.get("a") == "");
    CHECK(parsed("/metrics?a=b=c").query.get("a") == "b=c");
    CHECK(parsed("/metrics?a=b?c").query.get("a") == "b?c");
}

TEST_CASE("query: plus is a space in a query and itself in a path", "[http]") {
    CHECK(parsed("/a+b?c+d=e+f%2B").path == "/a+b");
    CHECK(parsed("/a+b?c+d=e+f%2B").query.get("c d") == "e f+");
    CHECK(parsed("/a%20b%2fc").path == "/a b/c");
    CHECK(parsed("/?name=%C3%A4").query.get("name") == "ä");
}

TEST_CASE("query: an absolute target is its path, whatever the host", "[http]") {
    CHECK(parsed("http://other.example:9069/metrics?a=1").path == "/metrics");
    CHECK(parsed("http://other.example").path == "/");
    CHECK_FALSE(parse_target("https://other.example?a=1").has_value());
}

TEST_CASE("query: what is no clean text is refused", "[http]") {
    const std::string_view text =
        GENERATE("", "*", "metrics", "host:80", "/%", "/%4", "/%4g", "/a?b=%zz", "/a?%=b", "/%00",
                 "/a?b=%00", "/%ff", "/a?b=%C3", "/a?b=%ED%A0%80", "/a?b=%C0%AF", "/\xff", "/a#b",
                 "/a?b#c", "ftp://a/b");
    const auto target = parse_target(text);
    REQUIRE_FALSE(target.has_value());
    CHECK(target.error().phase == Phase::protocol);
}

TEST_CASE("query: length and number of parameters are limited", "[http]") {
    CHECK(parse_target("/" + std::string(kLongestTarget - 1, 'a')).has_value());
    CHECK(parse_target("/" + std::string(kLongestTarget, 'a')).error().phase == Phase::limit);
    std::string many = "/?a";
    for (std::size_t i = 1; i < kMostParameters; ++i)
        many += "&a=1";
    CHECK(parsed(many).query.parameters().size() == kMostParameters);
    CHECK(parse_target(many + "&a").error().phase == Phase::limit);
}

TEST_CASE("query: percent encoding survives the way back", "[http]") {
    const std::string name = "a b/ü&=+%?#\"<'";
    CHECK(percent_encoded("main-1.x_~") == "main-1.x_~");
    CHECK(parsed("/probe?target=" + percent_encoded(name)).query.get("target") == name);
}

}  // namespace
}  // namespace erp
