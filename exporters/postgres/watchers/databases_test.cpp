#include "exporters/postgres/watchers/databases.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

TEST_CASE("databases: each has its number and name, by name", "[postgres]") {
    const auto databases = to_databases(rows_of("4294967295\tglobex\n16384\tacme\n"));
    REQUIRE(databases.has_value());
    REQUIRE(databases->size() == 2);
    CHECK(databases->at(0).oid == 16384);
    CHECK(databases->at(0).name == "acme");
    CHECK(databases->at(1).oid == 4294967295);
}

TEST_CASE("databases: rows that answer something else are an error", "[postgres]") {
    CHECK(to_databases(rows_of("acme\n")).has_error());
    CHECK(to_databases(rows_of("plpgsql\tpg_catalog\n")).has_error());
}

}  // namespace
}  // namespace erp::postgres
