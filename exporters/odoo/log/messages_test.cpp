#include "exporters/odoo/log/recording.hpp"

#include <catch2/catch.hpp>

using namespace erp::odoo;

namespace {

Read login(const std::string& text, const std::string& level = "INFO") {
    return read(level, "odoo.addons.base.models.res_users", text);
}

Read runner(const std::string& text, const std::string& level = "INFO") {
    return read(level, "odoo.addons.queue_job.jobrunner.runner", text);
}

std::string reason(const std::string& rest) {
    const Read read = erp::odoo::read("ERROR", "odoo.sql_db", "bad query: " + rest);
    return read.event.kind == EventKind::bad_query ? std::string(to_string(read.event.reason))
                                                   : "none";
}

}  // namespace

TEST_CASE("a login counts for the database of its text, up to what the client wrote") {
    const Read ok = login("Login successful for db:globex login:admin from n/a");
    CHECK(ok.event.kind == EventKind::login_succeeded);
    CHECK(ok.event.database == "globex");
    CHECK(ok.record.database == "acme");
    const Read failed = login("Login failed for db:acme login:x login:y db:globex from 192.0.2.1");
    CHECK(failed.event.kind == EventKind::login_failed);
    CHECK(failed.event.database == "acme");
    // 19 leaves the database to the record.
    const Read in19 = login("Login failed for login:x db:globex login:y from 192.0.2.1");
    CHECK(in19.event.kind == EventKind::login_failed);
    CHECK(in19.event.database.empty());
    CHECK(login("Login successful for login:admin from n/a").event.kind ==
          EventKind::login_succeeded);
}

TEST_CASE("a login that is refused unseen counts for the database behind its last `on`") {
    const Read in14 = login(
        "Login attempt ignored for 192.0.2.1 on acme: 10 failures since last success, last "
        "failure at 2026-11-22 04:10:24.994608. You can configure",
        "WARNING");
    CHECK(in14.event.kind == EventKind::login_cooldown);
    CHECK(in14.event.database == "acme");
    const Read in16 = login(
        "Login attempt ignored for 192.0.2.1 (user 'x on globex: 9 failures since last success') "
        "on acme: 10 failures since last success, last failure at 2026-11-22 04:10:24.994608.",
        "WARNING");
    CHECK(in16.event.database == "acme");
    CHECK(login("The rate-limited IP address 192.0.2.1 is classified as private", "WARNING")
              .event.kind == EventKind::plain);
}

TEST_CASE("a failed query has the reason that PostgreSQL gave") {
    CHECK(reason("UPDATE x\nERROR: could not serialize access due to concurrent update\n") ==
          "serialization_failure");
    CHECK(reason("b'UPDATE x'\nERROR: deadlock detected\nDETAIL:  Process 1 waits\n") ==
          "deadlock_detected");
    CHECK(reason("x\nERROR: could not obtain lock on row in relation \"a\"\n") ==
          "lock_not_available");
    CHECK(reason("x\nERROR: canceling statement due to user request\n") == "canceled");
    CHECK(reason("x\nERROR: duplicate key value violates unique constraint \"a\"\n"
                 "DETAIL:  Key (a)=(b\nERROR: deadlock detected) already exists.\n") ==
          "unique_violation");
    CHECK(reason("x\nERROR: null value in column \"a\" violates not-null constraint\n") ==
          "not_null_violation");
    CHECK(reason("x\nERROR: cannot execute UPDATE in a read-only transaction\n") == "read_only");
    CHECK(reason("x\nERROR: relation \"a\" does not exist\nLINE 1: x\n") == "undefined_object");
    CHECK(reason("x\nFEHLER: eine andere Sprache\n") == "other");
    // Who writes SQL in blocks begins with a line feed, which leaves no blank at the line's end.
    CHECK(reason("\n    SELECT 1\n\nERROR: deadlock detected\n") == "deadlock_detected");
    // The value of a query of 14 to 17 comes before the reason.
    CHECK(reason("INSERT 'a\nERROR: deadlock detected\n'\nERROR: syntax error at \"a\"\n") ==
          "syntax_error");
    CHECK(reason("INSERT 'a\nERROR: permission denied\nDETAIL: x\n'\nERROR: deadlock detected\n"
                 "DETAIL:  Process 1 waits\n") == "deadlock_detected");
}

