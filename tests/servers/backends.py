"""A backend that does what the header X-Act of a request says, by hand, down to the bytes."""

import base64
import collections
import hashlib
import select
import threading

from . import faults

ACT = "X-Act"
WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
OWN = {"/auth/deny": "status:403", "/auth/slow": "slow:0.2"}  # acts of paths
MEGABYTE = b"x" * 1_000_000


class Backend(faults.Listener):
    """Answers 200 unless it is told an act, "name" or "name:argument":

    status:CODE, slow:SECONDS and then 200, size:BYTES of a body, hang (no head at all), reset and eof (before
    the head), garbage (no response line), reset-body, eof-body, reset-chunk (in the middle of a body), stall
    (there for good), events:N (server-sent, 50 ms apart), socket (a WebSocket until the client leaves),
    socket-close (until the server does, at once). A server of forwardAuth is asked under /auth/, one of
    error pages for NAME.html: those acts are fixed, since Traefik passes the request's header on.
    """

    def __init__(self, delay=0.0):
        super().__init__()
        self.delay = delay  # before every answer, in seconds
        self.lock = threading.Lock()
        self.seen = collections.Counter()  # requests by act, counted before anything is answered

    def serve(self, connection):
        with connection.makefile("rb") as stream:
            while not self.stopping.is_set():
                request = self._read(stream)
                if request is None or not self._answer(connection, *request):
                    return

    def _read(self, stream):
        """(path, act, headers) once the head is there; the body is read before the answer."""
        line = stream.readline()
        if not line.strip():
            return None
        path = line.split()[1].decode("latin-1")
        headers = {}
        while (line := stream.readline().strip()):
            key, _, value = line.decode("latin-1").partition(":")
            headers[key.lower()] = value.strip()
        act = OWN.get(path) or ("ok" if path.endswith(".html") else headers.get(ACT.lower(), "ok"))
        with self.lock:
            self.seen[act] += 1
        if not self._skip_body(stream, headers):
            return None
        return act, headers

    @staticmethod
    def _skip_body(stream, headers):
        """False if the client broke it off."""
        if headers.get("transfer-encoding", "") == "chunked":
            while (size := int(stream.readline().strip() or b"-1", 16)) > 0:
                stream.read(size + 2)
            return size == 0 and bool(stream.readline())
        length = int(headers.get("content-length", 0))
        return len(stream.read(length)) == length

    def _answer(self, connection, act, headers):
        """False if the connection is done with."""
        if self.delay and self.stopping.wait(self.delay):
            return False
        name, _, argument = act.partition(":")
        if name == "slow":
            self.stopping.wait(float(argument))
        if name in ("ok", "slow"):
            send(connection, 200, b"ok")
        elif name == "status":
            send(connection, int(argument), b"" if argument in ("204", "304") else b"<html>as told: %s</html>"
                 % argument.encode())
        elif name == "size":
            send(connection, 200, (MEGABYTE * (int(argument) // len(MEGABYTE) + 1))[:int(argument)])
        elif name == "events":
            self._send_events(connection, int(argument))
        else:
            self._misbehave(connection, name, headers)
            return False
        return True

    def _misbehave(self, connection, name, headers):
        half = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 1000
        chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
        connection.sendall({"garbage": b"this is no answer\r\n\r\n", "reset-body": half, "eof-body": half,
                            "stall": half, "reset-chunk": chunk, "socket": upgrade(headers),
                            "socket-close": upgrade(headers)}.get(name, b""))
        if name in ("hang", "stall", "socket"):
            self._wait_for_end(connection)
        elif name.startswith("reset"):
            if name != "reset":
                self._let_through()
            faults.reset(connection)

    def _let_through(self):
        """A proxy that is told of the reset first may pass on nothing at all."""
        self.stopping.wait(0.1)

    def _wait_for_end(self, connection):
        while not self.stopping.is_set():
            readable, _, _ = select.select([connection], [], [], 0.05)
            if readable and not connection.recv(65536):
                return

    def _send_events(self, connection, count):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(count):
            event = b"data: %d\n\n" % number
            connection.sendall(b"%x\r\n%s\r\n" % (len(event), event))
            if self.stopping.wait(0.05):
                return
        connection.sendall(b"0\r\n\r\n")


def send(connection, status, body):
    connection.sendall(b"HTTP/1.1 %d As Told\r\nContent-Type: text/html\r\n%s\r\n%s" % (
        status, b"" if status in (204, 304) else b"Content-Length: %d\r\n" % len(body), body))


def upgrade(headers):
    """The answer to a WebSocket's handshake."""
    key = headers.get("sec-websocket-key", "").encode()
    accept = base64.b64encode(hashlib.sha1(key + WEBSOCKET_GUID).digest())
    return (b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept)
