"""packaging/postgresql/monitor-role.sql as it is shipped, and roles that have less."""

import subprocess
import time

import pytest
from servers import exporter, process, targets, versions
from servers.exporter import ROOT
from servers.postgres import MONITOR, Postgres, environment

SCRIPT = ROOT / "packaging/postgresql/monitor-role.sql"


def give_role(server, *arguments):
    """By psql, as the file says; twice, as after an upgrade."""
    for _ in range(2):
        done = subprocess.run([*server.words("postgres"), *arguments, "-f", SCRIPT], text=True, capture_output=True,
                              timeout=30, check=False, env=environment())
        assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr


def complete(page):
    return not targets.problems(page, "main", "postgres")


def unavailable(page, reason):
    return {labels["collector"] for labels, _ in page.series(
        "erp_exporter_collector_unavailable", target="main", reason=reason)}


@pytest.mark.parametrize("major", versions.POSTGRES)
def test_the_role_that_we_ship_sees_everything_and_no_rows_of_tables(folder, daemon, major):
    with Postgres(folder, "own", version=major) as server:
        server.create().start()
        give_role(server)
        server.psql(f"ALTER ROLE {MONITOR} PASSWORD '{server.password}'")
        server.psql("CREATE DATABASE acme")
        server.psql("CREATE TABLE secret (id int); INSERT INTO secret VALUES (1)")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(complete, "complete")
        assert unavailable(page, "privilege") == set()
        assert not [labels for labels, value in page.series("pg_exporter_privilege_missing", target="main") if value]
        assert page.value("pg_wal_segments", target="main") >= 1
        refused = subprocess.run(
            [*server.words("postgres"), "-c", f"SET ROLE {MONITOR}; SELECT * FROM secret"], text=True,
            capture_output=True, timeout=30, check=False, env=environment())
        assert "permission denied for table secret" in refused.stderr
        role = server.psql(f"SELECT rolsuper, rolcreatedb, rolreplication, rolconnlimit FROM pg_roles"
                           f" WHERE rolname = '{MONITOR}'").strip()
        assert role == "f|f|f|6"


@pytest.mark.parametrize("major", [major for major in versions.POSTGRES if major >= 16])
def test_the_role_gets_in_by_reserved_connections_when_all_others_are_taken(folder, daemon, major):
    with Postgres(folder, "own", {"max_connections": "14", "superuser_reserved_connections": "3",
                                  "reserved_connections": "2", "max_wal_senders": "2"}, version=major) as server:
        server.create().start()
        give_role(server)
        server.psql(f"ALTER ROLE {MONITOR} PASSWORD '{server.password}'; CREATE ROLE odoo LOGIN")

        def taken():
            # Who counts takes one of them for a moment, too.
            count = server.psql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'odoo'").strip()
            return count == "9" or not server.session("SELECT 1", role="odoo")
        process.wait_until(taken, "all others are taken")
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(complete, "complete")
        for pool, used, limit in (("normal", 9, 9), ("reserved", 1, 2), ("superuser", 0, 3)):
            assert page.value("pg_connections_used", pool=pool) == used, pool
            assert page.value("pg_connections_limit", pool=pool) == limit, pool
        assert page.series("pg_exporter_connect_errors_total") == []


def test_who_may_not_make_all_of_the_role_makes_nothing_of_it(own_postgres):
    own_postgres.psql("CREATE ROLE clerk LOGIN CREATEROLE")
    done = subprocess.run([*own_postgres.words("postgres"), "-U", "clerk", "-v", "role=half", "-f", SCRIPT],
                          text=True, capture_output=True, timeout=30, check=False, env=environment())
    assert done.returncode != 0 and "ERROR" in done.stderr
    assert own_postgres.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'half'").strip() == "0"


def test_the_role_may_have_another_name(own_postgres):
    give_role(own_postgres, "-v", 'role=odoo "metrics"')
    assert own_postgres.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'odoo \"metrics\"'").strip() == "1"


def test_settings_of_our_role_are_not_shown_as_the_servers(own_postgres, daemon):
    for setting in ("jit = off", "work_mem = '9MB'", "default_transaction_read_only = on"):
        own_postgres.psql(f"ALTER ROLE {MONITOR} SET {setting}")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(complete, "complete")
    for name in ("jit", "work_mem_bytes", "default_transaction_read_only", "transaction_read_only"):
        assert not page.series(f"pg_settings_{name}"), name
    assert page.value("pg_settings_maintenance_work_mem_bytes") == 64 * 2**20


