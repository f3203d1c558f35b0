#include "exporters/odoo/log/recording.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace erp::odoo;

namespace {

/// Those that are written once per case of the scenario, whatever the version.
Counts with_all(Counts of_version) {
    of_version.insert({{"bad_request", 1},
                       {"garbage_request", 1},
                       {"gevent_request", 9},
                       {"login_succeeded", 10},
                       {"login_failed", 57},
                       {"bad_query", 7},
                       {"retry", 4},
                       {"cron_skipped", 4},
                       {"worker_cpu_limit", 1},
                       {"worker_memory_limit", 1},
                       {"stopping", 4},
                       {"forced_shutdown", 1},
                       {"http_service", 4},
                       {"registry_signal", 1},
                       {"module_operation", 4},
                       {"mail_failed", 2},
                       {"job_get_failed", 4},
                       {"job_runner_retry", 1},
                       {"job_runner_ready", 15},
                       {"job_failed", 4},
                       {"suspicious", 1}});
    return of_version;
}

Counts counts_in(const std::string& version, const CountingSink::Name& name) {
    return counts_of(Lines(file_text(version + "/odoo-server.log")), name);
}

Counts levels_of(const std::string& version) {
    return counts_in(version, [](const Record& record, const Event&) {
        return std::string(to_string(record.level));
    });
}

Counts rpc_errors_of(const std::string& version) {
    return counts_in(version, [](const Record&, const Event& event) {
        if (event.kind != EventKind::rpc_error) return std::string();
        return std::string(to_string(event.error));
    });
}

}  // namespace

TEST_CASE("records of Odoo 14 are what the recording says") {
    const Lines lines(file_text("14/odoo-server.log"));
    CHECK(kinds_of(lines) == with_all({{"plain", 259},
                                       {"request", 922},
                                       {"login_cooldown", 10},
                                       {"rpc_error", 76},
                                       {"connection_failed", 4},
                                       {"pool_closed", 36},
                                       {"cron_started", 58},
                                       {"cron_finished", 56},
                                       {"cron_failed", 9},
                                       {"worker_alive", 45},
                                       {"worker_timeout", 22},
                                       {"worker_exception", 1},
                                       {"worker_max_requests", 4},
                                       {"worker_exiting", 28},
                                       {"boot", 8},
                                       {"gevent_service", 4},
                                       {"modules_loaded", 29},
                                       {"registry_reload", 2},
                                       {"cache_signal", 28},
                                       {"cache_invalidated", 27},
                                       {"filestore_missing", 1},
                                       {"job_asked", 31},
                                       {"job_reset", 13},
                                       {"job_stale", 13}}));
    // The forged record is the only one of level critical.
    CHECK(levels_of("14") ==
          Counts{{"info", 1641}, {"warning", 112}, {"error", 68}, {"suspicious", 1}});
    // 54: 44 "Access Denied", and 10 "Too many login failures", which is AccessDenied too. 16: 7
    // of JSON, 2 of XML-RPC with the exception's own text, 7 "Error on request".
    CHECK(rpc_errors_of("14") ==
          Counts{{"access", 54}, {"error", 16}, {"http", 2}, {"user", 4}, {"suspicious", 1}});
}

TEST_CASE("records of Odoo 17 are what the recording says") {
    const Lines lines(file_text("17/odoo-server.log"));
    CHECK(kinds_of(lines) == with_all({{"plain", 268},
                                       {"request", 913},
                                       {"login_cooldown", 10},
                                       {"rpc_error", 71},
                                       {"connection_failed", 12},
                                       {"pool_closed", 27},
                                       {"cron_started", 55},
                                       {"cron_finished", 47},
                                       {"cron_failed", 5},
                                       {"cron_manual", 1},
                                       {"worker_alive", 51},
                                       {"worker_timeout", 25},
                                       {"worker_exception", 6},
                                       {"worker_max_requests", 3},
                                       {"worker_exiting", 29},
                                       {"boot", 7},
                                       {"gevent_service", 3},
                                       {"modules_loaded", 29},
                                       {"registry_loaded", 29},
                                       {"registry_reload", 1},
                                       {"cache_signal", 10},
                                       {"cache_invalidated", 13},
                                       {"job_asked", 18}}));
    CHECK(levels_of("17") ==
          Counts{{"info", 1596}, {"warning", 105}, {"error", 67}, {"suspicious", 1}});
    CHECK(rpc_errors_of("17") ==
          Counts{{"access", 54}, {"error", 10}, {"session", 1}, {"user", 6}, {"suspicious", 1}});
}

TEST_CASE("records of Odoo 18 are what the recording says") {
    const Lines lines(file_text("18/odoo-server.log"));
    CHECK(kinds_of(lines) == with_all({{"plain", 287},
                                       {"database_unusable", 3},
                                       {"cron_processed", 67},
                                       {"request", 915},
                                       {"login_cooldown", 11},
                                       {"rpc_error", 74},
                                       {"connection_failed", 12},
                                       {"pool_closed", 30},
                                       {"cron_started", 70},
                                       {"cron_finished", 64},
                                       {"cron_completed", 63},
                                       {"cron_failed", 4},
                                       {"cron_timed_out", 1},
                                       {"cron_deactivated", 1},
                                       {"cron_manual", 1},
                                       {"worker_alive", 50},
                                       {"worker_timeout", 18},
                                       {"worker_exception", 6},
                                       {"worker_max_requests", 3},
                                       {"worker_exiting", 29},
                                       {"boot", 7},
                                       {"gevent_service", 3},
                                       {"modules_loaded", 31},
                                       {"registry_loaded", 31},
                                       {"registry_reload", 1},
                                       {"cache_signal", 17},
                                       {"cache_invalidated", 16},
                                       {"job_asked", 18}}));
    CHECK(levels_of("18") ==
          Counts{{"info", 1815}, {"warning", 92}, {"error", 61}, {"suspicious", 1}});
    CHECK(rpc_errors_of("18") ==
          Counts{{"access", 55}, {"error", 11}, {"session", 1}, {"user", 7}, {"suspicious", 1}});
}

