"""Long runs and large estates: only in tests/run full."""

import concurrent.futures
import pathlib
import re
import signal
import time

import pytest

from servers import exporter, faults, targets

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def resident(running):
    status = pathlib.Path(f"/proc/{running.server.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024


def open_files(running):
    return len(list(pathlib.Path(f"/proc/{running.server.pid}/fd").iterdir()))


def test_1000_databases_are_one_complete_page_on_one_session(own_postgres, daemon):
    for first in range(0, 1000, 50):
        own_postgres.psql("".join(
            f"CREATE DATABASE tenant{number:04} STRATEGY wal_log;\n" for number in range(first, first + 50)),
            seconds=120)
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    running.wait_for_page(
        lambda page: len(page.series("pg_database_size_bytes")) > 1000, "all sizes", 300)
    reply = running.get()
    assert reply.took < 5
    page = running.page()
    assert targets.problems(page, "main", "postgres") == []
    assert len(page.series("pg_stat_database_xact_commit")) > 1000
    assert own_postgres.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'erp_exporter'").strip() == "1"


def test_200_kills_leave_no_session_and_no_state_that_stops_the_next_start(primary, cache, folder, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", primary), targets.redis("cache", cache)]))
    words, log = running.server.child.args, running.server.log
    for number in range(200):
        running.server.wait_for(lambda: running.page().value("redis_up", target="cache") == 1, "up")
        running.server.signal(signal.SIGKILL)
        running.server.child.wait(10)
        prefix = len(exporter.process.unprivileged())
        running.server = exporter.process.Process(words[prefix:], log)
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    running.server.wait_for(lambda: primary.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'erp_exporter'").strip() == "1", "one session")


def test_five_minutes_of_scrapes_and_faults_leak_neither_memory_nor_descriptors(primary, cache, daemon):
    with faults.Proxy(primary.address) as proxy, faults.Proxy(cache.address) as other:
        running = daemon(exporter.config_text(
            [targets.postgres("main", primary, proxy.address, timeout="1s"),
             targets.redis("cache", cache, other.address, timeout="1s")], limits={"scrape_timeout": "2s"}))

        def minute():
            ends = time.monotonic() + 60
            while time.monotonic() < ends:
                for fault in ("relay", "stall", "reset"):
                    proxy.fault = other.fault = fault
                    with concurrent.futures.ThreadPoolExecutor(4) as pool:
                        assert {reply.status for reply in pool.map(lambda _: running.get(), range(20))} == {200}
            proxy.fault = other.fault = "relay"
            running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete", 40)

        minute()
        memory, files = resident(running), open_files(running)
        for _ in range(4):
            minute()
        assert resident(running) < memory * 1.3 + 20
        assert open_files(running) <= files + 5
