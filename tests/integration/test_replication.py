"""How far standbys, slots, subscribers and the archive are behind: on all versions, whatever stands still."""

import contextlib
import signal
import time

import pytest

from servers import exporter, process, targets, versions
from servers.postgres import Postgres, programs

STEPS = ("sent", "write", "flush", "replay")
WRITE = "INSERT INTO t SELECT generate_series(1, 5000)"
SETTINGS = {"wal_receiver_status_interval": "1s", "wal_retrieve_retry_interval": "200ms",
            "autovacuum": "off", "bgwriter_lru_maxpages": "0", "checkpoint_timeout": "1h"}


# The versions between change nothing of replication that these do not have; all of them are in full.
@pytest.fixture(scope="module", params=[
    pytest.param(major, marks=[] if major in (13, 15, 18) else pytest.mark.long) for major in versions.POSTGRES])
def pair(request, shared_folder):
    """A primary that rests, and a standby of it with a slot; tests leave them as they were."""
    with contextlib.ExitStack() as stack:
        name = f"replication_{request.param}"
        main = stack.enter_context(Postgres(shared_folder, f"{name}_main", SETTINGS, version=request.param))
        main.create().start().create_monitor()
        main.psql("CREATE TABLE t (id int); SELECT pg_create_physical_replication_slot('slot', true)")
        standby = stack.enter_context(Postgres(
            shared_folder, f"{name}_standby", {**SETTINGS, "primary_slot_name": "slot"}, version=request.param))
        standby.copy_of(main).start()
        standby.name = f"{name}_standby"
        yield main, standby


def started(daemon, main, standby):
    running = daemon(exporter.config_text([targets.postgres("main", main), targets.postgres("standby", standby)]))
    running.wait_for_page(
        lambda page: not targets.problems(page, "main", "postgres")
        and not targets.problems(page, "standby", "postgres")
        and lag(page, standby, "seconds") == 0
        and page.value("pg_replication_upstream_lag_seconds") == 0, "streaming and all replayed", 30)
    return running


def lag(page, standby, unit, stage="replay"):
    return page.value(f"pg_replication_standby_lag_{unit}", target="main", application_name=standby.name,
                      client_addr="", stage=stage)


def slot(page, name):
    return page.value(f"pg_replication_slot_{name}", target="main", slot_name="slot", slot_type="physical",
                      datname="")


def no_failures(page):
    failed = [labels for labels, value in page.series("erp_exporter_collector_success") if value != 1]
    return failed == [] and not any(
        value for _, value in page.series("erp_exporter_target_failures_total"))


def test_nobody_is_behind_an_idle_primary(pair, daemon):
    running = started(daemon, *pair)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        page = running.page()
        assert [lag(page, pair[1], unit, stage) for unit in ("bytes", "seconds") for stage in STEPS] == [0] * 8
        assert page.value("pg_replication_upstream_lag_seconds", target="standby") == 0
        assert page.value("pg_replication_receive_replay_lag_seconds", target="standby") == 0
        assert slot(page, "lag_seconds") == 0
        assert slot(page, "inactive_seconds") == 0
        time.sleep(0.5)
    # The commit is as old as it is: who takes its age for lag is wrong here.
    assert page.value("pg_replication_standbys", target="main", state="streaming", sync_state="async") == 1
    assert no_failures(page)


def test_a_standby_whose_replay_is_paused_falls_behind_by_the_clock_though_it_receives(pair, daemon):
    main, standby = pair
    running = started(daemon, main, standby)
    standby.psql("SELECT pg_wal_replay_pause()")
    try:
        main.psql(WRITE)
        began = time.monotonic()
        time.sleep(4)
        page = running.page()
        waited = time.monotonic() - began
        assert lag(page, standby, "bytes", "flush") == 0
        assert lag(page, standby, "bytes") > 50_000
        for name, target in (("standby_lag_seconds", "main"), ("receive_replay_lag_seconds", "standby"),
                             ("upstream_lag_seconds", "standby")):
            stage = {"stage": "replay"} if target == "main" else {}
            seen = page.value(f"pg_replication_{name}", target=target, **stage)
            # The last look may be a second old, and the end of the WAL is known to a second.
            assert waited - 1.7 <= seen <= waited + 1.7, (name, seen, waited)
        assert page.value("pg_replication_upstream_lag_bytes", target="standby") == lag(page, standby, "bytes")
    finally:
        standby.psql("SELECT pg_wal_replay_resume()")
    running.wait_for_page(lambda page: lag(page, standby, "seconds") == 0, "caught up")


