"""The private estate: a primary with two tenants and a lock chain, a standby that lags and one that is cut off, a
Redis that evicts, a Traefik before a slow tenant and one whose workers die, an Odoo that has too many users."""

import contextlib
import itertools
import random
import threading

from . import process, routes
from .backends import Backend
from .driver import Case, Client
from .exporter import ROOT, Exporter
from .odoo import Odoo
from .odoo_replay import Replay
from .odoo_users import Users
from .postgres import MONITOR, Postgres
from .prometheus import Prometheus
from .redis import Redis
from .traefik import Traefik

TENANTS = {"acme": "Acme Ltd", "globex": "Globex Corp"}

CONFIG = """\
listen: ["{listen}"]
targets:
  - name: main
    exporter: postgres
    address: "{main.address}"
    user: {user}
    password_file: {main.password_file}
  - name: standby
    exporter: postgres
    address: "{standby.address}"
    user: {user}
    password_file: {standby.password_file}
  - name: remote
    exporter: postgres
    address: "{remote.address}"
    user: {user}
    password_file: {remote.password_file}
  - name: cache
    exporter: redis
    address: "{cache.address}"
    user: {cache.user}
    password_file: {cache.password_file}
  - name: edge
    exporter: traefik
    access_log: {edge.access_log}
  - name: erp
    exporter: odoo
    log: {odoo_log}
{odoo_more}tenants:
  list:
    - {{name: acme, customer: Acme Ltd, environment: production, tier: dedicated}}
    - {{name: globex, customer: Globex Corp, environment: production, tier: shared}}
  rules:
    - {{from: database, match: '^([a-z0-9-]+)$', tenant: '$1'}}
    - {{from: router, match: '^odoo-([a-z0-9-]+?)(-ws)?@file$', tenant: '$1'}}
"""

# What a recorded log cannot give.
ODOO_MORE = """\
    http_port: {odoo.port}
    http_interface: {odoo.host}
    config: {odoo.file}
"""
RECORDING = ROOT / "exporters/odoo/testdata/14/odoo-server.log"

SCHEMA = """
CREATE TABLE stock_quant (id int PRIMARY KEY, quantity int NOT NULL);
INSERT INTO stock_quant SELECT id, 0 FROM generate_series(1, 100) id;
CREATE TABLE ir_attachment (id int PRIMARY KEY, datas text NOT NULL);
INSERT INTO ir_attachment SELECT id, '' FROM generate_series(1, 20) id;
"""

CALL = "/web/dataset/call_kw/sale.order/web_search_read"
# What users do at the edge, over and over.
VISITS = [
    ("acme", Case("call", CALL)), ("globex", Case("call", CALL)),
    ("acme", Case("asset", "/web/static/src/app.js")), ("globex", Case("asset", "/web/static/src/app.js")),
    ("acme", Case("user who leaves", CALL, "hang", leave="early")),
    ("globex", Case("worker that dies", CALL, "eof")),
    ("acme", Case("report", "/report/pdf/sale.report_saleorder/7", "slow:0.4")),
    ("globex", Case("scanner", "/.env", host="192.0.2.1")),
]
LOG_BYTES = 2_000_000


