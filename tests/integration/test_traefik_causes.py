"""What befalls a user of a real Traefik has its cause and who must act, whatever the version calls it."""

import base64
import collections
import json
import threading

import pytest

from servers import exporter, process, routes, targets
from servers.backends import Backend
from servers.driver import Case, Client
from servers.routes import PASSWORD, host
from servers.traefik import Traefik

UNKNOWN = "_unknown"
NO_ROUTER = ""
# An error page stands in the place of what failed. The log has its status, or the one that it hides, by the version
# and by whether Traefik's own metrics are on.
HIDDEN = "hidden"
SOCKET = "/websocket?version=18.0-3"
FILE = "/web/content/1?download=true"


def login(password):
    return ("Authorization: Basic " + base64.b64encode(f"admin:{password}".encode()).decode(),)


def at(name, **more):
    """A request to the host of a router of routes.everything()."""
    return Case(name, host=host(name), **more)


# The tenant acme: a request, the status in the log, the workload, why it ended so and who has to act.
OF_ACME = [
    (Case("ok"), 200, "interactive", "origin", "none"),
    (Case("no content", "/json/2/res.partner", "status:204"), 204, "rpc", "origin", "none"),
    (Case("not modified", "/web/static/src/a.js", "status:304"), 304, "static", "origin", "none"),
    (Case("logged in", "/web/login", "status:303", upload=20), 303, "auth", "origin", "none"),
    (Case("report", "/report/pdf/sale.report_saleorder/7", "slow:0.2"), 200, "report", "origin", "none"),
    (Case("nothing there", "/shop/none", "status:404"), 404, "site", "origin", "client"),
    *((Case(f"its {code}", act=f"status:{code}"), code, "interactive", "origin", "backend")
      for code in (500, 502, 503, 504)),
    (Case("worker killed", act="eof"), 502, "interactive", "dial_error", "backend"),
    (Case("worker killed at a post", act="eof", upload=100), 502, "interactive", "dial_error", "backend"),
    (Case("reset", act="reset"), 502, "interactive", "dial_error", "backend"),
    (Case("no http", act="garbage"), 500, "interactive", "proxy_error", "backend"),
    (Case("no head in time", "/report/pdf/sale.report_saleorder/7", "hang"), 504, "report", "upstream_timeout",
     "backend"),
    (Case("gone early", act="hang", leave="early"), 499, "interactive", "client_abort_early", "client"),
    (Case("gone in a download", FILE, "size:20000000", leave="body"), 200, "attachment", "abort_midstream", "unknown"),
    (Case("reset in a body", FILE, "reset-body"), 200, "attachment", "abort_midstream", "unknown"),
    (Case("end in a body", FILE, "eof-body"), 200, "attachment", "abort_midstream", "unknown"),
    (Case("reset in a chunk", FILE, "reset-chunk"), 200, "attachment", "abort_midstream", "unknown"),
    (Case("stalled", FILE, "stall", leave="body"), 200, "attachment", "abort_midstream", "unknown"),
    (Case("events", "/shop/feed", "events:3"), 200, "site", "origin", "none"),
    (Case("gone in events", "/shop/feed", "events:1000", leave="body"), 200, "site", "abort_midstream", "unknown"),
]
HELD_OPEN = [
    (Case("socket", SOCKET, "socket", leave="socket"), 0, "websocket", "upgraded", "none"),
    (Case("socket ended by the server", SOCKET, "socket-close"), 0, "websocket", "upgraded", "none"),
    (Case("socket refused", SOCKET, "status:500"), 500, "websocket", "origin", "backend"),
    (Case("poll", "/longpolling/poll", "slow:0.3"), 200, "longpolling", "origin", "none"),
    (Case("poll left", "/longpolling/poll", "hang", leave="early"), 499, "longpolling", "client_abort_early",
     "client"),
]
OF_MIDDLEWARES = [
    (at("basic"), 401, "interactive", "middleware_deny", "client"),
    (at("basic", headers=login("wrong")), 401, "interactive", "middleware_deny", "client"),
    (at("basic", headers=login(PASSWORD)), 200, "interactive", "origin", "none"),
    (at("rate"), 200, "interactive", "origin", "none"),  # its burst is one
    (at("rate"), 429, "interactive", "rate_limited", "client"),
    (at("office"), 403, "interactive", "middleware_deny", "client"),
    (at("redirect", path="/shop"), 302, "site", "redirect", "none"),
    (at("bodymax", path="/web/binary/upload", upload=2000), 413, "attachment", "middleware_deny", "client"),
    (at("bodymax", act="size:6000"), 500, "interactive", "proxy_error", "ingress"),
    (at("authdown"), 500, "interactive", "auth_unreachable", "ingress"),
    (at("authdeny"), 403, "interactive", "middleware_deny", "client"),
    (at("authslow"), 200, "interactive", "origin", "none"),
    (at("cors", path="/jsonrpc", method="OPTIONS",
        headers=("Origin: https://shop.erp.example", "Access-Control-Request-Method: GET")),
     200, "rpc", "middleware", "none"),
    (at("errorpage", act="status:500"), 500, "interactive", HIDDEN, "backend"),
    (at("errorrefused"), 502, "interactive", HIDDEN, "backend"),
    (at("errorempty"), 503, "interactive", HIDDEN, "backend"),
    (at("retryhalf"), 200, "interactive", "origin", "none"),
    (at("retryrefused"), 502, "interactive", "dial_error", "backend"),
]
OF_SERVICES = [
    (at("refused"), 502, "interactive", "dial_error", "backend"),
    (at("empty"), 503, "interactive", "no_server", "backend"),
    (at("down"), 503, "interactive", "no_server", "backend"),
]
UNMATCHED = [
    (Case("unknown host", "/shop", host="nowhere.example"), 404, "site", "no_router", "client"),
    (Case("address as host", "/.env", host="127.0.0.1"), 404, "site", "no_router", "client"),
]
TABLE = [*((*row, "odoo-acme@file", "acme") for row in OF_ACME),
         *((*row, "odoo-acme-ws@file", "acme") for row in HELD_OPEN),
         *((*row, f"mw-{row[0].name}@file", UNKNOWN) for row in OF_MIDDLEWARES),
         *((*row, f"svc-{row[0].name}@file", UNKNOWN) for row in OF_SERVICES),
         *((*row, NO_ROUTER, UNKNOWN) for row in UNMATCHED)]


