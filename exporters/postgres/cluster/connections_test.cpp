#include "exporters/postgres/cluster/connections.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(std::string_view rows) {
    auto samples = connections_samples(rows_of(rows), {});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

/// Pools of a server with 20 connections, 5 of them reserved and 3 for superusers.
std::string pools(int used) {
    return page(
        "max_connections\t\\N\t20\nreserved\t\\N\t5\nsuperuser_reserved\t\\N\t3\nbackends\t\\N\t" +
        std::to_string(used) + "\n");
}

TEST_CASE("connections: the pools fill one after the other", "[postgres]") {
    const std::string few = pools(11);
    CHECK(has_line(few, R"(pg_connections_limit{pool="normal"} 12)"));
    CHECK(has_line(few, R"(pg_connections_limit{pool="reserved"} 5)"));
    CHECK(has_line(few, R"(pg_connections_limit{pool="superuser"} 3)"));
    CHECK(has_line(few, R"(pg_connections_used{pool="normal"} 11)"));
    CHECK(has_line(few, R"(pg_connections_used{pool="reserved"} 0)"));
    const std::string many = pools(18);
    CHECK(has_line(many, R"(pg_connections_used{pool="normal"} 12)"));
    CHECK(has_line(many, R"(pg_connections_used{pool="reserved"} 5)"));
    CHECK(has_line(many, R"(pg_connections_used{pool="superuser"} 1)"));
}

TEST_CASE("connections: a server without reserved connections has no such pool", "[postgres]") {
    const std::string old = page(file_text("testdata/13/connections.tsv"));
    CHECK(has_line(old, R"(pg_connections_limit{pool="normal"} 57)"));
    CHECK(old.find("pool=\"reserved") == std::string::npos);
    const std::string newer = page(file_text("testdata/18/connections.tsv"));
    CHECK(has_line(newer, R"(pg_connections_limit{pool="normal"} 52)"));
    CHECK(has_line(newer, R"(pg_connections_limit{pool="reserved"} 5)"));
}

TEST_CASE("connections: limits of roles and databases, and who has more rights", "[postgres]") {
    const std::string shown = page(file_text("testdata/15/connections.tsv"));
    CHECK(has_line(shown, R"(pg_role_connections{rolname="odoo"} 0)"));
    CHECK(has_line(shown, R"(pg_database_connections_limit_ratio{datname="globex"} 0.1)"));
    CHECK(has_line(shown, R"(pg_sessions_by_privilege{privilege="superuser"} 3)"));
    CHECK(has_line(shown, R"(pg_sessions_by_privilege{privilege="replication"} 1)"));
    CHECK(has_line(shown, "pg_sessions_starting 0"));
}

TEST_CASE("connections: what is NULL is absent, and half of a pool is none", "[postgres]") {
    CHECK(page("max_connections\t\\N\t20\nbackends\t\\N\t\\N\nrole\todoo\t\\N\n").find("\npg_") ==
          std::string::npos);
}

}  // namespace
}  // namespace erp::postgres
