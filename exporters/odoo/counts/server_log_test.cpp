#include "exporters/odoo/counts/server_log.hpp"

#include "core/counting/series.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace erp::odoo {
namespace {

using Counted = std::map<std::string, double>;

std::shared_ptr<const CurrentTenancy> three_tenants() {
    auto current = std::make_shared<CurrentTenancy>();
    current->set(std::make_shared<const Tenancy>(
        std::vector<Tenant>{{.name = "acme"}, {.name = "globex"}, {.name = "initech"}},
        std::vector<TenantRule>{{Dimension::database, "^([a-z]+)$", "$1"}}));
    return current;
}

/// A log, read line by line.
class Replay {
  public:
    explicit Replay(LogFormat format = LogFormat::detect) : log_(format, "", three_tenants()) {}

    void file(const std::string& path) {
        std::ifstream in(path);
        REQUIRE(in.good());
        for (std::string line; std::getline(in, line);)
            (void)take(std::move(line));
    }
    tail::LineResult take(std::string line) {
        const std::size_t size = line.size();
        line.append(64, '\0');  // LineSplitter::kPadding
        return log_.take({"odoo", "odoo.log", std::string_view(line).substr(0, size), "", ""});
    }
    const LogCounts& counts() {
        prepared_ = log_.prepare();
        prepared_.publish();
        shown_ = log_.counts();
        return *shown_;
    }
    [[nodiscard]] const std::string& bytes() const { return prepared_.bytes; }
    ServerLog& log() { return log_; }

    /// Sums by the labels `By`, joined by blanks.
    template <class K, Label... By>
    Counted by() {
        const LogCounts& now = counts();
        Counted sums;
        for (const auto& row : now.of<K>()) {
            std::string key;
            for (const std::string_view text :
                 counting::texts<By...>(now, {row.key[counting::position_of<K, By>()]...}))
                key.append(key.empty() ? "" : " ").append(text);
            sums[key] += static_cast<double>(row.cell);
        }
        return sums;
    }

  private:
    ServerLog log_;
    tail::LineConsumer::Prepared prepared_;
    std::shared_ptr<const LogCounts> shown_;
};

std::string recording(const std::string& version) {
    return "testdata/" + version + "/odoo-server.log";
}

/// From the tables of the recordings' READMEs, where cron runs of 18 are those that completed.
struct Expected {
    const char* version;
    Counted requests;
    Counted rpc;
    Counted exits;
    Counted cron;
    Counted levels;
    Counted gevent;
    double jobs_asked;
};

const Expected kExpected[] = {
    {"14",
     {{"2xx", 901}, {"3xx", 3}, {"4xx", 11}, {"5xx", 7}},
     {{"access", 54}, {"error", 16}, {"http", 2}, {"user", 4}},
     {{"cron normal", 8},
      {"cron timeout", 14},
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
     {{"cron crash", 5},
      {"cron normal", 8},
      {"cron timeout", 16},
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
     {{"cron crash", 5},
      {"cron normal", 8},
      {"cron timeout", 15},
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
        CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"time", 1}});
    }
}

TEST_CASE("server log: a restart at any line changes no count", "[odoo]") {
    Replay whole;
    whole.file(recording("17"));
    const auto runs = whole.by<CronRuns, Label::cron, Label::result>();
    const auto exits = whole.by<WorkerExits, Label::worker_type, Label::reason>();
    const auto requests = whole.by<Requests, Label::datname, Label::route>();
    auto now = std::make_unique<Replay>();
    std::ifstream in(recording("17"));
    unsigned line_number = 0;
    for (std::string line; std::getline(in, line);) {
        (void)now->take(std::move(line));
        if (++line_number % 97 != 0) continue;
        (void)now->counts();
        auto next = std::make_unique<Replay>();
        REQUIRE_FALSE(next->log().restore(now->bytes()));
        now = std::move(next);
    }
    CHECK(now->by<CronRuns, Label::cron, Label::result>() == runs);
    CHECK(now->by<WorkerExits, Label::worker_type, Label::reason>() == exits);
    CHECK(now->by<Requests, Label::datname, Label::route>() == requests);
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

constexpr const char* kBoot =
    "2026-11-22 04:00:00,000 100 INFO ? odoo: Odoo version 17.0 \n"
    "2026-11-22 04:00:01,000 100 INFO ? odoo.service.server: HTTP service (werkzeug) running on "
    "127.0.0.1:8069 \n"
    "2026-11-22 04:00:02,000 101 INFO ? odoo.service.server: Worker WorkerHTTP (101) alive ";

void take_lines(Replay& replay, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        (void)replay.take(std::string(text.substr(0, end)));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
}

TEST_CASE("server log: who did not say that it begins writes no records once the master listens",
          "[odoo]") {
    Replay replay;
    // Before, nobody can be told from those that run already.
    take_lines(replay, "2026-11-22 03:59:00,000 90 ERROR acme odoo.http: Access Denied ");
    take_lines(replay, kBoot);
    take_lines(replay,
               "2026-11-22 04:00:03,000 90 ERROR acme odoo.http: Access Denied \n"
               "2026-11-22 04:00:03,000 101 ERROR acme odoo.http: Access Denied \n"
               "2026-11-22 04:00:03,000 4711 CRITICAL acme odoo.http: Access Denied ");
    CHECK(replay.by<Records, Label::level>() == Counted{{"error", 3}, {"info", 3}});
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"pid", 1}});
}

