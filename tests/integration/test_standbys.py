"""Standbys that are set up in ways of their own."""

import contextlib

import pytest
from servers import exporter, targets
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
