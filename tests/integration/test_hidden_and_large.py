"""What a role may not see is absent and not 0; what is large in the server is small on our page."""

import json

import pytest
from servers import exporter, targets, versions
from servers.postgres import Postgres

SOME = [pytest.param(major, marks=[] if major in (13, 15, 18) else pytest.mark.long) for major in versions.POSTGRES]
PREPARED = {"max_prepared_transactions": "5"}
MEGABYTE = 1 << 20


def complete(page, *names):
    return not any(targets.problems(page, name, "postgres") for name in names) and all(
        page.series("pg_database_size_bytes", target=name, datname="acme") for name in names)


def no_failures(page):
    return not any(value for _, value in page.series("erp_exporter_target_failures_total"))


def of_target(page, target):
    """{series without its target: value} of what is the server's."""
    return {(family, pairs - {("target", target)}): value for (family, pairs), value in page.samples.items()
            if ("target", target) in pairs and family.startswith("pg_")}


def hidden_as_0(page, *servers):
    """Series that are 0 to the role that may not see, and something else to the one that may."""
    found = set()
    for server in servers:
        everything, seen = of_target(page, f"{server}-all"), of_target(page, f"{server}-none")
        assert len(seen) > 200
        found |= {(server, series) for series, value in seen.items()
                  if value == 0 and everything.get(series, 0) != 0 and not series[0].startswith("pg_exporter_")}
    return found


@pytest.mark.parametrize("version", SOME)
def test_nothing_that_a_role_may_not_see_is_0(folder, daemon, version):
    with Postgres(folder, "main", PREPARED, version=version) as main, Postgres(
            folder, "standby", PREPARED, version=version) as standby:
        main.create().start().create_monitor()
        main.create_monitor("guest", member="")
        main.psql("CREATE DATABASE acme; SELECT pg_create_physical_replication_slot('slot', true)")
        main.psql("CREATE TABLE stock_quant (id int); BEGIN; INSERT INTO stock_quant VALUES (1);"
                  " PREPARE TRANSACTION 'x'", "acme")
        standby.copy_of(main).start()
        main.session("SET application_name = 'odoo-1'; BEGIN; SELECT txid_current(); LOCK TABLE stock_quant", "acme")
        main.session("BEGIN; SELECT txid_current(); SELECT pg_sleep(600)", "acme")
        main.server.wait_for(lambda: main.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = 'acme'").strip() == "2",
            "one waits, one works")
        roles = [("all", "erp_exporter"), ("none", "guest")]
        running = daemon(exporter.config_text(
            [targets.postgres(f"{server.name}-{name}", server, user=user)
             for server in (main, standby) for name, user in roles]))
        names = [f"{server}-{name}" for server in ("main", "standby") for name, _ in roles]
        page = running.wait_for_page(lambda page: complete(page, *names) and page.value(
            "pg_stat_replication_pg_wal_lsn_diff", target="main-all") is not None, "complete", 30)
        # Two targets ask at two moments, so that one may meet a lock that lasts for a moment.
        pages = [page, running.page(), running.page()]
        assert set.intersection(*[hidden_as_0(page, "main", "standby") for page in pages]) == set()
        assert no_failures(page)


def test_an_extension_of_an_older_version_costs_nothing_but_what_it_lacks(folder, daemon):
    """As pg_upgrade leaves it: pg_buffercache had no summary before 1.4."""
    with Postgres(folder, "own", {"shared_preload_libraries": "pg_stat_statements"}, version=18) as server:
        server.create().start().create_monitor()
        server.psql("CREATE EXTENSION pg_buffercache VERSION '1.3'; CREATE EXTENSION pg_stat_statements VERSION '1.4'")
        running = daemon(exporter.config_text([targets.postgres(
            "main", server, collectors={"buffercache_summary": True})]))

        def unavailable(page):
            return page.value("erp_exporter_collector_unavailable", collector="buffercache_summary",
                              reason="unsupported")
        page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        assert unavailable(page) == 1
        assert page.names(target="main") & {"pg_buffercache_summary_buffers_used"} == set()
        assert no_failures(page)
        server.psql("ALTER EXTENSION pg_buffercache UPDATE")
        page = running.wait_for_page(
            lambda page: page.value("pg_buffercache_summary_buffers_used", target="main"), "its summary")
        assert not unavailable(page)


def test_a_query_of_a_megabyte_is_not_carried_around(folder, daemon):
    with Postgres(folder, "own", {"track_activity_query_size": str(MEGABYTE)}) as server:
        server.create().start().create_monitor()
        server.psql("CREATE TABLE stock_quant (id int)")
        server.session("BEGIN; LOCK TABLE stock_quant")
        server.server.wait_for(lambda: server.psql(
            "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted").strip() == "1", "it holds")
        small = exporter.config_text([targets.postgres("main", server)], limits={"debug": True})
        running = daemon(small)
        before = running.wait_for_page(lambda page: page.series("pg_database_size_bytes", datname="postgres"), "sizes")
        for _ in range(5):
            server.session(f"SELECT '{'x' * (MEGABYTE - 100)}' FROM stock_quant")
        page = running.wait_for_page(
            lambda page: page.value("pg_lock_waiting_sessions", datname="postgres") == 5, "they wait", 30)
        # What this takes is counted for another database.
        asked = server.psql("SELECT max(length(query)) > 1000000 FROM pg_stat_activity", "template1")
        assert asked.strip() == "t"
        assert targets.problems(page, "main", "postgres") == []
        assert "xxxx" not in page.text
        assert len(page.text) < len(before.text) + 20_000
        sessions = json.loads(running.get("/debug/pg/locks?target=main&format=json").text)["sessions"]
        assert len(sessions) == 6
        assert max(len(session["query"]) for session in sessions) == 200
        assert no_failures(page)
        # The server hands its view of sessions on in memory, where it would write a file each time.
        assert len(running.page().samples) > 0
        server.server.wait_for(lambda: server.psql(
            "SELECT xact_commit > 5 FROM pg_stat_database WHERE datname = 'postgres'").strip() == "t", "it is counted")
        assert server.psql("SELECT temp_files FROM pg_stat_database WHERE datname = 'postgres'").strip() == "0"