@contextlib.contextmanager
def link_cut(main):
    rules = main.data / "pg_hba.conf"
    before = rules.read_text()
    process.write_file(rules, "local replication all reject\n" + before)
    main.psql("SELECT pg_reload_conf(); SELECT pg_terminate_backend(pid) FROM pg_stat_replication")
    try:
        yield
    finally:
        process.write_file(rules, before)
        main.psql("SELECT pg_reload_conf()")


def test_a_standby_without_its_primary_is_behind_although_it_has_replayed_all_that_it_has(pair, daemon):
    main, standby = pair
    running = started(daemon, main, standby)
    with link_cut(main):
        running.wait_for_page(
            lambda page: page.value("pg_replication_receiver_connected", target="standby") == 0, "cut")
        main.psql(WRITE)
        first = running.wait_for_page(
            lambda page: (page.value("pg_replication_upstream_lag_seconds") or 0) > 1
            and page.value("pg_replication_standbys", target="main") == 0, "behind")
        main.psql(WRITE)
        time.sleep(2.5)
        page = running.page()
        # What the peers call lag.
        assert page.value("pg_replication_lag_seconds", target="standby") == 0
        assert page.value("pg_replication_receive_replay_lag_seconds", target="standby") == 0
        assert page.series("pg_replication_receiver_last_message_timestamp_seconds") == []
        assert page.value("pg_replication_upstream_lag_bytes") > \
            first.value("pg_replication_upstream_lag_bytes") > 50_000
        assert page.value("pg_replication_upstream_lag_seconds") >= \
            first.value("pg_replication_upstream_lag_seconds") + 1.5
        # On the primary it has no row any more, but its slot.
        assert page.series("pg_replication_standby_lag_seconds", target="main") == []
        assert page.value("pg_replication_standbys", target="main", state="streaming", sync_state="") == 0
        for name in ("retained_bytes", "inactive_seconds", "lag_seconds"):
            assert slot(page, name) > slot(first, name), name
        assert slot(page, "inactive_seconds") < 30
        assert no_failures(page)
    running.wait_for_page(
        lambda page: page.value("pg_replication_upstream_lag_seconds") == 0
        and lag(page, standby, "seconds") == 0 and slot(page, "inactive_seconds") == 0, "caught up")


def test_a_promoted_standby_is_a_primary_on_the_next_page_and_nothing_fails(pair, daemon):
    """The last test of a pair: there is no way back."""
    main, standby = pair
    running = started(daemon, main, standby)
    standby.psql("SELECT pg_promote()")
    page = running.page()
    assert page.value("pg_replication_is_replica", target="standby") == 0
    for _ in range(10):
        standby.psql(WRITE)
        page = running.page()
        assert no_failures(page)
        time.sleep(0.2)
    running.wait_for_page(
        lambda page: page.series("pg_replication_upstream_lag_seconds") == []
        and page.series("pg_replication_receive_replay_lag_seconds") == [], "no lag of a primary")
    assert no_failures(running.page())


def test_a_standby_is_compared_with_no_primary_that_does_not_answer(own_postgres, folder, daemon):
    with Postgres(folder, "standby") as standby:
        standby.copy_of(own_postgres).start()
        running = started(daemon, own_postgres, standby)
        own_postgres.stop()
        page = running.wait_for_page(
            lambda page: targets.up(page, "main") == 0
            and page.series("pg_replication_upstream_lag_seconds") == []
            and page.series("pg_replication_upstream_lag_bytes") == [], "no comparison")
        assert targets.problems(page, "standby", "postgres") == []
        assert page.value("pg_replication_receiver_connected", target="standby") == 0
        assert page.value("pg_replication_receive_replay_lag_seconds", target="standby") == 0


