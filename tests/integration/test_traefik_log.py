"""What the log of a real Traefik says of tenants: where their time goes, their servers, who knocks in vain."""

import json
import time

import pytest

from servers import exporter, process, routes, targets
from servers.backends import Backend
from servers.driver import Case, Client
from servers.routes import host
from servers.traefik import Traefik

CALL = "/web/dataset/call_kw/sale.order/web_search_read"
REQUESTS = "traefik_accesslog_requests_total"
TENANTS = {"list": [{"name": "acme", "objectives": {"latency": {"interactive": "250ms"}}}, {"name": "globex"},
                    {"name": "umbrella"}],
           "rules": [{"from": "router", "match": "^odoo-([a-z0-9]+)(?:-ws)?@file$", "tenant": "$1"},
                     {"from": "host", "match": r"^([a-z0-9]+)\.erp\.example$", "tenant": "$1"}]}


class Edge:
    """A Traefik, its backend and the daemon on its log."""

    def __init__(self, traefik, backend, daemon):
        self.traefik = traefik
        self.backend = backend
        self.running = daemon(exporter.config_text([targets.traefik("edge", traefik, histograms="full")])
                              + f"tenants: {json.dumps(TENANTS)}\n")
        self.requests = 0

    def perform(self, *cases, tenant="acme", tls=False, source=None):
        """The page that has them all."""
        address = self.traefik.tls_address if tls else self.traefik.address
        with Client(address, tls, self.backend, source=source) as client:
            for case in cases:
                client.perform(case, tenant)
        self.requests += len(cases)
        return self.running.wait_for_page(lambda page: page.total(REQUESTS) >= self.requests, "all are counted", 20)


@pytest.fixture
def edge(folder, daemon):
    with Backend() as backend, Traefik(folder, routes.everything(backend.address), headers=True) as traefik:
        yield Edge(traefik.start(), backend, daemon)


def of(page, family, **labels):
    return page.total(f"traefik_accesslog_{family}", **labels)


def test_time_at_the_server_and_time_in_traefik_are_told_apart(edge):
    page = edge.perform(Case("slow server", CALL, "slow:0.3"), Case("slow login", CALL, host=host("authslow")))
    server = {"tenant": "acme", "class": "interactive"}
    upstream = of(page, "upstream_duration_seconds_sum", **server)
    assert 0.3 <= upstream <= of(page, "request_duration_seconds_sum", **server)
    assert of(page, "upstream_duration_seconds_count", service="odoo-acme@file") == 1
    assert of(page, "overhead_seconds_sum", router="odoo-acme@file") < 0.2
    assert of(page, "overhead_seconds_sum", router="mw-authslow@file") >= 0.2
    assert of(page, "upstream_duration_seconds_sum", service="plain@file") < 0.2


def test_requests_beyond_the_tenants_objective_are_slow(edge):
    page = edge.perform(Case("slow", CALL, "slow:0.3"), Case("quick", CALL))
    assert of(page, "slow_requests_total", tenant="acme", **{"class": "interactive"}) == 1
    page = edge.perform(Case("slow", CALL, "slow:0.3"), tenant="globex")
    assert of(page, "slow_requests_total", tenant="globex") == 0  # has none


def test_the_life_of_a_connection_is_no_latency(edge):
    page = edge.perform(Case("socket", "/websocket?version=18.0-3", "socket", leave="socket"),
                        Case("poll", "/longpolling/poll", "slow:0.6"), Case("call", CALL))
    assert of(page, "connection_duration_seconds_count", tenant="acme", **{"class": "websocket"}) == 1
    assert of(page, "connection_duration_seconds_sum", tenant="acme", **{"class": "longpolling"}) >= 0.6
    assert of(page, "request_duration_seconds_count", tenant="acme") == 1
    assert of(page, "request_duration_seconds_sum", tenant="acme") < 0.5


def test_an_answer_that_broke_has_no_upstream_time(edge):
    page = edge.perform(Case("broken", "/web/content/1", "eof-body"), Case("no server", CALL, host=host("empty")))
    assert of(page, "upstream_duration_seconds_count") == of(page, "overhead_seconds_count") == 0


def test_bytes_of_both_directions_are_of_the_router(edge):
    page = edge.perform(Case("download", "/web/content/1", "size:30000"),
                        Case("upload", "/web/binary/upload", upload=20_000))
    attachments = {"tenant": "acme", "router": "odoo-acme@file", "class": "attachment"}
    assert of(page, "response_bytes_total", **attachments) == 30_000 + len("ok")
    assert of(page, "request_bytes_total", **attachments) == 20_000