class Estate:
    """Everything started in order and, by close(), stopped in reverse, whatever happened."""

    def __init__(self, folder, daemon_port, say=lambda text: None, real_odoo=False):
        self.folder = folder
        self.daemon_port = daemon_port
        self.say = say
        self.stopping = threading.Event()
        self.stack = contextlib.ExitStack()
        # The second copy ends in a checkpoint, which must not take the WAL that the first standby still reads.
        self.main = Postgres(folder, "main", {"wal_keep_size": "256MB"})
        self.standby = Postgres(folder, "standby")
        self.remote = Postgres(folder, "remote")
        self.cache = Redis(folder, "cache", {"maxmemory": "4mb", "maxmemory-policy": "allkeys-lru"})
        self.slow, self.quick = Backend(delay=0.15), Backend()
        self.edge = Traefik(folder, routes.tenants({"acme": self.slow.address, "globex": self.quick.address}), "edge")
        self.real_odoo = real_odoo
        self.odoo = Odoo(folder, "erp", workers=2) if real_odoo else None
        self.odoo_log = self.odoo.log if real_odoo else process.subfolder(folder, "erp") / "odoo-server.log"
        self.exporter = None
        self.prometheus = None

    def start(self):
        self._start_primary()
        self._start_standby()
        self._start_remote()
        self._block_sessions()
        self._start_cache()
        self._start_edge()
        self._start_odoo()
        self._start_daemon()
        return self

    def close(self):
        self.stopping.set()
        self.stack.close()

    def _start_primary(self):
        self.say("PostgreSQL: a primary with the databases " + " and ".join(TENANTS))
        self.stack.enter_context(self.main)
        self.main.create().start().create_monitor()
        for tenant in TENANTS:
            self.main.psql(f"CREATE DATABASE {tenant}")
            self.main.psql(SCHEMA, tenant)

    def _start_standby(self):
        self.say("PostgreSQL: a standby whose replay is paused while the primary is written to")
        self.stack.enter_context(self.standby)
        self.standby.copy_of(self.main).start()
        # A replayed commit gives the lag its time; from the pause on it only grows.
        self.main.psql("UPDATE stock_quant SET quantity = 1 WHERE id = 100", "globex")
        self.standby.server.wait_for(
            lambda: self.standby.psql("SELECT pg_last_xact_replay_timestamp()").strip(),
            "the standby replays a commit")
        self.standby.psql("SELECT pg_wal_replay_pause()")
        self.standby.server.wait_for(
            lambda: self.standby.psql("SELECT pg_get_wal_replay_pause_state()").strip() == "paused",
            "replay is paused")
        self._run(self._write_orders)

    def _start_remote(self):
        self.say("PostgreSQL: a standby that cannot reach its primary any more")
        self.stack.enter_context(self.remote)
        self.remote.copy_of(self.main).start()
        self.remote.server.wait_for(
            lambda: self.remote.psql("SELECT count(*) FROM pg_stat_wal_receiver").strip() == "1", "it receives")
        self.remote.stop()
        self.remote.settings["primary_conninfo"] = "host=127.0.0.1 port=1"
        self.remote.start()

    def _block_sessions(self):
        self.say("PostgreSQL: four sessions in acme, each waiting for the one before it")
        change = "UPDATE stock_quant SET quantity = quantity + 1 WHERE id = {}"
        self.main.session("BEGIN; " + change.format(1), "acme")
        self._wait_for_row_lock(0)
        for waiter in (1, 2, 3):
            self.main.session(f"BEGIN; {change.format(waiter + 1)}; {change.format(waiter)}", "acme")
            self._wait_for_row_lock(waiter)

    def _wait_for_row_lock(self, waiters):
        """Each session has to hold its row before the next one asks for it."""
        self.main.server.wait_for(
            lambda: self.main.psql(
                "SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'),"
                " count(*) FILTER (WHERE state = 'idle in transaction')"
                " FROM pg_stat_activity WHERE datname = 'acme'").strip() == f"{waiters}|1",
            f"{waiters} sessions wait")

    def _start_cache(self):
        self.say("Redis: 4 MB, allkeys-lru, more written to it than it holds")
        self.stack.enter_context(self.cache)
        self.cache.start()
        self._run(self._fill_cache)

    def _start_edge(self):
        self.say("Traefik: acme's server is slow, globex' workers die now and then")
        for part in (self.slow, self.quick, self.edge):
            self.stack.enter_context(part)
        self.edge.start()
        self._run(self._visit)

    def _start_odoo(self):
        if self.real_odoo:
            self.say("Odoo 14: two workers, and more users than that")
            self.stack.enter_context(self.odoo)
            self.odoo.start()
            self.stack.enter_context(Users(self.odoo).start())
        else:
            self.say("Odoo: the log of a bad quarter of an hour, written again twenty times as fast")
            self.stack.enter_context(Replay(RECORDING, self.odoo_log, pace=20).start())

    def odoo_hint(self):
        """How to use it, for who looks at the estate."""
        if not self.real_odoo:
            return f"only its log: {self.odoo_log}"
        return f"curl -H 'X-Forwarded-Host: acme.erp.example' http://{self.odoo.address}/web/login"

    def _start_daemon(self):
        self.say("erp_exporter and a Prometheus that scrapes it every second; alerts fire after 3 s here")
        address = f"127.0.0.1:{self.daemon_port}"
        text = CONFIG.format(listen=address, user=MONITOR, main=self.main, standby=self.standby,
                             remote=self.remote, cache=self.cache, edge=self.edge, odoo_log=self.odoo_log,
                             odoo_more=ODOO_MORE.format(odoo=self.odoo) if self.real_odoo else "")
        self.exporter = self.stack.enter_context(Exporter(self.folder, text, self.daemon_port))
        self.exporter.start()
        self.prometheus = self.stack.enter_context(
            Prometheus(self.folder, {"erp_exporter": self.exporter.address},
                       rules=sorted(ROOT.glob("alerts/*.rules.yml")), hold="3s"))
        self.prometheus.start()

    def _run(self, work):
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        # Above the server on the stack: it ends before its server does.
        self.stack.callback(thread.join, 3)
        self.stack.callback(self.stopping.set)

    def _write_orders(self):
        """Rows are rewritten, not added: an estate left running for a day does not fill the disk."""
        writer = self.main.session("SET synchronous_commit = off", "globex")
        with contextlib.suppress(OSError):
            while not self.stopping.wait(0.25):
                writer.send("UPDATE ir_attachment SET datas = repeat(md5(random()::text), 64)"
                            f" WHERE id = {random.randint(1, 20)}")

    def _fill_cache(self):
        value = "x" * 2000
        with contextlib.suppress(OSError, RuntimeError), self.cache.client() as client:
            for number in range(10**9):
                client.command("SET", f"session:{number}", value, "EX", 3600)
                # Fast until it is full, then gently.
                if self.stopping.wait(0.0005 if number < 3000 else 0.02):
                    return

    def _visit(self):
        with contextlib.suppress(OSError), Client(self.edge.address, backend=self.quick) as client:
            for tenant, case in itertools.cycle(VISITS):
                client.backend = self.slow if tenant == "acme" else self.quick
                client.perform(case, tenant)
                if self.edge.access_log.stat().st_size > LOG_BYTES:
                    self.edge.rotate()
                if self.stopping.wait(0.1):
                    return