@pytest.mark.parametrize("major", [13, 18])
def test_a_standby_that_follows_the_one_that_was_promoted_is_compared_with_it_at_once(major, folder, daemon):
    with contextlib.ExitStack() as stack:
        main, heir, follower = (stack.enter_context(Postgres(folder, name, SETTINGS, version=major))
                                for name in ("main", "heir", "follower"))
        main.create().start().create_monitor()
        main.psql("CREATE TABLE t (id int)")
        for standby in (heir, follower):
            standby.copy_of(main).start()
        running = daemon(exporter.config_text(
            [targets.postgres(server.name, server) for server in (main, heir, follower)]))
        running.wait_for_page(lambda page: len(page.series("pg_replication_upstream_lag_seconds")) == 2, "two follow")
        main.stop()
        heir.psql("SELECT pg_promote()")
        follower.stop()
        follower.settings["primary_conninfo"] = f"host={heir.folder} port={heir.port} user=postgres"
        follower.start()
        heir.psql(WRITE)
        running.wait_for_page(
            lambda page: page.value("pg_replication_upstream_lag_bytes", target="follower") == 0, "compared", 20)
        # No restartpoint has told the control file yet.
        assert follower.psql("SELECT timeline_id FROM pg_control_checkpoint()").strip() == "1"


def test_an_archive_that_takes_nothing_is_failing_and_what_waits_for_it_is_counted(folder, daemon):
    archive = folder / "archive"
    settings = {**SETTINGS, "archive_mode": "on", "archive_command": f"cp %p {archive}/"}
    with Postgres(folder, "own", settings) as server:
        server.create().start().create_monitor()
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        assert page.value("pg_archiver_failing") == 0
        assert page.value("pg_archiver_backlog_files") == 0
        assert page.series("pg_archiver_last_archived_timestamp_seconds") == []
        for table in ("a", "b"):
            server.psql(f"CREATE TABLE {table} (); SELECT pg_switch_wal()")
        running.wait_for_page(
            lambda page: page.value("pg_archiver_failing") == 1
            and page.value("pg_archiver_backlog_files") == 2, "failing")
        failed_at = running.page().value("pg_archiver_last_failed_timestamp_seconds")
        assert abs(time.time() - failed_at) < 20
        process.subfolder(folder, "archive")
        server.psql("CREATE TABLE c (); SELECT pg_switch_wal()")
        page = running.wait_for_page(
            lambda page: page.value("pg_archiver_failing") == 0
            and page.value("pg_archiver_backlog_files") == 0, "archived")
        assert page.value("pg_archiver_last_archived_timestamp_seconds") >= failed_at
        # A checkpoint begins where the WAL is.
        assert page.value("pg_checkpoint_redo_distance_bytes") > 0
        server.psql("CHECKPOINT")
        page = running.page()
        assert page.value("pg_checkpoint_redo_distance_bytes") < 1000
        assert abs(time.time() - page.value("pg_checkpoint_last_timestamp_seconds")) < 20


def test_a_primary_that_becomes_a_standby_has_no_archive_any_more_unless_it_always_archives(folder, daemon):
    with Postgres(folder, "own", {**SETTINGS, "archive_mode": "on", "archive_command": "false"}) as server:
        server.create().start().create_monitor()
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        server.psql("CREATE TABLE a (); SELECT pg_switch_wal()")
        running.wait_for_page(lambda page: page.value("pg_archiver_failing") == 1, "failing")
        for mode, absent in (("on", True), ("always", False)):
            server.stop()
            process.write_file(server.data / "standby.signal", "")
            server.settings["archive_mode"] = mode
            server.start()
            page = running.wait_for_page(lambda page: page.value("pg_replication_is_replica") == 1
                                         and not targets.problems(page, "main", "postgres"), "a standby", 30)
            for family in ("pg_archiver_failing", "pg_archiver_backlog_files"):
                assert (page.series(family) == []) == absent, (mode, family)


def subscribe(server):
    """A table of globex gets what is written to acme's."""
    for database in ("acme", "globex"):
        server.psql(f"CREATE DATABASE {database}")
        server.psql("CREATE TABLE t (id int PRIMARY KEY)", database)
    server.psql("CREATE PUBLICATION p FOR TABLE t", "acme")
    server.psql("SELECT pg_create_logical_replication_slot('s', 'pgoutput')", "acme")
    server.psql(f"CREATE SUBSCRIPTION s CONNECTION 'host={server.folder} port={server.port} user=postgres "
                "dbname=acme' PUBLICATION p WITH (create_slot = false)", "globex")


