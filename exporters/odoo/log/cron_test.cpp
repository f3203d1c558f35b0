#include "exporters/odoo/log/recording.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

Read cron(const std::string& text, const std::string& level = "INFO") {
    return read(level, "odoo.addons.base.models.ir_cron", text);
}

}  // namespace

TEST_CASE("jobs of 14 to 16 start and are done, without a duration") {
    const Read start = cron("Starting job `Price sync`.");
    CHECK(start.event.kind == EventKind::cron_started);
    CHECK(start.event.name == "Price sync");
    CHECK_FALSE(start.event.job.has_value());
    const Read end = cron("Job `Price sync` done.");
    CHECK(end.event.kind == EventKind::cron_finished);
    CHECK(end.event.name == "Price sync");
    CHECK_FALSE(end.event.duration.has_value());
    const Read manual = cron("Manually starting job `Price sync`.");
    CHECK(manual.event.kind == EventKind::cron_manual);
    CHECK(manual.event.name == "Price sync");
}

TEST_CASE("jobs of 17 have a duration at their end") {
    const Read end = cron("Job done: `a ` (b) `c` (1.234s).");
    CHECK(end.event.kind == EventKind::cron_finished);
    CHECK(end.event.name == "a ` (b) `c");
    CHECK(end.event.duration == 1234 * kMillisecond);
}

TEST_CASE("jobs of 18 have an id, and begin and end once a batch") {
    const Read start = cron("Job 'Price sync' (27) starting");
    CHECK(start.event.kind == EventKind::cron_started);
    CHECK(start.event.name == "Price sync");
    CHECK(start.event.job == 27);
    const Read end = cron("Job 'Price sync' (27) done in 3.631s");
    CHECK(end.event.kind == EventKind::cron_finished);
    CHECK(end.event.result == CronResult::ok);
    CHECK(end.event.duration == 3631 * kMillisecond);
    const Read all = cron("Job 'Price sync' (27) processed 10 records, 0 records remaining");
    CHECK(all.event.kind == EventKind::cron_processed);
    CHECK(all.event.result == CronResult::ok);
    const Read some = cron("Job 'Price sync' (27) processed 100 records, 900 records remaining");
    CHECK(some.event.name == "Price sync");
    CHECK(some.event.result == CronResult::partial);
    CHECK(cron("Job 'Price sync' (27) processed x records, 0 records remaining").event.kind ==
          EventKind::plain);
    CHECK(cron("Job 'Price sync' (27) completed").event.kind == EventKind::cron_completed);
    CHECK(cron("Job 'Price sync' (27) started manually").event.kind == EventKind::cron_manual);
    CHECK(cron("Job 'Price sync' (27) done").event.kind == EventKind::cron_finished);
    CHECK(cron("Job 'Price sync' (27) timed out", "ERROR").event.kind == EventKind::cron_timed_out);
}

TEST_CASE("jobs of 19 end with a status, what they did and a duration") {
    const Read done =
        cron("Job 'Price sync' (27) fully done (#loop 1; done 0; remaining 0; duration 0.12s)");
    CHECK(done.event.kind == EventKind::cron_finished);
    CHECK(done.event.result == CronResult::ok);
    CHECK(done.event.duration == 120 * kMillisecond);
    const Read partial = cron(
        "Job 'Price sync' (27) partially done (#loop 3; done 5; remaining 9; duration 10.00s)");
    CHECK(partial.event.result == CronResult::partial);
    CHECK(partial.event.duration == 10'000 * kMillisecond);
    const Read failed =
        cron("Job 'Price sync' (27) failed (#loop 1; done 0; remaining 0; duration 0.50s)");
    CHECK(failed.event.kind == EventKind::cron_finished);
    CHECK(failed.event.result == CronResult::failed);
}

TEST_CASE("a job's name is between the quotes of %r, whatever is in it") {
    CHECK(cron("Job \"Don't\" (3) starting").event.name == "Don't");
    CHECK(cron("Job 'a' (1) b' (2) starting").event.name == "a' (1) b");
    CHECK(cron("Job 'a' (1) b' (2) starting").event.job == 2);
    CHECK(cron("Job 'x' (y) starting").event.kind == EventKind::plain);
    CHECK(cron("Job 'x").event.kind == EventKind::plain);
    CHECK(cron("Job 'x' (12").event.kind == EventKind::plain);
}

TEST_CASE("a failed job has its name and the class of its exception") {
    const std::string traceback =
        "\nTraceback (most recent call last):\n  File \"x.py\", line 1, in f\nRuntimeError: feed";
    const Read in14 = cron(
        "Call from cron Price for server action #1 sync for server action #400 failed in Job #20" +
            traceback,
        "ERROR");
    CHECK(in14.event.kind == EventKind::cron_failed);
    CHECK(in14.event.name == "Price for server action #1 sync");
    CHECK(in14.event.exception == "RuntimeError");
    const Read in18 = cron("Job 'Price sync' (27) server action #479 failed" + traceback, "ERROR");
    CHECK(in18.event.kind == EventKind::cron_failed);
    CHECK(in18.event.name == "Price sync");
    CHECK(in18.event.job == 27);
    CHECK(in18.event.exception == "RuntimeError");
    const Read of_loop = cron("Unexpected exception while processing cron job {'id': 3}", "ERROR");
    CHECK(of_loop.event.kind == EventKind::cron_failed);
    CHECK(of_loop.event.name.empty());
}

TEST_CASE("a job that failed for too long is deactivated") {
    const Read read = cron(
        "Cron job 'Price sync' (27) has been deactivated after failing 5 times. More", "WARNING");
    CHECK(read.event.kind == EventKind::cron_deactivated);
    CHECK(read.event.name == "Price sync");
    CHECK(read.event.job == 27);
}

TEST_CASE("a database is skipped for a reason") {
    const Read pending =
        cron("Skipping database globex because of modules to install/upgrade/remove.", "WARNING");
    CHECK(pending.event.kind == EventKind::cron_skipped);
    CHECK(pending.event.database == "globex");
    CHECK(pending.event.skip == CronSkip::modules_pending);
    const Read version =
        cron("Skipping database initech as its base version is not 14.0.1.3.", "WARNING");
    CHECK(version.event.database == "initech");
    CHECK(version.event.skip == CronSkip::version_mismatch);
    CHECK(cron("Skipping database x because y.", "WARNING").event.skip == CronSkip::other);
}

TEST_CASE("a text of a job without its end, or of another level, is none") {
    for (const std::string text :
         {"Starting job `A", "Starting job `A`. x", "Manually starting job `A", "Job `A` done",
          "Job done: `A` (1.234s) x", "Job 'A' (1) starting x", "Job 'A' (1) done in 1.2s x",
          "Job 'A' (1) timed out", "Job 'A' (1) server action #4 failed",
          "Call from cron A for server action #1 failed in Job #2",
          "Skipping database a because of modules to install/upgrade/remove.",
          "Unexpected exception while processing cron job {}"}) {
        CAPTURE(text);
        CHECK(cron(text).event.kind == EventKind::plain);
    }
    for (const std::string text :
         {"Call from cron A for server action #1 failed in Job #2 x", "Call from cron A",
          "Call from cron A for server action #x failed in Job #2", "Starting job `A`.",
          "Job 'A' (1) starting", "Job 'A' (1) timed out x"}) {
        CAPTURE(text);
        CHECK(cron(text, "ERROR").event.kind == EventKind::plain);
    }
    CHECK(cron("Skipping database a because of modules", "WARNING").event.kind == EventKind::plain);
}
