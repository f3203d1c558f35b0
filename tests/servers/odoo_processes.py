"""The process tree of a preforking Odoo without an Odoo: run as `python3 …/odoo-bin -c FILE`, it forks what the
settings ask for, names and nices them as Odoo does, replaces those that end, and obeys the master's signals."""

import configparser
import ctypes
import os
import pathlib
import resource
import shutil
import signal
import socket
import sys
import time

PR_SET_NAME = 15
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def title(text):
    """What setproctitle does to the name that the kernel keeps."""
    if os.environ.get("ODOO_TITLES"):
        libc.prctl(PR_SET_NAME, text.encode(), 0, 0, 0)


class Worker:
    """Does nothing; SIGUSR1 makes it use half a second of CPU, SIGUSR2 fork a child that does and ends."""

    def __init__(self, kind, settings):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGUSR1, lambda *_: burn(0.5))
        signal.signal(signal.SIGUSR2, lambda *_: self.render())
        if kind == "WorkerCron":
            os.nice(10)
        if kind == "WorkerHTTP":
            used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
            limit = settings.getint("limit_time_cpu", fallback=60)
            resource.setrlimit(resource.RLIMIT_CPU, (used + limit, resource.RLIM_INFINITY))
            resource.setrlimit(resource.RLIMIT_AS, (settings.getint("limit_memory_hard", fallback=2684354560),
                                                    resource.RLIM_INFINITY))
        if kind != "gevent":
            title(f"odoo: {kind} {os.getpid()} ")
        while True:
            time.sleep(3600)

    def render(self):
        pid = os.fork()
        if not pid:
            burn(0.5)
            os._exit(0)
        os.waitpid(pid, 0)


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


class Master:
    def __init__(self, arguments):
        self.file = arguments[arguments.index("-c") + 1]
        parser = configparser.RawConfigParser()
        parser.read(self.file)
        self.settings = parser["options"]
        self.wanted = {"WorkerHTTP": self.settings.getint("workers"), "gevent": 1,
                       "WorkerCron": self.settings.getint("max_cron_threads", fallback=2),
                       "WorkerJobRunner": int("queue_job" in self.settings.get("server_wide_modules", ""))}
        # Only a port that is asked for is listened on; nobody answers there.
        port = self.settings.getint("http_port", fallback=0)
        self.listener = port and socket.create_server(("127.0.0.1", port), backlog=8 * self.wanted["WorkerHTTP"])
        self.children = {}
        self.again = False
        self.stopping = False

    def run(self):
        signal.signal(signal.SIGTTIN, lambda *_: self.change("WorkerHTTP", 1))
        signal.signal(signal.SIGTTOU, lambda *_: self.change("WorkerHTTP", -1))
        signal.signal(signal.SIGTERM, lambda *_: self.end(False))
        signal.signal(signal.SIGHUP, lambda *_: self.end(True))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        title("odoo")
        while not self.stopping:
            self.reap()
            self.spawn()
            signal.sigtimedwait([], 0.1)
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
        while self.children:
            self.children.pop(os.wait()[0], None)
        if self.again:
            os.execv(sys.executable, [sys.executable, *sys.argv])

    def change(self, kind, by):
        self.wanted[kind] += by

    def end(self, again):
        self.stopping = True
        self.again = again

    def reap(self):
        while self.children:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.children.pop(pid, None)

    def spawn(self):
        for kind, wanted in self.wanted.items():
            have = [pid for pid, one in self.children.items() if one == kind]
            for pid in have[wanted:]:
                os.kill(pid, signal.SIGKILL)
            for _ in range(len(have), wanted):
                pid = os.fork()
                if not pid:
                    if kind == "gevent":
                        os.execv(sys.executable, [sys.executable, sys.argv[0], "gevent", "-c", self.file])
                    Worker(kind, self.settings)
                self.children[pid] = kind


def main():
    if "gevent" in sys.argv:
        Worker("gevent", None)
    Master(sys.argv).run()


if __name__ == "__main__":
    main()
else:
    from . import process

    class OdooProcesses(process.Service):
        """Such a tree, with its odoo.conf in the folder."""

        def __init__(self, parent, name="odoo", titles=True, **options):
            self.folder = process.subfolder(parent, name)
            self.folder.chmod(0o755)
            self.config = self.folder / "odoo.conf"
            self.titles = titles
            self.configure(**options)
            self.script = self.folder / "odoo-bin"
            shutil.copyfile(pathlib.Path(__file__), self.script)
            self.script.chmod(0o755)

        def configure(self, **options):
            lines = [f"{key} = {value}" for key, value in {"workers": 3, **options}.items()]
            process.write_file(self.config, "\n".join(["[options]", *lines, ""]), 0o644)

        def start(self, *arguments, before=(), **rights):
            """`before` are words before the program's. rights: those of process.unprivileged()."""
            words = [*before, "/usr/bin/python3", self.script, "-c", self.config, *arguments]
            environment = {"ODOO_TITLES": "1" if self.titles else ""}
            self.server = process.Process(words, self.folder / "log", env=environment, **rights)
            return self

        def workers(self, kind="odoo: WorkerHTT"):
            """Pids of the children of this name, which only those with titles have."""
            found = []
            for pid in self.server.pids()[1:]:
                try:
                    if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == kind[:15]:
                        found.append(pid)
                except OSError:
                    pass
            return sorted(found)
