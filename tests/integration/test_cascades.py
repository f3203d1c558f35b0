"""Standbys of standbys, and one that replays late on purpose: whose lag is told where, and how much."""

import contextlib
import time

import pytest

from servers import exporter, process, targets, versions
from servers.postgres import Postgres
from servers.replication import SETTINGS, lag, no_failures

WRITE = "INSERT INTO t SELECT generate_series(1, 5000)"
VERSIONS = pytest.mark.parametrize("version", [
    pytest.param(major, marks=[] if major in (13, 18) else pytest.mark.long) for major in versions.POSTGRES])


def upstream(page, target, unit="seconds"):
    return page.value(f"pg_replication_upstream_lag_{unit}", target=target)


def behind(page, upper, standby):
    return page.value("pg_replication_standby_lag_seconds", target=upper, application_name=standby.name,
                      client_addr="", stage="replay")


@pytest.fixture
def cascade(folder, daemon, version):
    """main -> first -> second, and the daemon that knows them all."""
    with contextlib.ExitStack() as stack:
        main, first, second = (stack.enter_context(Postgres(folder, name, SETTINGS, version=version))
                               for name in ("main", "first", "second"))
        main.create().start().create_monitor()
        main.psql("CREATE TABLE t (id int)")
        first.copy_of(main).start()
        second.copy_of(main)
        second.settings["primary_conninfo"] = (
            f"host={first.folder} port={first.port} user=postgres application_name=second")
        second.start()
        running = daemon(exporter.config_text(
            [targets.postgres(server.name, server) for server in (main, first, second)]))
        running.wait_for_page(lambda page: upstream(page, "first") == upstream(page, "second") == 0
                              and behind(page, "main", first) == behind(page, "first", second) == 0, "all replayed", 30)
        yield running, main, first, second


@VERSIONS
def test_a_standby_of_a_standby_is_behind_that_one_and_the_primary(cascade):
    running, main, first, second = cascade
    second.psql("SELECT pg_wal_replay_pause()")
    main.psql(WRITE)
    # Each server is looked at on its own, at a time of its own.
    page = running.wait_for_page(lambda page: (behind(page, "first", second) or 0) > 2 and
                                 (upstream(page, "second") or 0) > 1, "it stands still")
    assert upstream(page, "second", "bytes") > 50_000
    assert behind(page, "main", first) == upstream(page, "first") == 0
    # It is the standby's standby: the primary does not know it.
    assert {labels["application_name"] for labels, _ in page.series(
        "pg_replication_standby_lag_seconds", target="main")} == {"first"}
    second.psql("SELECT pg_wal_replay_resume()")
    running.wait_for_page(lambda page: behind(page, "first", second) == upstream(page, "second") == 0, "caught up")
    # The link before it is cut: it has all that its upstream has, and is as far behind as that one.
    rules = main.data / "pg_hba.conf"
    process.write_file(rules, "local replication all reject\n" + rules.read_text())
    main.psql("SELECT pg_reload_conf(); SELECT pg_terminate_backend(pid) FROM pg_stat_replication")
    running.wait_for_page(lambda page: page.value("pg_replication_receiver_connected", target="first") == 0, "cut")
    main.psql(WRITE)
    page = running.wait_for_page(lambda page: min(upstream(page, "first") or 0, upstream(page, "second") or 0) > 1,
                                 "both are behind the primary")
    assert behind(page, "first", second) == 0
    assert page.value("pg_replication_receiver_connected", target="second") == 1
    assert no_failures(page)


@VERSIONS
def test_the_lag_that_a_standby_reports_is_what_it_replays_late(folder, daemon, version):
    with Postgres(folder, "main", SETTINGS, version=version) as main, Postgres(
            folder, "late", {**SETTINGS, "recovery_min_apply_delay": "3s"}, version=version) as late:
        main.create().start().create_monitor()
        main.psql("CREATE TABLE t (id int)")
        late.copy_of(main).start()
        running = daemon(exporter.config_text([targets.postgres("main", main)]))

        def reported(page, stage):
            return page.value("pg_replication_standby_reported_lag_seconds", target="main", application_name="late",
                              client_addr="", stage=stage)

        process.wait_until(lambda: main.psql("SELECT count(*) FROM pg_stat_replication").strip() == "1", "it streams")
        until = time.monotonic() + 6
        while time.monotonic() < until:
            main.psql("INSERT INTO t VALUES (1)")
            time.sleep(0.2)
        page = running.wait_for_page(lambda page: (reported(page, "replay") or 0) > 2, "it has replayed", 15)
        told = float(main.psql("SELECT extract(epoch FROM replay_lag) FROM pg_stat_replication"))
        assert 2.5 < told < 5 and abs(reported(page, "replay") - told) < 1
        assert reported(page, "write") < 1 and reported(page, "flush") < 1
        assert 2 < lag(page, late, "seconds") < 5
