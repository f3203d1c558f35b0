#include "exporters/postgres/client/address.hpp"
#include "exporters/postgres/client/connect.hpp"
#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/cluster/settings.hpp"
#include "exporters/postgres/cluster/stat_activity.hpp"
#include "exporters/postgres/module.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

const ServerState kState{.version = 150020, .may_monitor = true, .address = "127.0.0.1:5432"};

/// The page of one collector, from its recorded reply.
std::string recorded_page(const std::string& folder, const Collector& collector) {
    auto samples = collector.parse(recorded(folder + std::string(collector.row.name)), kState);
    REQUIRE(samples.has_value());
    return page_of(std::move(*samples));
}

const Collector& collector(std::string_view name) {
    for (const Collector* c : collectors()) {
        if (c->row.name == name) return *c;
    }
    throw std::runtime_error("no such collector");
}

TEST_CASE("postgres: every collector with a statement makes samples of its recorded reply",
          "[postgres]") {
    for (const std::string folder : {"15/", "15/standby/"}) {
        for (const Collector* c : collectors()) {
            if (c->statement == nullptr || c->statement(kState).empty()) continue;
            CAPTURE(folder, c->row.name);
            const Rows rows = recorded(folder + std::string(c->row.name));
            if (rows.size() == 0) continue;  // a recording of no rows does not know its columns
            auto samples = c->parse(rows, kState);
            REQUIRE(samples.has_value());
            CHECK_FALSE(samples->empty());
            CHECK(samples->refused() == 0);
            for (const Samples::Point& point : samples->points()) {
                bool declared = false;
                for (const Metric* m : c->row.metrics)
                    declared = declared || m == point.metric;
                for (const MetricPattern* p : c->row.patterns) {
                    declared = declared || point.metric->name.starts_with(p->prefix);
                }
                CHECK(declared);
            }
        }
    }
}

TEST_CASE("postgres: a reply of another shape is an error, not a crash", "[postgres]") {
    for (const Collector* c : collectors()) {
        if (c->parse == nullptr) continue;
        CAPTURE(c->row.name);
        CHECK(c->parse(rows_of("x"), kState).has_error());
    }
}

TEST_CASE("postgres: a primary and a standby say what they are", "[postgres]") {
    const std::string primary = recorded_page("15/", collector("replication"));
    CHECK(has_line(primary, "pg_replication_is_replica 0"));
    CHECK(primary.find("\npg_replication_receiver_connected ") == std::string::npos);
    const std::string standby = recorded_page("15/standby/", collector("replication"));
    CHECK(has_line(standby, "pg_replication_is_replica 1"));
    CHECK(has_line(standby, "pg_replication_receiver_connected 1"));
    CHECK(has_line(standby, "pg_replication_replay_paused 0"));
}

TEST_CASE("postgres: a receiver that our role may not see is hidden, not gone", "[postgres]") {
    const auto hidden = collector("replication").hidden;
    CHECK(hidden(recorded("15/replication")) == Unavailable::no);
    CHECK(hidden(recorded("15/standby/replication")) == Unavailable::no);
    const Rows without = rows_of("0\t1\t3.18\t\\N\t0\t0\t1795522708.4\t\\N\t1\n");
    CHECK(hidden(without) == Unavailable::privilege);
    auto samples = collector("replication").parse(without, kState);
    CHECK(page_of(std::move(*samples)).find("\npg_replication_receiver_connected ") ==
          std::string::npos);
}

