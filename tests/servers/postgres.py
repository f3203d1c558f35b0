"""Private PostgreSQL clusters: a primary, a standby of it, sessions that stay open."""

import contextlib
import os
import pathlib
import secrets
import signal
import subprocess

from . import process, versions

MONITOR = "erp_exporter"

FAST = {  # nothing here outlives the test
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


def programs():
    """The newest installed server's programs; they are not on Debian's PATH."""
    versions = pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")
    found = sorted(versions, key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("no PostgreSQL server is installed: packaging/install-dependencies estate")
    return found[-1].parent


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Postgres(process.Service):
    """A cluster whose superuser needs no password on the socket; TCP wants the role's.

    Without a version it is the newest that is installed; psql is always that one's.
    """

    def __init__(self, parent, name, settings=None, version=None, port=None):
        self.name = name
        self.version = version
        self.programs = versions.postgres(version) if version else programs()
        self.folder = process.subfolder(parent, name)
        self.data = self.folder / "data"
        self.port = port or process.free_port()
        self.settings = {**FAST, **(settings or {})}
        self.password = secrets.token_hex(16)
        self.password_file = process.write_file(self.folder / "password", self.password + "\n")
        self.sessions = []

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def socket_address(self):
        return f"{self.folder}:{self.port}"

    def create(self, *options):
        process.run_unprivileged([
            self.programs / "initdb", "-D", self.data, "-U", "postgres", "--no-sync", "--locale=C.UTF-8",
            "--encoding=UTF8", "--auth-local=trust", "--auth-host=scram-sha-256", *options])
        return self

    @property
    def major(self):
        return self.version or int(self.programs.parts[-2])

    def copy_of(self, primary):
        """Makes this one a streaming standby, of the primary's version."""
        self.version, self.programs = primary.version, primary.programs
        if (self.programs / "pg_basebackup").exists():
            process.run_unprivileged([
                self.programs / "pg_basebackup", "-h", primary.folder, "-p", primary.port, "-U", "postgres",
                "-D", self.data, "-X", "stream", "-c", "fast", "--no-sync"])
        else:  # other versions come without it: the files of a primary that rests
            primary.stop()
            process.run_unprivileged(["cp", "-a", primary.data, self.data])
            primary.start()
        process.write_file(self.data / "standby.signal", "")
        self.settings["primary_conninfo"] = (
            f"host={primary.folder} port={primary.port} user=postgres application_name={self.name}")
        self.password, self.password_file = primary.password, primary.password_file
        return self

    def start(self, wait=True):
        options = {**self.settings, "port": self.port, "listen_addresses": "127.0.0.1",
                   "unix_socket_directories": self.folder}
        words = [self.programs / "postgres", "-D", self.data]
        for key, value in options.items():
            words += ["-c", f"{key}={value}"]
        # SIGINT: a fast shutdown does not wait for clients
        self.server = process.Process(words, self.folder / "log", signal.SIGINT)
        if wait:
            self.server.wait_for(self.answers, f"PostgreSQL {self.name} answers", 60)
        return self

    def answers(self):
        return self.psql("SELECT 1", check=False, seconds=5).strip() == "1"

    def stop(self):
        for session in self.sessions:
            session.stop()
        self.sessions.clear()
        return super().stop()

    def words(self, database, role="postgres"):
        return [str(programs() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder),
                "-p", str(self.port), "-U", role, "-d", f"dbname='{escaped(database)}'"]

    def psql(self, sql, database="postgres", check=True, seconds=30):
        try:
            done = subprocess.run(self.words(database), input=sql, text=True, capture_output=True,
                                  timeout=seconds, check=False, env=environment())
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"psql took more than {seconds} s: {sql}") from error
        if check and done.returncode:
            raise RuntimeError(f"psql: {done.stderr}{sql}")
        return done.stdout

    def psql_through(self, port, sql, database="postgres"):
        """Over TCP to whatever stands before this server."""
        words = [str(programs() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(port),
                 "-U", MONITOR, "-d", database]
        return subprocess.run(words, input=sql, text=True, capture_output=True, timeout=30, check=True,
                              env={**environment(), "PGPASSWORD": self.password}).stdout

    def psql_errors(self):
        """What a client hears that cannot get in."""
        done = subprocess.run(self.words("postgres"), input="SELECT 1", text=True, capture_output=True,
                              timeout=10, check=False, env=environment())
        return done.stderr

    def titles(self):
        """Of all the server's processes by pid, without asking the server."""
        found = {}
        for pid in self.server.pids():
            with contextlib.suppress(OSError):
                found[pid] = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().strip(b"\0")
        return found

    def commands(self):
        return list(self.titles().values())

    def monitors(self):
        """Backends of the monitoring role, as the system sees them: a session that hangs in its startup is not in
        pg_stat_activity, and nobody else could log in to look."""
        return sum(command.startswith(f"postgres: {MONITOR} ".encode()) for command in self.commands())

    def session(self, sql, database="postgres", role="postgres"):
        """A client that stays connected after these statements, or waits in one of them."""
        opened = Session(self, sql, database, role)
        self.sessions.append(opened)
        return opened

    def abandoned(self, database, pid=4194000):
        """A session at work that is named after an Odoo process, and whose client is killed."""
        opened = self.session(f"SET application_name = 'odoo-{pid}'; SELECT pg_sleep(300)", database)
        self.server.wait_for(lambda: self.psql(
            f"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'odoo-{pid}' AND state = 'active'"
        ).strip() == "1", "it works")
        opened.child.kill()

    def create_monitor(self, role=MONITOR, member="pg_monitor"):
        self.psql(f"CREATE ROLE {role} LOGIN PASSWORD '{self.password}' CONNECTION LIMIT 6;"
                  + (f"GRANT {member} TO {role};" if member else ""))


class Session:
    def __init__(self, server, sql, database, role):
        self.output = server.folder / f"session-{len(server.sessions)}"
        with open(self.output, "wb") as output:
            self.child = subprocess.Popen(
                process.unprivileged() + server.words(database, role), stdin=subprocess.PIPE, stdout=output,
                stderr=output, start_new_session=True, cwd="/", text=True, env=environment())
        self.send(sql)

    def send(self, sql):
        self.child.stdin.write(sql.rstrip(";") + ";\n")
        self.child.stdin.flush()

    def stop(self):
        with contextlib.suppress(OSError):
            self.child.stdin.close()
        if self.child.poll() is None:
            self.child.terminate()
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait(5)


def escaped(database):
    return database.replace("\\", "\\\\").replace("'", "\\'")


def environment():
    """Ours without what would lead psql to another server."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}
