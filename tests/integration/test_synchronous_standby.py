"""What hangs when the standby that commits wait for is gone, and that it is over when the standby is back."""

import pytest

from servers import exporter, targets, versions
from servers.postgres import Postgres

COMMIT = "SET synchronous_commit = on; INSERT INTO t VALUES (1)"
LONGEST = "pg_session_longest_seconds"


@pytest.mark.parametrize("version", [
    pytest.param(major, marks=[] if major in (13, 18) else pytest.mark.long) for major in versions.POSTGRES])
def test_commits_that_wait_for_a_dead_standby_make_no_progress(folder, daemon, version):
    quick = {"wal_retrieve_retry_interval": "200ms", "synchronous_standby_names": "standby"}
    with Postgres(folder, "main", quick, version=version) as main, \
            Postgres(folder, "standby", quick, version=version) as standby:
        main.create().start().create_monitor()
        main.psql("CREATE DATABASE acme")
        main.psql("CREATE TABLE t (id int)", "acme")
        standby.copy_of(main).start()
        running = daemon(exporter.config_text([targets.postgres("main", main)], ["acme"]))
        page = running.wait_for_page(
            lambda page: page.value("pg_replication_standbys", state="streaming", sync_state="sync") == 1, "it streams")
        main.psql(COMMIT, "acme")
        assert page.series(LONGEST, kind="commit_for_standby") == []
        standby.stop()
        for _ in range(3):
            main.session(COMMIT, "acme")
        page = running.wait_for_page(
            lambda page: page.value("pg_sessions_older_than", kind="commit_for_standby", threshold="10s") == 3,
            "three have waited for ten seconds", 30)
        for kind in ("commit_for_standby", "active_without_progress", "query"):
            assert 10 < page.value(LONGEST, datname="acme", tenant="acme", kind=kind) < 60, kind
        assert page.value("pg_lock_waiting_sessions", datname="acme") == 0  # which no alert of locks would show
        standby.start()
        page = running.wait_for_page(lambda page: page.series(LONGEST, kind="commit_for_standby") == [], "they end", 30)
        assert page.series(LONGEST, datname="acme", kind="active_without_progress") == []
        assert main.psql("SELECT count(*) FROM t", "acme").strip() == "4"
