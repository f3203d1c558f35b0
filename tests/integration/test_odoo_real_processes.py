"""A real Odoo's processes are told apart and measured, with and without titles of their own."""

import pytest

from servers.odoo import Odoo
from servers.odoo_watched import Watched

MIB = 1 << 20
TYPES = {("http",): 2, ("cron",): 1, ("gevent",): 1}


@pytest.fixture
def start(folder, daemon):
    """An Odoo with two workers, watched."""
    started = []

    def start_(**options):
        odoo = Odoo(folder, workers=2, **options)
        started.append(odoo)
        return Watched(odoo.start(), daemon, config=str(odoo.file), data_dir=str(odoo.files))

    yield start_
    for odoo in started:
        odoo.stop()


def workers(page):
    return page.by("odoo_workers", "type", target="erp")


@pytest.mark.long
@pytest.mark.parametrize("titles", [True, False])
def test_each_process_is_what_it_is_and_its_memory_and_time_are_measured(start, titles):
    watched = start(titles=titles, limit_memory_soft=1500 * MIB)
    page = watched.daemon.wait_for_page(lambda page: workers(page) == TYPES, "two workers and the others")
    assert page.value("odoo_workers_configured", type="http") == 2
    assert page.value("odoo_limit_bytes", limit="memory_soft") == 1500 * MIB
    assert page.value("odoo_settings_known") == 1

    watched.acme.call("hold_memory", 700)
    watched.acme.call("spin", 2)
    page = watched.daemon.wait_for_page(
        lambda page: page.value("odoo_worker_virtual_memory_max_bytes", type="http") > 800 * MIB
        and watched.grown(page, "odoo_worker_cpu_seconds_total", type="http") >= 2, "what the worker took")
    assert page.value("odoo_worker_virtual_memory_max_bytes", type="cron") < 700 * MIB


@pytest.mark.long
def test_processes_that_come_and_go_are_counted_and_a_hang_up_keeps_the_master(start):
    watched = start()
    page = watched.daemon.wait_for_page(lambda page: workers(page) == TYPES, "all are there")
    begun = page.value("odoo_start_time_seconds")
    before = page.value("odoo_process_ends_total", type="http") or 0
    watched.odoo.hang_up(workers=3)
    page = watched.daemon.wait_for_page(
        lambda page: workers(page) == {**TYPES, ("http",): 3}, "three workers", 30)
    assert page.value("odoo_start_time_seconds") == begun
    assert page.value("odoo_process_ends_total", type="http") == before + 2
