#include "exporters/odoo/counts/replay.hpp"

namespace erp::odoo {
namespace {

std::string recording(const std::string& version) {
    return "testdata/" + version + "/odoo-server.log";
}

/// From the tables of the recordings' READMEs, where cron runs of 18 are those that completed.
struct Expected {
    const char* version;
    Counted requests;
    Counted rpc;
    Counted failed;  ///< requests with an unexpected error, by hand
    Counted exits;
    Counted cron;
    Counted levels;
    Counted gevent;
    double jobs_asked;
};

const Expected kExpected[] = {
    {"14",
     {{"2xx", 901}, {"3xx", 3}, {"4xx", 11}, {"5xx", 7}},
     {{"access", 54}, {"error", 15}, {"http", 2}, {"user", 4}},  // one of 16 is told twice
     // Of one more the error says nosuchdb and the request's line says acme, whose failure it is
     // not.
     {{"external_api", 1}, {"queue_job", 4}, {"rpc", 9}},
     {{"cron normal", 8},
      {"cron timeout", 2},
      {"cron idle", 12},
      {"http cpu", 1},
      {"http max_requests", 4},
      {"http memory", 1},
      {"http normal", 11},
      {"http timeout", 1},
      {"jobrunner normal", 4}},
     {{"acme failed", 5},
      {"acme ok", 23},
      {"globex failed", 4},
      {"globex killed", 2},
      {"globex ok", 12},
      {"initech ok", 12}},
     {{"error", 68}, {"info", 1641}, {"warning", 112}},
     {{"2xx", 2}, {"4xx", 7}},
     31},
    {"17",
     {{"2xx", 896}, {"3xx", 3}, {"4xx", 10}, {"5xx", 4}},
     {{"access", 54}, {"error", 10}, {"session", 1}, {"user", 6}},
     {{"binary", 1}, {"queue_job", 2}, {"rpc", 7}},
     {{"cron normal", 8},
      {"cron timeout", 4},
      {"cron idle", 17},
      {"http cpu", 1},
      {"http max_requests", 3},
      {"http memory", 1},
      {"http normal", 11},
      {"http timeout", 1},
      {"jobrunner normal", 4}},
     {{"acme failed", 3},
      {"acme ok", 20},
      {"globex failed", 2},
      {"globex killed", 4},
      {"globex ok", 13},
      {"initech ok", 13}},
     {{"error", 67}, {"info", 1596}, {"warning", 105}},
     {{"1xx", 1}, {"2xx", 3}, {"4xx", 5}},
     18},
    {"18",
     {{"2xx", 898}, {"3xx", 3}, {"4xx", 10}, {"5xx", 4}},
     {{"access", 55}, {"error", 11}, {"session", 1}, {"user", 7}},
     {{"binary", 1}, {"external_api", 2}, {"queue_job", 2}, {"rpc", 6}},
     {{"cron normal", 8},
      {"cron timeout", 3},
      {"cron idle", 17},
      {"http cpu", 1},
      {"http max_requests", 3},
      {"http memory", 1},
      {"http normal", 11},
      {"http timeout", 1},
      {"jobrunner normal", 4}},
     {{"acme failed", 1},
      {"acme ok", 28},
      {"globex failed", 3},
      {"globex killed", 3},
      {"globex ok", 15},
      {"globex timed_out", 1},
      {"initech ok", 15}},
     {{"error", 61}, {"info", 1815}, {"warning", 92}},
     {{"1xx", 1}, {"2xx", 3}, {"4xx", 5}},
     18},
};

TEST_CASE("server log: a recorded log is counted as its README says", "[odoo]") {
    for (const Expected& expected : kExpected) {
        CAPTURE(expected.version);
        Replay replay;
        replay.file(recording(expected.version));
        CHECK(replay.by<Requests, Label::status_class>() == expected.requests);
        CHECK(replay.by<RpcErrors, Label::kind>() == expected.rpc);
        CHECK(replay.by<FailedRequests, Label::route>() == expected.failed);
        CHECK(replay.by<WorkerExits, Label::worker_type, Label::reason>() == expected.exits);
        CHECK(replay.by<CronRuns, Label::datname, Label::result>() == expected.cron);
        CHECK(replay.by<Records, Label::level>() == expected.levels);
        CHECK(replay.by<GeventRequests, Label::status_class>() == expected.gevent);
        CHECK(replay.by<QueueJobs, Label::event>()["job_asked"] == expected.jobs_asked);
        // What ends with its worker, told three times or once.
        CHECK(replay.by<Killed, Label::reason>() == Counted{{"cpu", 1}, {"timeout", 1}});
        // 17 and 18 say the database of a login by XML-RPC in the text alone.
        Counted logins = replay.by<Logins, Label::datname, Label::result>();
        CHECK(logins["acme failed"] == 44);
        CHECK(logins["globex failed"] == 13);
        CHECK(replay.by<CronSkips, Label::datname, Label::reason>() ==
              Counted{{"globex modules_pending", 2}, {"initech version_mismatch", 2}});
        CHECK(replay.by<Retries, Label::code, Label::result>() ==
              Counted{{"deadlock_detected retried", 1}, {"serialization_failure retried", 3}});
        // A login name with a line break and what looks like a CRITICAL record behind it.
        CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"login", 1}});
    }
}

