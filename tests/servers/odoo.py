"""A private Odoo 14 with its PostgreSQL: prefork workers, the tenants acme and globex, a log that a test may rotate."""

import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import socket

from . import odoo_database, odoo_install, process
from .odoo_database import ROLE
from .postgres import Postgres

# Limits as installations have them; a test that wants one reached sets it.
SETTINGS = {"workers": 3, "max_cron_threads": 1, "limit_time_cpu": 60, "limit_time_real": 120,
            "limit_time_real_cron": 180, "limit_request": 8192, "db_maxconn": 16, "dbfilter": "^%d$",
            "proxy_mode": True, "http_interface": "127.0.0.1", "list_db": False}
STATIC = "/web/static/src/img/favicon.ico"  # answered by a worker without a database


class Odoo(process.Service):
    """Host names' first label is the database. settings: of odoo.conf. titles: whether workers name themselves by
    setproctitle. standard_output: the log goes there, `log` is then that. environment: of the master."""

    host = "127.0.0.1"

    def __init__(self, parent, name="odoo", titles=True, standard_output=False, environment=None, arguments=(),
                 modules=odoo_database.MODULES, **settings):
        self.parent = pathlib.Path(parent)
        self.name = name
        self.modules = modules
        self.folder = process.subfolder(parent, name)
        self.files = process.subfolder(self.folder, "files")
        self.output = self.folder / "output"
        self.log = self.output if standard_output else process.subfolder(self.folder, "logs") / "odoo-server.log"
        self.pid_file = self.folder / "pid"
        self.file = self.folder / "odoo.conf"
        self.environment = environment or {}
        self.arguments = arguments
        if not titles:
            hidden = process.subfolder(self.folder, "hidden")
            process.write_file(hidden / "setproctitle.py", "raise ImportError\n")
            self.environment["PYTHONPATH"] = hidden
        self.postgres = Postgres(parent, f"{name}-postgres", {"max_connections": "150", "autovacuum": "off"})
        self.port = process.free_port()
        self.gevent_port = process.free_port()
        self.settings = {**odoo_database.connection(self.postgres), **SETTINGS, "http_port": self.port,
                         "longpolling_port": self.gevent_port, "data_dir": self.files, "pidfile": self.pid_file,
                         "addons_path": odoo_database.copy_addons(self.folder), **settings}
        if not standard_output:
            self.settings.setdefault("logfile", self.log)

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    @property
    def workers(self):
        return self.settings["workers"]

    def start(self, wait=True):
        if not self.postgres.data.exists():
            odoo_database.copy(self.postgres, self.files, self.modules)
        if self.postgres.server is None:
            self.postgres.start()
            self.postgres.psql(f"ALTER ROLE {ROLE} PASSWORD '{self.postgres.password}'")
        self.configure()
        # Odoo removes it at a graceful end only.
        self.pid_file.unlink(missing_ok=True)
        words = ["/usr/bin/python3", "/usr/bin/odoo", "-c", self.file, *self.arguments]
        self.server = Master(self.pid_file, words, self.output, before=self._inside)
        if wait:
            self.server.wait_for(self.answers, f"{self.name} answers", 60)
            self.server.wait_for(lambda: self.connects(self.gevent_port), "the gevent process listens", 60)
        return self

    def _inside(self, death_signal):
        variables = [f"{key}={value}" for key, value in self.environment.items()]
        return odoo_install.inside(self.parent, death_signal, "env", *variables)

    def configure(self, **settings):
        """What Odoo reads at its next start or SIGHUP."""
        self.settings.update(settings)
        process.write_file(self.file, odoo_database.configuration(self.settings))

    def stop(self):
        """At once: its own way takes the workers four seconds."""
        if self.server:
            self.server.signal_all(signal.SIGKILL)
            self.server.child.wait(10)
        self.postgres.stop()

    def end(self):
        """Exit status after SIGTERM, which lets requests end."""
        return self.server.stop(30)

    def restart(self, **settings):
        """A new master; PostgreSQL goes on."""
        self.end()
        self.configure(**settings)
        return self.start()

    def hang_up(self, **settings):
        """SIGHUP: the same process id, everything else new; returns once the new workers are alive."""
        self.configure(**settings)
        before = set(self.worker_pids())
        self.server.signal(signal.SIGHUP)
        self.server.wait_for(lambda: len(set(self.worker_pids()) - before) == self.workers and self.answers(),
                             "the new workers", 60)

    def connects(self, port):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 2):
            return True
        return False

    def answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", STATIC)
            return connection.getresponse().status == 200
        except http.client.HTTPException:
            return False
        finally:
            connection.close()

    @property
    def pid(self):
        return self.server.pid

    def children(self):
        """{process id: (words of the command line, nice)} of the master's children."""
        found = {}
        for pid in self.server.pids()[1:]:
            with contextlib.suppress(OSError):
                words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().strip(b"\0 ").decode().split("\0")
                nice = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[16]
                found[pid] = words, int(nice)
        return found

    def worker_pids(self, kind="http"):
        """Workers for http or cron: only the latter are nice."""
        return [pid for pid, (words, nice) in self.children().items()
                if "gevent" not in words and (nice == 10) == (kind == "cron")]

    def run_crons(self):
        """Wakes the cron workers from their sleep of a minute; what is due runs."""
        for pid in self.worker_pids("cron"):
            os.kill(pid, signal.SIGUSR1)

    def log_text(self):
        return self.log.read_text(errors="replace")

    def wait_for_log(self, text, seconds=30, times=1):
        self.server.wait_for(lambda: self.log_text().count(text) >= times, f"the log says {text!r}", seconds)

    def rename_log(self):
        """Odoo looks for its file at each record and makes a new one."""
        self.log.rename(self.log.with_name(self.log.name + ".1"))

    def copy_and_truncate(self):
        """As Debian's logrotate does; what is written between the two is lost."""
        shutil.copyfile(self.log, self.log.with_name(self.log.name + ".1"))
        with open(self.log, "r+b") as file:
            file.truncate(0)


class Master(process.Process):
    """Its process id is not that of what was started, where that is sudo."""

    def __init__(self, pid_file, *words, **options):
        self.pid_file = pid_file
        super().__init__(*words, **options)

    @property
    def pid(self):
        with contextlib.suppress(OSError, ValueError):
            return int(self.pid_file.read_text())
        return self.child.pid
