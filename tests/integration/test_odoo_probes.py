"""Health probes of a real Odoo: what they say, what they cost it, and what they leave behind."""

import os
import pathlib

import pytest

from servers import exporter, odoo_clients, process, targets
from servers.odoo import STATIC, Odoo
from servers.odoo_database import TENANTS
from servers.prefork import network_namespace

PROBE = {"probe": "web", "target": "erp"}
OFTEN = {"probes": {"interval": "1s"}}


@pytest.fixture
def odoo(folder):
    with Odoo(folder) as running:
        yield running.start()


def watch(start, odoo, **more):
    entry = targets.odoo("erp", odoo, log=str(odoo.log), from_beginning=True, gevent_port=odoo.gevent_port,
                         data_dir=str(odoo.files), **more)
    return start(exporter.config_text([entry], tenants=TENANTS))


def answered(count=1, **labels):
    return lambda page: (page.value("odoo_probes_total", result="ok", **{**PROBE, **labels}) or 0) >= count


def session_files(odoo):
    return sum(1 for path in pathlib.Path(odoo.files, "sessions").rglob("*") if path.is_file())


def test_a_probe_waits_as_users_do_and_is_none(odoo, daemon):
    running = watch(daemon, odoo, probes=["web", "gevent"], probe_path=STATIC, collectors=OFTEN)
    page = running.wait_for_page(lambda page: answered(3)(page) and answered(3, probe="gevent")(page), "probes", 20)
    assert page.value("odoo_probe_success", **PROBE) == 1
    assert page.value("odoo_probe_duration_seconds", **PROBE) < 2
    assert page.value("odoo_source_up", source="probes") == 1
    acme, _ = odoo_clients.warm_up(odoo)
    files = session_files(odoo)

    held = odoo_clients.start(acme, odoo.workers, 3)
    page = running.wait_for_page(lambda page: page.value("odoo_probe_duration_seconds", **PROBE) > 1.5, "it waits", 5)
    assert page.value("odoo_http_accept_queue_waiting", target="erp") == 1
    assert page.value("odoo_probe_success", **PROBE) == 1  # users wait for 10 s too
    held.wait()

    page = running.wait_for_page(answered(8), "it is answered again", 20)
    sent = page.total("odoo_probes_total", **PROBE)
    page = running.wait_for_page(
        lambda page: page.total("odoo_http_requests_total", route="health", status_class="2xx") >= sent, "its lines")
    assert page.total("odoo_http_requests_total", route="assets", target="erp") == odoo.log_text().count(f"GET {STATIC} ")
    assert session_files(odoo) == files


def test_a_version_without_the_page_is_not_asked_for_it(odoo, daemon):
    running = watch(daemon, odoo, probes=["web", "db_server"], collectors=OFTEN)
    page = running.wait_for_page(
        lambda page: page.value("erp_exporter_collector_unavailable", collector="probes", reason="unsupported") == 1,
        "no page for it")
    assert page.series("odoo_probe_success") == []
    assert page.value("odoo_up", target="erp") == 1
    assert "The probe web is not asked any more: Odoo 14 has no such page" in running.get("/").text
    assert "/web/health" not in odoo.log_text()


def test_a_page_that_begins_sessions_is_asked_for_once(odoo, daemon):
    files = session_files(odoo)
    entry = targets.odoo("erp", odoo, probes=["web"], collectors=OFTEN)  # nothing tells of its version
    running = daemon(exporter.config_text([entry]))
    running.wait_for_page(
        lambda page: page.value("erp_exporter_collector_unavailable", collector="probes", reason="unsupported") == 1,
        "no page for it")
    odoo_clients.Client(odoo).get(STATIC)  # whatever was under way before
    assert odoo.log_text().count("GET /web/health ") == 1
    assert session_files(odoo) <= files + 1


def test_an_odoo_that_is_stopped_refuses_probes(odoo, daemon):
    running = watch(daemon, odoo, probes=["web"], probe_path=STATIC, collectors=OFTEN)
    running.wait_for_page(answered(), "an answer", 20)
    odoo.stop()
    page = running.wait_for_page(
        lambda page: (page.value("odoo_probes_total", result="refused", **PROBE) or 0) >= 1, "refused")
    assert page.value("odoo_probe_success", **PROBE) != 1


def test_a_probe_goes_into_another_namespace(folder, daemon):
    root = process.write_file(process.subfolder(folder, "www") / "static", "x", 0o644).parent
    with network_namespace(f"erpp{os.getpid()}") as name:
        words = ["/usr/bin/python3", "-m", "http.server", "8069", "--bind", "127.0.0.1", "--directory", root]
        server = process.Process(words, folder / "www.log", namespace=name)
        try:
            entry = targets.odoo("erp", http_port=8069, probes=["web"], probe_path="/static", collectors=OFTEN,
                                 network_namespace=f"/run/netns/{name}")
            running = daemon(exporter.config_text([entry]), capability="sys_admin")
            running.wait_for_page(answered(), "an answer", 20)
            blind = daemon(exporter.config_text([entry]))
            page = blind.wait_for_page(lambda page: page.value("odoo_source_up", source="probes") == 0, "no right")
            assert page.series("odoo_probe_success") == []
            assert "cannot enter" in blind.get("/").text
        finally:
            server.stop()