/// All counts, by all of their labels.
std::vector<Counted> everything(Replay& replay) {
    return {replay.by<Requests, Label::datname, Label::route, Label::status_class>(),
            replay.by<CronRuns, Label::datname, Label::cron, Label::result>(),
            replay.by<WorkerExits, Label::worker_type, Label::reason>(),
            replay.by<Killed, Label::reason>(),
            replay.by<RpcErrors, Label::datname, Label::kind>(),
            replay.by<FailedRequests, Label::datname, Label::route>(),
            replay.by<Exceptions, Label::datname, Label::exception>(),
            replay.by<BadQueries, Label::datname, Label::reason>(),
            replay.by<Events, Label::datname, Label::event>(),
            replay.by<Retries, Label::datname, Label::code, Label::result>(),
            replay.by<Logins, Label::datname, Label::result>(),
            replay.by<QueueJobs, Label::datname, Label::event>(),
            replay.by<Records, Label::datname, Label::level, Label::area>(),
            replay.by<Suspicious, Label::reason>()};
}

TEST_CASE("server log: a restart at any line changes no count", "[odoo]") {
    constexpr std::chrono::hours kNever{1};
    for (const std::string version : {"14", "17", "18"}) {
        CAPTURE(version);
        Replay whole;
        whole.file(recording(version));
        auto now = std::make_unique<Replay>(LogFormat::detect, kNever);
        std::ifstream in(recording(version));
        unsigned line_number = 0;
        for (std::string line; std::getline(in, line);) {
            // Each line on which something is said of the record before it, and some others.
            const bool inside = !line.starts_with("2026-11-22") && !line.starts_with(' ');
            if (inside || ++line_number % 97 == 0) {
                (void)now->counts();
                CHECK(now->unfinished());
                auto next = std::make_unique<Replay>(LogFormat::detect, kNever);
                REQUIRE_FALSE(next->log().restore(now->bytes()));
                now = std::move(next);
            }
            (void)now->take(std::move(line));
        }
        (void)now->counts();
        auto end = std::make_unique<Replay>();
        REQUIRE_FALSE(end->log().restore(now->bytes()));
        CHECK(everything(*end) == everything(whole));
        CHECK_FALSE(end->unfinished());
    }
}

TEST_CASE("server log: a plain log is one after a restart, too", "[odoo]") {
    Replay replay;
    replay.file(recording("17"));
    (void)replay.counts();
    Replay next;
    REQUIRE_FALSE(next.log().restore(replay.bytes()));
    const auto all = everything(next);
    next.take_all(R"({"pid": 1,"asctime":"2026-11-22 04:40:00,000","levelname":"ERROR",)"
                  R"("dbname":"globex","name":"odoo.http","message":"boom"})"
                  "\n<14>Odoo Server 17.0:globex:ERROR:odoo.http:boom");
    CHECK(everything(next) == all);
}

