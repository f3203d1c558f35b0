"""What scrapes cost, ours and Debian's two exporters on the same servers in the same run: the exporter's
and the server's CPU time, wall time, pages, statements, connections."""

import concurrent.futures
import contextlib
import gzip
import http.client
import statistics
import threading
import time

import subjects
import table
from servers import exporter, peers, proc
from servers.page import Page
from subjects import OURS, Subject

# Of the peer's CPU time per scrape, one scraper that asks for gzip as Prometheus does.
CPU_BARS = {"postgres": 1 / 4, "redis": 1 / 2}
# Our collectors that give what Debian's exporter gives; asked for alone, they are measured beside all of them.
PEER_COLLECTORS = ("server", "database_size", "stat_database", "stat_activity", "locks", "replication",
                   "stat_replication", "replication_slots", "settings", "stat_archiver", "stat_bgwriter")
PEER_FAMILIES_BARS = {"cpu_ms": 1 / 8, "server_cpu_ms": 1 / 2, "wall_ms": 1 / 2}
ROUNDS = 5  # alternating, so that other work on the machine hits both
IDLE_SECONDS = 5.0
WAYS = [(scrapers, encoding) for scrapers in (1, 8) for encoding in ("identity", "gzip")]

COST = [("scrapers", "scrapers", 0), ("encoding", "encoding", None), ("", "name", None), ("CPU ms", "cpu_ms", 2),
        ("ratio", "ratio", 3), ("wall ms", "wall_ms", 2), ("server CPU ms", "server_cpu_ms", 2),
        ("asked", "asked", 1), ("new conns", "new_connections", 2), ("kept", "kept", 0), ("peak", "peak", 0),
        ("bytes", "bytes", 0), ("samples", "samples", 0)]


class Scrapers:
    """Clients with a kept connection each, that ask at the same moment."""

    def __init__(self, subject, encoding, count):
        self.subject, self.encoding = subject, encoding
        host, port = subject.address.rsplit(":", 1)
        self.connections = [http.client.HTTPConnection(host, int(port), timeout=60) for _ in range(count)]
        self.pool = concurrent.futures.ThreadPoolExecutor(count)
        self.body, self.coding = b"", None

    def ask(self):
        """Until the last of them has its page."""
        if len(self.connections) == 1:
            return self._get(self.connections[0])
        return list(self.pool.map(self._get, self.connections))

    def _get(self, connection):
        connection.request("GET", self.subject.path, headers={"Accept-Encoding": self.encoding})
        reply = connection.getresponse()
        body = reply.read()
        if reply.status != 200:
            raise RuntimeError(f"{self.subject.name}: {reply.status}")
        self.body, self.coding = body, reply.headers["Content-Encoding"]

    def page(self):
        return Page((gzip.decompress(self.body) if self.coding == "gzip" else self.body).decode())

    def close(self):
        self.pool.shutdown()
        for connection in self.connections:
            connection.close()


class Cost:
    """One way to ask one exporter: sums over the rounds, less what both spend when nobody asks."""

    def __init__(self, subject, counts, idle, scrapers, encoding):
        self.subject, self.counts, self.idle = subject, counts, idle
        self.scrapers = Scrapers(subject, encoding, scrapers)
        self.walls = []
        self.cpu = self.server_cpu = self.asked = self.opened = 0.0
        self.kept = self.peak = 0

    def measure(self, times):
        asked, opened, _ = self.counts.read(self.subject.user)
        own, server = proc.CpuClock(lambda: [self.subject.pid]), proc.CpuClock(self.counts.pids)
        begun = time.monotonic()
        for _ in range(times):
            started = time.monotonic()
            self.scrapers.ask()
            self.walls.append(time.monotonic() - started)
        self.cpu += own.seconds() - self.idle["cpu"] * (time.monotonic() - begun)
        self.server_cpu += server.seconds() - self.idle["server_cpu"] * (time.monotonic() - begun)
        asked_now, opened_now, self.kept = self.counts.read(self.subject.user)
        self.asked += asked_now - asked - self.idle["asked"] * (time.monotonic() - begun)
        self.opened += opened_now - opened

    def burst(self):
        """Not counted in the costs, since looking costs the server something."""
        ended = threading.Event()
        looking = threading.Thread(target=self._look, args=(ended,))
        looking.start()
        for _ in range(10):
            self.scrapers.ask()
        ended.set()
        looking.join()

    def _look(self, ended):
        while not ended.is_set():
            self.peak = max(self.peak, self.counts.connections(self.subject.user))

    def row(self):
        clients = len(self.scrapers.connections)
        scrapes = len(self.walls) * clients
        return {"scrapers": clients, "encoding": self.scrapers.encoding, "name": self.subject.name,
                "scrapes": scrapes, "cpu_ms": self.cpu / scrapes * 1e3,
                "wall_ms": statistics.median(self.walls) * 1e3,
                "server_cpu_ms": self.server_cpu / scrapes * 1e3, "asked": max(0.0, self.asked / scrapes),
                "new_connections": self.opened / scrapes, "kept": self.kept, "peak": self.peak,
                "bytes": len(self.scrapers.body), "samples": len(self.scrapers.page().samples)}


