"""PgBouncer between us and the server, in each mode; also one role for all clients, whose sessions we share."""

import signal

import pytest
from servers import exporter, process, targets
from servers.pgbouncer import PgBouncer
from servers.postgres import Postgres


def through(bouncer, server):
    return {**targets.postgres("main", server), "address": bouncer.address}


@pytest.mark.parametrize("settings", [{}, {"ignore_startup_parameters": "options,extra_float_digits"}],
                         ids=["refuses options", "drops options"])
@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_pages_through_a_pooler_are_complete(own_postgres, folder, daemon, mode, settings):
    own_postgres.psql("CREATE DATABASE acme")
    with PgBouncer(folder, own_postgres, mode, **settings) as bouncer:
        bouncer.start()
        running = daemon(exporter.config_text([through(bouncer, own_postgres)]))
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        for _ in range(10):
            page = running.page()
            assert not targets.problems(page, "main", "postgres")
        assert page.value("pg_stat_database_numbackends", datname="acme") == 0
        for labels, count in page.series("erp_exporter_target_failures_total", target="main"):
            assert count == 0, labels


@pytest.mark.parametrize("settings", [{}, {"ignore_startup_parameters": "options,extra_float_digits"}],
                         ids=["refuses options", "drops options"])
def test_others_who_get_our_session_find_it_as_it_was(own_postgres, folder, daemon, settings):
    """In transaction mode with a role of the pooler's the next transaction of the application may run in the very
    session in which we had made all transactions read only."""
    own_postgres.psql(f"ALTER ROLE erp_exporter PASSWORD '{own_postgres.password}'")
    with PgBouncer(folder, own_postgres, "transaction", forced_user="erp_exporter", default_pool_size=1,
                   **settings) as bouncer:
        bouncer.start()
        running = daemon(exporter.config_text([through(bouncer, own_postgres)]))
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        changed = own_postgres.psql_through(
            bouncer.port, "SELECT string_agg(name, ',') FROM pg_settings WHERE source = 'session'"
            " AND name IN ('default_transaction_read_only', 'default_transaction_isolation', 'search_path', 'statement_timeout', 'jit',"
            " 'lock_timeout', 'idle_in_transaction_session_timeout')")
        assert changed.strip() == ""


def test_a_pooler_that_leads_to_a_server_of_another_version_is_noticed(folder, daemon):
    """It tells its clients the version that it saw first, for as long as it runs."""
    with Postgres(folder, "old", version=13) as old, Postgres(folder, "new", version=18) as new:
        for server in (old, new):
            server.create().start().create_monitor()
        new.psql(f"ALTER ROLE erp_exporter PASSWORD '{old.password}'")
        with PgBouncer(folder, old, "transaction") as bouncer:
            bouncer.start()
            running = daemon(exporter.config_text([through(bouncer, old)]))
            page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
            assert "pg_stat_io_reads_total" not in page.names(target="main")
            moved = bouncer.file.read_text().replace(str(old.folder), str(new.folder)).replace(
                f"port={old.port}", f"port={new.port}")
            process.write_file(bouncer.file, moved)
            bouncer.server.signal(signal.SIGHUP)
            old.stop()
            fresh = daemon(exporter.config_text([{**targets.postgres("main", old), "address": new.address}]))
            expected = fresh.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"),
                                           "complete").names(target="main")
            running.wait_for_page(
                lambda page: not targets.problems(page, "main", "postgres")
                and expected <= page.names(target="main"), "what the newer version has", 30)
