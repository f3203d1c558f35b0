"""What a real PostgreSQL does to a monitoring client on a bad day."""

import os
import signal
import time

import pytest
from servers import exporter, process, targets
from servers.postgres import Postgres

LIMITS = {"scrape_timeout": "5s"}
READERS_OF_STATISTICS = {"archiver", "checksums", "database_sessions", "stat_archiver", "stat_bgwriter",
                         "stat_database", "stat_slru", "wal_generation"}


def config(server, cache, **more):
    return exporter.config_text([targets.postgres("main", server, timeout="3s", **more),
                                 targets.redis("cache", cache)], limits=LIMITS)


def complete(page):
    return not targets.problems(page, "main", "postgres")


def assert_only_main_fails(running, phase):
    running.wait_for_page(lambda page: targets.failures(page, "main", phase) >= 1, f"a failure of {phase}")
    page = running.page()
    assert targets.up(page, "main") == 0
    assert page.value("pg_up", target="main") == 0
    assert targets.problems(page, "cache", "redis") == []
    assert len([line for line in running.log().splitlines() if "target=main" in line]) == 1


def test_a_server_that_starts_up_is_down_with_the_phase_starting(own_postgres, cache, folder, daemon):
    # A standby that takes no clients answers 57P03 for as long as it runs, like a long crash recovery.
    with Postgres(folder, "recovering", {"hot_standby": "off"}) as recovering:
        recovering.copy_of(own_postgres).start(wait=False)
        recovering.server.wait_for(lambda: "the database system is" in recovering.psql_errors(),
                                   "it refuses clients")
        running = daemon(config(recovering, cache))
        assert_only_main_fails(running, "starting")


def test_a_wrong_password_is_down_with_the_phase_auth_and_no_secret_in_the_log(
        own_postgres, cache, folder, daemon):
    wrong = process.write_file(folder / "wrong", "topsecret-7f3a9c\n")
    running = daemon(config(own_postgres, cache, password_file=str(wrong)))
    assert_only_main_fails(running, "auth")
    assert "topsecret" not in running.get("/").text


def test_a_corrected_password_is_tried_at_once(own_postgres, cache, folder, daemon):
    file = process.write_file(folder / "wrong", "not-it\n")
    running = daemon(config(own_postgres, cache, password_file=str(file)))
    assert_only_main_fails(running, "auth")
    process.write_file(file, own_postgres.password + "\n")
    assert running.page().value("pg_up", target="main") == 1


def test_a_wrong_password_is_not_tried_at_every_scrape(own_postgres, cache, folder, daemon):
    wrong = process.write_file(folder / "wrong", "topsecret-7f3a9c\n")
    running = daemon(config(own_postgres, cache, password_file=str(wrong)))
    for _ in range(20):
        running.get()
    assert own_postgres.server.text().count("password authentication failed") <= 10


def test_a_database_that_is_not_there_is_no_fault_of_the_password(own_postgres, cache, daemon):
    running = daemon(config(own_postgres, cache, database="nowhere"))
    assert_only_main_fails(running, "query")
    for _ in range(20):
        running.get()
    assert own_postgres.server.text().count('database "nowhere" does not exist') <= 10


def test_a_role_without_pg_monitor_is_no_failure_and_what_it_hides_is_named(
        own_postgres, cache, daemon):
    own_postgres.create_monitor("plain", member="")
    running = daemon(config(own_postgres, cache, user="plain"))
    running.wait_for_page(complete, "complete")
    page = running.page()
    assert page.value("pg_up", target="main") == 1
    hidden = page.series("erp_exporter_collector_unavailable", target="main", reason="privilege")
    assert [labels["collector"] for labels, value in hidden if value == 1]
    assert not page.series("erp_exporter_target_failures_total", target="main", phase="privilege") \
        or targets.failures(page, "main", "privilege") == 0


def test_a_right_that_is_taken_away_shows_on_the_very_next_page(own_postgres, cache, daemon):
    own_postgres.create_monitor("guest")
    running = daemon(config(own_postgres, cache, user="guest"))
    running.wait_for_page(complete, "complete")
    assert running.page().series("pg_stat_activity_count", target="main")
    own_postgres.psql("REVOKE pg_monitor FROM guest")
    page = running.page()
    assert page.value("erp_exporter_collector_unavailable", target="main", collector="stat_activity",
                      reason="privilege") == 1
    assert not page.series("pg_stat_activity_count", target="main")


