"""Clients of Traefik that count what they did and what they saw, exactly."""

import collections
import contextlib
import dataclasses
import itertools
import socket
import ssl
import threading

from . import backends, faults, process, routes


NUMBERS = itertools.count()


@dataclasses.dataclass(frozen=True)
class Case:
    """A request and how its client behaves.

    path: each # in it is a number of this request's own. act: of the backend. upload: bytes of a request body.
    leave: "" reads the answer to its end; "early" goes when the backend has the request, "body" in the middle of the
    answer's, "upload" in the middle of its own, "socket" closes a taken-over connection that works. host: instead of
    the tenant's. headers: more lines.
    """

    name: str
    path: str = "/web/dataset/call_kw/sale.order/web_search_read"
    act: str = "ok"
    host: str = ""
    method: str = ""
    upload: int = 0
    leave: str = ""
    headers: tuple = ()

    def marked(self):
        """With an act of its own, so that the backend can be asked for this very request."""
        return dataclasses.replace(self, act=f"{self.act}:{next(NUMBERS)}")

    def head(self, host):
        method = self.method or ("POST" if self.upload else "GET")
        path = self.path.replace("#", f"{next(NUMBERS):06}") if "#" in self.path else self.path
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"{backends.ACT}: {self.act}", *self.headers]
        if self.upload:
            lines.append(f"Content-Length: {self.upload}")
        if self.act.startswith("socket"):
            lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Client:
    """One connection at a time, kept as long as both ends like."""

    def __init__(self, address, tls=False, backend=None, seconds=20, source=None):
        host, _, port = address.rpartition(":")
        self.place = host, int(port)
        self.tls = tls
        self.backend = backend  # asked whether it has a request; only for leave="early" and "upload"
        self.seconds = seconds
        self.source = source and (source, 0)  # a loopback address of its own
        self.socket = self.stream = None

    def perform(self, case, tenant="acme"):
        """The status; 0 if the client saw none. A connection that breaks in a body is no error here."""
        if case.leave in ("early", "upload"):
            case = case.marked()
        if self.socket is None:
            self._connect(case.host or routes.host(tenant))
        self.socket.sendall(case.head(case.host or routes.host(tenant)))
        if case.leave == "upload":
            self.socket.sendall(b"u" * (case.upload // 2))
        elif case.upload:
            self.socket.sendall(b"u" * case.upload)
        if case.leave in ("early", "upload"):
            process.wait_until(lambda: self.backend.seen[case.act], f"{case.name} reaches the backend")
            self.close(abruptly=True)
            return 0
        try:
            return self._read(case)
        except OSError:
            self.close()
            return 0

    def _connect(self, name):
        self.socket = socket.create_connection(self.place, self.seconds, self.source)
        if self.tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket, server_hostname=name)
        self.stream = self.socket.makefile("rb")

    def _read(self, case):
        line = self.stream.readline()
        if not line:
            self.close()
            return 0
        status = int(line.split()[1])
        headers = {}
        while (line := self.stream.readline().strip()):
            key, _, value = line.decode("latin-1").partition(":")
            headers[key.lower()] = value.strip()
        if case.leave == "body":
            self.stream.read(1)
            self.close(abruptly=True)
        elif status == 101:
            if case.leave != "socket":
                self.stream.read()
            self.close()
        elif not self._skip_body(status, headers) or headers.get("connection", "") == "close":
            self.close()
        return status

    def _skip_body(self, status, headers):
        """False if it broke off."""
        if status in (204, 304):
            return True
        if headers.get("transfer-encoding", "") == "chunked":
            while (size := int(self.stream.readline().strip() or b"-1", 16)) > 0:
                self.stream.read(size + 2)
            return size == 0 and bool(self.stream.readline())
        length = int(headers.get("content-length", 0))
        return len(self.stream.read(length)) == length

    def close(self, abruptly=False):
        if self.socket is None:
            return
        with contextlib.suppress(OSError):
            self.stream.close()
        if abruptly:
            faults.reset(self.socket)
        self.socket.close()
        self.socket = self.stream = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Driver:
    """Threads that go through `plan`, [(tenant, Case)], over and over; what they did is in `counts`,
    {(tenant, name of the case, status): requests}, complete once stop() or wait() has returned."""

    def __init__(self, address, plan, threads=3, pause=0.0, backend=None):
        self.address = address
        self.plan = plan
        self.pause = pause  # of each thread, between two requests, in seconds
        self.backend = backend
        self.counts = collections.Counter()
        self.failure = None
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(threads)]
        self.left = None

    def start(self, requests=None):
        """Until stop(), or that many in all."""
        self.left = itertools.repeat(True) if requests is None else iter([True] * requests)
        for thread in self.threads:
            thread.start()
        return self

    def _run(self, number):
        step = number * len(self.plan) // len(self.threads)
        counts = collections.Counter()
        try:
            with Client(self.address, backend=self.backend) as client:
                while not self.stopping.is_set() and next(self.left, None):
                    tenant, case = self.plan[step % len(self.plan)]
                    counts[tenant, case.name, client.perform(case, tenant)] += 1
                    step += 1
                    if self.pause:
                        self.stopping.wait(self.pause)
        except Exception as failure:  # told to who asks for the counts: they would not be exact
            self.failure = failure
        with self.lock:
            self.counts += counts

    def wait(self, seconds=120):
        for thread in self.threads:
            thread.join(seconds)
            if thread.is_alive():
                raise TimeoutError("a client still waits for an answer")
        if self.failure:
            raise self.failure
        return self.counts

    def stop(self):
        self.stopping.set()
        return self.wait()

    def total(self):
        return sum(self.counts.values())
