"""What changes on a server is noticed and kept: settings, roles, databases, restarts, failovers, rights."""

import os
import signal
import time

import pytest

from servers import exporter, process, targets
from servers.postgres import Postgres

OFTEN = {"collectors": {"changes": {"interval": "1s"}, "lifecycle": {"interval": "1s"},
                        "filesystems": {"interval": "1s"}}}


@pytest.fixture
def watched(own_postgres, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres, **OFTEN)]))
    running.wait_for_page(lambda page: page.value("pg_roles_superusers") == 1
                          and page.value("pg_database_created_total") == 0, "the first look")
    return running


def test_a_changed_setting_is_counted_and_dated(own_postgres, watched):
    page = watched.page()
    assert page.value("pg_settings_changes_total") == 0
    assert page.series("pg_settings_last_change_timestamp_seconds") == []
    before = time.time()
    own_postgres.psql("ALTER SYSTEM SET work_mem = '5MB'")
    own_postgres.psql("SELECT pg_reload_conf()")
    page = watched.wait_for_page(lambda page: page.value("pg_settings_changes_total") == 1, "one change")
    assert before <= page.value("pg_settings_last_change_timestamp_seconds") <= time.time()
    assert page.value("pg_settings_work_mem_bytes") == 5 << 20
    assert page.value("pg_roles_changes_total") == 0


def reconnected(server, page_of):
    before = page_of().value("pg_exporter_connects_total")
    server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'erp_exporter'")
    process.wait_until(lambda: page_of().value("pg_exporter_connects_total") > before, "a new session")
    time.sleep(2.5)  # two looks of it


def test_a_change_that_only_new_sessions_see_is_counted_once_and_none_of_our_own_role(own_postgres, watched):
    own_postgres.psql("ALTER ROLE ALL SET work_mem = '6MB'")
    watched.wait_for_page(lambda page: page.value("pg_settings_changes_total") == 1, "one change")
    reconnected(own_postgres, watched.page)
    assert watched.page().value("pg_settings_changes_total") == 1
    own_postgres.psql("ALTER DATABASE postgres SET random_page_cost = 2")
    watched.wait_for_page(lambda page: page.value("pg_settings_changes_total") == 2, "another")
    reconnected(own_postgres, watched.page)
    own_postgres.psql("ALTER ROLE erp_exporter SET maintenance_work_mem = '70MB'")
    watched.wait_for_page(lambda page: page.value("pg_roles_changes_total") >= 1, "a change of a role")
    reconnected(own_postgres, watched.page)
    page = watched.page()
    assert page.value("pg_settings_changes_total") == 2
    for setting in ("work_mem_bytes", "random_page_cost", "maintenance_work_mem_bytes", "lock_timeout_seconds"):
        assert page.series(f"pg_settings_{setting}") == [], setting
    own_postgres.psql("ALTER SYSTEM SET effective_cache_size = '1GB'")
    own_postgres.psql("SELECT pg_reload_conf()")
    watched.wait_for_page(lambda page: page.value("pg_settings_changes_total") == 3, "a third")


def test_what_our_session_has_of_its_own_hides_the_servers_and_the_page_says_so(own_postgres, watched):
    own_postgres.psql("ALTER SYSTEM SET lock_timeout = '7s'")
    own_postgres.psql("SELECT pg_reload_conf()")
    time.sleep(2.5)  # two looks
    page = watched.page()
    assert page.series("pg_settings_lock_timeout_seconds") == []
    assert page.value("pg_settings_changes_total") == 0
    assert "lock_timeout" in page.helps["pg_settings_changes_total"]


def test_a_setting_that_waits_for_a_restart_is_pending(own_postgres, watched):
    # What the command line overrides differs from the file, which a reload finds out.
    own_postgres.psql("SELECT pg_reload_conf()")
    time.sleep(1)
    before = watched.page().value("pg_settings_pending_restart")
    own_postgres.psql("ALTER SYSTEM SET max_wal_senders = 7")
    own_postgres.psql("SELECT pg_reload_conf()")
    watched.wait_for_page(lambda page: page.value("pg_settings_pending_restart") == before + 1, "pending")


def test_settings_that_are_words_are_shown(own_postgres, watched):
    words = {labels["name"]: labels["value"] for (family, pairs), _ in watched.page().samples.items()
             if family == "pg_settings_info" for labels in [dict(pairs)]}
    assert words["wal_level"] == "replica" and words["synchronous_commit"] == "off"
    assert len(words) <= 18


def test_roles_and_memberships_are_watched(own_postgres, watched):
    own_postgres.psql("CREATE ROLE intruder SUPERUSER")
    watched.wait_for_page(lambda page: page.value("pg_roles_changes_total") == 1, "a role")
    assert watched.page().value("pg_roles_superusers") == 2
    own_postgres.psql("GRANT pg_signal_backend TO erp_exporter")
    watched.wait_for_page(lambda page: page.value("pg_roles_changes_total") == 2, "a membership")


