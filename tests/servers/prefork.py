"""A server that takes connections as Odoo's prefork server does, and a driver that knows what is true of them."""

import contextlib
import dataclasses
import socket
import sys
import time

from . import process

# Its workers take one connection at a time and hold it for as long as it asks; they write down when.
PROGRAM = r"""
import os, signal, socket, sys, time
host, port, workers, backlog, log = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
family = socket.AF_INET6 if ":" in host else socket.AF_INET
listener = socket.socket(family)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if family == socket.AF_INET6:
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
listener.bind((host, port))
listener.listen(backlog)
notes = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
def note(what, name):
    os.write(notes, f"{what} {name} {time.monotonic()}\n".encode())
def work():
    while True:
        connection, _ = listener.accept()
        begun = time.monotonic()
        name, _, seconds = connection.recv(100).decode().partition(" ")
        os.write(notes, f"accepted {name} {begun}\n".encode())
        time.sleep(float(seconds or 0))
        connection.close()
        note("done", name)
for _ in range(workers):
    if os.fork() == 0:
        work()
note("ready", "server")
signal.pause()
"""


@dataclasses.dataclass
class Request:
    name: str
    connection: socket.socket
    asked: float
    accepted: float = None
    done: float = None


class Prefork(process.Service):
    """`before` are words before the program's, such as those that enter a namespace."""

    def __init__(self, folder, host, port, workers=3, backlog=None, before=(), name="prefork"):
        self.folder = process.subfolder(folder, name)
        self.host, self.port, self.workers = host, port, workers
        self.backlog = backlog or 8 * workers
        self.before = before
        self.log = self.folder / "notes"
        self.requests = {}

    def start(self):
        words = [*self.before, sys.executable, "-c", PROGRAM, self.host, self.port, self.workers, self.backlog, self.log]
        self.server = process.Process(words, self.folder / "log")
        self.server.wait_for(lambda: "ready" in self.notes(), "the server listens")
        return self

    def stop(self):
        for request in self.requests.values():
            request.connection.close()
        if self.server:
            self.server.signal_all(15)
        return super().stop()

    def notes(self):
        return self.log.read_text() if self.log.exists() else ""

    def ask(self, name, seconds, host=None):
        """Returns at once; a worker holds the connection for so long when it comes to it."""
        connection = socket.create_connection((host or self.host, self.port), timeout=5)
        self.requests[name] = Request(name, connection, time.monotonic())
        connection.send(f"{name} {seconds}".encode())

    def leave(self, name):
        """Its client goes away, whether or not it was taken."""
        self.requests[name].connection.close()

    def truth(self):
        """The requests with their times as of now."""
        for line in self.notes().splitlines():
            what, name, at = line.split()
            if what in ("accepted", "done"):
                setattr(self.requests[name], what, float(at))
        return list(self.requests.values())

    def idle(self):
        return all(request.done for request in self.truth())

    def busy_seconds(self):
        return sum(request.done - request.accepted for request in self.truth())

    def saturated_seconds(self):
        """Time in which somebody waited and every worker had a request."""
        changes = []
        for request in self.truth():
            changes += [(request.asked, 1, 0), (request.accepted, -1, 1), (request.done, 0, -1)]
        total, waiting, busy, last = 0, 0, 0, None
        for at, more_waiting, more_busy in sorted(changes):
            if waiting > 0 and busy >= self.workers:
                total += at - last
            waiting, busy, last = waiting + more_waiting, busy + more_busy, at
        return total


@contextlib.contextmanager
def network_namespace(name):
    """A network namespace with a loopback device, by its name for `ip netns exec`; needs root."""
    process.run_root(["ip", "netns", "add", name])
    try:
        process.run_root(["ip", "-n", name, "link", "set", "lo", "up"])
        yield name
    finally:
        process.run_root(["ip", "netns", "del", name])
