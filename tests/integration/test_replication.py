"""How far standbys, slots, subscribers and the archive are behind: on all versions, whatever stands still."""

import contextlib
import time

import pytest

from servers import exporter, process, targets, versions
from servers.postgres import Postgres
from servers.replication import SETTINGS, lag, no_failures

STEPS = ("sent", "write", "flush", "replay")
WRITE = "INSERT INTO t SELECT generate_series(1, 5000)"


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


def slot(page, name):
    return page.value(f"pg_replication_slot_{name}", target="main", slot_name="slot", slot_type="physical",
                      datname="")


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
