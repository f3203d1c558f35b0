"""A private PgBouncer before a private PostgreSQL."""

from . import process


class PgBouncer(process.Service):
    def __init__(self, parent, server, mode, forced_user=None, host=None, **settings):
        self.folder = process.subfolder(parent, "pgbouncer")
        self.port = process.free_port()
        self.server_behind = server
        user = f" user={forced_user} password={server.password}" if forced_user else ""
        lines = ["[databases]", f"* = host={host or server.folder} port={server.port}{user}", "[pgbouncer]",
                 "listen_addr = 127.0.0.1", f"listen_port = {self.port}", "unix_socket_dir =", "auth_type = any"
                 if forced_user else "auth_type = trust", f"auth_file = {self.folder / 'users'}",
                 f"pool_mode = {mode}", *(f"{key} = {value}" for key, value in settings.items())]
        process.write_file(self.folder / "users", f'"erp_exporter" "{server.password}"\n')
        self.file = process.write_file(self.folder / "pgbouncer.ini", "\n".join(lines) + "\n")

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self, wait=True):
        self.server = process.Process(["/usr/sbin/pgbouncer", self.file], self.folder / "log")
        if wait:
            self.server.wait_for(lambda: "process up" in self.server.text(), "PgBouncer is up", 10)
        return self
