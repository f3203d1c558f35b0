#include "exporters/odoo/counts/replay.hpp"

namespace erp::odoo {
namespace {

/// A line of a log at a time of 2026-11-22.
std::string line(const std::string& time,
                 const std::string& pid,
                 const std::string& rest,
                 const std::string& text) {
    return "2026-11-22 " + time + ",000 " + pid + " " + rest + ": " + text;
}

std::string cron(const std::string& time,
                 const std::string& level,
                 const std::string& database,
                 const std::string& text) {
    return line(time, "9", level + " " + database + " odoo.addons.base.models.ir_cron", text) + " ";
}

std::string server(const std::string& time, const std::string& pid, const std::string& text) {
    return line(time, pid, "ERROR ? odoo.service.server", text) + " ";
}

Counted runs(Replay& replay) {
    return replay.by<CronRuns, Label::datname, Label::cron, Label::result>();
}

/// Seconds that the ended runs took, by database.
Counted seconds(Replay& replay) {
    Counted sums;
    const LogCounts& counts = replay.counts();
    for (const auto& row : counts.of<CronDurations>())
        sums[std::string(counting::labels_of<CronDurations>(counts, row)[0])] +=
            counting::sum_of(row.cell);
    return sums;
}

TEST_CASE("ledger: jobs that run at once in one process end each by its name and database",
          "[odoo]") {
    Replay replay;
    replay.take_all(cron("04:00:00", "INFO", "acme", "Starting job `Mail`."));
    replay.take_all(cron("04:00:01", "INFO", "globex", "Starting job `Mail`."));
    replay.take_all(cron("04:00:02", "INFO", "acme", "Starting job `Clean`."));
    replay.take_all(cron("04:00:03", "ERROR", "acme",
                         "Call from cron Mail for server action #1 failed in Job #1"));
    replay.take_all(cron("04:00:04", "INFO", "acme", "Job `Mail` done."));
    replay.take_all(cron("04:00:09", "INFO", "acme", "Job done: `Clean` (7.000s)."));
    replay.take_all(cron("04:00:10", "INFO", "globex", "Job done: `Mail` (9.000s)."));
    CHECK(runs(replay) ==
          Counted{{"acme Clean ok", 1}, {"acme Mail failed", 1}, {"globex Mail ok", 1}});
    // When they failed, of 2026-11-22 04:00.
    CHECK(replay.by<CronFailed, Label::datname, Label::cron>() ==
          Counted{{"acme Mail", 1'795'320'003e9}});
    CHECK(seconds(replay) == Counted{{"acme", 10}, {"globex", 9}});
}

TEST_CASE("ledger: in syslog, too, a job's failure is that of the tenant whose it is", "[odoo]") {
    Replay replay;
    const auto syslog = [&](const std::string& level, const std::string& database,
                            const std::string& text) {
        replay.take_all("<14>Odoo Server 17.0:" + database + ":" + level +
                        ":odoo.addons.base.models.ir_cron:" + text);
    };
    syslog("INFO", "acme", "Starting job `A`.");
    syslog("INFO", "globex", "Starting job `B`.");
    syslog("ERROR", "acme", "Call from cron A for server action #1 failed in Job #1");
    syslog("INFO", "globex", "Job done: `B` (9.000s).");
    CHECK(runs(replay) == Counted{{"acme A failed", 1}, {"globex B ok", 1}});
}

TEST_CASE("ledger: a failure that names no job is that of the one that runs in its database",
          "[odoo]") {
    constexpr const char* kUnnamed = "Unexpected exception while processing cron job {}";
    Replay replay;
    replay.take_all(cron("04:00:00", "INFO", "acme", "Starting job `A`."));
    replay.take_all(cron("04:00:00", "INFO", "globex", "Starting job `B`."));
    replay.take_all(cron("04:00:01", "ERROR", "globex", kUnnamed));
    CHECK(runs(replay) == Counted{{"globex B failed", 1}});
    replay.take_all(cron("04:00:02", "INFO", "acme", "Starting job `C`."));
    replay.take_all(cron("04:00:03", "ERROR", "acme", kUnnamed));  // of which of the two?
    CHECK(runs(replay) == Counted{{"globex B failed", 1}});
}

TEST_CASE("ledger: batches of 18 are one run, a start of 17 that is told again is another",
          "[odoo]") {
    Replay replay;
    replay.take_all(cron("04:00:00", "INFO", "acme", "Job 'A' (3) starting"));
    replay.take_all(cron("04:00:01", "INFO", "acme", "Job 'A' (3) done in 1.000s"));
    replay.take_all(cron("04:00:02", "INFO", "acme", "Job 'A' (3) starting"));
    replay.take_all(cron("04:00:05", "INFO", "acme", "Job 'A' (3) completed"));
    CHECK(seconds(replay) == Counted{{"acme", 5}});
    replay.take_all(cron("04:00:00", "INFO", "globex", "Starting job `B`."));
    replay.take_all(cron("04:00:05", "INFO", "globex", "Starting job `B`."));
    replay.take_all(cron("04:00:06", "INFO", "globex", "Job `B` done."));
    CHECK(seconds(replay) == Counted{{"acme", 5}, {"globex", 1}});
}

TEST_CASE("ledger: a worker does one job at a time, and its end kills that one alone", "[odoo]") {
    Replay replay;
    replay.take_all(server("04:00:00", "9", "Worker WorkerCron (9) alive"));
    replay.take_all(cron("04:00:01", "INFO", "acme", "Starting job `A`."));
    replay.take_all(cron("04:00:02", "INFO", "acme", "Starting job `B`."));
    replay.take_all(server("04:00:09", "7", "WorkerCron (9) timeout after 7s"));
    CHECK(runs(replay) == Counted{{"acme B killed", 1}});
    CHECK(replay.by<CronFailed, Label::datname, Label::cron>() ==
          Counted{{"acme B", 1'795'320'009e9}});
}

TEST_CASE("ledger: what ran when the host broke down is killed at the next start", "[odoo]") {
    Replay replay;
    replay.take_all(server("04:00:00", "7", "HTTP service (werkzeug) running on erp:8069"));
    replay.take_all(server("04:00:00", "9", "Worker WorkerCron (9) alive"));
    replay.take_all(cron("04:00:01", "INFO", "acme", "Starting job `A`."));
    replay.take_all(cron("04:00:04", "INFO", "acme", "A word of the job."));
    replay.take_all(line("04:05:00", "70", "INFO ? odoo", "Odoo version 17.0"));
    CHECK(runs(replay).empty());  // by hand, beside the one that runs
    Replay next;
    REQUIRE_FALSE(next.log().restore(replay.bytes()));
    SECTION("of another master") {
        replay.take_all(server("04:05:01", "70", "HTTP service (werkzeug) running on erp:8069"));
    }
    SECTION("of a worker with its number") {
        replay.take_all(server("04:05:02", "9", "Worker WorkerCron (9) alive"));
    }
    CHECK(runs(replay) == Counted{{"acme A killed", 1}});
    CHECK(seconds(replay) == Counted{{"acme", 3}});  // nobody knows more than that it was heard
    CHECK(replay.by<CronFailed, Label::datname, Label::cron>() ==
          Counted{{"acme A", 1'795'320'004e9}});
    next.take_all(server("04:05:02", "9", "Worker WorkerCron (9) alive"));
    CHECK(runs(next) == Counted{{"acme A killed", 1}});
    CHECK(seconds(next) == Counted{{"acme", 3}});
    replay.take_all(server("04:05:02", "9", "Worker WorkerCron (9) alive"));
    CHECK(runs(replay) == Counted{{"acme A killed", 1}});
}

TEST_CASE("ledger: a request killed in a worker whose beginning was not read is counted",
          "[odoo]") {
    Replay replay;
    replay.take_all(line("04:00:00", "21", "INFO acme werkzeug",
                         "127.0.0.1 - - [22/Nov/2026 04:00:00] \"POST /web/dataset/call_kw/a/b "
                         "HTTP/1.1\" 200 - 12 0.010 0.030"));
    replay.take_all(server("04:00:09", "21", "Worker (21) CPU time limit (60) reached."));
    replay.take_all(server("04:00:09", "21", "Worker (21) Exception occured, exiting..."));
    CHECK(replay.by<WorkerExits, Label::worker_type, Label::reason>() == Counted{{"http cpu", 1}});
    CHECK(replay.by<Killed, Label::reason>() == Counted{{"cpu", 1}});
}

TEST_CASE("ledger: a kill is told several times, and a number is killed again much later",
          "[odoo]") {
    Replay replay;
    for (const char* const time : {"04:00:00", "04:00:04", "04:00:08", "05:00:00", "05:00:04"})
        replay.take_all(server(time, "7", "WorkerHTTP (33) timeout after 120s"));
    CHECK(replay.by<WorkerExits, Label::worker_type, Label::reason>() ==
          Counted{{"http timeout", 2}});
    CHECK(replay.by<Killed, Label::reason>() == Counted{{"timeout", 2}});
}

TEST_CASE("ledger: a worker for jobs that is killed while it runs none was idle", "[odoo]") {
    Replay replay;
    replay.take_all(server("04:00:00", "20", "Worker WorkerCron (20) alive"));
    replay.take_all(server("04:00:00", "21", "Worker WorkerCron (21) alive"));
    replay.take_all(
        "2026-11-22 04:00:01,000 21 INFO acme odoo.addons.base.models.ir_cron: Starting job `A`. ");
    for (const std::string pid : {"20", "21", "22"})
        replay.take_all(server("04:00:45", "7", "WorkerCron (" + pid + ") timeout after 45s"));
    // What 22 did is not known: its beginning is not in the log.
    CHECK(replay.by<WorkerExits, Label::worker_type, Label::reason>() ==
          Counted{{"cron idle", 1}, {"cron timeout", 2}});
    CHECK(replay.by<CronRuns, Label::result>() == Counted{{"killed", 1}});
}

TEST_CASE("ledger: workers for jobs that run none lose nothing when PostgreSQL restarts",
          "[odoo]") {
    Replay replay;
    replay.take_all(server("04:00:00", "20", "Worker WorkerCron (20) alive"));
    replay.take_all(server("04:00:00", "21", "Worker WorkerCron (21) alive"));
    replay.take_all(
        "2026-11-22 04:00:01,000 21 INFO acme odoo.addons.base.models.ir_cron: Starting job `A`. ");
    for (const std::string pid : {"20", "21"})
        replay.take_all(
            server("04:00:02", pid, "Worker (" + pid + ") Exception occured, exiting..."));
    CHECK(replay.by<WorkerExits, Label::worker_type, Label::reason>() ==
          Counted{{"cron crash", 1}, {"cron idle", 1}});
    CHECK(replay.by<CronRuns, Label::result>() == Counted{{"killed", 1}});
}

TEST_CASE("ledger: in syslog, which names no process, no killed worker was idle", "[odoo]") {
    Replay replay;
    const std::string head = "<14>Odoo Server 14.0:?:";
    replay.take_all(head + "INFO:odoo.service.server:Worker WorkerCron (20) alive");
    replay.take_all(
        "<14>Odoo Server 14.0:acme:INFO:odoo.addons.base.models.ir_cron:Starting job "
        "`A`.");
    replay.take_all(head + "ERROR:odoo.service.server:WorkerCron (20) timeout after 45s");
    CHECK(replay.by<WorkerExits, Label::worker_type, Label::reason>() ==
          Counted{{"cron timeout", 1}});
}

TEST_CASE("ledger: what a threaded server ran when it reloads itself is lost", "[odoo]") {
    Replay replay;
    replay.take_all(cron("04:00:00", "INFO", "acme", "Starting job `A`."));
    replay.take_all(cron("04:02:00", "INFO", "acme", "A word of whatever."));
    replay.take_all(line("04:02:01", "9", "INFO ? odoo", "Odoo version 14.0") + " ");
    replay.take_all(cron("04:02:10", "INFO", "acme", "Starting job `A`."));
    CHECK(runs(replay) == Counted{{"acme A killed", 1}});
    CHECK(seconds(replay) == Counted{{"acme", 120}});
}

TEST_CASE("ledger: a job of 18 that says that more is to do is partly done", "[odoo]") {
    Replay replay;
    for (const std::string text :
         {"starting", "done in 1.0s", "processed 100 records, 900 records remaining", "completed",
          "starting", "done in 1.0s", "processed 900 records, 0 records remaining", "completed"})
        replay.take_all(cron("04:00:00", "INFO", "acme", "Job 'A' (1) " + text));
    CHECK(runs(replay) == Counted{{"acme A ok", 1}, {"acme A partial", 1}});
}

TEST_CASE("ledger: a job that has more to do is partly done for the next reader, too", "[odoo]") {
    Replay replay;
    for (const std::string text :
         {"starting", "done in 1.0s", "processed 100 records, 900 records remaining"})
        replay.take_all(cron("04:00:00", "INFO", "acme", "Job 'A' (1) " + text));
    (void)replay.counts();
    Replay next;
    REQUIRE_FALSE(next.log().restore(replay.bytes()));
    next.take_all(cron("04:00:00", "INFO", "acme", "Job 'A' (1) completed"));
    CHECK(runs(next) == Counted{{"acme A partial", 1}});
}

}  // namespace
}  // namespace erp::odoo
