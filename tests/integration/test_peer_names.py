"""On each major version, primary and standby: what the newest postgres_exporter showed of such a server.

exporters/postgres/parity_test.cpp compares the recorded pages with what we declare; here it has to be on our page.
"""

import pytest

from servers import comparison, exporter, targets, versions
from servers.exporter import ROOT
from servers.page import Page
from servers.postgres import Postgres

RECORDED = ROOT / "exporters" / "postgres" / "testdata"
ABSENT = {
    "pg_settings_lock_timeout_seconds": "our own startup option would show, not the server's value",
}


NO_ROWS = "pg_stat_progress_vacuum_max_dead_tuples"  # from 17 on the limit is in bytes


def recorded(major, role):
    page = Page((RECORDED / str(major) / f"peer-0.20.1-{role}.prom").read_text())
    return comparison.declared(name for name in page.types if name.startswith("pg_"))


def start_pair(folder, major):
    settings = {"wal_level": "logical", "max_slot_wal_keep_size": "256MB",
                "shared_preload_libraries": "pg_stat_statements", "archive_mode": "on", "archive_command": "true"}
    main = Postgres(folder, "main", settings, version=major)
    standby = Postgres(folder, "standby", {**settings, "primary_slot_name": "standby"}, version=major)
    main.create().start().create_monitor()
    for tenant in ("acme", "globex"):
        main.psql(f"CREATE DATABASE {tenant}")
        main.psql("CREATE TABLE t (id int PRIMARY KEY)", tenant)
    main.psql("CREATE TABLE big AS SELECT repeat('x', 2000) FROM generate_series(1, 2000)", "acme")
    if major >= 16:
        main.psql("CREATE SCHEMA monitoring; GRANT USAGE ON SCHEMA monitoring TO pg_monitor;"
                  " CREATE EXTENSION pg_buffercache SCHEMA monitoring")
    main.psql("CREATE PUBLICATION feed FOR TABLE t", "acme")
    main.psql("SELECT pg_create_logical_replication_slot('feed', 'pgoutput')", "acme")
    main.psql("SELECT pg_create_physical_replication_slot('standby', true)")
    standby.copy_of(main)
    standby.start()
    for server in (main, standby):
        server.psql("SELECT pg_stat_reset()", "acme")
    main.psql(f"CREATE SUBSCRIPTION feed CONNECTION 'host={main.folder} port={main.port} user=postgres"
              " dbname=acme' PUBLICATION feed WITH (create_slot = false)", "globex")
    # A slot of the standby's own, as a second standby behind it would have.
    standby.psql("SELECT pg_create_physical_replication_slot('next', true)")
    main.psql("SELECT pg_switch_wal()")
    main.session("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1; VACUUM big", "acme")
    standby.session("SELECT 1", "acme")  # and then idle
    return main, standby


@pytest.mark.parametrize("major", versions.POSTGRES)
def test_the_families_of_the_newest_peer_are_on_our_page(major, folder, daemon):
    main, standby = start_pair(folder, major)
    with main, standby:
        running = daemon(exporter.config_text(
            [targets.postgres(name, server, collectors={"buffercache_summary": True})
             for name, server in (("primary", main), ("standby", standby))]))
        page = running.wait_for_page(
            lambda page: page.value("pg_replication_receiver_connected", target="standby") == 1
            and page.value("pg_replication_slots_active", target="primary", slot_name="feed") == 1
            and page.series("pg_stat_progress_vacuum_phase", target="primary")
            and page.series("pg_stat_archiver_last_archive_age", target="primary")
            and page.series("pg_process_idle_seconds_count", target="standby")
            and all(page.series(family, target=name, datname="acme") for name in ("primary", "standby")
                    for family in ("pg_stat_database_stats_reset", "pg_database_size_bytes")), "complete")
        for role in ("primary", "standby"):
            names = recorded(major, role) - ({NO_ROWS} if major >= 17 else set())
            assert len(names) > 250
            ours = page.names(target=role)
            ours |= {name.removesuffix("_count") for name in ours}  # a histogram's lines
            assert names - ours == set(ABSENT), role
            assert [name for name in names - set(ABSENT) if not page.helps[name].strip()] == []
