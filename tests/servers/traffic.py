"""An access log that is written to as a proxy at work does."""

import datetime
import itertools
import threading

from . import process
from .access_lines import UNMATCHED, entry

SECOND = 1_000_000_000  # ns
PATHS = ["/web/dataset/call_kw/sale.order/read", "/web/login", "/report/pdf/sale.report_saleorder/1", "/jsonrpc",
         "/web/assets/1/web.js", "/web/image/7", "/bus/websocket_worker_bundle", "/shop"]


def of(tenant, seconds=0.012, overhead=0.001, **changes):
    """A request that ends now, of the tenant's router as routes.py names it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    begun = (now - datetime.timedelta(seconds=seconds + overhead)).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
    name = f"odoo-{tenant}@file"
    return entry(**{
        "RequestHost": f"{tenant}.erp.example", "RequestAddr": f"{tenant}.erp.example", "RouterName": name,
        "ServiceName": name, "StartUTC": begun, "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Duration": round((seconds + overhead) * SECOND), "OriginDuration": round(seconds * SECOND),
        "Overhead": round(overhead * SECOND), **changes})


def websocket(tenant, seconds):
    return of(tenant, seconds, RequestPath="/websocket", DownstreamStatus=0, OriginStatus=0,
              DownstreamContentSize=0, OriginContentSize=0)


def made_by_traefik(tenant, status, size, **changes):
    """An answer in the place of a server's."""
    return of(tenant, **{**UNMATCHED, "RouterName": f"odoo-{tenant}@file", "DownstreamStatus": status,
                         "DownstreamContentSize": size, **changes})


def stranger():
    return of("nobody", **UNMATCHED, RequestHost="203.0.113.9", RequestPath="/.env")


class AccessLog(process.Service):
    """With start(), tenants at work: of fifty requests of each one fails, of 300 one is slow (3 s)."""

    def __init__(self, parent, *tenants):
        self.path = process.write_file(process.subfolder(parent, "access_log") / "access.log", b"", 0o644)
        self.tenants = tenants
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def write(self, *lines):
        with open(self.path, "ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()

    def work(self):
        for number, path in zip(itertools.count(), itertools.cycle(PATHS)):
            lines = [of(tenant, RequestPath=path, RequestContentSize=200) for tenant in self.tenants]
            if number % 50 == 10:
                lines = [of(tenant, DownstreamStatus=500, OriginStatus=500) for tenant in self.tenants]
            if number % 300 == 20:
                lines = [of(tenant, seconds=3) for tenant in self.tenants]
            if number % 10 == 5:
                lines += [stranger(), *(websocket(tenant, 300) for tenant in self.tenants)]
            self.write(*lines)
            if self.ended.wait(0.03):
                return
