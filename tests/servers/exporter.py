"""Our daemon: started with a written configuration, read over HTTP, stopped by SIGTERM."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from . import process
from .page import Page

ROOT = pathlib.Path(__file__).resolve().parents[2]


def built():
    """The daemon under test: ERP_EXPORTER names it, else the newest build."""
    if named := os.environ.get("ERP_EXPORTER"):
        return pathlib.Path(named)
    found = [ROOT / "build" / kind / "erp_exporter" for kind in ("asan", "release")]
    found = [path for path in found if path.exists()]
    if not found:
        raise RuntimeError("the daemon is not built: packaging/quickstart --build-only")
    return max(found, key=lambda path: path.stat().st_mtime)


def copy_of_binary(folder, binary=None):
    """Where the servers' user can run it: the checkout may be closed to it."""
    target = pathlib.Path(folder) / "erp_exporter"
    if not target.exists():
        shutil.copyfile(binary or built(), target)
        target.chmod(0o755)
    return target


def run(folder, *words, env=None):
    """The program to its end: (exit status, standard output, standard error)."""
    binary = copy_of_binary(folder)
    done = subprocess.run([*process.unprivileged("KILL"), str(binary), *map(str, words)], text=True,
                          capture_output=True, timeout=30, check=False, cwd="/", env=env)
    return done.returncode, done.stdout, done.stderr


def config_text(targets, tenants=(), **sections):
    """YAML with an entry per line; JSON is YAML's flow style."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in sections.items()]
    lines += ["targets:", *(f"  - {json.dumps(target)}" for target in targets)]
    if tenants:
        lines += ["tenants:", "  list:",
                  *(f"    - {json.dumps({'name': name})}" for name in tenants), "  rules:",
                  "    - {from: database, match: '^([a-z0-9-]+)$', tenant: '$1'}"]
    return "\n".join(lines) + "\n"


class Reply:
    def __init__(self, status, headers, body, took):
        self.status = status
        self.headers = headers
        self.body = body
        self.took = took

    @property
    def text(self):
        return self.body.decode()


class Exporter(process.Service):
    """Without a text it has no configuration; `before` are words before the program's; `state` is
    another daemon's state directory."""

    def __init__(self, parent, text, port=None, arguments=(), env=None, binary=None, name="exporter",
                 before=(), state=None, **rights):
        self.folder = process.subfolder(parent, name)
        self.state = state or process.subfolder(self.folder, "state")
        self.binary = copy_of_binary(parent, binary)
        self.file = text and process.write_file(self.folder / "erp_exporter.yml", text)
        self.before = before
        self.rights = rights
        self.port = port or process.free_port()
        self.arguments = arguments
        self.env = env or {}

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self, wait=True):
        file = ["--config.file", self.file] if self.file else []
        words = [*self.before, self.binary, *file, "--web.listen-address", self.address,
                 "--state.directory", self.state, *self.arguments]
        self.server = process.Process(words, self.folder / "log", env=self.env, **self.rights)
        if wait:
            self.server.wait_for(lambda: self.get("/-/ready", 2).status == 200, "the daemon is ready")
        return self

    def kill(self):
        """At once and without a last word; start() finds what it had written."""
        self.server.signal(signal.SIGKILL)
        self.server.child.wait(10)

    def get(self, path="/metrics", seconds=20, headers=None, method="GET", body=None):
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            reply = connection.getresponse()
            body = reply.read()
        except http.client.HTTPException as error:
            raise OSError(f"{method} {path}: {error!r}\n{self.tail()}") from error
        finally:
            connection.close()
        return Reply(reply.status, dict(reply.getheaders()), body, time.monotonic() - started)

    def page(self, path="/metrics", **options):
        reply = self.get(path, **options)
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.status}: {reply.text}\n{self.tail()}")
        return Page(reply.text)

    def wait_for_page(self, condition, what, seconds=15, path="/metrics"):
        """The first page that the condition likes."""
        def liked():
            page = self.page(path)
            return page if condition(page) else None
        return self.server.wait_for(liked, what, seconds)

    def configure(self, text):
        process.write_file(self.file, text)

    def reload(self):
        """Over HTTP; the reply says what was wrong."""
        return self.get("/-/reload", method="POST")

    def hang_up(self):
        self.server.signal(signal.SIGHUP)

    def log(self):
        return self.server.text()

    def tail(self):
        return self.server.tail()