@pytest.mark.parametrize("major", [13, 15, 18])
def test_a_subscription_that_cannot_apply_is_down_and_counts_its_errors(major, folder, daemon):
    with Postgres(folder, "own", {**SETTINGS, "wal_level": "logical"}, version=major) as server:
        server.create().start().create_monitor()
        subscribe(server)
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme", "globex"]))
        of_globex = {"subname": "s", "datname": "globex", "tenant": "globex"}
        page = running.wait_for_page(
            lambda page: page.value("pg_subscription_worker_up", **of_globex) == 1
            and page.value("pg_replication_slot_lag_seconds", slot_name="s", datname="acme") == 0, "works")
        assert page.value("pg_subscription_lag_bytes", **of_globex) is not None
        server.psql("INSERT INTO t VALUES (1)", "globex")
        server.psql("INSERT INTO t VALUES (1)", "acme")
        if major >= 15:
            running.wait_for_page(
                lambda page: page.value("pg_subscription_apply_errors_total", **of_globex) >= 2, "errors", 40)
        else:
            assert page.series("pg_subscription_apply_errors_total") == []
        if major >= 18:
            assert running.page().value("pg_subscription_conflicts_total", type="insert_exists", **of_globex) >= 2
        server.psql("ALTER SUBSCRIPTION s DISABLE", "globex")
        running.wait_for_page(
            lambda page: page.value("pg_subscription_worker_up", **of_globex) == 0
            and page.value("pg_replication_slot_inactive_seconds", slot_name="s") > 0
            and page.value("pg_replication_slot_lag_seconds", slot_name="s") > 1, "disabled")
        # Without a worker nobody has received anything: that is no lag of 0.
        assert running.page().series("pg_subscription_lag_bytes") == []
        server.psql("ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s", "globex")
        running.wait_for_page(lambda page: page.series("pg_subscription_worker_up") == [], "dropped")


@pytest.mark.parametrize("major", [13, 18])
def test_a_subscriber_is_no_standby(major, folder, daemon):
    with Postgres(folder, "own", {**SETTINGS, "wal_level": "logical"}, version=major) as server, Postgres(
            folder, "standby", SETTINGS, version=major) as standby:
        server.create().start().create_monitor()
        standby.copy_of(server).start()
        subscribe(server)
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme", "globex"]))
        streaming = {"state": "streaming", "sync_state": "async"}
        running.wait_for_page(lambda page: page.value("pg_replication_standbys", **streaming) == 1
                              and page.value("pg_replication_subscribers", **streaming) == 1
                              and lag(page, standby, "bytes") == 0, "one of each")
        page = running.page()
        # No failover goes to a subscriber: only the peers' families have its rows among the standby's.
        for unit in ("lag_bytes", "lag_seconds", "reported_lag_seconds"):
            assert {labels["application_name"] for labels, _ in page.series(f"pg_replication_standby_{unit}")} \
                <= {"standby"}, unit
        assert {labels["application_name"] for labels, _ in page.series("pg_stat_replication_pg_wal_lsn_diff")} \
            == {"standby", "s"}
        assert page.value("pg_replication_slot_lag_seconds", slot_name="s", datname="acme") is not None
        standby.stop()
        page = running.wait_for_page(lambda page: page.series("pg_replication_standbys") == [], "no standby")
        assert page.value("pg_replication_subscribers", **streaming) == 1
        server.psql("ALTER SUBSCRIPTION s DISABLE", "globex")
        server.psql("ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s", "globex")


def test_who_stores_the_wal_is_no_standby(own_postgres, folder, daemon):
    own_postgres.psql("SELECT pg_create_physical_replication_slot('archive', true)")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    waiting = {"state": "streaming", "sync_state": ""}
    streaming = {"state": "streaming", "sync_state": "async"}
    running.wait_for_page(lambda page: page.value("pg_replication_standbys", **waiting) == 0, "the slot waits")

    def begin(program, *words):
        return process.Process([programs() / program, "-h", own_postgres.folder, "-p", own_postgres.port, "-U",
                                "postgres", *words], folder / program)

    with begin("pg_receivewal", "-D", process.subfolder(folder, "archive"), "-S", "archive"):
        page = running.wait_for_page(lambda page: page.value("pg_replication_receivers", **streaming) == 1, "stored")
        assert page.series("pg_replication_standbys") == []  # its own slot waits for none either
        with begin("pg_basebackup", "-D", folder / "copy", "-X", "stream", "-c", "fast", "--max-rate=32k") as backup:
            page = running.wait_for_page(
                lambda page: page.value("pg_replication_receivers", **streaming) == 2
                and page.value("pg_replication_receivers", state="backup", sync_state="async") == 1, "backup")
            assert page.series("pg_replication_standbys") == []
            backup.signal_all(signal.SIGTERM)  # it does not end its stream itself
        with Postgres(folder, "standby", SETTINGS) as standby:
            standby.copy_of(own_postgres).start()
            running.wait_for_page(
                lambda page: page.value("pg_replication_standbys", **streaming) == 1
                and page.value("pg_replication_receivers", **streaming) == 1, "one of each")
    assert no_failures(running.page())


