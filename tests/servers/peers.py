"""Debian's exporters for the same servers, and its Pushgateway, to be measured against."""

import os
import urllib.request

from . import process
from .page import Page
from .postgres import MONITOR

PROGRAMS = {"postgres": "/usr/bin/prometheus-postgres-exporter", "redis": "/usr/bin/prometheus-redis-exporter",
            "pushgateway": "/usr/bin/prometheus-pushgateway"}


def postgres_exporter(parent, server, user=MONITOR):
    source = f"postgresql://{user}:{server.password}@{server.address}/postgres?sslmode=disable"
    return Peer(parent, "postgres", [], {"DATA_SOURCE_NAME": source})


def redis_exporter(parent, server, user=None):
    return Peer(parent, "redis", [f"--redis.addr=redis://{server.address}"],
                {"REDIS_USER": user or server.user, "REDIS_PASSWORD": server.password})


def pushgateway(parent):
    """Serves what it was given, by the library that most exporters are made of."""
    return Peer(parent, "pushgateway", ["--log.level=error"], {})


class Peer(process.Service):
    def __init__(self, parent, kind, arguments, env):
        self.folder = process.subfolder(parent, f"peer_{kind}")
        self.words = [PROGRAMS[kind], f"--web.listen-address=127.0.0.1:{process.free_port()}", *arguments]
        self.address = self.words[1].partition("=")[2]
        self.env = env

    def start(self):
        if not os.path.exists(self.words[0]):
            raise RuntimeError("no peer is installed: packaging/install-dependencies bench")
        self.server = process.Process(self.words, self.folder / "log", env=self.env)

        self.server.wait_for(self.page, "the peer answers")
        return self

    def page(self):
        with urllib.request.urlopen(f"http://{self.address}/metrics", timeout=10) as reply:
            return Page(reply.read().decode())
