"""Servers that misbehave, in threads of this process, each on a loopback port of its own."""

import contextlib
import select
import socket
import struct
import threading
import time

from . import process


def refused_address():
    """Nothing listens there."""
    return f"127.0.0.1:{process.free_port()}"


def reset(connection):
    """Closes with RST instead of FIN."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Listener:
    """Accepts; a thread per connection runs serve()."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.stopping = threading.Event()
        self.accepted = 0
        self.connections = []
        self.threads = []

    def serve(self, connection):
        """Black hole: reads nothing, answers nothing."""
        self.stopping.wait()

    def _accept(self):
        while not self.stopping.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            self.connections.append(connection)
            self._run(self._serve, connection)

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            self.serve(connection)
        with contextlib.suppress(OSError):
            connection.close()

    def _run(self, function, *arguments):
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def __enter__(self):
        self._run(self._accept)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        with contextlib.suppress(OSError):  # close() alone leaves accept() waiting
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(3)


class BlackHole(Listener):
    """Accepts and never answers."""


class Drip(Listener):
    """Sends one byte of an endless reply each second, never a whole one."""

    def __init__(self, start=b"$1000000\r\n", byte=b"x", pause=1.0):
        super().__init__()
        self.start, self.byte, self.pause = start, byte, pause

    def serve(self, connection):
        for at in range(1_000_000):
            connection.sendall(self.start[at:at + 1] or self.byte)
            if self.stopping.wait(self.pause):
                return


class Proxy(Listener):
    """Relays to a real server, until told to do worse.

    fault: "relay", "stall" (nothing is passed on any more), "reset" (after `reset_after` bytes of what
    the server says, RST to both), "drip" (the server's bytes pass one a second).
    round_trips: how often the client spoke again after the server; with a delay, what it says at once is one.
    """

    def __init__(self, upstream, fault="relay", delay=0.0, reset_after=0):
        super().__init__()
        self.upstream = upstream
        self.fault = fault
        self.delay = delay
        self.reset_after = reset_after
        self.round_trips = 0

    def serve(self, connection):
        host, _, port = self.upstream.rpartition(":")
        server = socket.create_connection((host, int(port)), 5)
        self.connections.append(server)
        said = 0
        answered = True
        try:
            while not self.stopping.is_set():
                readable, _, _ = select.select([connection, server], [], [], 0.05)
                for source in readable if self.fault != "stall" else ():
                    data = source.recv(65536)
                    if not data:
                        return
                    if self.delay:
                        time.sleep(self.delay)
                    if source is connection:
                        self.round_trips += answered
                        answered = False
                        server.sendall(data)
                        continue
                    answered = True
                    if self.fault == "reset" and said + len(data) > self.reset_after:
                        connection.sendall(data[:max(0, self.reset_after - said)])
                        reset(connection)
                        reset(server)
                        return
                    said += len(data)
                    self._pass_on(connection, data)
                if self.fault == "stall":
                    self.stopping.wait(0.05)
        finally:
            server.close()

    def _pass_on(self, connection, data):
        if self.fault != "drip":
            connection.sendall(data)
            return
        for byte in data:
            connection.sendall(bytes([byte]))
            if self.stopping.wait(1):
                return
