"""A real Odoo whose workers reach their limits: what ended which worker, and which requests went with it."""

import signal

import pytest

from servers.odoo import Odoo
from servers.odoo_clients import Client
from servers.odoo_watched import Watched

EXITS = "odoo_log_worker_exits_total"
KILLED = "odoo_http_requests_killed_total"
CRON = "odoo_cron_runs_total"
MIB = 1 << 20


@pytest.fixture
def start(folder, daemon):
    """An Odoo with these settings, watched."""
    started = []

    def start_(**settings):
        odoo = Odoo(folder, **settings)
        started.append(odoo)
        return Watched(odoo.start(), daemon)

    yield start_
    for odoo in started:
        odoo.stop()


def call_in_vain(client, method, *arguments):
    """The worker dies; its client hears nothing."""
    with pytest.raises(ConnectionError):
        client.call(method, *arguments)


def test_a_killed_worker_takes_one_request_with_it_that_has_no_line(start):
    """The line that says so is written twice."""
    watched = start(workers=2, limit_time_real=10)
    call_in_vain(watched.acme, "sleep_in_sql", 30)
    page = watched.wait_for({(EXITS, "reason", "timeout"): 1, (KILLED, "reason", "timeout"): 1})
    assert watched.growth(page, EXITS, "type", "reason") == {("http", "timeout"): 1}
    assert watched.growth(page, KILLED, "reason") == {("timeout",): 1}
    watched.odoo.wait_for_log("Worker WorkerHTTP", times=3)
    page = watched.wait_for({("odoo_log_worker_starts_total", "type", "http"): 1})
    assert watched.grown(page, "odoo_http_requests_total") == 0


@pytest.mark.long
def test_cpu_and_memory_limits_and_the_number_of_requests(start):
    watched = start(workers=1, limit_time_cpu=9, limit_memory_soft=1200 * MIB, limit_request=40)
    call_in_vain(watched.acme, "spin", 20)
    page = watched.wait_for({(EXITS, "reason", "cpu"): 1})
    assert watched.growth(page, KILLED, "reason") == {("cpu",): 1}

    watched.acme.call("hold_memory", 1300)  # answered, the worker ends behind it
    page = watched.wait_for({(EXITS, "reason", "memory"): 1})
    assert watched.growth(page, KILLED, "reason") == {("cpu",): 1}

    for _ in range(45):
        watched.acme.call("worker")
    page = watched.wait_for({(EXITS, "reason", "max_requests"): 1})
    assert watched.growth(page, EXITS, "type", "reason") == {
        ("http", "cpu"): 1, ("http", "memory"): 1, ("http", "max_requests"): 1}
    assert watched.growth(page, KILLED, "reason") == {("cpu",): 1}


@pytest.mark.long
def test_a_worker_that_another_kills_is_missed(start):
    """The kernel's out-of-memory killer leaves no line: only a new worker tells."""
    watched = start(workers=2)
    call_in_vain(watched.acme, "end_worker", signal.SIGKILL)
    page = watched.wait_for({("odoo_log_worker_starts_total", "type", "http"): 1})
    assert watched.growth(page, EXITS, "type", "reason") == {}


def due(odoo, cron, tenant):
    odoo.postgres.psql("UPDATE ir_cron SET active = true, nextcall = (now() AT TIME ZONE 'UTC') - interval '1 hour'"
                       f" WHERE cron_name = 'Load: {cron}'", tenant)


@pytest.mark.long
def test_runs_of_jobs_are_good_or_failed_or_killed_and_an_idle_worker_that_dies_kills_none(start):
    watched = start(limit_time_real_cron=12)
    due(watched.odoo, "quick", "acme")
    due(watched.odoo, "failing", "acme")
    watched.odoo.run_crons()
    watched.wait_for({(CRON, "datname", "acme"): 2}, 60)
    due(watched.odoo, "hanging", "globex")
    watched.odoo.run_crons()
    page = watched.wait_for({(CRON, "result", "killed"): 1}, 60)
    assert watched.growth(page, CRON, "datname", "cron", "result") == {
        ("acme", "Load: quick", "ok"): 1, ("acme", "Load: failing", "failed"): 1,
        ("globex", "Load: hanging", "killed"): 1}

    watched.odoo.postgres.psql("UPDATE ir_cron SET active = false", "globex")
    watched.mark()
    # It sleeps for a minute and is killed after 12 s, again and again.
    page = watched.wait_for({(EXITS, "type", "cron", "reason", "idle"): 2}, 60)
    assert watched.growth(page, CRON, "result") == {}
    assert watched.growth(page, KILLED, "reason") == {}


@pytest.mark.long
def test_after_a_hang_up_all_is_new_but_the_master(start):
    watched = start(workers=2)
    before = watched.odoo.pid
    watched.odoo.hang_up(workers=4)
    assert watched.odoo.pid == before
    page = watched.wait_for({("odoo_log_worker_starts_total", "type", "http"): 4})
    assert page.value("odoo_http_workers_configured", target="erp") == 4
    assert {reason for _, reason in watched.growth(page, EXITS, "type", "reason")} <= {"normal"}
    assert watched.growth(page, KILLED, "reason") == {}
    assert Client(watched.odoo).call("worker") in watched.odoo.worker_pids()
