#include "exporters/postgres/client/connect_counts.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace erp::postgres {
namespace {

std::string_view name(const std::string& text) {
    return ConnectCounts::kClasses[sqlstate_class({Phase::connect, text})];
}

TEST_CASE("connect counts: a failed connect has the class of the server's SQLSTATE", "[postgres]") {
    CHECK(name("connection to server at \"x\", port 1 failed: FATAL:  28P01: password "
               "authentication failed for user \"u\"") == "28");
    CHECK(name("connection failed: FATAL:  53300: sorry, too many clients already") == "53");
    CHECK(name("connection failed: FATAL:  57P03: the database system is starting up") == "57");
    CHECK(name("connection failed: FATAL:  3D000: database \"x\" does not exist") == "3D");
    CHECK(name("connection failed: FATAL:  ZZ123: made up") == "other");
    CHECK(name("connection to server at \"x\", port 1 failed: Connection refused") == "none");
    CHECK(name("") == "none");
}

TEST_CASE("connect counts: successes are attempts too", "[postgres]") {
    ConnectCounts counts;
    counts.succeeded();
    counts.failed({Phase::refused, "Connection refused"});
    CHECK(counts.attempts() == 2);
    CHECK(counts.errors(sqlstate_class({Phase::refused, ""})) == 1);
}

}  // namespace
}  // namespace erp::postgres
