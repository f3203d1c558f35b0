#include "exporters/postgres/watchers/lock_history.hpp"

#include "core/metrics/page_families.hpp"
#include "exporters/postgres/watchers/lock_picture.hpp"

#include <catch2/catch.hpp>
#include <spdlog/fmt/fmt.h>

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

const DatabaseName kAcme{1, "acme"};
const DatabaseName kQuiet{2, "quiet"};

LockSession waiting(int pid, int blocker, double seconds, const DatabaseName& database = kAcme) {
    LockSession session;
    session.pid = pid;
    session.datid = database.oid;
    session.datname = database.name;
    session.wait = LockWait{seconds, {blocker}, "transactionid", "sharelock", 1, ""};
    return session;
}

/// A history that is given sessions that wait for stock_quant.
class Run {
  public:
    explicit Run(const std::vector<DatabaseName>& databases) { history.know_databases(databases); }

    void sample(Duration at, std::vector<LockSession> sessions) {
        std::vector<std::string> relations(sessions.size(), "stock_quant");
        const LockPicture picture = to_picture(std::move(sessions), std::move(relations));
        history.add(picture.waits(), picture.forest, start_ + at, 3s);
    }
    [[nodiscard]] std::string page(bool zero_fill = true) const {
        Samples samples;
        history.show(samples, zero_fill);
        return page_of(std::move(samples));
    }

    LockHistory history;

  private:
    Clock::time_point start_ = Clock::now();
};

TEST_CASE("lock history: maxima outlive the episode by a minute, totals stay", "[postgres]") {
    Run run({kAcme, kQuiet});
    run.sample(0s, {});
    run.sample(1s, {waiting(2, 1, 7), waiting(3, 1, 3)});
    run.sample(2s, {});
    CHECK(has_line(run.page(), R"(pg_lock_waiting_sessions{datname="acme"} 0)"));
    CHECK(has_line(run.page(), R"(pg_lock_waiting_sessions_recent_max{datname="acme"} 2)"));
    CHECK(has_line(run.page(), R"(pg_lock_wait_longest_seconds_recent_max{datname="acme"} 7)"));
    CHECK(has_line(run.page(), R"(pg_lock_waiting_sessions_recent_max{datname="quiet"} 0)"));
    const std::string total =
        R"(pg_lock_wait_seconds_total{datname="acme",locktype="transactionid"} 2)";
    CHECK(has_line(run.page(), total));
    CHECK(has_line(run.page(), R"(pg_lock_wait_relation_seconds_total{datname="acme",)"
                               R"(relation="stock_quant"} 2)"));
    run.sample(62s, {});
    CHECK(has_line(run.page(), R"(pg_lock_waiting_sessions_recent_max{datname="acme"} 0)"));
    CHECK(has_line(run.page(), total));
    run.history.know_databases({kQuiet});
    CHECK(run.page().find("acme") == std::string::npos);
}

TEST_CASE("lock history: a gap between samples is not time waited", "[postgres]") {
    Run run({kAcme});
    run.sample(0s, {});
    run.sample(600s, {waiting(2, 1, 500)});
    CHECK(has_line(run.page(),
                   R"(pg_lock_wait_seconds_total{datname="acme",locktype="transactionid"} 3)"));
}

TEST_CASE("lock history: a wait that ended is one observation, also if another follows at once",
          "[postgres]") {
    Run run({kAcme});
    run.sample(0s, {waiting(2, 1, 3)});
    run.sample(1s, {waiting(2, 1, 4)});
    CHECK(run.page().find("pg_lock_wait_duration_seconds_count") == std::string::npos);
    run.sample(2s, {waiting(2, 1, 0.2)});  // began after the sample before
    CHECK(has_line(run.page(), R"(pg_lock_wait_duration_seconds_count{datname="acme"} 1)"));
    CHECK(has_line(run.page(), R"(pg_lock_wait_duration_seconds_bucket{datname="acme",le="1"} 0)"));
    CHECK(has_line(run.page(), R"(pg_lock_wait_duration_seconds_bucket{datname="acme",le="5"} 1)"));
    CHECK(has_line(run.page(), R"(pg_lock_wait_duration_seconds_sum{datname="acme"} 4)"));
    run.sample(3s, {});
    CHECK(has_line(run.page(), R"(pg_lock_wait_duration_seconds_count{datname="acme"} 2)"));
    CHECK(
        has_line(run.page(), R"(pg_lock_wait_duration_seconds_bucket{datname="acme",le="0.5"} 1)"));
}

TEST_CASE("lock history: what is prepared in two databases is an episode in each", "[postgres]") {
    Run run({kAcme, kQuiet});
    run.sample(0s, {waiting(2, 0, 6), waiting(3, 0, 4, kQuiet)});
    CHECK(has_line(run.page(), R"(pg_blocking_episodes_total{datname="acme"} 1)"));
    CHECK(has_line(run.page(), R"(pg_blocking_episodes_total{datname="quiet"} 0)"));
    run.sample(2s, {waiting(2, 0, 8), waiting(3, 0, 6, kQuiet)});
    CHECK(has_line(run.page(), R"(pg_blocking_episodes_total{datname="acme"} 1)"));
    CHECK(has_line(run.page(), R"(pg_blocking_episodes_total{datname="quiet"} 1)"));
}

