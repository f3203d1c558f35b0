"""Clients of Odoo: one that calls methods, several that hold workers, and what they know of the time that takes."""

import http.client
import json
import socket
import threading
import time

MODEL = "erp.load"
LOGIN = "admin"


class Failure(Exception):
    """What Odoo answers with HTTP status 200."""

    def __init__(self, error):
        super().__init__(error["data"].get("message") or error["message"])
        self.kind = error["data"]["name"]


class Client:
    """A user of one database, logged in at the first call."""

    def __init__(self, odoo, database="acme", source="203.0.113.10", seconds=120):
        self.odoo = odoo
        self.database = database
        self.source = source
        self.seconds = seconds
        self.cookie = None

    def headers(self):
        host = f"{self.database}.erp.example"
        return {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-For": self.source, "X-Forwarded-Proto": "http",
                **({"Cookie": self.cookie} if self.cookie else {})}

    def get(self, path, port=None):
        """(status, body)"""
        return self._exchange("GET", path, None, port)

    def post(self, path, parameters, port=None):
        """The result; Failure for an error that Odoo reports."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": parameters})
        status, text = self._exchange("POST", path, body, port)
        if status != 200:
            raise OSError(f"{path}: {status}: {text[:200]!r}")
        reply = json.loads(text)
        if "error" in reply:
            raise Failure(reply["error"])
        return reply.get("result")

    def _exchange(self, method, path, body, port):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.odoo.port, timeout=self.seconds)
        try:
            connection.request(method, path, body, {**self.headers(), "Content-Type": "application/json"})
            reply = connection.getresponse()
            if cookie := reply.getheader("Set-Cookie"):
                self.cookie = cookie.partition(";")[0]
            return reply.status, reply.read()
        except http.client.HTTPException as error:  # the worker died
            raise ConnectionError(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()

    def log_in(self, password="admin", login=LOGIN):
        self.cookie = None
        return self.post("/web/session/authenticate", {"db": self.database, "login": login, "password": password})

    def call(self, method, *arguments, model=MODEL, port=None):
        if not self.cookie:
            self.log_in()
        return self.post(f"/web/dataset/call_kw/{model}/{method}",
                         {"model": model, "method": method, "args": arguments, "kwargs": {}}, port)

    def request_bytes(self, method, *arguments):
        """A call as it is on the wire, for a client that leaves."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": {
            "model": MODEL, "method": method, "args": arguments, "kwargs": {}}}).encode()
        lines = [f"POST /web/dataset/call_kw/{MODEL}/{method} HTTP/1.1",
                 *(f"{key}: {value}" for key, value in self.headers().items()),
                 "Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body


def warm_up(odoo, databases=("acme", "globex")):
    """Each worker loads each database's registry now rather than within a measurement: a barrier of held workers."""
    clients = []
    for database in databases:
        clients.append(Client(odoo, database))
        clients[-1].log_in()
        while len(set(hold(clients[-1], odoo.workers, 0.3).workers())) < odoo.workers:
            pass
    return clients


class Call(threading.Thread):
    """One call on its way; after join() its times are there, in seconds of the epoch."""

    def __init__(self, client, method, *arguments):
        super().__init__(daemon=True)
        self.client, self.method, self.arguments = client, method, arguments
        self.sent = self.answered = self.result = self.failure = None

    def run(self):
        self.sent = time.time()
        try:
            self.result = self.client.call(self.method, *self.arguments)
        except Exception as failure:  # told to who asks for the result
            self.failure = failure
        self.answered = time.time()

    def value(self, seconds=120):
        self.join(seconds)
        if self.is_alive():
            raise TimeoutError(f"{self.method} has no answer")
        if self.failure:
            raise self.failure
        return self.result


class Held:
    """Calls that sleep in a worker each; the workers' own times say what the truth is."""

    def __init__(self, calls):
        self.calls = calls

    def wait(self):
        for call in self.calls:
            call.value()
        return self

    def workers(self):
        return [call.value()[2] for call in self.calls]

    def busy_seconds(self):
        return sum(ended - begun for begun, ended, _ in (call.value() for call in self.calls))

    def waits(self):
        """[(sent, begun in a worker)] of those that waited: a free one takes some milliseconds."""
        waits = [(call.sent, call.value()[0]) for call in self.calls]
        return [(sent, begun) for sent, begun in waits if begun - sent > 0.1]


def union_seconds(intervals):
    """Time that is in at least one of them."""
    total, until = 0.0, 0.0
    for begun, ended in sorted(intervals):
        total += max(0.0, ended - max(begun, until))
        until = max(until, ended)
    return total


def start(client, number, seconds, method="sleep_in_sql"):
    """That many calls at once, each of a worker's `seconds`."""
    calls = [Call(client, method, seconds) for _ in range(number)]
    for call in calls:
        call.start()
    return Held(calls)


def hold(client, number, seconds):
    return start(client, number, seconds).wait()


class Leaver:
    """A client that sends a call and leaves before it is answered; the call is made all the same."""

    def __init__(self, client, method, *arguments):
        self.left = None
        self.sent = time.time()
        self.socket = socket.create_connection(("127.0.0.1", client.odoo.port), 10)
        self.socket.sendall(client.request_bytes(method, *arguments))

    def leave(self):
        self.socket.close()
        self.left = time.time()

    def waited(self):
        """From when until when it was in the queue, if no worker took it."""
        return self.sent, self.left