def test_tls_and_protocol_are_of_the_entrypoint_and_a_clone_of_a_router_is_of_its_tenant(edge):
    page = edge.perform(Case("over tls", CALL), tls=True)
    assert of(page, "tls_requests_total", entrypoint="websecure", tls_version="1.3") == 1
    assert of(page, "http_requests_total", entrypoint="websecure", protocol="HTTP/1.1") == 1
    assert of(page, "requests_total", entrypoint="websecure", tenant="acme", service="odoo-acme@file") == 1
    page = edge.perform(Case("without", CALL))
    assert of(page, "tls_requests_total", entrypoint="web") == 0


def test_a_server_that_refuses_is_seen_by_what_its_users_got(edge):
    before = time.time()
    page = edge.perform(*[Case("half", CALL, host=host("half"))] * 4)
    servers = {labels["server"]: value for labels, value in
               page.series("traefik_accesslog_server_requests_total", service="half@file")}
    failed = {labels["server"]: value for labels, value in
              page.series("traefik_accesslog_server_errors_total", service="half@file") if value}
    good, [bad] = edge.backend.address, failed
    assert servers == {good: 2, bad: 2} and failed == {bad: 2}
    name = "server_last_success_timestamp_seconds"
    assert before - 1 <= of(page, name, server=good, service="half@file") <= time.time()
    assert page.series(f"traefik_accesslog_{name}", server=bad) == []


def test_who_asks_for_what_no_router_has_is_counted_by_kind(edge):
    page = edge.perform(Case("php", "/index.php", host="192.0.2.7"),
                        Case("dotfile", "/.git/config", host="[2001:db8::1]"),
                        Case("wordpress", "/wp-login.php", host="nowhere.example"),
                        Case("page", "/shop", host=host("initech")),
                        Case("tenant without a router", "/shop", host=host("Umbrella") + ":8000"),
                        Case("the final dot of a name", "/shop", host=host("acme") + "."))
    kinds = page.by("traefik_accesslog_unmatched_requests_total", "host_kind", "probe")
    assert kinds == {("ip", "php"): 1, ("ip", "dotfile"): 1, ("unknown", "wp"): 1, ("unknown", "other"): 1,
                     ("known_tenant", "other"): 1}
    assert of(page, "requests_total", tenant="acme", code="200") == 1


def test_how_many_clients_knock_in_vain_is_told_without_naming_them(edge):
    page = edge.perform(Case("call", CALL))
    assert page.series("traefik_accesslog_unmatched_clients_estimate") == []
    for last in range(1, 9):
        with Client(edge.traefik.address, source=f"127.0.0.{last}") as client:
            for path in ("/.env", "/wp-login.php"):
                client.perform(Case("scan", path, host="nowhere.example"))
    edge.requests += 16
    page = edge.perform(Case("call", CALL), source="127.0.0.99")
    assert of(page, "unmatched_clients_estimate", entrypoint="web") == 8
    assert of(page, "unmatched_requests_total") == 16
    assert "127.0.0.8" not in page.text


def test_the_last_request_of_a_tenant_dates_its_silence(edge):
    before = time.time()
    page = edge.perform(Case("call", CALL))
    at = of(page, "last_request_timestamp_seconds", tenant="acme", **{"class": "interactive"})
    assert before - 1 <= at <= time.time()
    assert page.series("traefik_accesslog_last_request_timestamp_seconds", tenant="globex") == []


def test_a_restart_of_traefik_is_noticed_and_counts_go_on(edge):
    edge.perform(*[Case("call", CALL)] * 3)
    edge.traefik.stop()
    edge.traefik.start()
    page = edge.perform(*[Case("call", CALL)] * 2)
    assert of(page, "requests_total", tenant="acme") == 5
    assert of(page, "request_number_resets_total") == 1
    assert of(page, "missing_requests_total") == 0


def test_a_log_queue_and_filters_are_read_like_any_other(folder, daemon):
    with Backend() as backend, Traefik(folder, routes.everything(backend.address), bufferingSize=100,
                                       filters={"statusCodes": ["400-599"]}) as traefik:
        edge = Edge(traefik.start(), backend, daemon)
        with Client(traefik.address) as client:
            for act in ("ok", "status:500", "ok", "status:404", "ok"):
                client.perform(Case(act, CALL, act))
        page = edge.running.wait_for_page(lambda page: page.total(REQUESTS) == 2, "those with errors")
        assert page.by(REQUESTS, "code") == {("500",): 1, ("404",): 1}
        process.wait_until(lambda: len(traefik.access_log.read_bytes().splitlines()) == 2, "and no others")
