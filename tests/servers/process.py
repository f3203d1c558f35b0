"""Child processes that are never root, die with us and are stopped by their own pid."""

import contextlib
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

USER = "nobody"


def unprivileged(death_signal="TERM", namespace=None, capability=None):
    """Words before a program's: it is never root and gets the signal when this thread ends. As root's business it may
    be put into a network namespace (of `ip netns`) and be given a capability."""
    elevated = namespace or capability
    words = elevation() if elevated else []
    words += ["ip", "netns", "exec", namespace] if namespace else []
    words += ["setpriv", "--pdeathsig", death_signal]
    if os.geteuid() == 0 or elevated:
        account = pwd.getpwnam(USER) if os.geteuid() == 0 else pwd.getpwuid(os.getuid())
        words += ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups"]
    if capability:
        words += ["--inh-caps", f"+{capability}", "--ambient-caps", f"+{capability}"]
    return words


def elevation():
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


def give(path):
    """Hands a file or folder to the user that the servers run as."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(USER)
        os.chown(path, account.pw_uid, account.pw_gid)


@contextlib.contextmanager
def workspace():
    """A folder of the servers' user with a short path: it holds unix sockets."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="erp_"))
    give(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def subfolder(parent, name):
    folder = pathlib.Path(parent) / name
    folder.mkdir(mode=0o700)
    give(folder)
    return folder


def write_file(path, text, mode=0o600):
    """Written at once under its name, so that a reader never sees half of it."""
    path = pathlib.Path(path)
    draft = path.with_name(path.name + ".draft")
    draft.write_bytes(text if isinstance(text, bytes) else text.encode())
    draft.chmod(mode)
    give(draft)
    draft.rename(path)
    return path


def free_port():
    """Of those that the kernel gives to nobody: one of its own choice may be some client's by the time it is used."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, first if first > 20_000 else 65_536)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def wait_until(condition, what, seconds=20, pause=0.05, detail=lambda: ""):
    """The condition's first true value; it may raise OSError until then."""
    deadline = time.monotonic() + seconds
    while True:
        trouble = ""
        try:
            if value := condition():
                return value
        except OSError as error:
            trouble = f" ({error})"
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}{trouble}\n{detail()}")
        time.sleep(pause)


def run_unprivileged(words, seconds=60, **options):
    """Runs a program to its end; its output is in the error when it fails."""
    done = subprocess.run(unprivileged("KILL") + [str(word) for word in words], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=seconds, check=False, cwd="/", **options)
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Service:
    """What is started by start() as `server`, and ends with its `with`."""

    server = None

    def stop(self):
        """Exit status; None if it never ran."""
        return self.server.stop() if self.server else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Process:
    """A running program in a session of its own, its output in a file.

    before: from the signal for the case that we die, the words before the program's. rights: more of theirs.
    """

    def __init__(self, words, log, stop_signal=signal.SIGTERM, env=None, before=unprivileged, **rights):
        self.log = pathlib.Path(log)
        self.stop_signal = stop_signal
        death = stop_signal.name.removeprefix("SIG")
        with open(self.log, "ab") as output:
            self.child = subprocess.Popen(
                before(death, **rights) + [str(word) for word in words], stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True, cwd="/",
                env={**os.environ, **(env or {})})

    @property
    def pid(self):
        return self.child.pid

    def running(self):
        return self.child.poll() is None

    def text(self):
        return self.log.read_text(errors="replace")

    def wait_for(self, condition, what, seconds=20):
        def checked():
            if not self.running():
                raise RuntimeError(f"{what}: ended with {self.child.returncode}\n{self.tail()}")
            return condition()
        return wait_until(checked, what, seconds, detail=self.tail)

    def tail(self, lines=25):
        return "\n".join(self.text().splitlines()[-lines:])

    def pids(self):
        """The process and its children: those of PostgreSQL leave its process group."""
        found = [self.pid]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):  # it may end meanwhile
                status = pathlib.Path(f"/proc/{pid}/stat").read_text()
                if int(status.rpartition(")")[2].split()[1]) == self.pid:
                    found.append(int(pid))
        return found

    def descriptors(self):
        return list(pathlib.Path(f"/proc/{self.pid}/fd").iterdir())

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def signal_all(self, number):
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self, patience=10):
        """Exit status, by force after `patience` seconds."""
        if self.running():
            self.signal_all(signal.SIGCONT)
            self.signal(self.stop_signal)
            try:
                self.child.wait(patience)
            except subprocess.TimeoutExpired:
                self.signal_all(signal.SIGKILL)
                self.child.wait(patience)
        return self.child.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
