"""Boards and rules before a real Prometheus that scrapes the daemon, which reads real servers."""

import contextlib
import html
import json
import time

import pytest

from boards import declared, expressions
from machinery import answers, drawing
from machinery.promql import selectors
from servers import exporter, process, targets
from servers.postgres import Postgres
from servers.prometheus import Prometheus
from servers.redis import Redis

# On a healthy estate these have nothing to show. Every other panel has to have data.
MAY_BE_EMPTY = {"Firing alerts", "Unavailable parts", "Failures by phase"}
RATE_INTERVAL = "5s"
TENANTS = {"list": [{"name": name, "customer": "A Ltd", "environment": "production", "tier": "shared"}
                    for name in ("acme", "globex")],
           "rules": [{"from": "database", "match": "^([a-z0-9-]+)$", "tenant": "$1"}]}
ASKED = [expression for expression in expressions.ALL if expression.kind != "alert"]


def work(server, seconds):
    """Something for every panel: keys with and without an end, hits, misses, errors; at a limit evictions."""
    until = time.monotonic() + seconds
    with server.client() as client:
        client.command("SET", "forever", "1")
        while time.monotonic() < until:
            for number in range(200):
                client.command("SET", f"session:{number}", "x" * 2000, "EX", 3600)
                client.command("GET", f"session:{number + 100}")
            with contextlib.suppress(RuntimeError):
                client.command("INCR", "session:1")
            time.sleep(0.1)


@pytest.fixture(scope="module")
def prometheus():
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(process.workspace())
        main = stack.enter_context(Postgres(folder, "main"))
        main.create().start().create_monitor()
        for tenant in ("acme", "globex"):
            main.psql(f"CREATE DATABASE {tenant}")
        pages = Redis(folder, "pages", {"maxmemory": "1mb", "maxmemory-policy": "allkeys-lru"})
        sessions = Redis(folder, "sessions", {"maxmemory": "64mb"})
        replica = Redis(folder, "replica", {"replicaof": f"127.0.0.1 {sessions.port}"})
        for server in (pages, sessions, replica):
            stack.enter_context(server).start()
        process.wait_until(lambda: replica.info("replication")["master_link_status"] == "up", "the link is up")
        text = exporter.config_text(
            [targets.postgres("main", main), targets.redis("pages", pages), targets.redis("replica", replica),
             targets.redis("sessions", sessions, labels={"holds": "sessions"})]) + f"tenants: {json.dumps(TENANTS)}\n"
        daemon = stack.enter_context(exporter.Exporter(folder, text)).start()
        server = stack.enter_context(
            Prometheus(folder, {"erp_exporter": daemon.address}, rules=expressions.RULES)).start()
        for store in (pages, sessions):
            work(store, 4)
        asked = answers.Prometheus(server.address)
        rates = f"rate(redis_commands_total[{RATE_INTERVAL}]) > 0"
        process.wait_until(lambda: asked.instant(rates), "rates are there")
        yield asked
        assert daemon.stop() == 0, daemon.tail()


def of_panel(panel, prometheus):
    return answers.of_panel(panel, prometheus, 60, RATE_INTERVAL)


def instant(expression, prometheus, **chosen):
    return prometheus.instant(answers.substituted(expression.text, RATE_INTERVAL, "60s", chosen))


@pytest.mark.parametrize("uid", expressions.BOARDS)
def test_every_panel_is_answered_and_shows_something(prometheus, uid):
    empty = set()
    for panel in expressions.panels(expressions.BOARDS[uid]):
        found = of_panel(panel, prometheus)
        assert all(len(answer) <= 40 for answer in found), f"{panel['title']}: too many series to read"
        if not any(found):
            empty.add(panel["title"])
    assert empty <= MAY_BE_EMPTY


@pytest.mark.parametrize("uid", expressions.BOARDS)
def test_a_verdict_is_one_number_and_not_red_on_a_healthy_estate(prometheus, uid):
    for panel in expressions.panels(expressions.BOARDS[uid]):
        if panel["type"] != "stat":
            continue
        (series,), = of_panel(panel, prometheus)
        steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        colour = [step["color"] for step in steps if step["value"] is None or series[1][-1][1] >= step["value"]][-1]
        assert colour in ("green", "blue"), panel["title"]


@pytest.mark.parametrize("uid", expressions.BOARDS)
def test_the_preview_draws_every_panel_that_has_an_answer(prometheus, uid):
    panels = expressions.panels(expressions.BOARDS[uid])
    found = {panel["id"]: of_panel(panel, prometheus) for panel in panels}
    page = drawing.page(expressions.BOARDS[uid], found)
    kinds = [panel["type"] for panel in panels if any(found[panel["id"]])]
    drawn = {"stat": "<div class=number ", "timeseries": "<svg ", "table": "<table>"}
    assert {kind: page.count(mark) for kind, mark in drawn.items()} == {kind: kinds.count(kind) for kind in drawn}
    assert all(f">{html.escape(panel['title'])}<" in page for panel in expressions.BOARDS[uid]["panels"])
    assert all(name in page for name in ("pages", "sessions", "replica"))


def test_marks_and_variables_are_answered(prometheus):
    for expression in ASKED:
        if expression.kind in ("annotation", "variable"):
            assert instant(expression, prometheus) or "ALERTS" in expression.text, expression.where


def test_a_chosen_target_shows_itself_alone(prometheus):
    for expression in ASKED:
        if expression.kind == "panel" and "$target" in expression.text:
            found = {labels.get("target", "pages") for labels, _ in instant(expression, prometheus, target="pages")}
            assert found <= {"pages"}, expression.where


def test_no_alert_holds_on_a_healthy_estate(prometheus):
    holding = {name: prometheus.instant(rule["expr"]) for name, rule in expressions.ALERTS.items()}
    assert not any(holding.values()), holding


def test_prometheus_loads_all_rules_and_evaluates_them(prometheus):
    def evaluated():
        rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
        return rules if all(rule["health"] != "unknown" for rule in rules) else None
    rules = process.wait_until(evaluated, "the rules are evaluated", 30)
    assert {rule["name"] for rule in rules} == set(expressions.ALERTS)
    assert all(rule["health"] == "ok" for rule in rules), rules


# To Prometheus a label without a value is none.
EMPTY = {"redis_instance_info": {"valkey_version", "valkey_release_stage"}}


def test_the_labels_that_joins_are_judged_by_are_those_of_the_page(prometheus):
    read = {selector.name for expression in expressions.ALL for selector in selectors(expression.tree)} - {"ALERTS"}
    seen = set()
    for name in read:
        for labels, _ in prometheus.instant(name):
            given = set(labels) - {"__name__"} - declared.CONFIGURED
            assert given | EMPTY.get(name, set()) == declared.metrics()[name].labels, name
            seen.add(name)
    assert read - seen <= {"erp_exporter_collector_unavailable"}
