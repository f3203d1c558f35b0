"""Private Redis servers and the smallest client that tests and writers need."""

import contextlib
import secrets
import socket

from . import process, versions

# What a monitoring user needs without any access to keys.
MONITOR_RIGHTS = ("resetkeys resetchannels -@all +ping +time +info +slowlog|len +slowlog|get "
                  "+latency|latest +client|setname +config|get")


class Redis(process.Service):
    """The default user may do all without password; `mon` is what the exporter uses.

    Without a version (one of versions.REDIS) it is Debian's.
    """

    def __init__(self, parent, name, settings=None, lines=(), rights=MONITOR_RIGHTS, version=None,
                 port=None):
        self.name = name
        self.program = versions.redis(version) if version else ["/usr/bin/redis-server"]
        self.folder = process.subfolder(parent, name)
        self.port = port or process.free_port()
        self.user = "mon"
        self.password = secrets.token_hex(16)
        self.password_file = process.write_file(self.folder / "password", self.password + "\n")
        text = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", 'save ""',
                f"unixsocket {self.socket_path}", f"user mon on >{self.password} {rights}"]
        text += [f"{key} {value}" for key, value in (settings or {}).items()]
        self.file = process.write_file(self.folder / "redis.conf", "\n".join([*text, *lines]) + "\n")

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def socket_path(self):
        return self.folder / "socket"

    def start(self, wait=True):
        self.server = process.Process([*self.program, self.file], self.folder / "log")
        if wait:
            self.server.wait_for(self.answers, f"Redis {self.name} answers")
        return self

    def answers(self):
        with Client(self.port, seconds=2) as client:
            return client.command("PING") == "PONG"

    def client(self):
        return Client(self.port)

    def info(self, section="everything"):
        with self.client() as client:
            lines = client.command("INFO", section).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)


class Client:
    """One command at a time; an error reply is raised."""

    def __init__(self, port, seconds=10):
        self.socket = socket.create_connection(("127.0.0.1", port), seconds)
        self.file = self.socket.makefile("rb")

    def command(self, *words):
        raw = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(raw)
                            + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in raw))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis closed the connection")
        kind, rest = line[:1], line[1:-2].decode(errors="replace")
        if kind == b"-":
            raise RuntimeError(rest)
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if rest == "-1":
                return None
            body = self.file.read(int(rest) + 2)[:-2]
            return body.decode(errors="replace")
        if kind == b"*":
            return None if rest == "-1" else [self.reply() for _ in range(int(rest))]
        return rest

    def close(self):
        with contextlib.suppress(OSError):
            self.file.close()
            self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
