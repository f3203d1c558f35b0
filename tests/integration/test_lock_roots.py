"""Who is at the root of a queue: what it does meanwhile, and after half a minute its number."""

import time

import pytest

from servers import exporter, process, targets, versions
from servers.postgres import Postgres

UPDATE = "UPDATE t SET n = n + 1 WHERE id = {}"
# By application: what the root does after its update, and the state that is told of it.
ROOTS = {"batch": ("SELECT pg_sleep(300)", "active"),
         "cron": ("SELECT 1 / 0", "idle in transaction (aborted)"),
         "report": ("SELECT 1", "idle in transaction")}
SHOWN_AFTER = 30  # seconds that a root has kept others waiting


def blocked(server):
    """A root of each state with one behind it. {application: number of the root's session}"""
    server.psql("CREATE DATABASE acme")
    server.psql("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)", "acme")
    pids = {}
    for row, (app, (then, _)) in enumerate(ROOTS.items(), 1):
        update = UPDATE.format(row)
        session = server.session(f"\\set ON_ERROR_STOP 0\nSET application_name = '{app}-{row}'; BEGIN; {update};"
                                 f" SELECT pg_backend_pid(); SAVEPOINT s; {then}", "acme")
        text = process.wait_until(session.output.read_text, "it holds the row")
        pids[app] = text.split()[0]
        server.session(f"SET application_name = 'odoo-{row}'; {update}", "acme")
    return pids


def test_roots_are_told_by_their_state_and_after_half_a_minute_by_their_number(own_postgres, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)], ["acme"]))
    pids = blocked(own_postgres)
    began = time.monotonic()
    page = running.wait_for_page(
        lambda page: page.value("pg_lock_waiting_sessions", datname="acme") == len(ROOTS), "all wait")
    assert {(labels["app"], labels["root_state"], value) for labels, value in page.series(
        "pg_blocking_root_sessions", datname="acme", tenant="acme")} == {
            (app, state, 1) for app, (_, state) in ROOTS.items()}
    assert page.series("pg_blocking_root_info") == []
    page = running.wait_for_page(lambda page: page.series("pg_blocking_root_info"), "the first number", 60)
    assert time.monotonic() - began > SHOWN_AFTER - 3
    page = running.wait_for_page(
        lambda page: len(page.series("pg_blocking_root_info")) == len(ROOTS), "all numbers")
    for app, (_, state) in ROOTS.items():
        assert page.value("pg_blocking_root_info", datname="acme", tenant="acme", app=app, pid=pids[app],
                          usename="postgres", state=state, mode="sharelock", relation="t", client_addr="") == 1
    own_postgres.psql(f"SELECT pg_terminate_backend({pids['batch']})")
    page = running.wait_for_page(
        lambda page: len(page.series("pg_blocking_root_info")) == len(ROOTS) - 1, "one is gone")
    assert page.series("pg_blocking_root_info", app="batch") == []


@pytest.mark.parametrize("version", [
    pytest.param(major, marks=[] if major in (13, 18) else pytest.mark.long) for major in versions.POSTGRES])
def test_what_is_prepared_in_a_database_is_the_root_of_that_database(folder, daemon, version):
    """They have no number that would tell them apart."""
    waiting = {"acme": 1, "globex": 3}
    with Postgres(folder, "own", {"max_prepared_transactions": "5"}, version=version) as server:
        server.create().start().create_monitor()
        for tenant, count in waiting.items():
            server.psql(f"CREATE DATABASE {tenant}")
            server.psql("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)", tenant)
            server.psql(f"BEGIN; {UPDATE.format(1)}; PREPARE TRANSACTION '{tenant}'", tenant)
            for _ in range(count):
                server.session(UPDATE.format(1), tenant)
        running = daemon(exporter.config_text([targets.postgres("main", server)], list(waiting)))
        page = running.wait_for_page(
            lambda page: all(page.value("pg_blocking_episodes_total", datname=tenant) == 1 for tenant in waiting),
            "an episode in each", 30)
        assert {labels["tenant"]: value for labels, value in page.series(
            "pg_blocking_root_sessions", root_state="prepared")} == waiting
        assert {labels["datname"]: value for labels, value in page.series("pg_blocking_roots")
                if value} == dict.fromkeys(waiting, 1)
        page = running.wait_for_page(lambda page: page.series("pg_blocking_root_info"), "the first number", 60)
        page = running.wait_for_page(
            lambda page: len(page.series("pg_blocking_root_info", pid="0", relation="t")) == 2, "both")
        assert {labels["datname"] for labels, _ in page.series("pg_blocking_root_info")} == set(waiting)
        assert page.series("pg_lock_access_exclusive_held_seconds") == []
        server.psql("CREATE TABLE altered (id int); BEGIN; LOCK TABLE altered; PREPARE TRANSACTION 'altered'", "acme")
        time.sleep(1)
        assert 1 <= running.page().value("pg_lock_access_exclusive_held_seconds", datname="acme") < 60


def test_one_that_keeps_two_databases_waiting_counts_in_each_with_those_of_it(own_postgres, daemon):
    """Roles are of no database; the root is in a third one."""
    for tenant in ("acme", "globex"):
        own_postgres.psql(f"CREATE DATABASE {tenant}")
    own_postgres.psql("CREATE ROLE shared")
    rename = "ALTER ROLE shared CONNECTION LIMIT 7"
    own_postgres.session(f"SET application_name = 'root'; BEGIN; {rename}")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)], ["acme", "globex"]))
    own_postgres.session(rename, "acme")
    running.wait_for_page(lambda page: page.value("pg_lock_waiting_sessions", datname="acme") == 1, "one waits")
    own_postgres.session(rename, "globex")
    page = running.wait_for_page(
        lambda page: len(page.series("pg_blocking_root_sessions", app="root")) == 2, "both wait")
    assert {labels["tenant"] for labels, _ in page.series("pg_blocking_root_sessions")} == {"acme", "globex"}


def test_of_those_who_keep_readers_away_from_users_tables_the_oldest_is_told(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE acme; CREATE DATABASE globex")
    own_postgres.psql("CREATE TABLE one (id int); CREATE TABLE two (id int); CREATE TABLE three (id int)", "acme")
    locks = [("LOCK TABLE pg_largeobject", "acme"), ("LOCK TABLE three IN SHARE MODE", "acme"),  # neither counts
             ("LOCK TABLE one", "acme"), ("LOCK TABLE two", "acme"), ("LOCK TABLE pg_largeobject", "globex")]
    for sql, database in locks:
        session = own_postgres.session(f"BEGIN; {sql}; SELECT 'held'", database)
        process.wait_until(lambda held=session: "held" in held.output.read_text(), sql)
        time.sleep(2)
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)], ["acme"]))
    page = running.wait_for_page(lambda page: page.series("pg_lock_access_exclusive_held_seconds"), "its age")
    age = ("SELECT extract(epoch FROM clock_timestamp() - xact_start) FROM pg_stat_activity"
           " WHERE query LIKE '%held%' AND state = 'idle in transaction' AND datname = 'acme' ORDER BY xact_start")
    ages = [float(line) for line in own_postgres.psql(age).split()]
    told = page.value("pg_lock_access_exclusive_held_seconds", datname="acme", tenant="acme")
    assert ages[3] + 1 < told <= ages[2]
    assert len(page.series("pg_lock_access_exclusive_held_seconds")) == 1
