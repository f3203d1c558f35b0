"""A standby that is connected: what its queries hold back, and how far it is behind while its receiver hangs."""

import os
import signal
import time

import pytest
from servers import exporter, process, targets
from servers.postgres import Postgres

SETTINGS = {"hot_standby_feedback": "on", "wal_receiver_status_interval": "1s", "autovacuum": "off",
            "wal_retrieve_retry_interval": "200ms"}
TRANSACTIONS = 30


@pytest.fixture(params=[13, 18])
def pair(request, folder):
    with Postgres(folder, "main", SETTINGS, version=request.param) as main, \
            Postgres(folder, "standby", SETTINGS, version=request.param) as standby:
        main.create().start().create_monitor()
        main.psql("CREATE TABLE t (id int)")
        standby.copy_of(main).start()
        yield main, standby


def started(daemon, main, standby):
    running = daemon(exporter.config_text([targets.postgres("main", main), targets.postgres("standby", standby)]))
    running.wait_for_page(lambda page: lag(page, "replay") == 0
                          and page.value("pg_replication_upstream_lag_seconds") == 0, "streaming, all replayed", 30)
    return running


def lag(page, stage):
    return page.value("pg_replication_standby_lag_seconds", target="main", application_name="standby", stage=stage)


def held(page, holder):
    return page.value("pg_xmin_horizon_age_transactions", target="main", holder=holder)


def transactions(main):
    main.psql("INSERT INTO t VALUES (1);\n" * TRANSACTIONS)


def test_a_query_on_the_standby_holds_vacuum_back_in_its_name_or_its_slots(pair, daemon):
    main, standby = pair
    running = started(daemon, main, standby)
    standby.session("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t")
    process.wait_until(lambda: main.psql(
        "SELECT count(*) FROM pg_stat_replication WHERE backend_xmin IS NOT NULL").strip() == "1", "feedback")
    assert held(running.page(), "slot") is None
    transactions(main)
    page = running.wait_for_page(lambda page: (held(page, "standby") or 0) >= TRANSACTIONS, "held by a standby")
    assert held(page, "standby") < 2 * TRANSACTIONS
    assert held(page, "session") is None and held(page, "slot") is None
    main.psql("SELECT pg_create_physical_replication_slot('slot', true)")
    standby.psql("ALTER SYSTEM SET primary_slot_name = 'slot'")
    standby.psql("SELECT pg_reload_conf()")
    process.wait_until(lambda: main.psql(
        "SELECT count(*) FROM pg_replication_slots WHERE xmin IS NOT NULL").strip() == "1", "feedback by the slot")
    transactions(main)
    page = running.wait_for_page(lambda page: (held(page, "slot") or 0) >= 2 * TRANSACTIONS, "held by a slot")
    assert held(page, "standby") is None
    assert page.value("pg_replication_slot_xmin_age_transactions", slot_name="slot") == held(page, "slot")


def test_a_standby_that_is_connected_but_hangs_falls_behind_by_the_clock(pair, daemon):
    """Its row on the primary stays as it was, its times included."""
    main, standby = pair
    running = started(daemon, main, standby)
    receiver = int(standby.psql("SELECT pid FROM pg_stat_wal_receiver"))
    os.kill(receiver, signal.SIGSTOP)
    try:
        main.psql("INSERT INTO t SELECT generate_series(1, 5000)")
        began = time.monotonic()
        for seconds in (3, 6):
            page = running.wait_for_page(lambda page, least=seconds: (lag(page, "replay") or 0) > least, "behind")
            waited = time.monotonic() - began
            seen = [lag(page, stage) for stage in ("write", "flush", "replay")]
            seen.append(page.value("pg_replication_upstream_lag_seconds", target="standby"))
            # The last look may be a second old, and the end of the WAL is known to a second.
            assert all(waited - 2 <= value <= waited + 2 for value in seen), (seen, waited)
        assert page.value("pg_replication_standbys", target="main", state="streaming", sync_state="async") == 1
        assert page.value("pg_replication_receiver_connected", target="standby") == 1
        # What it has it has replayed.
        assert page.value("pg_replication_receive_replay_lag_seconds", target="standby") == 0
    finally:
        os.kill(receiver, signal.SIGCONT)
    running.wait_for_page(lambda page: lag(page, "replay") == 0
                          and page.value("pg_replication_upstream_lag_seconds") == 0, "caught up")
