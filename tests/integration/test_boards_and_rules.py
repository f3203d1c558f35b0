"""Boards and rules before a real Prometheus that scrapes the daemon, which reads real servers."""

import contextlib
import html
import json
import struct
import subprocess
import threading
import zlib

import pytest

from boards import declared, expressions
from machinery import answers, drawing
from machinery.promql import selectors
from servers import exporter, process, targets
from servers.odoo_work import OdooWork
from servers.postgres import Postgres
from servers.prometheus import Prometheus
from servers.redis import Redis
from servers.replication import subscribe
from servers.traffic import AccessLog

# On a healthy estate these have nothing to show. Every other panel has to have data.
MAY_BE_EMPTY = {"Firing alerts", "Unavailable parts", "Failures by phase", "Rollbacks",
                "Free space", "Vacuum held back",  # only where the server is local, only what is held
                "Episodes an hour", "Sessions to look at"}  # waits of 5 s and of 30 s
# Marks of what has not happened.
NOTHING_YET = {"erp-postgres: Restart or failover seen", "erp-postgres: Settings changed",
               "erp-traefik: Traefik restarted", "erp-traefik: Log rotated"}
# About the host or its network namespace, which other tests share.
OF_THE_HOST = {"OdooListenOverflows", "OdooContainerMemoryNearLimit", "OdooOomKilled", "OdooFilestoreDiskFull"}
SHOWN = {"erp-postgres": {"main", "standby"}, "erp-locks": {"main", "acme"}, "erp-traefik": {"edge", "acme"},
         "erp-odoo": {"erp", "acme"}}
RATE_INTERVAL = "5s"
TENANTS = {"list": [{"name": name, "customer": "A Ltd", "environment": "production", "tier": "shared"}
                    for name in ("acme", "globex")],
           "rules": [{"from": "database", "match": "^([a-z0-9-]+)$", "tenant": "$1"},
                     {"from": "router", "match": "^odoo-([a-z]+)@file$", "tenant": "$1"}],
           "objectives": {"availability": "95%", "latency": {"interactive": "1s"}}}
ASKED = [expression for expression in expressions.ALL if expression.kind != "alert"]


def work(server, ended):
    """Something for every panel: keys with and without an end, hits, misses, errors; at a limit evictions."""
    with server.client() as client:
        client.command("SET", "forever", "1")
        while not ended.wait(0.2):
            for number in range(100):
                client.command("SET", f"session:{number}", "x" * 16000, "EX", 3600)
                client.command("GET", f"session:{number + 50}")
            with contextlib.suppress(RuntimeError):
                client.command("INCR", "session:1")


@contextlib.contextmanager
def at_work(*servers):
    ended = threading.Event()
    threads = [threading.Thread(target=work, args=(server, ended)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def contend(main):
    """One session that waits for a table of another, too few for an alert, and waits that end."""
    main.psql("CREATE TABLE moved (id int); CREATE TABLE quant (id int PRIMARY KEY, n int);"
              "INSERT INTO quant VALUES (1, 0)", "acme")
    main.session("SET application_name = 'odoo-7'; BEGIN; SELECT pg_advisory_lock(7); LOCK TABLE moved", "acme")
    process.wait_until(lambda: "1" in main.psql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"
                                                " AND database <> 0"), "the table is locked")
    main.session("SET application_name = 'odoo-8'; SELECT * FROM moved", "acme")


def wait_and_end(main):
    main.session("BEGIN; UPDATE quant SET n = 1; SELECT pg_sleep(2); COMMIT", "acme")
    process.wait_until(lambda: main.psql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), "the row is locked")
    main.psql("UPDATE quant SET n = 2", "acme", seconds=10)


