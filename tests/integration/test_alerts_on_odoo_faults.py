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


# Seconds in a window, for as many of WINDOW.
FEWER = {"OdooLogSilent": (">= 60", ">= 6"), "OdooQueueWait": ("> 90", "> 4.5")}


def expression(name):
    found = re.sub(r"\[\d+[mhd]\]", f"[{WINDOW}]", expressions.ALERTS[name]["expr"])
    if name not in FEWER:
        return found
    assert found.count(FEWER[name][0]) == 1
    return found.replace(*FEWER[name])


def write(odoo, times, names=OF_DATABASES):
    for _ in range(times):
        odoo.request("well", "/web/dataset/call_kw/sale.order/read", 101)
        for pid, name in enumerate(OF_DATABASES, 201):
            database, least, records = OF_DATABASES[name]
            for _ in range(0 if name not in names else least if times > 1 else 1):
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
    process.wait_until(server.idle, "the workers are free")
    name = f"{len(server.requests)}-{{}}-{{}}".format
    for number in range(server.workers):
        server.ask(name("hold", number), 6)
    time.sleep(0.5)
    for number in range(14):
        server.ask(name("wait", number), 0)
    for number in range(8):
        server.ask(name("leave", number), 0)
    time.sleep(1)
    for number in range(8):
        server.leave(name("leave", number))


def lose_crons(odoo):
    write(odoo, 2, ["OdooCronKilled"])


def kill_workers(odoo):
    for pid in odoo.tree.workers():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    time.sleep(1)


def reload_itself(odoo):
    for _ in range(5):
        odoo.write(101, "INFO", "?", "odoo.service.server",
                   "Thread <Thread(odoo.service.http.request.140, started 140)> virtual real time limit "
                   "(12/10s) reached.")


def write_of_yesterday(odoo):
    for _ in range(10):
        odoo.write(101, "INFO", "well", "odoo", "of yesterday", at=time.time() - 86_400)
        odoo.request("well", "/web/dataset/call_kw/sale.order/read", 101)


def until_it_holds(found, make, odoo, name):
    """The fault is made until its alert has seen it: what was made for all of them may be older than WINDOW by now."""
    deadline = time.monotonic() + 90
    while not found() and time.monotonic() < deadline:
        make(odoo)
        with contextlib.suppress(TimeoutError):
            process.wait_until(found, name, 5)
    return process.wait_until(found, name, 1)


# What lasts by itself is in none of them.
MAKE = {"OdooQueueWait": hold_workers, "OdooSaturated": hold_workers, "OdooRequestsAbandoned": hold_workers,
        "OdooLogSilent": hold_workers, "OdooWorkersKilled": lose_crons, "OdooRestartLoop": kill_workers,
        "OdooLoginSpray": try_passwords, "OdooReloadsItself": reload_itself, "OdooLogForged": write_of_yesterday}


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
        yield asked, odoo
        assert daemon.stop() == 0, daemon.tail()


@pytest.mark.parametrize("name", sorted(OF_DATABASES))
def test_an_alert_holds_for_the_database_that_has_the_fault(faulty, name):
    asked, odoo = faulty
    found = until_it_holds(lambda: asked.instant(expression(name)), lambda odoo: write(odoo, 2, [name]), odoo, name)
    assert {labels["target"] for labels, _ in found} == {"erp"}
    wrong = {labels["tenant"] for labels, _ in found}
    assert OF_DATABASES[name][0] in wrong and "well" not in wrong


@pytest.mark.parametrize("name", sorted(OF_SERVERS))
def test_an_alert_holds_for_the_odoo_that_has_the_fault(faulty, name):
    asked, odoo = faulty

    def found():
        return OF_SERVERS[name] in {labels["target"] for labels, _ in asked.instant(expression(name))}
    until_it_holds(found, MAKE.get(name, lambda _: None), odoo, name)