def test_where_a_standby_is_needs_pg_monitor_and_its_absence_is_named(own_postgres, folder, daemon):
    own_postgres.create_monitor("plain", member="")
    with Postgres(folder, "standby") as standby:
        standby.copy_of(own_postgres).start()
        running = daemon(exporter.config_text([{**targets.postgres("main", own_postgres), "user": "plain"}]))
        page = running.wait_for_page(
            lambda page: page.value("erp_exporter_collector_unavailable", collector="replication_lag",
                                    reason="privilege") == 1, "named")
        assert page.series("pg_replication_standby_lag_bytes") == []
        assert page.series("pg_archiver_backlog_files") == []
        assert page.series("pg_wal_generated_bytes_total") != []
        assert no_failures(page)


@pytest.mark.parametrize("major", [13, 15, 16, 18])
def test_a_slot_that_lost_its_wal_says_so_and_holds_vacuum_back_no_more(major, folder, daemon):
    with Postgres(folder, "own", {**SETTINGS, "max_slot_wal_keep_size": "1MB", "wal_level": "logical"},
                  version=major) as server:
        server.create().start().create_monitor()
        server.psql("CREATE TABLE t (id int); SELECT pg_create_physical_replication_slot('slot', true);"
                    " SELECT pg_create_logical_replication_slot('decoding', 'pgoutput')")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(lambda page: slot(page, "retained_bytes") is not None, "seen")
        assert page.series("pg_replication_slot_invalidated") == []
        server.psql("INSERT INTO t VALUES (1)")
        assert running.page().value("pg_xmin_horizon_age_transactions", holder="slot_catalog") > 0
        for _ in range(4):
            server.psql(f"{WRITE}; SELECT pg_switch_wal(); CHECKPOINT")
        page = running.wait_for_page(
            lambda page: len(page.series("pg_replication_slot_invalidated", reason="wal_removed")) == 2, "lost")
        assert {labels["slot_name"] for labels, _ in page.series("pg_replication_slot_invalidated")} == {
            "slot", "decoding"}
        assert server.psql("SELECT age(catalog_xmin) FROM pg_replication_slots WHERE slot_name = 'decoding'").strip()
        assert page.series("pg_xmin_horizon_age_transactions", holder="slot_catalog") == []
        assert page.series("pg_replication_slot_catalog_xmin_age_transactions") == []


def test_a_base_backup_and_a_copy_that_run_are_shown_with_how_far_they_are(own_postgres, folder, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)], ["acme"]))
    own_postgres.session("COPY (SELECT pg_sleep(60)) TO STDOUT", "acme")
    # As pg_basebackup says it, which is not there for every version.
    options = (" (PROGRESS, CHECKPOINT 'fast', MAX_RATE 1024)" if own_postgres.major >= 15
               else " PROGRESS FAST MAX_RATE 1024")
    *words, database = own_postgres.words("postgres")
    with process.Process([*words, f"{database} replication=true", "-c", "BASE_BACKUP" + options], folder / "backup"):
        page = running.wait_for_page(
            lambda page: page.series("pg_progress_done_ratio", operation="basebackup")
            and (page.series("pg_progress_operations", operation="copy") or own_postgres.major < 14), "both run")
        if own_postgres.major >= 14:  # 13 does not tell of a copy
            assert page.value("pg_progress_operations", operation="copy", datname="acme", tenant="acme",
                              phase="copy to") == 1
        backup, = page.series("pg_progress_done_ratio", operation="basebackup", datname="")
        running.wait_for_page(
            lambda page: page.value("pg_progress_done_ratio", operation="basebackup", **{
                "datname": "", "phase": backup[0]["phase"]}) > backup[1], "it goes on")
    running.wait_for_page(
        lambda page: page.series("pg_progress_operations", operation="basebackup") == [], "it has ended")
