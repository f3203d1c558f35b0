"""What is said of workers and queue is what the clients of a real Odoo know."""

import time

import pytest

from servers import odoo_clients
from servers.odoo import Odoo
from servers.odoo_clients import Leaver, union_seconds
from servers.odoo_watched import Watched

BUSY = "odoo_http_worker_busy_seconds_total"
SATURATED = "odoo_http_saturated_seconds_total"
STEP = 0.25  # of the sampler, in seconds


@pytest.fixture
def watched(folder, daemon):
    with Odoo(folder) as odoo:
        yield Watched(odoo.start(), daemon)


class Truth:
    """What the clients of some rounds know."""

    def __init__(self):
        self.busy = 0.0
        self.waits = []

    def saturated(self):
        return union_seconds(self.waits)


def saturate(watched, truth, seconds, look=lambda: None):
    """All workers held for that long; two more clients who leave, four who wait for longer than those."""
    held = odoo_clients.start(watched.acme, watched.odoo.workers, seconds)
    time.sleep(0.3)  # they have a worker each, so that the next ones wait
    leavers = [Leaver(watched.acme, "sleep_in_sql", 0.2) for _ in range(2)]
    time.sleep(0.1)
    waiting = odoo_clients.start(watched.globex, 4, 0.5)
    time.sleep(STEP)
    for leaver in leavers:
        leaver.leave()
    look()
    held.wait()
    waiting.wait()
    truth.busy += held.busy_seconds() + waiting.busy_seconds() + 2 * 0.2
    truth.waits += held.waits() + waiting.waits() + [leaver.waited() for leaver in leavers]


def assert_true(watched, truth, tolerance):
    """tolerance: of the time that is measured, and of each moment at which it begins or ends."""
    page = watched.wait_for({(BUSY, "target", "erp"): truth.busy * 0.9})
    share, edge = tolerance
    # Looks come more rarely on a slow machine, and the page says so.
    edge *= max(1, page.value("odoo_http_sampling_step_recent_max_seconds", target="erp") / STEP)
    assert watched.grown(page, BUSY) == pytest.approx(truth.busy, rel=share, abs=edge)
    assert watched.grown(page, SATURATED) == pytest.approx(truth.saturated(), rel=share, abs=edge)


def look_at_queue(watched):
    """Those who left are no users who wait."""
    def seen(page):
        return (page.value("odoo_http_workers_busy", target="erp") == 3
                and page.value("odoo_http_accept_queue_waiting", target="erp") == 4
                and page.value("odoo_http_accept_queue_abandoned", target="erp") == 2)
    page = watched.daemon.wait_for_page(seen, "3 busy, 4 wait, 2 have left", 3)
    assert 0 < page.value("odoo_http_accept_queue_oldest_seconds", target="erp") < 4
    assert 0 < page.value("odoo_http_inflight_oldest_seconds", target="erp") < 4


def test_four_wait_and_two_have_left_while_all_workers_are_busy(watched):
    truth = Truth()
    saturate(watched, truth, 4.0, lambda: look_at_queue(watched))
    assert_true(watched, truth, (0.05, 2 * STEP))
    page = watched.daemon.page()
    assert watched.grown(page, "odoo_http_abandoned_queued_total") == 2
    assert watched.grown(page, "odoo_http_queue_wait_seconds_count") == 4
    # The log says nothing of the queue: the four who waited took half a second each.
    assert watched.grown(page, "odoo_http_worker_seconds_total", datname="globex") < 4 * 0.7


@pytest.mark.long
@pytest.mark.timeout(240)
def test_busy_and_saturated_seconds_of_a_minute_are_within_five_percent(watched):
    truth, begun = Truth(), time.monotonic()
    while time.monotonic() - begun < 60:
        saturate(watched, truth, 3.0)
        odoo_clients.hold(watched.acme, 2, 1.0)  # not all of them
        truth.busy += 2.0
        time.sleep(1)
    assert_true(watched, truth, (0.05, 0))


@pytest.mark.long
def test_the_log_and_the_sockets_agree_on_the_time_that_workers_work(watched):
    """Little's law: what users take of the workers is what the workers are busy for."""
    for _ in range(4):
        odoo_clients.hold(watched.acme, 3, 1.5)
        odoo_clients.hold(watched.globex, 2, 1.0)
    worked = 4 * (3 * 1.5 + 2 * 1.0)
    page = watched.wait_for({("odoo_http_worker_seconds_total",): worked, (BUSY,): worked * 0.95})
    by_log = watched.grown(page, "odoo_http_worker_seconds_total")
    assert watched.grown(page, BUSY) == pytest.approx(by_log, rel=0.05)
    assert watched.grown(page, "odoo_http_worker_seconds_total", tenant="acme") == pytest.approx(18, rel=0.05)