def idle_costs(counts, pair):
    """A second of nobody asking: our samplers work, and the server for them."""
    asked = [counts.read(subject.user)[0] for subject in pair]
    clocks = [proc.CpuClock(lambda pid=subject.pid: [pid]) for subject in pair]
    server = proc.CpuClock(counts.pids)
    time.sleep(IDLE_SECONDS)
    server_cpu = server.seconds() / IDLE_SECONDS
    cpu = [clock.seconds() / IDLE_SECONDS for clock in clocks]
    return [{"cpu": cpu[i], "server_cpu": server_cpu,
             "asked": (counts.read(subject.user)[0] - asked[i]) / IDLE_SECONDS} for i, subject in enumerate(pair)]


def compare(kind, counts, group, count, bars):
    """The last of the group is the peer, the first all of ours."""
    for subject in group:  # the first scrapes of each connect and fill caches
        scrapers = Scrapers(subject, "gzip", 1)
        for _ in range(5):
            scrapers.ask()
        scrapers.close()
    idle = idle_costs(counts, group)
    rows = []
    for clients, encoding in WAYS:
        costs = [Cost(subject, counts, idle[i], clients, encoding) for i, subject in enumerate(group)]
        for _ in range(ROUNDS):
            for cost in costs:
                cost.measure(-(-count // (ROUNDS * clients)))
        for cost in costs:
            cost.burst()
        *ours, theirs = (cost.row() for cost in costs)
        for row in ours:
            row["ratio"] = row["cpu_ms"] / theirs["cpu_ms"]
        rows += [*ours, theirs]
        for cost in costs:
            cost.scrapers.close()
    table.show(f"{kind}: CPU time and what was asked are per scrape; wall is until the last scraper has its page; "
               f"asked are {counts.asked} by the server's count", COST, rows)
    usual = [row for row in rows if row["scrapers"] == 1 and row["encoding"] == "gzip"]
    bars.at_most(f"CPU of a {kind} scrape / Debian's exporter", usual[0]["ratio"], CPU_BARS[kind])
    for same in usual[1:-1]:
        for key, bar in PEER_FAMILIES_BARS.items():
            bars.at_most(f"{key} of a {kind} scrape of the peer's families / Debian's exporter",
                         same[key] / usual[-1][key], bar)
    return {"rows": rows, "idle": dict(zip((subject.name for subject in group), idle))}


def peer_name(kind):
    return f"Debian's {kind}_exporter"


def same_families(ours):
    asked = "".join(f"&collect[]=postgres.{name}" for name in PEER_COLLECTORS)
    return Subject(f"{OURS}, the peer's families", ours.process, ours.address, ours.path + asked, ours.user)


def measure(folder, daemon, count, bars):
    with contextlib.ExitStack() as stack:
        primary, cache = stack.enter_context(subjects.servers(folder))
        ours = stack.enter_context(exporter.Exporter(
            folder, exporter.config_text(subjects.both_targets(primary, cache)), binary=daemon)).start()
        users = subjects.PEER_USERS
        theirs = {"postgres": peers.postgres_exporter(folder, primary, users["postgres"]),
                  "redis": peers.redis_exporter(folder, cache, users["redis"])}
        for peer in theirs.values():
            stack.enter_context(peer).start()
        ours.wait_for_page(subjects.complete, "complete")
        results = {}
        all_counts = {"postgres": subjects.PostgresCounts(primary), "redis": subjects.RedisCounts(cache)}
        for kind, counts in all_counts.items():
            peer = theirs[kind]
            group = [Subject(OURS, ours.server, ours.address, f"/probe?target={kind}", counts.user),
                     Subject(peer_name(kind), peer.server, peer.address, "/metrics", users[kind])]
            if kind == "postgres":
                group.insert(1, same_families(group[0]))
            results[kind] = compare(kind, counts, group, count, bars)
        return results