TEST_CASE("server log: bytes that are not a snapshot's are refused, and nothing stays of them",
          "[odoo]") {
    Replay replay;
    replay.file(recording("14"));
    (void)replay.counts();
    const std::string bytes = replay.bytes();
    for (std::size_t size = 1; size < bytes.size(); size += 997) {
        Replay other;
        CHECK(other.log().restore(std::string_view(bytes).substr(0, size)));
        CHECK(other.by<Records, Label::level>().empty());
    }
}

/// Goes on from what an older format has kept, of so many bytes.
void restore_kept(Replay& replay, const std::string& format, std::size_t size) {
    std::ifstream in("testdata/snapshots/" + format + ".bin", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    REQUIRE(bytes.size() == size);
    REQUIRE_FALSE(replay.log().restore(bytes));
}

TEST_CASE("server log: what format 2 has kept goes on", "[odoo]") {
    Replay replay;
    restore_kept(replay, "2", 1448);  // one failed request of acme in a worker, and a job that runs
    replay.take_all(
        "2026-11-22 04:00:03,000 8 INFO acme odoo.addons.base.models.ir_cron: Job `A` done. \n"
        "2026-11-22 04:00:04,000 9 ERROR acme odoo.http: Exception during request handling. \n"
        "2026-11-22 04:00:04,100 9 INFO acme werkzeug: 127.0.0.1 - - [22/Nov/2026 04:00:04] \"POST "
        "/web/dataset/call_kw/a/b HTTP/1.1\" 200 - 12 0.010 0.030");
    CHECK(replay.by<Requests, Label::datname, Label::route>() == Counted{{"acme rpc", 2}});
    CHECK(replay.by<RpcErrors, Label::datname, Label::kind>() == Counted{{"acme error", 2}});
    CHECK(replay.by<CronRuns, Label::cron, Label::result>() == Counted{{"A ok", 1}});
    CHECK(replay.by<FailedRequests, Label::datname, Label::route>() == Counted{{"acme rpc", 1}});
}

TEST_CASE("server log: what format 4 has kept goes on", "[odoo]") {
    Replay replay;
    restore_kept(replay, "4", 3926);  // an error whose request has no line yet, and a job that runs
    replay.take_all(
        "2026-11-22 04:00:07,000 101 INFO acme werkzeug: 127.0.0.1 - - [22/Nov/2026 04:00:07] "
        "\"POST /web/dataset/call_kw/a/b HTTP/1.1\" 200 - 12 0.010 0.030\n"
        "2026-11-22 04:00:09,000 102 INFO ? odoo.service.server: Worker WorkerCron (102) alive ");
    CHECK(replay.by<FailedRequests, Label::datname, Label::route>() == Counted{{"acme rpc", 1}});
    CHECK(replay.by<CronRuns, Label::cron, Label::result>() == Counted{{"A killed", 1}});
}

TEST_CASE("server log: a database that nobody knows has no name of its own", "[odoo]") {
    Replay replay;
    replay.take_all(
        "2026-11-22 04:00:00,000 9 INFO acme odoo.addons.base.models.res_users: Login "
        "failed for db:made_up_1 login:admin from 1.2.3.4 \n"
        "2026-11-22 04:00:00,100 9 INFO made_up_2 odoo.addons.base.models.res_users: Login "
        "failed for db:acme login:db:globex from 1.2.3.4 ");
    CHECK(replay.by<Logins, Label::datname, Label::result>() ==
          Counted{{"_unknown failed", 1}, {"acme failed", 1}});
}

TEST_CASE("server log: a login of 19 is one of its record's database", "[odoo]") {
    Replay replay;
    replay.take_all(
        "2026-11-22 04:00:00,000 9 INFO acme odoo.addons.base.models.res_users: Login failed for "
        "login:db:globex login:x from 192.0.2.1 ");
    CHECK(replay.by<Logins, Label::datname, Label::result>() == Counted{{"acme failed", 1}});
}

}  // namespace
}  // namespace erp::odoo