@pytest.fixture(scope="module")
def prometheus():
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(process.workspace())
        main = stack.enter_context(Postgres(folder, "main", {
            "archive_mode": "on", "archive_command": "true", "wal_level": "logical"}))
        main.create().start().create_monitor()
        for tenant in ("acme", "globex"):
            main.psql(f"CREATE DATABASE {tenant} CONNECTION LIMIT 40")
        main.psql("SELECT pg_create_physical_replication_slot('slot', true)")
        standby = stack.enter_context(Postgres(folder, "standby", {"primary_slot_name": "slot"}))
        standby.copy_of(main).start()
        subscribe(main, "acme", "globex")
        contend(main)
        pages = Redis(folder, "pages", {"maxmemory": "2mb", "maxmemory-policy": "allkeys-lru"})
        sessions = Redis(folder, "sessions", {"maxmemory": "64mb"})
        replica = Redis(folder, "replica", {"replicaof": f"127.0.0.1 {sessions.port}"})
        for server in (pages, sessions, replica):
            stack.enter_context(server).start()
        process.wait_until(lambda: replica.info("replication")["master_link_status"] == "up", "the link is up")
        edge = stack.enter_context(AccessLog(folder, "acme", "globex")).start()
        odoo = stack.enter_context(OdooWork(folder, "acme", "globex")).start()
        text = exporter.config_text(
            [odoo.target("erp"), targets.postgres("main", main, expected_replicas=1),
             targets.postgres("standby", standby),
             targets.redis("pages", pages), targets.redis("replica", replica),
             targets.redis("sessions", sessions, labels={"holds": "sessions"}),
             targets.traefik("edge", access_log=edge.path)]) + f"tenants: {json.dumps(TENANTS)}\n"
        daemon = stack.enter_context(exporter.Exporter(folder, text)).start()
        server = stack.enter_context(
            Prometheus(folder, {"erp_exporter": daemon.address}, rules=expressions.RULES)).start()
        stack.enter_context(at_work(pages, sessions))
        asked = answers.Prometheus(server.address)
        busy = 'sum(increase(traefik_accesslog_requests_total{class="interactive"}[1m])) > 100'
        process.wait_until(lambda: asked.instant(busy), "enough requests for a ratio", 60)
        rates = "sum(rate(redis_commands_total[10m])) > 40"
        process.wait_until(lambda: asked.instant(rates), "rates are there")
        ended = "rate(pg_lock_wait_duration_seconds_count[1m]) > 0"
        process.wait_until(lambda: wait_and_end(main) or asked.instant(ended), "waits have ended", 60)
        process.wait_until(lambda: asked.instant("odoo_filestore_bytes > 0"), "filestores are counted")
        waited = "increase(odoo_http_queue_wait_seconds_count[1m]) > 0"
        process.wait_until(lambda: asked.instant(waited), "a request has waited for a worker")
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
        assert colour in ("green", "blue"), (panel["title"], series[1][-3:])


@pytest.mark.parametrize("uid", expressions.BOARDS)
def test_the_preview_draws_every_panel_that_has_an_answer(prometheus, uid):
    panels = expressions.panels(expressions.BOARDS[uid])
    found = {panel["id"]: of_panel(panel, prometheus) for panel in panels}
    page = drawing.page(expressions.BOARDS[uid], found)
    kinds = [panel["type"] for panel in panels if any(found[panel["id"]])]
    drawn = {"stat": "<div class=number ", "timeseries": "<svg width=", "table": "<table>",
             "heatmap": "<svg class=heatmap "}
    assert {kind: page.count(mark) for kind, mark in drawn.items()} == {kind: kinds.count(kind) for kind in drawn}
    assert all(f">{html.escape(panel['title'])}<" in page for panel in expressions.BOARDS[uid]["panels"])
    assert all(name in page for name in SHOWN.get(uid, {"pages", "sessions", "replica"}))


def colours(image):
    """Size of a PNG, and how many different bytes its rows have."""
    data = image.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, rows, size = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            size = struct.unpack(">II", data[at + 8:at + 16])
        elif kind == b"IDAT":
            rows += data[at + 8:at + 8 + length]
        at += 12 + length
    return size, len(set(zlib.decompress(rows)))


@pytest.mark.long  # it wants a browser
@pytest.mark.parametrize("uid", expressions.BOARDS)
def test_the_preview_is_a_picture_of_the_whole_board(prometheus, folder, uid):
    image = folder / "board.png"
    done = subprocess.run([exporter.ROOT / "dashboards/preview", exporter.ROOT / f"dashboards/{uid}.json",
                           "--prometheus", prometheus.address, "--output", image, "--rate-interval", RATE_INTERVAL],
                          text=True, capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    (width, height), different = colours(image)
    lines = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in expressions.BOARDS[uid]["panels"])
    assert width >= 24 * drawing.UNIT and height >= drawing.height(lines)
    assert different > 50


