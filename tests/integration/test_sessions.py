"""Sessions: who is connected, for how long, waiting for what, and against which limit."""

import time

import pytest

from servers import exporter, process, targets
from servers.postgres import Postgres
from servers.prometheus import check_metrics

OFTEN = {"collectors": {"orphaned_sessions": {"interval": "1s"}, "filesystems": {"interval": "1s"}}}
HOSTILE = "quo\"te back\\slash {a=\"b\"} x"


@pytest.fixture
def watched(own_postgres, daemon):
    """The daemon on the server's socket, and the server with two tenants."""
    for tenant in ("acme", "globex"):
        own_postgres.psql(f"CREATE DATABASE {tenant}")
    return daemon(exporter.config_text(
        [targets.postgres("main", own_postgres, own_postgres.socket_address, **OFTEN)], ["acme", "globex"]))


def test_a_remote_server_is_not_compared_with_our_host(own_postgres, daemon):
    remote = targets.postgres("remote", own_postgres, **OFTEN)
    told = targets.postgres("told", own_postgres, local=True, **OFTEN)
    silenced = targets.postgres("silenced", own_postgres, own_postgres.socket_address, local=False, **OFTEN)
    running = daemon(exporter.config_text([remote, told, silenced]))
    own_postgres.abandoned("postgres")
    page = running.wait_for_page(
        lambda page: page.value("pg_sessions_orphaned", target="told", datname="postgres") == 1
        and targets.problems(page, "remote", "postgres") == [], "an orphan")
    for name in ("remote", "silenced"):
        assert page.series("pg_sessions_orphaned", target=name) == []
        assert page.series("pg_filesystem_free_bytes", target=name) == []
        for collector in ("orphaned_sessions", "filesystems"):
            assert page.value("erp_exporter_collector_unavailable", target=name, collector=collector,
                              reason="disabled") == 1


def test_the_space_of_a_local_server_is_shown_without_its_paths(own_postgres, watched, folder):
    place = process.subfolder(folder, "fast")
    own_postgres.psql(f"CREATE TABLESPACE fast LOCATION '{place}'")
    page = watched.wait_for_page(
        lambda page: page.value("pg_filesystem_size_bytes", tablespace="fast") is not None, "the tablespace")
    for labels in ({"mount_of": "data"}, {"mount_of": "wal"}, {"mount_of": "tablespace", "tablespace": "fast"}):
        free = page.value("pg_filesystem_free_bytes", **labels)
        assert 0 < free <= page.value("pg_filesystem_size_bytes", **labels)
    assert str(folder) not in "".join(line for line in page.text.splitlines() if "filesystem" in line)


def test_load_is_told_by_what_the_sessions_wait_for(own_postgres, watched):
    own_postgres.psql("CREATE TABLE t AS SELECT 1 AS id", "acme")
    own_postgres.session("BEGIN; UPDATE t SET id = 2", "acme")
    time.sleep(1)
    own_postgres.session("UPDATE t SET id = 3", "acme")
    own_postgres.session("SELECT pg_sleep(60)", "globex")
    own_postgres.session("SELECT pg_sleep(60)", "globex")
    family = "pg_session_active_seconds_total"
    before = watched.wait_for_page(
        lambda page: page.series(family, datname="acme", wait_class="lock")
        and page.series(family, datname="globex", wait_class="timeout"), "both classes")
    began = time.monotonic()
    time.sleep(6)
    after = watched.page()
    took = time.monotonic() - began
    for labels, sessions in (({"datname": "acme", "wait_class": "lock", "tenant": "acme"}, 1),
                             ({"datname": "globex", "wait_class": "timeout", "tenant": "globex"}, 2)):
        average = (after.value(family, **labels) - before.value(family, **labels)) / took
        assert abs(average - sessions) < 0.35 * sessions, (labels, average)
    assert after.series(family, datname="acme", wait_class="timeout") == []