def test_databases_that_come_and_go_are_counted_and_renamed_ones_are_not(own_postgres, watched):
    own_postgres.psql("CREATE DATABASE acme")
    watched.wait_for_page(lambda page: page.value("pg_database_created_total") == 1, "created")
    own_postgres.psql("ALTER DATABASE acme RENAME TO globex")
    time.sleep(2)
    assert watched.page().value("pg_database_dropped_total") == 0
    own_postgres.psql("DROP DATABASE globex")
    watched.wait_for_page(lambda page: page.value("pg_database_dropped_total") == 1, "dropped")
    assert watched.page().value("pg_database_created_total") == 1


def test_a_restart_is_an_event_with_the_time_of_the_servers_start(own_postgres, watched):
    assert watched.page().series("erp_change_timestamp_seconds") == []
    own_postgres.stop()
    own_postgres.start()
    page = watched.wait_for_page(
        lambda page: page.value("erp_change_timestamp_seconds", kind="restart") is not None, "restarted", 30)
    assert page.value("erp_change_timestamp_seconds", kind="restart") == page.value(
        "pg_postmaster_start_time_seconds")
    assert page.series("erp_change_timestamp_seconds", kind="failover") == []
    assert page.value("pg_settings_changes_total") == 0
    assert page.value("pg_exporter_connects_total") >= 2


def test_a_crashed_backend_cuts_all_connections_and_is_a_restart(own_postgres, watched):
    start = watched.page().value("pg_postmaster_start_time_seconds")
    session = own_postgres.session("SELECT pg_backend_pid()")
    pid = int(process.wait_until(lambda: session.output.read_text().strip(), "it says its number"))
    before = time.time()
    os.kill(pid, signal.SIGKILL)
    page = watched.wait_for_page(
        lambda page: page.value("erp_change_timestamp_seconds", kind="restart") is not None, "seen", 30)
    assert before - 1 <= page.value("erp_change_timestamp_seconds", kind="restart") <= time.time()
    assert page.value("pg_postmaster_start_time_seconds") == start


@pytest.mark.parametrize("major", [13, 18])
def test_rights_and_settings_that_databases_give_are_watched(major, folder, daemon):
    with Postgres(folder, "own", version=major) as server:
        server.create().start().create_monitor()
        server.psql("CREATE DATABASE acme")
        server.psql("CREATE ROLE boss")
        running = daemon(exporter.config_text([targets.postgres("main", server, **OFTEN)]))
        running.wait_for_page(lambda page: page.value("pg_roles_changes_total") == 0, "the first look")
        rights = ["GRANT ALL ON DATABASE acme TO boss", "ALTER DATABASE acme OWNER TO boss"]
        if major >= 15:
            rights.append("GRANT SET ON PARAMETER log_statement TO boss")
        settings = ["ALTER DATABASE acme SET statement_timeout = 0", "ALTER ROLE ALL SET tcp_user_timeout = 1000",
                    "ALTER ROLE boss IN DATABASE acme SET work_mem = '1MB'"]
        for family, statements in (("pg_roles_changes_total", rights), ("pg_settings_changes_total", settings)):
            for count, statement in enumerate(statements, 1):
                server.psql(statement)
                running.wait_for_page(lambda page, family=family, count=count: page.value(family) == count, statement)
        server.psql("CREATE DATABASE globex")
        running.wait_for_page(lambda page: page.value("pg_database_created_total") == 1, "created")
        time.sleep(2)
        page = running.page()
        assert page.value("pg_roles_changes_total") == len(rights)
        assert page.value("pg_settings_changes_total") == len(settings)


def test_a_role_that_may_only_see_sessions_and_settings_is_shown_them(own_postgres, daemon):
    own_postgres.create_monitor("careful", member="pg_read_all_stats, pg_read_all_settings")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres, user="careful", **OFTEN)]))
    own_postgres.session("SELECT 1")
    page = running.wait_for_page(lambda page: page.series("pg_sessions") != [], "sessions")
    missing = {labels["area"] for labels, value in page.series("pg_exporter_privilege_missing") if value}
    hidden = {labels["collector"] for labels, _ in page.series("erp_exporter_collector_unavailable",
                                                               reason="privilege")}
    assert missing == {"files"} and hidden == {"wal"}
    assert page.series("pg_connections_used") and page.series("pg_stat_activity_count")
    assert "permission denied" not in own_postgres.server.text()


def test_a_promotion_is_a_failover(own_postgres, folder, daemon):
    with Postgres(folder, "standby") as standby:
        standby.copy_of(own_postgres).start()
        running = daemon(exporter.config_text([targets.postgres("standby", standby, **OFTEN)]))
        running.wait_for_page(lambda page: page.value("pg_replication_is_replica") == 1
                              and page.value("pg_database_created_total") == 0, "a standby")
        before = time.time()
        standby.psql("SELECT pg_promote()")
        page = running.wait_for_page(
            lambda page: page.value("erp_change_timestamp_seconds", kind="failover") is not None, "promoted")
        assert before <= page.value("erp_change_timestamp_seconds", kind="failover") <= time.time()
        assert page.series("erp_change_timestamp_seconds", kind="restart") == []


