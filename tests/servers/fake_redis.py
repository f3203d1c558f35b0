"""A server that speaks RESP and answers each command with the bytes it was given."""

from . import faults

INFO = {
    "Server": {"redis_version": "7.0.15", "redis_mode": "standalone", "process_id": "1",
               "uptime_in_seconds": "100", "os": "Linux", "tcp_port": "6379"},
    "Clients": {"connected_clients": "3", "maxclients": "10000"},
    "Memory": {"used_memory": "1000000", "maxmemory": "0", "maxmemory_policy": "noeviction"},
    "Stats": {"total_connections_received": "5", "evicted_keys": "7"},
    "Replication": {"role": "master", "connected_slaves": "0"},
}


def info(changes=None, extra=()):
    """An INFO reply; `changes` are fields by section, bytes or text, `extra` whole lines."""
    sections = {name: dict(fields) for name, fields in INFO.items()}
    for section, fields in (changes or {}).items():
        sections.setdefault(section, {}).update(fields)
    lines = []
    for name, fields in sections.items():
        lines.append(b"# " + name.encode())
        lines += [as_bytes(key) + b":" + as_bytes(value) for key, value in fields.items()]
    lines += [as_bytes(line) for line in extra]
    return b"\r\n".join(lines) + b"\r\n"


def as_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def bulk(data):
    return b"$%d\r\n%s\r\n" % (len(data), data)


class FakeRedis(faults.Listener):
    """replies: raw answer by upper-case command; else INFO is `body`, any other +OK."""

    def __init__(self, body=None, replies=None):
        super().__init__()
        self.body = body if body is not None else info()
        self.replies = replies or {}
        self.commands = []

    def serve(self, connection):
        with connection.makefile("rb") as lines:
            while line := lines.readline():
                words = []
                for _ in range(int(line[1:])):
                    size = int(lines.readline()[1:])
                    words.append(lines.read(size + 2)[:-2])
                self.commands.append(words)
                connection.sendall(self.answer([word.upper() for word in words]))

    def answer(self, words):
        name = words[0].decode()
        if name in self.replies:
            return self.replies[name]
        if name == "INFO":
            return bulk(self.body)
        if name == "SLOWLOG":
            return b":0\r\n" if words[1] == b"LEN" else b"*0\r\n"
        return b"+PONG\r\n" if name == "PING" else b"+OK\r\n"
