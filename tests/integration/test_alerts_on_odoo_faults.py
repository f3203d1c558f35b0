"""Alerts of Odoo before a real Prometheus: the log, the port and the processes of an Odoo that has the very fault."""

import contextlib
import json
import os
import re
import signal
import time

import pytest

from boards import expressions
from machinery import answers
from servers import exporter, process
from servers.odoo_faults import OF_DATABASES, OF_SERVERS
from servers.odoo_work import OdooWork
from servers.prometheus import Prometheus

WINDOW = "45s"  # for the windows of rules; all faults are made within it
DATABASES = sorted({database for database, _, _ in OF_DATABASES.values()})
TENANTS = {"list": [{"name": name} for name in (*DATABASES, "well")],
           "rules": [{"from": "database", "match": "^([a-z]+)$", "tenant": "$1"}]}


def expression(name):
    found = re.sub(r"\[\d+[mhd]\]", f"[{WINDOW}]", expressions.ALERTS[name]["expr"])
    return found.replace(">= 60", ">= 6") if name == "OdooLogSilent" else found  # seconds of work, of an hour


def write(odoo, times):
    for _ in range(times):
        odoo.request("well", "/web/dataset/call_kw/sale.order/read", 101)
        for pid, (database, least, records) in enumerate(OF_DATABASES.values(), 201):
            for _ in range(least if times > 1 else 1):
                odoo.request(database, "/web/dataset/call_kw/sale.order/read", pid)
                for level, logger, text in records:
                    odoo.write(pid, level, database, logger, text.replace("PID", str(pid)))


def try_passwords(odoo):
    """Few at each database."""
    for database in DATABASES:
        for number in range(30):
            odoo.write(201, "INFO", database, "odoo.addons.base.models.res_users",
                       f"Login failed for db:{database} login:user{number} from 198.51.100.66")


def hold_workers(odoo):
    """All of them for six seconds; others wait, as many as the accept queue of 24 holds, and some of them leave."""
    server = odoo.server
    for number in range(server.workers):
        server.ask(f"hold-{number}", 6)
    time.sleep(0.5)
    for number in range(14):
        server.ask(f"wait-{number}", 0)
    for number in range(8):
        server.ask(f"leave-{number}", 0)
    time.sleep(1)
    for number in range(8):
        server.leave(f"leave-{number}")


@pytest.fixture(scope="module")
def faulty():
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(process.workspace())
        odoo = stack.enter_context(OdooWork(folder, *DATABASES, "well", limit_memory_soft=1_000_000))
        odoo.tree.start()
        odoo.server.start()
        write(odoo, 1)  # what is counted for the first time has not risen
        listed = [odoo.target("erp"), {"name": "gone", "exporter": "odoo", "http_port": process.free_port()},
                  {"name": "blind", "exporter": "odoo", "http_port": odoo.server.port, "log": str(folder / "no.log"),
                   "probes": ["web"], "probe_path": "/sick", "collectors": {"probes": {"interval": "1s"}}},
                  {"name": "stale", "exporter": "odoo", "http_interface": odoo.server.host,
                   "http_port": odoo.server.port, "log": str(process.write_file(folder / "before.log", b"", 0o644))}]
        daemon = stack.enter_context(exporter.Exporter(
            folder, exporter.config_text(listed) + f"tenants: {json.dumps(TENANTS)}\n")).start()
        prometheus = stack.enter_context(Prometheus(folder, {"erp_exporter": daemon.address})).start()
        asked = answers.Prometheus(prometheus.address)
        for metric in ('odoo_http_requests_total{datname="well"}', 'odoo_workers{type="http"} == 3',
                       'odoo_source_up{target="blind"}', 'odoo_http_watched_seconds_total{target="erp"} > 2'):
            process.wait_until(lambda metric=metric: asked.instant(metric), metric, 30)
        quiet = {name: asked.instant(expression(name)) for name in OF_DATABASES}
        assert not any(quiet.values()), quiet
        write(odoo, 2)
        hold_workers(odoo)
        yield asked, odoo
        assert daemon.stop() == 0, daemon.tail()


@pytest.mark.parametrize("name", sorted(OF_DATABASES))
def test_an_alert_holds_for_the_database_that_has_the_fault(faulty, name):
    asked, _ = faulty
    found = process.wait_until(lambda: asked.instant(expression(name)), name, 30)
    assert {labels["target"] for labels, _ in found} == {"erp"}
    wrong = {labels["tenant"] for labels, _ in found}
    assert OF_DATABASES[name][0] in wrong and "well" not in wrong


@pytest.mark.parametrize("name", sorted(OF_SERVERS))
def test_an_alert_holds_for_the_odoo_that_has_the_fault(faulty, name):
    asked, odoo = faulty

    def holds():
        if name == "OdooRestartLoop":
            for pid in odoo.tree.workers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(1)
        if name == "OdooLoginSpray":
            try_passwords(odoo)
        if name == "OdooReloadsItself":
            for _ in range(5):
                odoo.write(101, "INFO", "?", "odoo.service.server",
                           "Thread <Thread(odoo.service.http.request.140, started 140)> virtual real time limit "
                           "(12/10s) reached.")
        if name == "OdooLogForged":
            odoo.write(101, "INFO", "well", "odoo", "of yesterday", at=time.time() - 86_400)
        return OF_SERVERS[name] in {labels["target"] for labels, _ in asked.instant(expression(name))}
    process.wait_until(holds, name, 90)