TEST_CASE("server log: of processes that are looked at, each that begins later says so", "[odoo]") {
    const std::string begins = " INFO ? odoo.service.server: Worker WorkerHTTP (201) alive ";
    const std::string error = " ERROR acme odoo.http: Access Denied ";
    ProcessPicture picture;
    picture.known.since = picture.known.until = 1'795'320'000;  // 2026-11-22 04:00:00
    picture.known.all = {{.pid = 90}, {.pid = 300}, {.pid = 301}};
    const auto processes = std::make_shared<Published<ProcessPicture>>();
    processes->publish(picture);
    Replay replay;
    replay.log().watch_processes(processes);
    const auto read = [&](const std::string& time, const std::string& pid,
                          const std::string& rest) {
        take_lines(replay, "2026-11-22 " + time + ",000 " + pid + rest);
    };
    read("03:59:59", "80", error);    // it may have ended before the first look
    read("04:00:01", "4711", error);  // Odoo may log errors alone
    read("04:00:02", "201", begins);
    read("04:00:03", "90", error);
    read("04:00:03", "201", error);
    read("04:00:03", "300", error);
    CHECK(replay.by<Records, Label::level>() == Counted{{"error", 5}, {"info", 1}});
    read("04:00:04", "4712", error);
    read("03:59:59", "81", error);
    CHECK(replay.by<Records, Label::level>() == Counted{{"error", 6}, {"info", 1}});
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"pid", 1}});
    // A restart that logs errors alone begins with no word; its processes are seen.
    take_lines(replay, kBoot);
    read("04:00:05", "301", error);
    CHECK(replay.by<Suspicious, Label::reason>() == Counted{{"pid", 1}});
}

TEST_CASE("server log: a database that nobody knows has no name of its own", "[odoo]") {
    Replay replay;
    take_lines(replay,
               "2026-11-22 04:00:00,000 9 INFO acme odoo.addons.base.models.res_users: Login "
               "failed for db:made_up_1 login:admin from 1.2.3.4 \n"
               "2026-11-22 04:00:00,100 9 INFO made_up_2 odoo.addons.base.models.res_users: Login "
               "failed for db:acme login:db:globex from 1.2.3.4 ");
    CHECK(replay.by<Logins, Label::datname, Label::result>() ==
          Counted{{"_unknown failed", 1}, {"acme failed", 1}});
}

}  // namespace
}  // namespace erp::odoo
