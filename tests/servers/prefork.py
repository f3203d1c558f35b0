"""A server that takes connections as Odoo's prefork server does, and a driver that knows what is true of them."""

import contextlib
import dataclasses
import socket
import subprocess
import time
import typing

from . import process

# Its workers take one connection at a time and hold it for as long as it asks; they write down when. Health probes
# they answer at once, well unless the path says otherwise.
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
        asked = connection.recv(1000).decode()
        if asked.startswith("GET "):
            status = "500 SICK" if "/sick" in asked else "200 OK"
            connection.send(f'HTTP/1.0 {status}\r\n\r\n{{"status": "pass"}}'.encode())
            connection.close()
            continue
        name, _, seconds = asked.partition(" ")
        os.write(notes, f"accepted {name} {begun}\n".encode())
        time.sleep(float(seconds or 0))
        connection.close()
        note("done", name)
for _ in range(workers):
    if os.fork() == 0:
        work()
note("ready", os.getpid())
signal.pause()
"""

# A client in another namespace, where a process of the tests cannot make a socket.
CLIENT = r"""
import signal, socket, sys
connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
connection.send(sys.argv[3].encode())
print("asked", flush=True)
signal.pause()
"""


@dataclasses.dataclass
class Request:
    name: str
    close: typing.Callable
    asked: float
    accepted: float = None
    done: float = None


class Prefork(process.Service):
    """`rights` are those of process.unprivileged()."""

    def __init__(self, folder, host, port, workers=3, backlog=None, name="prefork", **rights):
        self.folder = process.subfolder(folder, name)
        self.host, self.port, self.workers = host, port, workers
        self.backlog = backlog or 8 * workers
        self.rights = rights
        self.log = self.folder / "notes"
        self.requests = {}

    def start(self):
        words = ["/usr/bin/python3", "-c", PROGRAM, self.host, self.port, self.workers, self.backlog, self.log]
        self.log.unlink(missing_ok=True)
        self.server = process.Process(words, self.folder / "log", **self.rights)
        self.server.wait_for(lambda: "ready" in self.notes(), "the server listens")
        return self

    @property
    def master(self):
        return int(self.notes().split("ready ")[1].split()[0])

    def stop(self):
        for request in self.requests.values():
            request.close()
        if self.server:
            self.server.signal_all(15)
        return super().stop()

    def notes(self):
        return self.log.read_text() if self.log.exists() else ""

    def ask(self, name, seconds, host=None):
        """Returns at once; a worker holds the connection for so long when it comes to it."""
        line = f"{name} {seconds}"
        if self.rights:
            words = ["/usr/bin/python3", "-c", CLIENT, host or self.host, self.port, line]
            client = process.Process(words, self.folder / f"client-{name}", **self.rights)
            self.requests[name] = Request(name, client.stop, time.monotonic())
            client.wait_for(lambda: "asked" in client.text(), "the client has asked")
            return
        connection = socket.create_connection((host or self.host, self.port), timeout=5)
        self.requests[name] = Request(name, connection.close, time.monotonic())
        connection.send(line.encode())

    def leave(self, name):
        """Its client goes away, whether or not it was taken."""
        self.requests[name].close()

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
    def ip(*words):
        subprocess.run([*process.elevation(), "ip", *words], check=True, timeout=20)
    ip("netns", "add", name)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        ip("netns", "del", name)