TEST_CASE(
    "stat_activity: states without sessions are zero, worker numbers are cut, NULL is no session",
    "[postgres]") {
    const std::string page = recorded_page("15/", collector("stat_activity"));
    CHECK(has_line(page,
                   R"(pg_stat_activity_count{datname="globex",state="active",usename="",)"
                   R"(application_name="",backend_type="",wait_event_type="",wait_event=""} 0)"));
    CHECK(page.find(R"(application_name="odoo")") != std::string::npos);
    CHECK(page.find(R"(application_name="odoo-)") == std::string::npos);
}

TEST_CASE("settings: units become base units, -1 stays, words are left out", "[postgres]") {
    const auto value = [](std::string_view v, std::string_view unit, std::string_view type) {
        const auto setting = to_setting("a.b-c", v, unit, type);
        return setting ? setting->name + " " + std::to_string(setting->value) : "none";
    };
    CHECK(value("16384", "8kB", "integer") == "pg_settings_a_b_c_bytes 134217728.000000");
    CHECK(value("2", "TB", "integer") == "pg_settings_a_b_c_bytes 2199023255552.000000");
    CHECK(value("5", "min", "integer") == "pg_settings_a_b_c_seconds 300.000000");
    CHECK(value("200", "ms", "integer") == "pg_settings_a_b_c_seconds 0.200000");
    CHECK(value("-1", "kB", "integer") == "pg_settings_a_b_c_bytes -1.000000");
    CHECK(value("1.1", "", "real") == "pg_settings_a_b_c 1.100000");
    CHECK(value("on", "", "bool") == "pg_settings_a_b_c 1.000000");
    CHECK(value("off", "", "bool") == "pg_settings_a_b_c 0.000000");
    CHECK(value("x", "", "integer") == "none");
    CHECK(value("1", "furlong", "integer") == "none");
}

TEST_CASE("settings: what was on or off before it became a choice or a list keeps its number",
          "[postgres]") {
    const std::string page = recorded_page("18/", collector("settings"));
    CHECK(has_line(page, "pg_settings_wal_compression 1"));
    CHECK(has_line(page, "pg_settings_log_connections 1"));
    CHECK(to_setting("wal_compression", "off", "", "enum")->value == 0);
    CHECK(to_setting("wal_compression", "zstd", "", "enum")->value == 1);
    CHECK(to_setting("log_connections", "", "", "string")->value == 0);
    CHECK(to_setting("log_connections", "OFF", "", "string")->value == 0);
}

TEST_CASE("buffercache_summary: only where the extension is, in whatever schema", "[postgres]") {
    const Collector& summary = collector("buffercache_summary");
    CHECK_FALSE(summary.row.enabled);
    ServerState state{.version = 180004};
    CHECK(summary.statement(state).empty());
    state.extensions = {{"pg_buffercache", "\"Mon\""}};
    CHECK(summary.statement(state).find("\"Mon\".pg_buffercache_summary()") != std::string::npos);
    state.version = 150018;
    CHECK(summary.statement(state).empty());
    const std::string page = recorded_page("18/", summary);
    CHECK(has_line(page, "pg_buffercache_summary_buffers_used 2338"));
    CHECK(has_line(page, "pg_buffercache_summary_buffers_unused 1758"));
}

TEST_CASE("connect: libpq's messages have a phase", "[postgres]") {
    const auto phase = phase_of_connect_message;
    CHECK(phase("connection to server at \"127.0.0.1\", port 1 failed: FATAL:  28P01: password "
                "authentication failed for user \"x\"\nLOCATION:  auth_failed") == Phase::auth);
    CHECK(phase("connection to server failed: FATAL:  57P03: the database system is starting up") ==
          Phase::starting);
    CHECK(phase("connection to server failed: FATAL:  3D000: database \"x\" does not exist") ==
          Phase::query);
    CHECK(phase("connection to server failed: FATAL:  53300: too many clients") == Phase::busy);
    CHECK(phase("connection failed: Connection refused\n\tIs the server running?") ==
          Phase::refused);
    CHECK(phase("connection to server on socket \"/x/.s.PGSQL.5432\" failed: No such file or "
                "directory") == Phase::refused);
    CHECK(phase("server closed the connection unexpectedly") == Phase::closed);
    CHECK(phase("server does not support SSL, but SSL was required") == Phase::tls);
}

TEST_CASE("address: the forms of an address", "[postgres]") {
    CHECK(shown_address("db1") == "db1:5432");
    CHECK(shown_address("::1") == "::1");
    CHECK(shown_address("[::1]:5433") == "[::1]:5433");
    CHECK(shown_address("/run/postgresql") == "/run/postgresql:5432");
    CHECK(parse_address("db1:5433")->port == "5433");
    CHECK(parse_address("db1")->port == "5432");
    CHECK(parse_address("[::1]:5433")->host == "::1");
    CHECK(parse_address("/run/postgresql")->is_socket);
    CHECK(parse_address("/run/postgresql:5433")->port == "5433");
    CHECK(parse_address("::1").has_error());
    CHECK(parse_address("db1:0").has_error());
    CHECK(parse_address("").has_error());
    CHECK(parse_address("postgres://u:secret@db1/x").error().text ==
          "a URL is no address: write host:port or a socket folder");
}

TEST_CASE("stat_database: columns that a version lacks are absent, the others are in their place",
          "[postgres]") {
    const std::string oldest = recorded_page("13/", collector("stat_database"));
    CHECK(has_line(oldest, R"(pg_stat_database_tup_inserted{datid="16385",datname="acme"} 113)"));
    CHECK(oldest.find("active_time") == std::string::npos);
    CHECK(oldest.find("active_logicalslot") == std::string::npos);
    const std::string newest = recorded_page("18/", collector("stat_database"));
    CHECK(has_line(newest, R"(pg_stat_database_tup_inserted{datid="16386",datname="acme"} 113)"));
    CHECK(has_line(
        newest,
        R"(pg_stat_database_active_time_seconds_total{datid="5",datname="postgres"} 0.045327)"));
    CHECK(has_line(
        newest,
        R"(pg_stat_database_conflicts_confl_active_logicalslot{datid="5",datname="postgres"} 0)"));
}

}  // namespace
}  // namespace erp::postgres
