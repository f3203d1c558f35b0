"""Who takes from a primary and is no standby: subscriptions, receivers of the WAL, base backups."""

import signal

import pytest

from servers import exporter, process, targets
from servers.postgres import Postgres, programs
from servers.replication import SETTINGS, lag, no_failures, subscribe


def subscribed(server):
    """A table of globex gets what is written to acme's."""
    for database in ("acme", "globex"):
        server.psql(f"CREATE DATABASE {database}")
    subscribe(server, "acme", "globex")


@pytest.mark.parametrize("major", [13, 15, 18])
def test_a_subscription_that_cannot_apply_is_down_and_counts_its_errors(major, folder, daemon):
    with Postgres(folder, "own", {**SETTINGS, "wal_level": "logical"}, version=major) as server:
        server.create().start().create_monitor()
        subscribed(server)
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme", "globex"]))
        of_globex = {"subname": "s", "datname": "globex", "tenant": "globex"}
        page = running.wait_for_page(
            lambda page: page.value("pg_subscription_worker_up", **of_globex) == 1
            and page.value("pg_replication_slot_lag_seconds", slot_name="s", datname="acme") == 0, "works")
        assert page.value("pg_subscription_lag_bytes", **of_globex) is not None
        assert page.value("pg_subscription_enabled", **of_globex) == 1
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
            and page.value("pg_subscription_enabled", **of_globex) == 0
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
        subscribed(server)
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