def test_long_sessions_are_told_by_kind(own_postgres, watched):
    own_postgres.psql("CREATE TABLE t AS SELECT 1 AS id", "acme")
    own_postgres.session("BEGIN; UPDATE t SET id = 2", "acme")
    time.sleep(1)
    own_postgres.session("UPDATE t SET id = 3", "acme")
    page = watched.wait_for_page(lambda page: (page.value(
        "pg_session_longest_seconds", datname="acme", kind="query") or 0) > 10, "it has run for ten seconds", 20)
    for kind in ("transaction", "idle_in_transaction", "query", "active_without_progress"):
        assert 10 < page.value("pg_session_longest_seconds", datname="acme", kind=kind) < 30, kind
    assert page.value("pg_sessions_older_than", datname="acme", kind="transaction", threshold="10s") == 2
    assert page.value("pg_sessions_older_than", datname="acme", kind="idle_in_transaction",
                      threshold="10s") == 1
    assert page.series("pg_sessions_older_than", threshold="60s") == []
    assert page.value("pg_sessions", datname="acme", state="idle in transaction", app="psql") == 1
    assert page.value("pg_xmin_horizon_age_transactions", holder="session") >= 1


def test_a_full_server_is_seen_as_full_over_the_kept_connection(folder, cache, daemon):
    with Postgres(folder, "small", {"max_connections": "12", "superuser_reserved_connections": "3",
                                    "max_wal_senders": "2"}) as server:
        server.create().start().create_monitor()
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        running.wait_for_page(lambda page: page.value("pg_connections_used", pool="normal") == 1, "empty")
        for _ in range(11):
            server.session("SELECT 1")
        page = running.wait_for_page(
            lambda page: page.value("pg_connections_used", pool="superuser") == 3, "full")
        assert "too many clients" in server.psql_errors()
        assert page.value("pg_up") == 1
        assert page.value("pg_connections_used", pool="normal") == 9
        assert page.value("pg_connections_limit", pool="normal") == 9
        assert page.value("pg_connections_limit", pool="superuser") == 3
        assert page.value("pg_sessions_by_privilege", privilege="superuser") == 11


@pytest.mark.parametrize("version", [13, 18])
def test_an_analyze_keeps_vacuum_from_dead_rows_and_a_vacuum_does_not(folder, daemon, version):
    with Postgres(folder, "own", {"autovacuum": "off"}, version=version) as server:
        server.create().start().create_monitor()
        server.psql("CREATE TABLE big AS SELECT g AS id, repeat('x', 200) AS t FROM generate_series(1, 100000) g")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        for work, held in (("VACUUM", False), ("ANALYZE", True)):
            progress = f"pg_stat_progress_{work.lower()}"
            server.session(f"SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 5; {work} big")
            process.wait_until(lambda view=progress: server.psql(f"SELECT count(*) FROM {view}").strip() == "1",
                               f"it works at {work}")
            server.psql("SELECT txid_current()")
            server.psql("SELECT txid_current()")
            age = running.page().value("pg_xmin_horizon_age_transactions", holder="session")
            assert (age is not None and age >= 2) == held, (work, age)
            server.psql(f"SELECT pg_terminate_backend(pid) FROM {progress}")


def test_a_server_that_is_full_before_we_come_is_down_and_told_apart_until_there_is_room(folder, daemon):
    with Postgres(folder, "small", {"max_connections": "12", "superuser_reserved_connections": "3",
                                    "max_wal_senders": "2"}) as server:
        server.create().start().create_monitor()
        sessions = []

        def is_full():
            """One after the other: who comes while another one leaves may be refused."""
            if "too many clients" in server.psql_errors():
                return True
            session = server.session("SELECT 'here'")
            process.wait_until(lambda: "here" in session.output.read_text() or session.child.poll() is not None, "come")
            if session.child.poll() is None:
                sessions.append(session)
            return False

        process.wait_until(is_full, "full")
        assert len(sessions) == 12
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(
            lambda page: page.value("pg_exporter_connect_errors_total", sqlstate_class="53"), "refused")
        assert page.value("pg_up") == 0 and targets.failures(page, "main", "busy") >= 1
        assert page.series("pg_connections_used") == []
        for session in sessions[:4]:
            session.stop()
        page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "there is room", 30)
        assert page.value("pg_up") == 1 and page.value("pg_connections_used", pool="normal") == 9


