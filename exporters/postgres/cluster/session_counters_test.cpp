#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/cluster/database_sessions.hpp"
#include "exporters/postgres/cluster/prepared_transactions.hpp"
#include "exporters/postgres/cluster/privileges.hpp"
#include "exporters/postgres/cluster/settings.hpp"
#include "exporters/postgres/cluster/xmin_horizon.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

std::string page(const Collector& collector, std::string_view rows) {
    auto samples = collector.parse(rows_of(rows), {});
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

TEST_CASE("xmin_horizon: a holder that holds nothing is absent", "[postgres]") {
    const std::string shown =
        page(kXminHorizonCollector, file_text("testdata/15/xmin_horizon.tsv"));
    CHECK(has_line(shown, R"(pg_xmin_horizon_age_transactions{holder="standby"} 2)"));
    CHECK(has_line(shown, R"(pg_xmin_horizon_age_transactions{holder="prepared"} 2)"));
    CHECK(shown.find("holder=\"slot") == std::string::npos);
}

TEST_CASE("prepared_transactions: number and age by database", "[postgres]") {
    const std::string shown =
        page(kPreparedTransactions, file_text("testdata/15/prepared_transactions.tsv"));
    CHECK(has_line(shown, R"(pg_prepared_transactions{datname="acme"} 1)"));
    CHECK(has_line(shown, R"(pg_prepared_transaction_oldest_seconds{datname="acme"} 14.728384)"));
}

TEST_CASE("database_sessions: from 14 on", "[postgres]") {
    ServerState state;
    state.version = 130023;
    CHECK(kDatabaseSessions.statement(state).empty());
    state.version = 140023;
    CHECK_FALSE(kDatabaseSessions.statement(state).empty());
    const std::string shown = page(kDatabaseSessions, "acme\t10.5\t\\N\t3\t1\t0\t2\n");
    CHECK(has_line(shown, R"(pg_database_session_seconds_total{datname="acme"} 10.5)"));
    CHECK(has_line(shown, R"(pg_database_sessions_total{datname="acme"} 3)"));
    CHECK(has_line(shown,
                   R"(pg_database_sessions_ended_total{datname="acme",reason="abandoned"} 1)"));
    CHECK(has_line(shown, R"(pg_database_sessions_ended_total{datname="acme",reason="killed"} 2)"));
    CHECK(shown.find("idle_in_transaction") == std::string::npos);
}

TEST_CASE("privileges: missing, there, or not a matter of this server", "[postgres]") {
    const std::string shown =
        page(kPrivileges, "sessions\tt\nfiles\tf\nreserved_connections\t\\N\n");
    CHECK(has_line(shown, R"(pg_exporter_privilege_missing{area="sessions"} 1)"));
    CHECK(has_line(shown, R"(pg_exporter_privilege_missing{area="files"} 0)"));
    CHECK(shown.find("area=\"reserved") == std::string::npos);
}

TEST_CASE("settings: words are labels of one family, not families", "[postgres]") {
    const std::string shown = page(kSettings, file_text("testdata/15/settings.tsv"));
    CHECK(has_line(shown, R"(pg_settings_info{name="wal_level",value="replica"} 1)"));
    CHECK(has_line(shown, R"(pg_settings_info{name="archive_mode",value="off"} 1)"));
    CHECK(shown.find("\npg_settings_wal_level") == std::string::npos);
}

}  // namespace
}  // namespace erp::postgres
