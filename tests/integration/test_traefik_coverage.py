"""What an access log cannot tell is said: on the status page, by --config.check, or by a series that is not there."""

import datetime
import html
import json
import re

import pytest

from servers import exporter, process, routes, targets, traffic
from servers.access_lines import BASE, UNMATCHED, common, entry
from servers.backends import Backend
from servers.driver import Case, Client
from servers.prometheus import Prometheus
from servers.traefik import Traefik

REQUESTS = "traefik_accesslog_requests_total"
DURATION = "traefik_accesslog_request_duration_seconds"
CALL = "/web/dataset/call_kw/sale.order/read"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"


@pytest.fixture
def logs(folder):
    return process.subfolder(folder, "logs")


def advice(running, path):
    """The sentences of the status page about this log."""
    text = html.unescape(re.sub("<[^>]*>", "\n", running.get("/").text))
    return [line.split(": ", 1)[1] for line in text.splitlines() if line.startswith(f"{path}: ")]


def lost(key, what):
    return f"Without {key} there {what}: keep it (accessLog.fields.names)."


DROPPED = {
    "DownstreamStatus": lost("DownstreamStatus", "is nothing at all: each entry counts as malformed"),
    "OriginStatus": lost("OriginStatus", "is no telling a server's error from an error page's or a buffer's"),
    "ServiceName": lost("ServiceName", "is no service of a request, nor of a server"),
    "RequestProtocol": lost("RequestProtocol", "are no versions of HTTP"),
    "ClientHost": lost("ClientHost", "is no estimate of who knocks in vain")}


def test_the_status_page_says_what_a_log_does_not_tell_and_says_it_after_a_restart(logs, daemon):
    def log(name, lines):
        return process.write_file(logs / f"{name}.log", b"".join(line + b"\n" for line in lines), 0o644)
    of = {key: (log(key.lower(), [entry(**{key: None}) for _ in range(25)]), [sentence])
          for key, sentence in DROPPED.items()}
    of["whole"] = log("whole", [entry() for _ in range(25)]), []
    of["scanned"] = log("scanned", [entry(**UNMATCHED) for _ in range(40)]), []
    of["timeless"] = log("timeless", [common(milliseconds=0) for _ in range(25)]), [
        "CLF has no upstream times, hosts, entrypoints, services and TLS, and answers that broke look complete: set "
        "accessLog.format to json.",
        lost("Duration", "are no latencies")]
    of["filtered"] = log("filtered", [line for number, line in enumerate(entry() for _ in range(90))
                                      if number % 3 == 0]), [
        "Of the last 88 numbers of requests 58 are not in the log: accessLog.filters (statusCodes, minDuration) leave "
        "them out, or lines are lost. What is left out is in no count, ratio and latency: remove the filters."]
    running = daemon(exporter.config_text([targets.traefik(name.lower(), access_log=path)
                                           for name, (path, _) in of.items()]) + targets.tenants_of_routers("acme"))
    lines = 25 * (len(DROPPED) + 2) + 40 + 30
    running.wait_for_page(lambda page: page.total("erp_exporter_log_lines_total") == lines, "all are read", 20)
    expected = {path: sentences for path, sentences in of.values()}

    def said():
        return {path: advice(running, path) for path in expected}
    process.wait_until(lambda: said() == expected, "each has its sentences", detail=said)
    page = running.page()
    assert page.value(f"{DURATION}_count", target="timeless") is None
    assert page.value("traefik_accesslog_field_present", target="whole", field="tls") == 1
    assert page.value("traefik_accesslog_field_present", target="clienthost", field="client") == 0
    assert page.series("traefik_accesslog_field_present", target="scanned", field="service") == []
    running.stop()
    running.start()
    del expected[of["filtered"][0]]  # of numbers that come from now on
    process.wait_until(lambda: said() == expected, "they stay", detail=said)


