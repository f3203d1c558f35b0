"""The archive of the WAL, base backups and copies: what fails, waits and runs."""

import time

from servers import exporter, process, targets
from servers.postgres import Postgres


def test_an_archive_that_takes_nothing_is_failing_and_what_waits_for_it_is_counted(folder, daemon):
    archive = folder / "archive"
    settings = {"archive_mode": "on", "archive_command": f"cp %p {archive}/"}
    with Postgres(folder, "own", settings) as server:
        server.create().start().create_monitor()
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        assert page.value("pg_archiver_failing") == 0
        assert page.value("pg_archiver_backlog_files") == 0
        assert page.series("pg_archiver_last_archived_timestamp_seconds") == []
        for table in ("a", "b"):
            server.psql(f"CREATE TABLE {table} (); SELECT pg_switch_wal()")
        running.wait_for_page(
            lambda page: page.value("pg_archiver_failing") == 1
            and page.value("pg_archiver_backlog_files") == 2, "failing")
        failed_at = running.page().value("pg_archiver_last_failed_timestamp_seconds")
        assert abs(time.time() - failed_at) < 20
        process.subfolder(folder, "archive")
        server.psql("CREATE TABLE c (); SELECT pg_switch_wal()")
        page = running.wait_for_page(
            lambda page: page.value("pg_archiver_failing") == 0
            and page.value("pg_archiver_backlog_files") == 0, "archived")
        assert page.value("pg_archiver_last_archived_timestamp_seconds") >= failed_at
        # A checkpoint begins where the WAL is.
        assert page.value("pg_checkpoint_redo_distance_bytes") > 0
        server.psql("CHECKPOINT")
        page = running.page()
        assert page.value("pg_checkpoint_redo_distance_bytes") < 1000
        assert abs(time.time() - page.value("pg_checkpoint_last_timestamp_seconds")) < 20


def test_a_primary_that_becomes_a_standby_has_no_archive_any_more_unless_it_always_archives(folder, daemon):
    with Postgres(folder, "own", {"archive_mode": "on", "archive_command": "false"}) as server:
        server.create().start().create_monitor()
        running = daemon(exporter.config_text([targets.postgres("main", server)]))
        server.psql("CREATE TABLE a (); SELECT pg_switch_wal()")
        running.wait_for_page(lambda page: page.value("pg_archiver_failing") == 1, "failing")
        for mode, absent in (("on", True), ("always", False)):
            server.stop()
            process.write_file(server.data / "standby.signal", "")
            server.settings["archive_mode"] = mode
            server.start()
            page = running.wait_for_page(lambda page: page.value("pg_replication_is_replica") == 1
                                         and not targets.problems(page, "main", "postgres"), "a standby", 30)
            for family in ("pg_archiver_failing", "pg_archiver_backlog_files"):
                assert (page.series(family) == []) == absent, (mode, family)


def test_a_base_backup_and_a_copy_that_run_are_shown_with_how_far_they_are(own_postgres, folder, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)], ["acme"]))
    own_postgres.session("COPY (SELECT pg_sleep(60)) TO STDOUT", "acme")
    # As pg_basebackup says it, which is not there for every version.
    options = (" (PROGRESS, CHECKPOINT 'fast', MAX_RATE 1024)" if own_postgres.major >= 15
               else " PROGRESS FAST MAX_RATE 1024")
    *words, database = own_postgres.words("postgres")
    with process.Process([*words, f"{database} replication=true", "-c", "BASE_BACKUP" + options], folder / "backup"):
        page = running.wait_for_page(
            lambda page: page.series("pg_progress_done_ratio", operation="basebackup")
            and (page.series("pg_progress_operations", operation="copy") or own_postgres.major < 14), "both run")
        if own_postgres.major >= 14:  # 13 does not tell of a copy
            assert page.value("pg_progress_operations", operation="copy", datname="acme", tenant="acme",
                              phase="copy to") == 1
        backup, = page.series("pg_progress_done_ratio", operation="basebackup", datname="")
        running.wait_for_page(
            lambda page: page.value("pg_progress_done_ratio", operation="basebackup", **{
                "datname": "", "phase": backup[0]["phase"]}) > backup[1], "it goes on")
    running.wait_for_page(
        lambda page: page.series("pg_progress_operations", operation="basebackup") == [], "it has ended")
