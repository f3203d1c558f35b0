"""Standbys that are set up in ways of their own."""

import contextlib

import pytest
from servers import exporter, process, targets
from servers.pgbouncer import PgBouncer
from servers.postgres import Postgres

SERIALIZABLE = "default_transaction_isolation = 'serializable'"


@contextlib.contextmanager
def serializable_standby(folder, where, version=None):
    """A standby that refuses what runs at its default level; the superuser has a level of his own."""
    with Postgres(folder, "main", version=version) as main, Postgres(
            folder, "standby", {"max_standby_streaming_delay": "-1"}, version=version) as standby:
        main.create().start().create_monitor()
        main.psql("CREATE DATABASE acme; ALTER ROLE postgres SET default_transaction_isolation = 'read committed'")
        main.psql("CREATE TABLE stock_quant (id int)", "acme")
        if where == "role":
            main.psql(f"ALTER ROLE erp_exporter SET {SERIALIZABLE}")
        elif where == "database":
            main.psql(f"ALTER DATABASE postgres SET {SERIALIZABLE}; ALTER DATABASE acme SET {SERIALIZABLE}")
        standby.copy_of(main)
        if where == "server":
            standby.settings["default_transaction_isolation"] = "serializable"
        yield main, standby.start()


@pytest.mark.parametrize(("version", "where"), [(13, "server"), (18, "role"), (18, "server"), (18, "database")])
def test_a_standby_that_is_serializable_by_default_is_complete(folder, daemon, version, where):
    with serializable_standby(folder, where, version) as (main, standby):
        running = daemon(exporter.config_text([targets.postgres("standby", standby)], ["acme"]))
        page = running.wait_for_page(lambda page: not targets.problems(page, "standby", "postgres"), "complete")
        levels = [labels["value"] for labels, _ in page.series("pg_settings_info")
                  if labels["name"] == "default_transaction_isolation"]
        # The server's, not our session's; what a role or its database has of its own is not shown.
        assert levels == {"server": ["serializable"]}.get(where, [])
        # So is a visit to a tenant's database.
        standby.session("BEGIN; SELECT * FROM stock_quant", "acme")
        standby.server.wait_for(lambda: standby.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'").strip() == "1", "it reads")
        main.psql("ALTER TABLE stock_quant ADD x int", "acme")
        running.wait_for_page(lambda page: page.value(
            "pg_lock_waiting_sessions_by_relation", datname="acme", relation="stock_quant",
            mode="accessexclusivelock") == 1, "the table's name")


@pytest.mark.parametrize("settings", [{}, {"ignore_startup_parameters": "options,extra_float_digits"}],
                         ids=["refuses options", "drops options"])
def test_so_it_is_behind_a_pooler_whose_sessions_stay_as_they_were(folder, daemon, settings):
    with serializable_standby(folder, "server") as (main, standby), PgBouncer(
            folder, standby, "transaction", default_pool_size=1, **settings) as bouncer:
        bouncer.start()
        running = daemon(exporter.config_text(
            [targets.postgres("standby", standby, bouncer.address)]))
        running.wait_for_page(lambda page: not targets.problems(page, "standby", "postgres"), "complete")
        assert standby.psql_through(bouncer.port, "SHOW transaction_isolation").strip() == "serializable"
        assert "WARNING" not in standby.server.text()


@pytest.mark.parametrize("version", [13, 18])
def test_a_standby_that_lives_from_the_archive_alone_lacks_no_connection(folder, daemon, version):
    archive = process.subfolder(folder, "archive")
    with Postgres(folder, "main", {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"},
                  version=version) as main, Postgres(
            folder, "standby", {"restore_command": f"cp {archive}/%f %p", "wal_retrieve_retry_interval": "200ms"},
            version=version) as standby:
        main.create().start().create_monitor()
        main.create_monitor("plain", member="")
        main.psql("CREATE TABLE t (id int)")
        standby.copy_of(main)
        del standby.settings["primary_conninfo"]
        standby.start()
        running = daemon(exporter.config_text([
            targets.postgres("main", main), targets.postgres("standby", standby),
            {**targets.postgres("blind", standby), "user": "plain"}]))
        main.psql("SELECT pg_switch_wal()")
        running.wait_for_page(lambda page: page.value("pg_replication_is_replica", target="standby") == 1
                              and page.value("pg_replication_upstream_lag_bytes", target="standby") is not None
                              and page.value("pg_replication_is_replica", target="blind") == 1, "a standby")
        main.psql("INSERT INTO t SELECT generate_series(1, 5000)")
        page = running.wait_for_page(lambda page: page.value(
            "pg_replication_upstream_lag_seconds", target="standby") > 2, "what is not archived is not there")
        # What receives nothing is not cut off, and of what it received nothing waits.
        for family in ("pg_replication_receiver_connected", "pg_replication_receive_replay_lag_bytes",
                       "pg_replication_receive_replay_lag_seconds"):
            assert page.series(family) == [], family
        hidden = {labels["target"] for labels, value in page.series(
            "erp_exporter_collector_unavailable", collector="replication", reason="privilege") if value}
        assert hidden == {"blind"}
        main.psql("SELECT pg_switch_wal()")
        running.wait_for_page(lambda page: any(value < 50_000 for _, value in page.series(
            "pg_replication_upstream_lag_bytes", target="standby")), "it has replayed what was archived")
        standby.psql("ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'")
        standby.psql("SELECT pg_reload_conf()")
        running.wait_for_page(lambda page: page.value(
            "pg_replication_receiver_connected", target="standby") == 0, "cut off from a primary that it has now")
