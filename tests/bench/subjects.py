"""The servers of the bench, who is measured on them, and what the servers themselves count of each."""

import contextlib
import dataclasses

from servers import process, targets
from servers.postgres import MONITOR, Postgres
from servers.redis import Redis

# The peers have users of their own, so that the server can tell who asked.
PEER_USERS = {"postgres": "postgres_exporter", "redis": "redis_exporter"}
TENANTS = 20
KEYS = 5000
OURS = "erp_exporter"


@dataclasses.dataclass
class Subject:
    """An exporter as a scraper and as the server see it."""

    name: str
    process: process.Process
    address: str
    path: str
    user: str

    @property
    def pid(self):
        return self.process.pid


@contextlib.contextmanager
def servers(folder, tenants=TENANTS):
    """A PostgreSQL with tenants and a Redis with sessions, that do nothing on their own."""
    settings = {"shared_preload_libraries": "pg_stat_statements", "autovacuum": "off"}
    with Postgres(folder, "main", settings) as primary, Redis(folder, "cache") as cache:
        primary.create().start().create_monitor()
        primary.create_monitor(PEER_USERS["postgres"])
        for name in (PostgresCounts.DATABASE, *(f"tenant{number:02}" for number in range(tenants))):
            primary.psql(f"CREATE DATABASE {name} STRATEGY file_copy")
        primary.psql("CREATE EXTENSION pg_stat_statements", PostgresCounts.DATABASE)
        cache.start()
        with cache.client() as client:
            client.command("ACL", "SETUSER", PEER_USERS["redis"], "on", f">{cache.password}", "~*", "&*", "+@all")
            for number in range(KEYS):
                client.command("SET", f"session:{number}", "x" * 100, "EX", 3600)
        yield primary, cache


def both_targets(primary, cache, **more):
    return [targets.postgres("postgres", primary, **more), targets.redis("redis", cache)]


def complete(page):
    return not targets.problems(page, "postgres", "postgres") and not targets.problems(page, "redis", "redis")


class PostgresCounts:
    """Asked over a database in which nobody else has sessions."""

    DATABASE = "bench"
    user = MONITOR
    asked = "statements"

    def __init__(self, server):
        self.server = server
        self.pids = server.server.pids

    def read(self, user):
        """(statements, connections ever opened, connections now)"""
        row = self.server.psql(
            "SELECT (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid"
            f" WHERE rolname = '{user}'),"
            f" (SELECT sum(sessions) FROM pg_stat_database WHERE datname <> '{self.DATABASE}'),"
            f" (SELECT count(*) FROM pg_stat_activity WHERE usename = '{user}')", self.DATABASE)
        return tuple(int(field) for field in row.strip().split("|"))

    def connections(self, user):
        """Now, by the titles of the server's processes: asking it would take its time from those measured."""
        return sum(title.startswith(f"postgres: {user} ".encode()) for title in self.server.commands())


class RedisCounts:
    """Asked over one connection that was there before; its own commands are taken off."""

    user = "mon"
    asked = "commands"

    def __init__(self, server):
        self.pids = lambda: [server.server.pid]
        self.client = server.client()
        self.own = 0

    def command(self, *words):
        self.own += 1
        return self.client.command(*words)

    def read(self, user):
        before = self.own  # INFO does not yet count itself
        info = dict(line.split(":", 1) for line in self.command("INFO", "everything").splitlines() if ":" in line)
        calls = sum(int(value.split("calls=")[1].split(",")[0])
                    for key, value in info.items() if key.startswith("cmdstat_"))
        return calls - before, int(info["total_connections_received"]), self.connections(user)

    def connections(self, user):
        return sum(f" user={user} " in line for line in self.command("CLIENT", "LIST").splitlines())