def test_on_13_who_began_to_wait_when_is_hidden_from_a_lesser_role(folder, daemon):
    with Postgres(folder, "own", version=13) as server:
        server.create().start().create_monitor("guest", member="")
        server.psql("CREATE TABLE t (id int)")
        server.session("BEGIN; LOCK TABLE t")
        server.session("SELECT * FROM t")
        running = daemon(exporter.config_text([targets.postgres("main", server, user="guest")]))
        page = running.wait_for_page(complete, "complete")
        assert "lock_waits" in unavailable(page, "privilege")
        assert not page.series("pg_lock_waiting_sessions")


def test_where_file_functions_are_denied_the_rest_is_complete(own_postgres, daemon):
    """As managed services do it: nobody lists directories or reads the control file."""
    for function in ("pg_ls_waldir()", "pg_ls_archive_statusdir()", "pg_ls_tmpdir()", "pg_control_system()",
                     "pg_control_checkpoint()"):
        own_postgres.psql(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC, pg_monitor")
    own_postgres.settings.update(archive_mode="on", archive_command="false")
    own_postgres.stop()
    own_postgres.start()
    own_postgres.psql("SELECT pg_switch_wal()")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres, local=True)]))
    # That archiving fails needs no right; how many files wait does.
    page = running.wait_for_page(
        lambda page: complete(page) and page.value("pg_archiver_failing", target="main") == 1, "complete", 30)
    assert abs(page.value("pg_archiver_last_failed_timestamp_seconds", target="main") - time.time()) < 60
    assert page.series("pg_archiver_backlog_files", target="main") == []
    assert page.value("pg_up", target="main") == 1
    assert {"wal", "archiver", "checkpoint"} <= unavailable(page, "privilege")
    # What says who the server is does without the control file.
    assert page.series("pg_static", target="main")
    assert page.value("pg_stat_database_numbackends", target="main", datname="postgres") is not None
    assert page.series("pg_lock_waiting_sessions", target="main")
    for labels, count in page.series("erp_exporter_target_failures_total", target="main"):
        assert count == 0, labels
    for area in ("files", "control"):
        assert page.value("pg_exporter_privilege_missing", target="main", area=area) == 1
    # What is known to be denied is not asked for: nothing of us is in the server's log.
    running.page()
    log = own_postgres.server.text().splitlines()
    assert [line for line in log if f"{MONITOR}@" in line and "ERROR" in line] == []


@pytest.mark.parametrize(("function", "area"), [
    ("pg_control_checkpoint()", "control"), ("pg_control_recovery()", "control"), ("pg_ls_archive_statusdir()", "files")])
def test_one_function_that_is_denied_is_an_area_that_is_missing(own_postgres, daemon, function, area):
    own_postgres.psql(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC, pg_monitor")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(complete, "complete")
    assert page.value("pg_exporter_privilege_missing", target="main", area=area) == 1


def test_a_database_that_we_may_not_connect_to_is_an_area_that_is_missing(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))

    def missing(page):
        return page.value("pg_exporter_privilege_missing", target="main", area="databases")

    running.wait_for_page(lambda page: missing(page) == 0, "open")
    own_postgres.psql("REVOKE CONNECT ON DATABASE acme FROM PUBLIC")
    running.wait_for_page(lambda page: missing(page) == 1, "closed")
    own_postgres.psql(f"GRANT CONNECT ON DATABASE acme TO {MONITOR}")
    running.wait_for_page(lambda page: missing(page) == 0, "open again")


def test_a_role_without_any_right_shows_what_everybody_may_see(own_postgres, daemon):
    own_postgres.create_monitor("nobody_special", member="")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres, user="nobody_special")]))
    page = running.wait_for_page(complete, "complete")
    missing = {labels["area"] for labels, value in page.series("pg_exporter_privilege_missing", target="main") if value}
    assert {"sessions", "settings", "files"} <= missing
    assert page.value("pg_locks_count", target="main", datname="postgres", mode="accesssharelock") is not None
    assert not page.series("pg_stat_activity_count", target="main")
    assert process.wait_until(lambda: running.page().value("pg_up", target="main") == 1, "up", 5)
