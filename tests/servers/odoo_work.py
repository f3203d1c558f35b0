"""An Odoo at work as its host sees it, without an Odoo: processes, a port with workers behind it, a log."""

import contextlib
import itertools
import os
import threading
import time

from . import process
from .odoo_faults import CRON
from .odoo_processes import OdooProcesses
from .prefork import Prefork

TRACEBACK = b"""Traceback (most recent call last):
  File "/usr/lib/odoo/server/odoo/http.py", line 2207, in __call__
    response = request._serve_db()
KeyError: 'south'
"""
CONFLICT = "SERIALIZATION_FAILURE, 4 tries left, try again in 0.1234 sec..."
PATHS = ["/web/dataset/call_kw/sale.order/read", "/web/login", "/report/pdf/sale.report_saleorder/1", "/jsonrpc",
         "/web/image/7", "/shop"]


class OdooWork(process.Service):
    """With start(), databases in use: of a hundred requests of each one fails, and now and then one waits a moment."""

    def __init__(self, parent, *databases, workers=3, **options):
        self.databases = databases
        folder = process.subfolder(parent, "odoo_work")
        data = folder / "data"
        for database in databases:
            os.makedirs(data / "filestore" / database / "ab")
            (data / "filestore" / database / "ab" / "abcdef").write_bytes(b"x" * 5000)
        (data / "sessions").mkdir()
        for path in (folder, data, *data.rglob("*")):
            process.give(path)
        self.log = process.write_file(folder / "odoo-server.log", b"", 0o644)
        # The processes' own listener, which nobody answers, is at 127.0.0.1.
        self.server = Prefork(folder, "127.0.0.2", process.free_port(), workers)
        self.tree = OdooProcesses(folder, workers=workers, data_dir=data, http_port=self.server.port,
                                  **options)
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.write_log), threading.Thread(target=self.ask)]

    def target(self, name, **more):
        quick = {"processes": {"interval": "1s"}, "directories": {"interval": "1s"}, "probes": {"interval": "1s"}}
        return {"name": name, "exporter": "odoo", "log": str(self.log), "from_beginning": True,
                "config": str(self.tree.config), "http_interface": self.server.host, "http_port": self.server.port,
                "probes": ["web"], "collectors": quick, **more}

    def start(self):
        self.tree.start()
        self.server.start()
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        self.ended.set()
        for thread in self.threads:
            if thread.is_alive():
                thread.join()
        with contextlib.suppress(ProcessLookupError):
            self.server.stop()
        self.tree.stop()

    def write(self, pid, level, database, logger, text, end=" \n", at=None):
        now = at or time.time()
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + f",{int(now * 1000) % 1000:03}"
        with open(self.log, "ab") as file:
            file.write(f"{stamp} {pid} {level} {database} {logger}: {text}{end}".encode())

    def request(self, database, path, pid):
        now = time.strftime("%d/%b/%Y %H:%M:%S", time.gmtime())
        line = f'203.0.113.10 - - [{now}] "POST {path} HTTP/1.1" 200 - 12 0.010 0.030'
        self.write(pid, "INFO", database, "werkzeug", line, end="\n")

    def job(self, database, pid):
        self.write(pid, "INFO", database, CRON, "Starting job `Mail: Email Queue Manager`.")
        self.write(pid, "INFO", database, CRON, "Job done: `Mail: Email Queue Manager` (0.356s).")

    def failing_job(self, database, pid):
        self.write(pid, "INFO", database, CRON, "Starting job `Import`.")
        self.write(pid, "ERROR", database, CRON, "Call from cron Import for server action #9 failed in Job #9")
        with open(self.log, "ab") as file:
            file.write(TRACEBACK)

    def write_log(self):
        # Who is no process of it would be taken for somebody's invention.
        web, other = process.wait_until(lambda: len(self.tree.workers()) > 1 and self.tree.workers(), "workers")[:2]
        cron = process.wait_until(lambda: self.tree.workers("odoo: WorkerCron"), "a worker for jobs")[0]
        self.write(self.tree.server.pid, "INFO", "?", "odoo", "Odoo version 17.0")
        self.write(web, "INFO", "?", "odoo.service.server", f"Worker WorkerHTTP ({web}) alive")
        self.write(cron, "INFO", "?", "odoo.service.server", f"Worker WorkerCron ({cron}) alive")
        for number, path in zip(itertools.count(), itertools.cycle(PATHS)):
            for database in self.databases:
                if number % 100 == 10:
                    self.write(web, "ERROR", database, "odoo.http", "Exception during request handling.")
                    with open(self.log, "ab") as file:
                        file.write(TRACEBACK)
                if number % 50 == 20:
                    self.write(web, "INFO", database, "odoo.service.model", CONFLICT)
                    self.job(database, cron)
                    self.write(web, "INFO", database, "odoo.addons.base.models.res_users",
                               f"Login successful for db:{database} login:admin from 203.0.113.10")
                self.request(database, path, web)
            if number % 150 == 30:
                self.write(other, "INFO", "?", "odoo.service.server",
                           f"Worker ({other}) exiting. request_count: 65536, registry count: 2.")
                self.write(other, "INFO", "?", "odoo.service.server", f"Worker WorkerHTTP ({other}) alive")
            if number == 40:
                self.write(web, "INFO", self.databases[0], "odoo.addons.base.models.ir_module",
                           "User #2 triggered module installation")
                self.failing_job(self.databases[0], cron)
            if self.ended.wait(0.03):
                return

    def ask(self):
        """One more than there are workers, every four seconds: it waits for a moment."""
        for number in itertools.count():
            for one in range(self.server.workers + 1):
                self.server.ask(f"{number}-{one}", 0.4)
            if self.ended.wait(4):
                return