def test_a_file_system_behind_a_closed_folder_is_named_as_missing(own_postgres, folder, daemon):
    closed = process.subfolder(folder, "closed")
    own_postgres.psql(f"CREATE TABLESPACE fast LOCATION '{process.subfolder(closed, 'fast')}'")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres, local=True, **OFTEN)]))

    def hidden(page):
        return page.value("erp_exporter_collector_unavailable", collector="filesystems", reason="privilege") == 1

    fast = {"mount_of": "tablespace", "tablespace": "fast"}
    page = running.wait_for_page(lambda page: page.series("pg_filesystem_size_bytes", **fast) != [], "all is seen")
    assert not hidden(page)
    process.run_unprivileged(["chmod", "0", closed])
    page = running.wait_for_page(hidden, "named")
    assert page.series("pg_filesystem_size_bytes", **fast) == []
    assert page.value("pg_filesystem_size_bytes", mount_of="data", tablespace="") > 0
    process.run_unprivileged(["chmod", "700", closed])
    running.wait_for_page(lambda page: not hidden(page), "seen again")


def test_a_role_without_rights_says_which_and_shows_nothing_wrong(own_postgres, daemon):
    own_postgres.create_monitor("plain", member="")
    own_postgres.session("SET application_name = 'odoo-4194000'; BEGIN; SELECT 1")
    running = daemon(exporter.config_text([targets.postgres(
        "main", own_postgres, local=True, user="plain", **OFTEN)]))
    page = running.wait_for_page(
        lambda page: not targets.problems(page, "main", "postgres"), "complete")
    for area in ("sessions", "settings", "files"):
        assert page.value("pg_exporter_privilege_missing", area=area) == 1, area
    for family in ("pg_sessions", "pg_connections_used", "pg_session_active_seconds_total",
                   "pg_sessions_orphaned", "pg_xmin_horizon_age_transactions"):
        assert page.series(family) == [], family
    hidden = {labels["collector"] for labels, _ in page.series("erp_exporter_collector_unavailable",
                                                               reason="privilege")}
    assert {"sessions", "connections", "session_load", "orphaned_sessions", "xmin_horizon"} <= hidden
    assert page.series("pg_filesystem_size_bytes", mount_of="data") == []
    assert "filesystems" in hidden
    own_postgres.psql("GRANT pg_monitor TO plain")
    page = running.wait_for_page(lambda page: page.series("pg_sessions") != [], "granted")
    assert page.value("pg_exporter_privilege_missing", area="sessions") == 0
    assert page.value("pg_settings_changes_total") == 0  # more is seen, nothing has changed


def test_failed_connects_are_counted_by_what_the_server_said(own_postgres, folder, daemon):
    wrong = process.write_file(folder / "wrong", "topsecret-7f3a9c\n")
    running = daemon(exporter.config_text([
        targets.postgres("refused", None, f"127.0.0.1:{process.free_port()}"),
        targets.postgres("wrong", own_postgres, password_file=str(wrong)),
        targets.postgres("good", own_postgres)]))
    page = running.wait_for_page(
        lambda page: page.value("pg_exporter_connect_errors_total", target="wrong", sqlstate_class="28")
        and page.value("pg_exporter_connect_errors_total", target="refused", sqlstate_class="none"), "refused")
    assert page.value("pg_up", target="wrong") == 0
    assert page.value("pg_exporter_connects_total", target="good") == 1
    assert page.series("pg_exporter_connect_errors_total", target="good") == []


def test_what_the_server_refuses_is_told_by_its_class_and_phase(own_postgres, daemon):
    for database in ("acme", "closed"):
        own_postgres.psql(f"CREATE DATABASE {database}")
    own_postgres.psql("REVOKE CONNECT ON DATABASE acme FROM PUBLIC; ALTER DATABASE closed ALLOW_CONNECTIONS false;"
                      f" CREATE ROLE crowd LOGIN PASSWORD '{own_postgres.password}' CONNECTION LIMIT 0")
    refused = {"no_database": ({"database": "nope"}, "3D", "query"),
               "no_right": ({"database": "acme"}, "42", "privilege"),
               "no_room": ({"user": "crowd"}, "53", "busy"),
               "no_entrance": ({"database": "closed"}, "55", "query")}
    running = daemon(exporter.config_text(
        [targets.postgres(name, own_postgres, **options) for name, (options, _, _) in refused.items()]))
    # A try that a busy machine ends by its deadline has no SQLSTATE, and the next one comes half a minute later.
    page = running.wait_for_page(
        lambda page: all(page.value("pg_exporter_connect_errors_total", target=name, sqlstate_class=sqlstate)
                         for name, (_, sqlstate, _) in refused.items())
        and not any(up for _, up in page.series("pg_up")), "all refused", 50)
    for name, (_, sqlstate, phase) in refused.items():
        classes = page.by("pg_exporter_connect_errors_total", "sqlstate_class", target=name)
        assert {told for told, in classes} <= {sqlstate, "none"}
        assert targets.failures(page, name, phase) >= 1, name