TEST_CASE("the numbers of a pool are read, in each version's form") {
    const Read in14 = read("INFO", "odoo.sql_db",
                           "ConnectionPool(used=1/count=2/max=12): Closed 3 connections to "
                           "'host=127.0.0.1 user=odoo dbname=globex'");
    CHECK(in14.event.kind == EventKind::pool_closed);
    CHECK(in14.event.pool.used == 1);
    CHECK(in14.event.pool.count == 2);
    CHECK(in14.event.pool.max == 12);
    CHECK(in14.event.count == 3);
    CHECK(in14.event.database == "globex");
    const Read in18 = read("INFO", "odoo.sql_db",
                           "ConnectionPool(read/write;used=64/count=64/max=64): Closed 1 "
                           "connections to 'dbname=acme sslmode=prefer'");
    CHECK(in18.event.pool.used == 64);
    CHECK(in18.event.database == "acme");
    const Read all =
        read("INFO", "odoo.sql_db", "ConnectionPool(used=0/count=0/max=64): Closed 9 connections");
    CHECK(all.event.kind == EventKind::pool_closed);
    CHECK(all.event.database.empty());
    CHECK(read("INFO", "odoo.sql_db", "Connection to the database failed").event.kind ==
          EventKind::connection_failed);
}

TEST_CASE("retries and their end have a code, in each version's words") {
    const auto conflict = [](const std::string& text) {
        const Read read = erp::odoo::read("INFO", "odoo.service.model", text);
        return std::string(to_string(read.event.kind)) + " " +
               std::string(to_string(read.event.conflict));
    };
    CHECK(conflict("SERIALIZATION_FAILURE, retry 1/5 in 0.9490 sec...") ==
          "retry serialization_failure");
    CHECK(conflict("DEADLOCK_DETECTED, 4 tries left, try again in 0.1234 sec...") ==
          "retry deadlock_detected");
    CHECK(conflict("LOCK_NOT_AVAILABLE, maximum number of tries reached") ==
          "retries_exhausted lock_not_available");
    CHECK(conflict("SERIALIZATION_FAILURE, maximum number of tries reached!") ==
          "retries_exhausted serialization_failure");
    CHECK(conflict("ConcurrencyError, 4 tries left, try again in 0.1 sec...") ==
          "retry concurrency_error");
    CHECK(conflict("something, else") == "plain other");
}

TEST_CASE("what queue_job's runner does is told, with the database") {
    const Read asked = runner("asking Odoo to run job 9ce36d76-b376 on db acme");
    CHECK(asked.event.kind == EventKind::job_asked);
    CHECK(asked.event.database == "acme");
    const Read ready = runner("queue job runner ready for db globex");
    CHECK(ready.event.kind == EventKind::job_runner_ready);
    CHECK(ready.event.database == "globex");
    const Read failed = runner(
        "exception in GET http://127.0.0.1:8069/queue_job/runjob?db=acme&job_uuid=e56c", "ERROR");
    CHECK(failed.event.kind == EventKind::job_get_failed);
    CHECK(failed.event.database == "acme");
    CHECK(runner("state of job ae03 was reset from enqueued to pending", "WARNING").event.kind ==
          EventKind::job_reset);
    CHECK(runner("starting").event.kind == EventKind::plain);
}

TEST_CASE("a failed job's message is its traceback") {
    const Read read =
        erp::odoo::read("ERROR", "odoo.addons.queue_job.controllers.main",
                        "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n"
                        "odoo.exceptions.UserError: rejected");
    CHECK(read.event.kind == EventKind::job_failed);
    CHECK(read.event.exception == "odoo.exceptions.UserError");
}

TEST_CASE("a record's area is that of the nearest known parent of its logger") {
    CHECK(area_of("werkzeug") == Area::requests);
    CHECK(area_of("longpolling") == Area::requests);
    CHECK(area_of("odoo.http.dispatcher") == Area::http);
    CHECK(area_of("odoo.httpx") == Area::core);
    CHECK(area_of("odoo.modules.loading") == Area::modules);
    CHECK(area_of("odoo.registry") == Area::modules);
    CHECK(area_of("odoo.addons.base.models.ir_cron") == Area::cron);
    CHECK(area_of("odoo.addons.base.models.ir_http") == Area::base);
    CHECK(area_of("odoo.addons.queue_job.jobrunner.runner") == Area::queue_job);
    CHECK(area_of("odoo.addons.our_own.models.x") == Area::addons);
    CHECK(area_of("odoo") == Area::core);
    CHECK(area_of("py.warnings") == Area::python);
    CHECK(area_of("urllib3.connectionpool") == Area::other);
}