def check(folder, rules, **target):
    tenants = {"list": [{"name": "acme"}], "rules": [{"from": of, "match": "acme", "tenant": "acme"} for of in rules]}
    file = folder / "checked.yml"
    file.write_text(exporter.config_text([targets.traefik("edge", access_log="/var/log/traefik/access.log", **target)])
                    + f"tenants: {json.dumps(tenants)}\n")
    file.chmod(0o644)
    status, _, errors = exporter.run(folder, "--config.file", file, "--config.check")
    return status, errors


@pytest.mark.parametrize("log_format, rules, said", [
    ("common", ["host"], "a log in CLF has no hosts"),
    ("common", ["header"], "a log in CLF has no hosts, services and headers"),
    ("common", ["service", "host"], "a log in CLF has no hosts"),
    ("genericCLF", ["router"], "a log in genericCLF has nothing that rules of tenants look at"),
    ("genericCLF", ["host"], "a log in genericCLF has nothing")])
def test_rules_that_the_format_can_never_match_are_refused(folder, log_format, rules, said):
    header = {"tenant_header": "X-Odoo-Dbfilter"} if "header" in rules else {}
    status, errors = check(folder, rules, format=log_format, **header)
    assert status == 2
    assert said in errors
    assert check(folder, rules, format=log_format, tenant="acme", **header) == (0, "")
    assert check(folder, rules, format="json", **header) == (0, "")


def test_rules_of_routers_are_enough_for_clf(folder):
    assert check(folder, ["host", "router"], format="common") == (0, "")
    assert check(folder, ["database"], format="genericCLF") == (0, "")


def test_a_routers_copy_has_its_tenant_in_clf_too(folder, daemon):
    with Backend() as backend, Traefik(folder, routes.everything(backend.address), format="common") as traefik:
        traefik.start()
        running = daemon(exporter.config_text([targets.traefik("edge", traefik)])
                         + targets.tenants_of_routers(*routes.TENANTS))
        for tls in (False, True):
            with Client(traefik.tls_address if tls else traefik.address, tls, backend) as client:
                client.perform(Case("call", CALL))
        page = running.wait_for_page(lambda page: page.total(REQUESTS) == 2, "both count", 20)
    assert page.by(REQUESTS, "tenant", "router") == {("acme", "odoo-acme@file"): 1,
                                                     ("acme", "websecure-odoo-acme@file"): 1}


def test_in_clf_only_an_entrypoint_before_a_routers_name_makes_a_copy_of_it(logs, daemon):
    routers = ["odoo-acme@file", "websecure-odoo-acme@file", "old-odoo-acme@file", "edge-odoo-acme@file"]
    path = process.write_file(logs / "access.log", b"".join(common(router=name) + b"\n" for name in routers), 0o644)
    running = daemon(exporter.config_text([
        targets.traefik("usual", access_log=path),
        targets.traefik("named", access_log=path, entrypoints=["web", "edge"])])
        + targets.tenants_of_routers("acme"))
    page = running.wait_for_page(lambda page: page.total(REQUESTS) == 2 * len(routers), "all count", 20)
    own, secure, old, edge = routers
    assert page.by(REQUESTS, "target", "tenant", "router") == {
        ("usual", "acme", own): 1, ("usual", "acme", secure): 1,
        ("usual", "_unknown", old): 1, ("usual", "_unknown", edge): 1,
        ("named", "acme", own): 1, ("named", "_unknown", secure): 1,
        ("named", "_unknown", old): 1, ("named", "acme", edge): 1}
    # The first of them, once: the others are alike.
    said = html.unescape(running.get("/").text)
    assert said.count(f"Router {old} is of no tenant: if old is an entrypoint of this Traefik, add it") == 1
    assert said.count(f"Router {secure} is of no tenant: if websecure is an entrypoint of this Traefik, add it") == 1


@pytest.mark.parametrize("entrypoints", [[], [f"e{n}" for n in range(33)], {"web": ":80"}])
def test_entrypoints_are_1_to_32_names(folder, entrypoints):
    status, errors = check(folder, ["router"], format="common", entrypoints=entrypoints)
    assert status == 2
    assert "entrypoints" in errors