def test_a_locked_table_of_a_tenant_disturbs_nothing(own_postgres, cache, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    own_postgres.psql("CREATE TABLE orders (id int)", "acme")
    own_postgres.session("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", "acme")
    running = daemon(config(own_postgres, cache))
    running.wait_for_page(complete, "complete")
    assert running.get().took < 2
    assert complete(running.page())


def test_a_locked_pg_class_delays_a_page_by_no_more_than_its_deadline(own_postgres, cache, daemon):
    running = daemon(config(own_postgres, cache))
    running.wait_for_page(complete, "complete before the lock")
    locker = own_postgres.session("BEGIN; LOCK TABLE pg_class IN ACCESS EXCLUSIVE MODE")
    time.sleep(0.5)
    for _ in range(3):
        reply = running.get()
        assert reply.status == 200 and reply.took < 6
        page = running.page()
        assert targets.problems(page, "cache", "redis") == []
        # A lock is no reason to call a server down that answers.
        assert page.value("pg_up", target="main") == 1
    locker.send("ROLLBACK")
    running.wait_for_page(complete, "complete after the lock")


def test_a_connect_that_hangs_on_a_locked_pg_class_ends_in_time(own_postgres, cache, daemon):
    locker = own_postgres.session("BEGIN; LOCK TABLE pg_class IN ACCESS EXCLUSIVE MODE")
    time.sleep(0.5)
    running = daemon(config(own_postgres, cache))
    for _ in range(3):
        reply = running.get()
        assert reply.status == 200 and reply.took < 6
    assert targets.problems(running.page(), "cache", "redis") == []
    time.sleep(8)
    # Attempts that the server still holds are not piled up.
    assert own_postgres.monitors() <= 3
    locker.send("ROLLBACK")
    running.wait_for_page(complete, "complete after the lock", 30)
    assert own_postgres.monitors() == 1


def test_a_frozen_server_times_out_and_is_complete_again_after_the_thaw(own_postgres, cache, daemon):
    running = daemon(config(own_postgres, cache))
    running.wait_for_page(complete, "complete before the freeze")
    own_postgres.server.signal_all(signal.SIGSTOP)
    try:
        first = running.get()
        assert first.status == 200 and first.took < 6
        running.wait_for_page(lambda page: targets.failures(page, "main", "timeout") >= 1, "a timeout")
        for _ in range(3):
            reply = running.get()
            assert reply.status == 200 and reply.took < 2
        page = running.page()
        assert page.value("pg_up", target="main") == 0
        assert targets.problems(page, "cache", "redis") == []
    finally:
        own_postgres.server.signal_all(signal.SIGCONT)
    running.wait_for_page(complete, "complete after the thaw", 30)


def test_a_restarted_server_is_complete_again_by_itself(own_postgres, cache, daemon):
    running = daemon(config(own_postgres, cache))
    before = running.wait_for_page(complete, "complete before the stop")
    assert before.value("pg_exporter_last_scrape_error", target="main") == 0
    own_postgres.stop()
    down = running.wait_for_page(lambda page: page.value("pg_up", target="main") == 0, "down")
    assert down.value("pg_exporter_last_scrape_error", target="main") == 1
    # The peers' rows are all there, none of them a success.
    rows = [page.series("pg_scrape_collector_success", target="main") for page in (before, down)]
    assert [labels for labels, _ in rows[0]] == [labels for labels, _ in rows[1]] != []
    assert {value for _, value in rows[1]} == {0}
    own_postgres.start()
    after = running.wait_for_page(complete, "complete after the start", 30)
    assert after.value("pg_exporter_last_scrape_error", target="main") == 0


def test_a_server_without_free_connections_is_still_seen_by_the_kept_one(own_postgres, cache, daemon):
    running = daemon(config(own_postgres, cache))
    running.wait_for_page(complete, "complete")
    own_postgres.psql("ALTER ROLE erp_exporter CONNECTION LIMIT 0")
    assert complete(running.page())
    own_postgres.psql("ALTER ROLE erp_exporter CONNECTION LIMIT 6")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("major", [13, 14])
def test_a_hung_statistics_collector_takes_only_what_it_tells(major, folder, daemon):
    """Before 15 each statement that reads statistics waits for it, up to 10 s."""
    with Postgres(folder, "own", version=major) as server:
        server.create().start().create_monitor()
        server.psql("CREATE TABLE t (id int)")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        running.wait_for_page(complete, "complete")
        collector, = [pid for pid, title in server.titles().items() if b"stats collector" in title]
        server.session("BEGIN; LOCK t")
        server.server.wait_for(lambda: server.psql(
            "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted").strip() == "1", "it holds")
        server.session("SELECT * FROM t")
        running.wait_for_page(lambda page: page.value("pg_lock_waiting_sessions", datname="postgres") == 1, "it waits")
        os.kill(collector, signal.SIGSTOP)
        try:
            running.wait_for_page(lambda page: targets.problems(page, "main", "postgres"), "it hangs")
            longest = 0
            for _ in range(4):
                page = running.page()
                failed = {labels["collector"] for labels, good in page.series("erp_exporter_collector_success")
                          if good != 1}
                assert failed <= READERS_OF_STATISTICS
                assert {"stat_database", "stat_bgwriter"} <= failed
                assert page.value("pg_up", target="main") == 1
                assert page.value("pg_settings_max_connections") > 0
                time.sleep(1.1)  # in which the sampler looks
                now = running.page().value("pg_lock_wait_longest_seconds", datname="postgres")
                assert now > longest
                longest = now
        finally:
            os.kill(collector, signal.SIGCONT)
        running.wait_for_page(complete, "complete again")
