"""A page that the disk gave back otherwise than it was written."""

import time

import pytest

from servers import exporter, process, targets
from servers.postgres import Postgres


@pytest.mark.parametrize("major", [13, 18])
def test_a_damaged_page_is_counted_for_its_database_and_has_a_time(folder, daemon, major):
    with Postgres(folder, "own", version=major) as server:
        server.create("--data-checksums").start().create_monitor()
        server.psql("CREATE DATABASE acme")
        server.psql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS id", "acme")
        file = server.data / server.psql("SELECT pg_relation_filepath('t')", "acme").strip()
        server.stop()
        process.run_unprivileged(["dd", "if=/dev/zero", f"of={file}", "bs=1", "seek=4096", "count=64", "conv=notrunc"])
        server.start()
        running = daemon(exporter.config_text([targets.postgres("main", server)], ["acme"]))
        page = running.wait_for_page(
            lambda page: page.value("pg_database_checksum_failures_total", datname="acme", tenant="acme") == 0, "none")
        assert page.value("pg_database_checksum_failures_total", datname="") == 0
        assert page.series("pg_database_checksum_last_failure_timestamp_seconds") == []
        before = time.time()
        with pytest.raises(RuntimeError, match="invalid page"):
            server.psql("SELECT count(*) FROM t", "acme")
        page = running.wait_for_page(
            lambda page: page.value("pg_database_checksum_failures_total", datname="acme") >= 1, "counted")
        at = page.value("pg_database_checksum_last_failure_timestamp_seconds", datname="acme")
        assert before - 1 <= at <= time.time()


def test_without_checksums_there_is_no_zero(own_postgres, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    assert page.series("pg_database_checksum_failures_total") == []