def test_an_outage_behind_traefik_2_is_somebodys_fault(logs, daemon):
    """Its 503 has one size, whether no server is left or a breaker is open."""
    v2 = {"ServiceURL": {"Scheme": "http", "Host": "127.0.0.1:8069"}}
    down = traffic.made_by_traefik("acme", 503, 19)
    path = process.write_file(logs / "access.log", entry(**v2) + b"\n" + b"".join(
        down.replace(b'"RequestCount":', b'"RequestCount":%d' % n) + b"\n" for n in range(1, 101)), 0o644)
    running = daemon(exporter.config_text([targets.traefik("edge", access_log=path)])
                     + targets.tenants_of_routers("acme"))
    page = running.wait_for_page(lambda page: page.total(REQUESTS) == 101, "all count", 20)
    assert page.by("traefik_accesslog_outcomes_total", "tenant", "cause", "fault") == {
        ("acme", "origin", "none"): 1, ("acme", "unavailable", "backend"): 100}


def test_a_start_of_the_future_does_not_end_a_silence(logs, daemon):
    path = process.write_file(logs / "access.log", entry() + b"\n" + entry(StartUTC="2099-01-01T00:00:00Z") + b"\n",
                              0o644)
    running = daemon(exporter.config_text([targets.traefik("edge", access_log=path)])
                     + targets.tenants_of_routers("acme"))
    page = running.wait_for_page(lambda page: page.total(REQUESTS) == 2, "both count", 20)
    begun = datetime.datetime.fromisoformat(BASE["StartUTC"][:19] + "+00:00").timestamp()
    assert 0 < page.value("traefik_accesslog_last_request_timestamp_seconds", tenant="acme") - begun < 1


def test_a_trace_of_the_log_is_an_exemplar_in_both_formats_that_have_them(logs, daemon):
    lines = [traffic.of("acme"), traffic.of("acme", 0.4, TraceId=TRACE, SpanId="00f067aa0ba902b7")]
    path = process.write_file(logs / "access.log", b"".join(line + b"\n" for line in lines), 0o644)
    running = daemon(exporter.config_text([targets.traefik("edge", access_log=path)])
                     + targets.tenants_of_routers("acme"))
    running.wait_for_page(lambda page: page.total(REQUESTS) == 2, "both count", 20)
    reply = running.get("/metrics", headers={"Accept": OPENMETRICS})
    marked = [line for line in reply.text.splitlines() if "trace_id" in line]
    assert [line.split("{")[0] for line in marked] == [f"{DURATION}_bucket",
                                                       "traefik_accesslog_upstream_duration_seconds_bucket"]
    assert all(f'# {{trace_id="{TRACE}"}} 0.4' in line and 'le="0.5"' in line for line in marked)
    reply = running.get("/metrics", headers={"Accept": PROTOBUF})
    assert reply.headers["Content-Type"].startswith("application/vnd.google.protobuf")
    assert reply.body.count(TRACE.encode()) == 2
    assert TRACE not in running.get("/metrics").text


def test_native_histograms_are_one_series_of_a_tenant_and_class(logs, folder, daemon):
    path = process.write_file(logs / "access.log", b"".join(
        traffic.of(tenant, RequestPath=target) + b"\n" for tenant in ("acme", "globex")
        for target in (CALL, "/web/login")), 0o644)
    running = daemon(exporter.config_text(
        [targets.traefik(name, access_log=path, histograms="full", native_histograms=native)
         for name, native in (("native", True), ("classic", False))]) + targets.tenants_of_routers("acme", "globex"))
    running.wait_for_page(lambda page: page.total(REQUESTS) == 8, "all count", 20)
    with Prometheus(folder, {"erp": running.address}, features=["native-histograms"]) as prometheus:
        prometheus.start()

        def series():
            found = prometheus.query(f'count by (target) ({{__name__=~"{DURATION}.*"}})')
            return {dict(labels)["target"]: value for labels, value in found.items()}
        # 19 bounds, +Inf, sum and count.
        prometheus.server.wait_for(lambda: series() == {"native": 4, "classic": 4 * 22}, "one series each")