def test_marks_and_variables_are_answered(prometheus):
    for expression in ASKED:
        if expression.kind in ("annotation", "variable"):
            found = instant(expression, prometheus)
            assert found or "ALERTS" in expression.text or expression.where in NOTHING_YET, expression.where


def test_a_chosen_target_shows_itself_alone(prometheus):
    for expression in ASKED:
        if expression.kind == "panel" and "$target" in expression.text:
            found = {labels.get("target", "pages") for labels, _ in instant(expression, prometheus, target="pages")}
            assert found <= {"pages"}, expression.where


def test_no_alert_holds_on_a_healthy_estate(prometheus):
    holding = {name: prometheus.instant(rule["expr"]) for name, rule in expressions.ALERTS.items()
               if name not in OF_THE_HOST}
    assert {name: held for name, held in holding.items() if held} == {}


def test_prometheus_loads_all_rules_and_evaluates_them(prometheus):
    def evaluated():
        rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
        return rules if all(rule["health"] != "unknown" for rule in rules) else None
    rules = process.wait_until(evaluated, "the rules are evaluated", 30)
    assert {rule["name"] for rule in rules} == set(expressions.ALERTS)
    assert all(rule["health"] == "ok" for rule in rules), rules


# To Prometheus a label without a value is none.
EMPTY = {"redis_instance_info": {"valkey_version", "valkey_release_stage"},
         "pg_replication_standby_lag_seconds": {"client_addr"}, "pg_replication_standby_lag_bytes": {"client_addr"},
         "pg_filesystem_free_bytes": {"tablespace"}, "pg_filesystem_size_bytes": {"tablespace"},
         "traefik_accesslog_outcomes_total": {"router"}, "traefik_accesslog_requests_total": {"router", "service"},
         "traefik_accesslog_response_bytes_total": {"router"}, "erp_change_timestamp_seconds": {"datname"},
         "odoo_log_events_total": {"datname"}, "odoo_log_records_total": {"datname"},
         # Only with `histograms: full`.
         **{f"traefik_accesslog_request_duration_seconds_{part}": {"status_class"}
            for part in ("bucket", "sum", "count")},
         **{f"traefik_accesslog_upstream_duration_seconds_{part}": {"class", "service"}
            for part in ("bucket", "sum", "count")},
         "pg_replication_slot_retained_bytes": {"datname"}, "pg_blocking_root_info": {"client_addr", "relation"}}
# The fault has to be there, the server local or of version 16.
NOT_HERE = {"erp_exporter_collector_unavailable", "erp_change_timestamp_seconds",
            "pg_settings_last_change_timestamp_seconds", "pg_blocking_root_info", "pg_filesystem_free_bytes",
            "pg_filesystem_size_bytes", "pg_sessions_orphaned", "pg_replication_slot_safe_bytes",
            "pg_replication_slot_invalidated", "pg_database_checksum_last_failure_timestamp_seconds",
            "pg_stat_io_reads_total", "pg_stat_io_writes_total",
            "odoo_cron_database_skips_total", "odoo_cron_usual_gap_seconds",  # from a database's third day on
            "odoo_gevent_connections",  # of a port that is not configured
            "odoo_cgroup_memory_working_set_bytes", "odoo_cgroup_memory_limit_bytes",  # only where there is cgroup v2
            "odoo_cgroup_memory_events_total"}


def test_the_labels_that_joins_are_judged_by_are_those_of_the_page(prometheus):
    read = {selector.name for expression in expressions.ALL for selector in selectors(expression.tree)} - {"ALERTS"}
    seen = set()
    for name in read:
        for labels, _ in prometheus.instant(name):
            given = set(labels) - {"__name__"} - declared.CONFIGURED
            may_lack = EMPTY.get(name, set()) | {"tenant"}  # a database of no tenant
            assert given <= declared.metrics()[name].labels <= given | may_lack, name
            seen.add(name)
    assert read - seen - NOT_HERE == set()