TEST_CASE("lock history: an episode is counted once, from five seconds on", "[postgres]") {
    Run run({kAcme});
    const std::string_view line = R"(pg_blocking_episodes_total{datname="acme"} )";
    run.sample(0s, {waiting(2, 1, 4)});
    CHECK(has_line(run.page(), std::string(line) + "0"));
    run.sample(1s, {waiting(2, 1, 5)});
    run.sample(2s, {waiting(2, 1, 6), waiting(3, 1, 5)});
    CHECK(has_line(run.page(), std::string(line) + "1"));
    run.sample(3s, {});
    run.sample(9s, {waiting(2, 1, 5)});
    CHECK(has_line(run.page(), std::string(line) + "2"));
}

TEST_CASE("lock history: without zero fill a database without waits has no series", "[postgres]") {
    Run run({kAcme, kQuiet});
    run.sample(0s, {waiting(2, 1, 7)});
    const std::string page = run.page(false);
    CHECK(page.find("quiet") == std::string::npos);
    CHECK(has_line(page, R"(pg_lock_waiting_sessions{datname="acme"} 1)"));
}

TEST_CASE("lock history: histograms have a limit of databases", "[postgres]") {
    Run run({});
    for (int i = 0; i < 60; ++i) {
        const DatabaseName database{100U + static_cast<unsigned>(i), "d" + std::to_string(i)};
        run.sample(i * 2s, {waiting(2, 1, 1, database)});
        run.sample(i * 2s + 1s, {});
    }
    CHECK(has_line(run.page(), R"(pg_lock_wait_duration_seconds_count{datname="_other"} 10)"));
}

TEST_CASE("lock history: when databases swap names, gauges go along and counters stay",
          "[postgres]") {
    const auto total = [](std::string_view datname, std::string_view value) {
        return fmt::format(
            R"(pg_lock_wait_seconds_total{{datname="{}",locktype="transactionid"}} {})", datname,
            value);
    };
    Run run({kAcme, kQuiet});
    run.sample(0s, {});
    run.sample(1s, {waiting(2, 1, 7)});
    run.sample(2s, {waiting(2, 1, 8)});
    run.sample(3s, {});
    run.history.know_databases({{1, "quiet"}, {2, "acme"}});
    CHECK(has_line(run.page(), R"(pg_lock_wait_longest_seconds_recent_max{datname="quiet"} 8)"));
    CHECK(has_line(run.page(), R"(pg_lock_wait_longest_seconds_recent_max{datname="acme"} 0)"));
    // A fall would look like a restart, and a jump like waits that nobody had.
    CHECK(has_line(run.page(), total("acme", "2")));
    CHECK(has_line(run.page(), total("quiet", "0")));
    run.sample(4s, {waiting(2, 1, 1, {1, "quiet"})});
    CHECK(has_line(run.page(), total("acme", "2")));
    CHECK(has_line(run.page(), total("quiet", "1")));
}

TEST_CASE("lock history: a sample that knows a newer name does not show a name twice",
          "[postgres]") {
    Run run({kAcme, kQuiet});
    run.sample(0s, {waiting(2, 1, 7, {2, "acme"})});
    const std::string page = run.page();
    CHECK(has_line(page, R"(pg_lock_waiting_sessions{datname="acme"} 1)"));
    CHECK(page.find("pg_lock_waiting_sessions{", page.find("pg_lock_waiting_sessions{") + 1) ==
          std::string::npos);
}

TEST_CASE("lock history: a sample that was cut is told for a minute", "[postgres]") {
    Run run({kAcme});
    const std::string line = "pg_blocking_untraced_sessions_recent_max ";
    CHECK(run.page().find(line) == std::string::npos);
    LockSession untraced = waiting(3, 1, 2);
    untraced.wait->traced = false;
    untraced.wait->blockers.clear();
    run.sample(0s, {waiting(2, 1, 7), untraced});
    CHECK(has_line(run.page(), line + "1"));
    CHECK(has_line(run.page(), R"(pg_blocking_tree_blocked_sessions{datname="acme"} 1)"));
    run.sample(61s, {waiting(2, 1, 68)});
    CHECK(has_line(run.page(), line + "0"));
}

TEST_CASE("lock history: who waits without a database waits all the same", "[postgres]") {
    Run run({kAcme});
    run.sample(0s, {waiting(2, 1, 7, {0, ""})});
    run.history.know_databases({kAcme});
    CHECK(has_line(run.page(), R"(pg_lock_waiting_sessions{datname=""} 1)"));
}

}  // namespace
}  // namespace erp::postgres