def test_limits_of_roles_and_databases_are_compared_with_their_use(own_postgres, watched):
    own_postgres.psql("ALTER DATABASE globex CONNECTION LIMIT 4")
    own_postgres.session("SELECT 1", "globex")
    page = watched.wait_for_page(
        lambda page: page.value("pg_database_connections_limit_ratio", datname="globex") == 0.25, "a quarter")
    assert page.series("pg_database_connections_limit_ratio", datname="acme") == []
    assert page.value("pg_role_connections", rolname="erp_exporter") == 1
    assert page.series("pg_role_connections", rolname="postgres") == []


@pytest.mark.parametrize("major", [15, 18])
def test_a_connection_that_hangs_in_its_start_is_counted(major, folder, daemon):
    with Postgres(folder, "other", version=major) as server:
        server.create().start().create_monitor()
        server.psql("CREATE DATABASE acme")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        running.wait_for_page(lambda page: page.value("pg_sessions_starting") == 0, "none starts")
        holder = server.session("BEGIN; ALTER DATABASE acme RENAME TO initech")
        time.sleep(1)
        server.session("SELECT 1", "acme")
        running.wait_for_page(lambda page: page.value("pg_sessions_starting") == 1, "one starts")
        holder.send("ROLLBACK")
        running.wait_for_page(lambda page: page.value("pg_sessions_starting") == 0, "it has started")


def test_prepared_transactions_are_counted_and_hold_vacuum_back(folder, daemon):
    with Postgres(folder, "own", {"max_prepared_transactions": "3"}) as server:
        server.create().start().create_monitor()
        server.psql("CREATE DATABASE acme")
        server.psql("CREATE TABLE t (id int); BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'x'", "acme")
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme"]))
        page = running.wait_for_page(
            lambda page: page.value("pg_prepared_transactions", datname="acme", tenant="acme") == 1, "one")
        assert page.value("pg_prepared_transaction_oldest_seconds", datname="acme") > 0
        assert page.value("pg_xmin_horizon_age_transactions", holder="prepared") >= 1
        server.psql("ROLLBACK PREPARED 'x'", "acme")
        assert running.page().series("pg_prepared_transactions") == []


def test_hostile_names_of_applications_and_databases_leave_the_page_valid(own_postgres, daemon):
    own_postgres.psql('CREATE DATABASE "new\nline"')
    for name in (HOSTILE, "_other", "_none", "123", "übermäßig", "x" * 63):
        escaped = name.replace("'", "''")
        own_postgres.session(f"SET application_name = '{escaped}'; SELECT 1", "new\nline")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(
        lambda page: page.value("pg_sessions", datname="new\nline", app=HOSTILE, state="idle") == 1
        and sum(value for _, value in page.series("pg_sessions", datname="new\nline")) == 6, "all six")
    assert page.value("pg_sessions", app="_none", state="idle") == 2
    assert page.value("pg_sessions", app="_other", state="idle") == 1
    assert [line for line in check_metrics(page.text) if "error" in line] == []


def test_any_number_of_application_names_makes_few_series(folder, daemon):
    with Postgres(folder, "own", {"max_connections": "100"}) as server:
        server.create().start().create_monitor()
        for i in range(50):
            server.session(f"SET application_name = 'app-{i}x'; SELECT 1")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(
            lambda page: sum(value for _, value in page.series("pg_sessions")) == 50, "fifty")
        assert len(page.series("pg_sessions")) == 33
        assert page.value("pg_sessions", app="_other") == 18


@pytest.mark.parametrize("major", [13, 14])
def test_ended_sessions_are_counted_by_reason_from_14_on(major, folder, daemon):
    with Postgres(folder, "own", version=major) as server:
        server.create().start().create_monitor()
        server.psql("CREATE DATABASE acme")
        server.session("SELECT 1", "acme")
        server.server.wait_for(lambda: server.psql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'acme'"
            ).strip() == "1", "killed")
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme"]))
        family = "pg_database_sessions_ended_total"
        if major == 13:
            page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
            assert page.series(family) == []
            assert page.value("erp_exporter_collector_unavailable", collector="database_sessions",
                              reason="unsupported") == 1
        else:
            page = running.wait_for_page(
                lambda page: page.value(family, datname="acme", tenant="acme", reason="killed") == 1, "one")
            assert page.value(family, datname="acme", reason="abandoned") == 0
            assert page.value("pg_database_sessions_total", datname="acme") >= 1
