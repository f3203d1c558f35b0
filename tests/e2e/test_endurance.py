"""Long runs and large estates: only in tests/run full."""

import concurrent.futures
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from servers import exporter, faults, proc, targets

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def resident(running):
    return proc.memory(running.server.pid)["rss"]


def test_1000_databases_are_one_complete_page_on_one_session(own_postgres, daemon):
    for first in range(0, 1000, 50):
        own_postgres.psql("".join(
            f"CREATE DATABASE tenant{number:04} STRATEGY wal_log;\n" for number in range(first, first + 50)),
            seconds=120)
    # 76 lines each: the default of 50,000 is for some 650 databases.
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)],
                                          limits={"series_per_target": 100_000}))
    running.wait_for_page(
        lambda page: len(page.series("pg_database_size_bytes")) > 1000, "all sizes", 300)
    reply = running.get()
    assert reply.took < 5
    page = running.page()
    assert targets.problems(page, "main", "postgres") == []
    assert len(page.series("pg_stat_database_xact_commit")) > 1000
    assert not any(value for _, value in page.series("erp_exporter_series_dropped_total"))
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
        memory, files = resident(running), len(running.server.descriptors())
        for _ in range(4):
            minute()
        assert resident(running) < memory * 1.3 + 20
        assert len(running.server.descriptors()) <= files + 5


def wrk(running, seconds):
    """(requests that were answered, what went wrong) of 16 connections that scrape as fast as they can."""
    done = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "10s", "-H", "Accept-Encoding: gzip",
         f"http://{running.address}/metrics"], capture_output=True, text=True, timeout=seconds + 60, check=True)
    trouble = re.findall(r".*(?:Non-2xx|Socket errors).*", done.stdout)
    return int(re.search(r"(\d+) requests in", done.stdout).group(1)), trouble


@pytest.mark.timeout(7200)
def test_200000_scrapes_with_reloads_and_flapping_targets_leave_memory_and_descriptors_flat(
        primary, cache, daemon):
    with faults.Proxy(primary.address) as proxy, faults.Proxy(cache.address) as other:
        text = exporter.config_text(
            [targets.postgres("main", primary, proxy.address, timeout="1s"),
             targets.redis("cache", cache, other.address, timeout="1s")], ["acme"])
        # A sanitizer keeps freed memory for a while, which would hide ours.
        running = daemon(text, env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"})
        scrapes, turn, after_warming = 0, 0, None
        while scrapes < 200_000:
            turn += 1
            proxy.fault = "reset" if turn % 4 == 2 else "relay"
            other.fault = "reset" if turn % 4 == 3 else "relay"
            running.configure(text + f"limits: {{series_per_target: {10_000 + turn}}}\n")
            assert running.reload().status == 200
            count, trouble = wrk(running, 10)
            assert trouble == []
            scrapes += count
            if after_warming is None and scrapes > 20_000 and turn % 4 == 0:
                after_warming = resident(running), len(running.server.descriptors())
        proxy.fault = other.fault = "relay"
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete", 40)
        memory, files = after_warming
        assert resident(running) < memory * 1.1 + 8
        assert len(running.server.descriptors()) <= files + 4


def test_1000_reloads_under_load_fail_no_scrape(primary, cache, daemon):
    entries = [targets.postgres("main", primary), targets.redis("cache", cache)]
    # Of the cache each reload makes another target; what it is asked meanwhile, the new one answers.
    other = [targets.postgres("main", primary), targets.redis("cache", cache, timeout="4s"),
             targets.redis("more", cache, tenant="globex")]
    texts = [exporter.config_text(entries, ["acme"]), exporter.config_text(other, ["acme", "globex"])]
    running = daemon(texts[0])
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    stopping, failed, scrapes = threading.Event(), [], 0

    def scrape():
        nonlocal scrapes
        while not stopping.is_set():
            page = running.page()
            scrapes += 1
            failed.extend(targets.problems(page, "main", "postgres") + targets.problems(page, "cache", "redis"))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        scrapers = [pool.submit(scrape) for _ in range(4)]
        try:
            for number in range(1000):
                running.configure(texts[number % 2])
                assert running.reload().status == 200
        finally:
            stopping.set()
        for each in scrapers:
            each.result()
    assert failed == []
    assert scrapes > 100
    assert running.page().value("erp_exporter_config_last_reload_successful") == 1