class Expected:
    """What both families have to say at the end."""

    def __init__(self, aborted, hidden):
        self.aborted = aborted  # status in the log of what broke in the middle of a body
        self.hidden = hidden  # cause of what an error page hides
        self.outcomes = collections.Counter()
        self.codes = collections.Counter()

    def add(self, code, workload, cause, fault, router, tenant):
        if cause == "abort_midstream":
            code = self.aborted
        cause = self.hidden if cause == HIDDEN else cause
        self.outcomes[router, tenant, workload, cause, fault] += 1
        self.codes[router, tenant, workload, str(code)] += 1

    def lines(self):
        return self.codes.total()


def break_circuit(client, expected):
    """It opens once most answers of a moment were errors."""
    def opened():
        status = client.perform(at("breaker", act="status:500"))
        expected.add(status, "interactive", *(("breaker_open", "ingress") if status == 503 else ("origin", "backend")),
                     "mw-breaker@file", UNKNOWN)
        return status == 503
    process.wait_until(opened, "the circuit breaker opens")


def exceed_concurrency(address, client, backend, expected):
    """The second request at a time; its line comes before the first one's."""
    def first():
        with Client(address) as other:
            other.perform(at("inflight", act="slow:0.5"))
    holder = threading.Thread(target=first)
    holder.start()
    process.wait_until(lambda: backend.seen["slow:0.5"], "the first one is in flight")
    assert client.perform(at("inflight")) == 429
    holder.join()
    expected.add(200, "interactive", "origin", "none", "mw-inflight@file", UNKNOWN)
    expected.add(429, "interactive", "rate_limited", "client", "mw-inflight@file", UNKNOWN)


def entries(traefik):
    return [json.loads(line) for line in traefik.access_log.read_text().splitlines()]


@pytest.mark.parametrize("version, metrics", [("3.7.15", False), ("3.7.15", True), ("3.3.6", False), ("3.0.4", False)])
def test_each_way_a_request_can_end_has_its_cause(folder, daemon, version, metrics):
    expected = Expected(aborted=0 if version == "3.0.4" else 200,
                        hidden="unknown" if metrics or version == "3.3.6" else "origin")
    with Backend() as backend, \
            Traefik(folder, routes.everything(backend.address), version=version, metrics=metrics) as traefik:
        traefik.start()
        running = daemon(exporter.config_text([targets.traefik("edge", traefik)])
                         + targets.tenants_of_routers(*routes.TENANTS))
        process.wait_until(lambda: traefik.is_down("down"), "the health check has failed")
        with Client(traefik.address, backend=backend) as client:
            for case, *rest in TABLE:
                client.perform(case)
                expected.add(*rest)
            break_circuit(client, expected)
            exceed_concurrency(traefik.address, client, backend, expected)
        process.wait_until(lambda: len(entries(traefik)) == expected.lines(), "all have their lines",
                           detail=lambda: f"{len(entries(traefik))} of {expected.lines()}")
        page = running.wait_for_page(
            lambda page: page.total("traefik_accesslog_requests_total") >= expected.lines(), "all are counted", 20)
    found = page.by("traefik_accesslog_outcomes_total", "router", "tenant", "class", "cause", "fault")
    assert found - expected.outcomes == expected.outcomes - found == collections.Counter()
    found = page.by("traefik_accesslog_requests_total", "router", "tenant", "class", "code")
    assert found - expected.codes == expected.codes - found == collections.Counter()
    assert page.value("erp_exporter_log_lines_total", target="edge", result="ok") == expected.lines()
    assert page.value("traefik_up", target="edge") == 1


def test_an_upload_that_its_client_breaks_off_is_not_always_told_from_a_dead_backend(folder, daemon):
    """Traefik notes 499 or 502 for it, as its two ends race; of 499 the client is known to be the one."""
    with Backend() as backend, Traefik(folder, routes.everything(backend.address)) as traefik:
        traefik.start()
        running = daemon(exporter.config_text([targets.traefik("edge", traefik)])
                         + targets.tenants_of_routers(*routes.TENANTS))
        with Client(traefik.address, backend=backend) as client:
            for _ in range(20):
                client.perform(Case("upload", "/web/binary/upload", upload=400_000, leave="upload"))
        process.wait_until(lambda: len(entries(traefik)) == 20, "all have their lines")
        page = running.wait_for_page(lambda page: page.total("traefik_accesslog_requests_total") == 20, "all count")
        noted = collections.Counter(entry["DownstreamStatus"] for entry in entries(traefik))
    found = page.by("traefik_accesslog_outcomes_total", "class", "cause", "fault")
    assert found == +collections.Counter({("attachment", "client_abort_early", "client"): noted[499],
                                          ("attachment", "dial_error", "backend"): noted[502]})
