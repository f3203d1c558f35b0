"""The gentlest client: one connection and one collection, whatever the number of scrapers."""

import concurrent.futures
import itertools
import re
import signal
import threading
import time

import pytest

from servers import exporter, faults, proc, process, targets
from servers.postgres import Postgres

WATCHED = "pg_stat_database"


def scrape_at_once(running, count, path="/metrics"):
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        replies = list(pool.map(lambda _: running.get(path), range(count)))
    assert {reply.status for reply in replies} == {200}
    return replies


def calls_of_info(cache):
    with cache.client() as client:
        line = client.command("INFO", "commandstats").split("cmdstat_info:calls=")[1]
    return int(line.split(",")[0])


def test_ten_parallel_scrapes_of_redis_send_info_once(cache, daemon):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]))
    running.wait_for_page(lambda page: not targets.problems(page, "cache", "redis"), "complete")
    # A slow server keeps the collection open until all ten have come.
    with cache.client() as client:
        before = calls_of_info(cache)
        client.command("CLIENT", "PAUSE", "500", "ALL")
        scrape_at_once(running, 10)
    # Our own look counts itself; a scrape that came late may have begun a second collection.
    assert 1 <= calls_of_info(cache) - before - 1 <= 2


def calls_of_statement(primary):
    return int(primary.psql(
        "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid"
        f" WHERE rolname = 'erp_exporter' AND query LIKE '%{WATCHED}%' AND query NOT LIKE '%activity%'"))


def test_ten_parallel_scrapes_of_postgres_run_each_statement_once(primary, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", primary)]))
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    running.page("/metrics?collect[]=stat_database")
    before = calls_of_statement(primary)
    running.page("/metrics?collect[]=stat_database")
    once = calls_of_statement(primary) - before
    assert once >= 1
    before = calls_of_statement(primary)
    # A slow server keeps the collection open until all ten have come.
    thaw = threading.Timer(0.5, primary.server.signal_all, [signal.SIGCONT])
    thaw.start()
    primary.server.signal_all(signal.SIGSTOP)
    try:
        scrape_at_once(running, 10, "/metrics?collect[]=stat_database")
    finally:
        thaw.join()
    # A scrape that came late may have begun a second collection.
    assert once <= calls_of_statement(primary) - before <= 2 * once


def test_any_number_of_scrapes_uses_one_session_of_postgres(primary, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", primary)]))
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    sessions = "SELECT sessions FROM pg_stat_database WHERE datname = 'postgres'"
    time.sleep(1.2)  # the server reports a session some time after it began
    before = int(primary.psql(sessions))
    for _ in range(3):
        scrape_at_once(running, 10)
    monitor = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'erp_exporter'"
    assert int(primary.psql(monitor)) == 1
    # The psql of this test is the only newcomer, once a look.
    assert int(primary.psql(sessions)) - before <= 3
    page = running.page()
    assert page.value("erp_exporter_connections", target="main", role="main") == 1


def test_any_number_of_scrapes_uses_one_connection_of_redis(cache, daemon):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]))
    running.wait_for_page(lambda page: not targets.problems(page, "cache", "redis"), "complete")
    with cache.client() as client:
        before = client.command("INFO", "stats").split("total_connections_received:")[1].split()[0]
        for _ in range(3):
            scrape_at_once(running, 10)
        after = client.command("INFO", "stats").split("total_connections_received:")[1].split()[0]
    assert after == before


@pytest.mark.parametrize("change", [
    "DROP DATABASE acme", "ALTER DATABASE acme RENAME TO initech", "CREATE DATABASE copy TEMPLATE acme"])
def test_what_needs_a_tenants_database_alone_succeeds_while_we_visit_it(own_postgres, daemon, change):
    """The server waits 5 s for others to leave, then it refuses."""
    own_postgres.psql("CREATE DATABASE acme")
    visits = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'erp_exporter' AND datname = 'acme'"
    with faults.Proxy(own_postgres.address, delay=0.05) as far:  # a visit takes half a second and more
        running = daemon(exporter.config_text([targets.postgres("main", own_postgres, far.address)]))
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        own_postgres.psql("CREATE TABLE t (id int)", "acme")
        for _ in range(2):  # who waits for a table whose name is not known is why we come
            own_postgres.session("BEGIN; LOCK TABLE t", "acme")
        process.wait_until(lambda: own_postgres.psql(visits).strip() == "1", "we are in", pause=0)
        for session in own_postgres.sessions:
            session.child.kill()
        own_postgres.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                          " WHERE datname = 'acme' AND usename <> 'erp_exporter'")
        own_postgres.psql(change)
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")


@pytest.mark.parametrize("major", [13, 18])
def test_the_session_names_itself_and_has_its_own_limits(major, folder, daemon):
    with Postgres(folder, "own", {"log_statement": "all", "log_line_prefix": "%u %a|"}, version=major) as server:
        server.create().start().create_monitor()
        running = daemon(exporter.config_text([targets.postgres("main", server, timeout="3s")]))
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        name = server.psql("SELECT application_name FROM pg_stat_activity WHERE usename = 'erp_exporter'")
        assert name.startswith("erp_exporter")
        said = [line.partition("|")[2] for line in server.server.text().splitlines()
                if line.startswith("erp_exporter erp_exporter")]
        assert not [line for line in said if "ERROR" in line]
        for setting in ("idle_in_transaction_session_timeout = '10s'", "default_transaction_read_only = on",
                        "jit = off", "search_path = pg_catalog"):
            assert [line for line in said if f"SET {setting}" in line], setting
        # Before a batch how long it may wait for a lock and run; by what is left until the deadline.
        limits = [re.search(r"[Pp]arameters: \$1 = '(\d+)', \$2 = '(\d+)'", after) for line, after
                  in itertools.pairwise(said) if "set_config('lock_timeout', $1" in line]
        assert limits and all(limits), said
        for found in limits:
            lock_wait, run = map(int, found.groups())
            assert 0 < lock_wait <= 250 and lock_wait < run <= 3000


def test_a_scrape_of_postgres_takes_two_round_trips_at_most(primary, daemon):
    """What may it wait, and the batch."""
    with faults.Proxy(primary.address, delay=0.2) as far:
        running = daemon(exporter.config_text([targets.postgres("far", primary, far.address, **targets.NO_WATCHERS)]))
        running.wait_for_page(lambda page: not targets.problems(page, "far", "postgres"), "complete")
        for _ in range(3):
            before = far.round_trips
            page = running.page()
            assert targets.problems(page, "far", "postgres") == []
            assert 1 <= far.round_trips - before <= 2


def test_a_target_without_watchers_sleeps_until_it_is_asked(primary, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", primary, **targets.NO_WATCHERS)]))
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    time.sleep(1)
    before = proc.context_switches(running.server.pid)
    time.sleep(5)
    # The clock of a watcher wakes two threads a second.
    assert proc.switches_since(running.server.pid, before) <= 4