TEST_CASE("failed queries have PostgreSQL's reason, and retries a code, in all versions") {
    for (const std::string version : {"14", "17", "18"}) {
        CAPTURE(version);
        CHECK(counts_in(version,
                        [](const Record&, const Event& event) {
                            if (event.kind != EventKind::bad_query) return std::string();
                            return std::string(to_string(event.reason));
                        }) == Counts{{"connection_lost", 1},
                                     {"deadlock_detected", 1},
                                     {"serialization_failure", 3},
                                     {"statement_timeout", 1},
                                     {"undefined_object", 1},
                                     {"suspicious", 1}});
        CHECK(counts_in(version,
                        [](const Record&, const Event& event) {
                            if (event.kind != EventKind::retry) return std::string();
                            return std::string(to_string(event.conflict));
                        }) ==
              Counts{{"deadlock_detected", 1}, {"serialization_failure", 3}, {"suspicious", 1}});
    }
}

TEST_CASE("errors of requests have the class that their traceback ends in") {
    const auto name = [](const Record&, const Event& event) {
        if (event.kind != EventKind::rpc_error) return std::string();
        return std::string(event.exception);
    };
    CHECK(counts_in("14", name) == Counts{{"KeyError", 4},
                                          {"MemoryError", 1},
                                          {"odoo.addons.queue_job.exception.FailedJobError", 1},
                                          {"odoo.exceptions.UserError", 2},
                                          {"psycopg2.InterfaceError", 1},
                                          {"psycopg2.OperationalError", 3},
                                          {"psycopg2.errors.AdminShutdown", 1},
                                          {"psycopg2.errors.QueryCanceled", 1},
                                          {"psycopg2.errors.UndefinedColumn", 1},
                                          {"psycopg2.pool.PoolError", 1},
                                          {"suspicious", 1}});
    CHECK(counts_in("18", name) == Counts{{"FileNotFoundError", 1},
                                          {"KeyError", 3},
                                          {"MemoryError", 1},
                                          {"odoo.addons.queue_job.exception.FailedJobError", 1},
                                          {"psycopg2.InterfaceError", 1},
                                          {"psycopg2.OperationalError", 1},
                                          {"psycopg2.errors.QueryCanceled", 1},
                                          {"psycopg2.errors.UndefinedColumn", 1},
                                          {"psycopg2.pool.PoolError", 1},
                                          {"suspicious", 1}});
}

TEST_CASE("a full pool and a missing file of the filestore are seen once in each version") {
    for (const std::string version : {"14", "17", "18"}) {
        CAPTURE(version);
        CHECK(counts_in(version, [](const Record&, const Event& event) {
                  if (event.pool_full) return std::string("pool");
                  const bool missing =
                      event.missing_file || event.kind == EventKind::filestore_missing;
                  return std::string(missing ? "file" : "");
              }) == Counts{{"pool", 1}, {"file", 1}, {"suspicious", 1}});
    }
}

TEST_CASE("failed logins are told by the database of their text, where the field says None") {
    const auto name = [](const Record&, const Event& event) {
        return std::string(event.kind == EventKind::login_failed ? event.database : "");
    };
    for (const std::string version : {"14", "17", "18"}) {
        CAPTURE(version);
        CHECK(counts_in(version, name) == Counts{{"acme", 44}, {"globex", 13}, {"suspicious", 1}});
    }
}

TEST_CASE("killed workers are as many as the pids that timeouts name") {
    const auto killed = [](const std::string& version) {
        std::set<std::int32_t> pids;
        counts_in(version, [&](const Record&, const Event& event) {
            if (event.kind == EventKind::worker_timeout) pids.insert(event.child.value());
            return std::string();
        });
        return pids.size();
    };
    CHECK(killed("14") == 15);
    CHECK(killed("17") == 17);
    CHECK(killed("18") == 16);
}

TEST_CASE("a request's numbers are those of its line in all recordings") {
    // Summed by awk over the last three fields of the lines that end in three numbers.
    struct Sums {
        std::int64_t requests = 0;
        std::int64_t queries = 0;
        std::int64_t sql = 0;
        std::int64_t python = 0;
    };
    const auto sums = [](const std::string& version) {
        Sums all;
        counts_in(version, [&](const Record&, const Event& event) {
            if (event.kind != EventKind::request || !event.duration) return std::string();
            ++all.requests;
            all.queries += event.queries.value();
            all.sql += event.sql.value() / 1'000'000;
            all.python += event.python.value() / 1'000'000;
            return std::string();
        });
        return std::vector<std::int64_t>{all.requests, all.queries, all.sql, all.python};
    };
    CHECK(sums("14") == std::vector<std::int64_t>{322, 16293, 139945, 60085});
    CHECK(sums("17") == std::vector<std::int64_t>{913, 13188, 136693, 125745});
    CHECK(sums("18") == std::vector<std::int64_t>{915, 13305, 136923, 137873});
}
