"""What the estate's page has to show, and the page or Prometheus to look at."""

import dataclasses
import math


@dataclasses.dataclass
class Expected:
    """One situation: a series by name and labels, and what its value has to be."""

    what: str
    name: str
    labels: dict
    rule: str  # "is", "at least", "above", "rises", "there"
    bound: float = 0
    first: float | None = None
    last: float | None = None

    def look(self, values):
        """Keeps the largest of the series' values: several standbys or slots may match."""
        self.last = max(values, default=None)
        if self.first is None:
            self.first = self.last

    def holds(self):
        if self.last is None or math.isnan(self.last):
            return False
        return {"is": self.last == self.bound, "at least": self.last >= self.bound,
                "above": self.last > self.bound, "rises": self.last > self.first,
                "there": True}[self.rule]

    def series(self):
        labels = ",".join(f'{key}="{value}"' for key, value in self.labels.items())
        return f"{self.name}{{{labels}}}" if labels else self.name

    def sample(self):
        if self.last is None:
            return f"{self.series()} absent"
        if self.rule == "rises":
            return f"{self.series()} {self.first:.10g} -> {self.last:.10g}"
        return f"{self.series()} {self.last:.10g}"


def of_odoo(real):
    erp = {"target": "erp"}
    acme, globex = {**erp, "tenant": "acme"}, {**erp, "tenant": "globex"}
    rows = [
        ("Odoo's log is followed", "odoo_up", erp, "is", 1),
        ("acme uses Odoo", "odoo_http_worker_seconds_total", acme, "rises"),
        ("a call of acme fails", "odoo_rpc_errors_total", {**acme, "kind": "user"}, "above", 0),
        ("somebody guesses at globex", "odoo_logins_total", {**globex, "result": "failed"}, "above", 0),
    ]
    if real:
        rows += [
            ("Odoo has two workers", "odoo_workers", {**erp, "type": "http"}, "is", 2),
            ("they are busy", "odoo_http_worker_busy_seconds_total", erp, "rises"),
            ("users wait for them", "odoo_http_saturated_seconds_total", erp, "rises"),
        ]
    return rows


def on_the_page(real_odoo=False):
    main, standby, cache = {"target": "main"}, {"target": "standby"}, {"target": "cache"}
    remote, edge = {"target": "remote"}, {"target": "edge"}
    acme = {**main, "datname": "acme"}
    rows = [
        ("the primary is up", "pg_up", main, "is", 1),
        ("the standby is up", "pg_up", standby, "is", 1),
        ("Redis is up", "redis_up", cache, "is", 1),
        ("the daemon says so of main", "erp_exporter_target_up", main, "is", 1),
        ("the daemon says so of standby", "erp_exporter_target_up", standby, "is", 1),
        ("the daemon says so of cache", "erp_exporter_target_up", cache, "is", 1),
        ("the primary is a primary", "pg_replication_is_replica", main, "is", 0),
        ("the standby is a standby", "pg_replication_is_replica", standby, "is", 1),
        ("the standby is bytes behind", "pg_stat_replication_pg_wal_lsn_diff", main, "above", 0),
        ("ever more of them", "pg_stat_replication_pg_wal_lsn_diff", main, "rises"),
        ("the standby is seconds behind", "pg_replication_lag_seconds", standby, "above", 0),
        ("a standby receives nothing", "pg_replication_receiver_connected", remote, "is", 0),
        ("so it falls behind its primary", "pg_replication_upstream_lag_bytes", remote, "rises"),
        ("and ever longer", "pg_replication_upstream_lag_seconds", remote, "rises"),
        ("three sessions wait in acme", "pg_lock_waiting_sessions", acme, "is", 3),
        ("one behind the other", "pg_blocking_tree_depth", acme, "at least", 2),
        ("all because of one", "pg_blocking_roots", acme, "is", 1),
        ("for rows of one table", "pg_lock_wait_relation_seconds_total", {**acme, "relation": "stock_quant"}, "rises"),
        ("longer and longer", "pg_lock_wait_longest_seconds", acme, "rises"),
        ("acme's commits are acme's", "pg_stat_database_xact_commit", {**acme, "tenant": "acme"}, "there"),
        ("globex' commits are globex'", "pg_stat_database_xact_commit",
         {**main, "datname": "globex", "tenant": "globex"}, "there"),
        ("Redis evicts", "redis_evicted_keys_total", cache, "rises"),
        ("Redis uses memory", "redis_memory_used_bytes", cache, "above", 0),
        ("Traefik's log is followed", "traefik_up", edge, "is", 1),
        ("the daemon says so of edge", "erp_exporter_target_up", edge, "is", 1),
        ("acme is used", "traefik_accesslog_requests_total", {**edge, "tenant": "acme", "code": "200"}, "rises"),
        ("globex is used", "traefik_accesslog_requests_total", {**edge, "tenant": "globex", "code": "200"}, "rises"),
        ("acme waits for its server", "traefik_accesslog_upstream_duration_seconds_sum",
         {**edge, "tenant": "acme"}, "rises"),
        ("and little for Traefik", "traefik_accesslog_overhead_seconds_sum", {**edge, "router": "odoo-acme@file"},
         "rises"),
        ("users of acme leave", "traefik_accesslog_outcomes_total",
         {**edge, "tenant": "acme", "cause": "client_abort_early", "fault": "client"}, "rises"),
        ("workers of globex die", "traefik_accesslog_outcomes_total",
         {**edge, "tenant": "globex", "cause": "dial_error", "fault": "backend"}, "rises"),
        ("a scanner asks for files", "traefik_accesslog_unmatched_requests_total", {**edge, "probe": "dotfile"},
         "rises"),
        *of_odoo(real_odoo),
    ]
    return [Expected(*row) for row in rows]


def in_prometheus(real_odoo=False):
    """The same, asked by query, after the scrape itself."""
    firing = {"alertstate": "firing"}
    alerts = [("the chain has its alert", {"alertname": "PostgresBlockingChain", "datname": "acme", "tenant": "acme"}),
              ("the standby without link too", {"alertname": "PostgresReplicaDisconnected", "target": "remote"})]
    return [Expected("the scrape succeeds", "up", {"job": "erp_exporter"}, "is", 1), *on_the_page(real_odoo),
            *(Expected(what, "ALERTS", {**labels, **firing}, "is", 1) for what, labels in alerts)]


def look_at_page(expected, page):
    for row in expected:
        row.look([value for _, value in page.series(row.name, **row.labels)])


def look_at_prometheus(expected, prometheus):
    for row in expected:
        row.look(list(prometheus.query(row.series()).values()))
