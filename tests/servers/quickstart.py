"""What packaging/quickstart does once everything is installed and built: `serve` or `check`."""

import contextlib
import signal
import socket
import sys
import time

from . import assertions, process
from .estate import Estate
from .exporter import Exporter, built

DEFAULT_PORT = 9069
CHECK_SECONDS = 50


def say(text):
    print(f"    {text}", flush=True)


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def watch(estate, seconds, show=lambda passed, total: None):
    """Looks every second until all holds or time is up: [(place, expected rows)]."""
    page, stored = assertions.on_the_page(estate.real_odoo), assertions.in_prometheus(estate.real_odoo)
    deadline = time.monotonic() + seconds
    while True:
        try:
            assertions.look_at_page(page, estate.exporter.page())
            assertions.look_at_prometheus(stored, estate.prometheus)
        except (OSError, RuntimeError) as error:
            say(f"not yet: {str(error).splitlines()[0]}")
        rows = page + stored
        show(sum(row.holds() for row in rows), len(rows))
        if all(row.holds() for row in rows) or time.monotonic() > deadline:
            return [("the page", page), ("Prometheus", stored)]
        time.sleep(1)


def check(estate):
    print("==> checking each situation on the page and in Prometheus", flush=True)
    failed = total = 0
    for place, rows in watch(estate, CHECK_SECONDS, lambda passed, all_: say(f"{passed} of {all_} hold")):
        print(f"{place}:")
        for row in rows:
            total += 1
            failed += not row.holds()
            wanted = {"is": f"= {row.bound:g}", "at least": f">= {row.bound:g}",
                      "above": f"> {row.bound:g}"}.get(row.rule, row.rule)
            print(f"  {'ok  ' if row.holds() else 'FAIL'} {row.what:32} {row.sample()}  ({wanted})")
    if failed:
        print(f"the daemon's last words:\n{estate.exporter.tail()}")
    print(f"==> {total - failed} of {total} assertions hold", flush=True)
    return 1 if failed else 0


def serve(estate):
    print("==> running; the first numbers arrive", flush=True)
    (_, rows), _ = watch(estate, 20)
    for row in rows:
        print(f"    {row.what:32} {row.sample()}")
    print(f"""
  metrics      http://{estate.exporter.address}/metrics
  status page  http://{estate.exporter.address}/
  Prometheus   http://{estate.prometheus.address}/graph?g0.expr=pg_lock_waiting_sessions&g0.tab=0
               http://{estate.prometheus.address}/alerts
  PostgreSQL   psql -h {estate.main.folder} -p {estate.main.port} -U postgres acme
               (standby: -h {estate.standby.folder} -p {estate.standby.port};
                cut off: -h {estate.remote.folder} -p {estate.remote.port})
  Redis        redis-cli -p {estate.cache.port}
  Traefik      curl -H 'Host: acme.erp.example' http://{estate.edge.address}/shop
               (access log: {estate.edge.access_log})
  Odoo         {estate.odoo_hint()}
  config       {estate.exporter.file}
  daemon log   {estate.exporter.server.log}

  Ctrl-C stops and removes everything.""", flush=True)
    while estate.exporter.server.running():
        time.sleep(0.5)
    print(f"the daemon ended with {estate.exporter.server.child.returncode}:\n{estate.exporter.tail()}")
    return 1


def serve_local(folder, port):
    """The servers that are on this host already, found by the daemon itself."""
    with Exporter(folder, None, port) as daemon:
        daemon.start()
        say("what it finds, asked as its operating system user without a password:")
        page = daemon.page()
        found = page.series("erp_exporter_target_up")
        for labels, up in found:
            series = page.value("erp_exporter_series", target=labels["target"])
            state = "up" if up else "down: " + ", ".join(
                labels_["phase"] for labels_, count in page.series(
                    "erp_exporter_target_failures_total", target=labels["target"]) if count)
            say(f"{labels['target']:20} {state}, {series:.0f} series")
        if not found:
            say("no server; those that start later are found within a minute")
        print(f"""
  metrics      http://{daemon.address}/metrics
  status page  http://{daemon.address}/
  daemon log   {daemon.server.log}

  A configuration to start from: {built()} discover > erp_exporter.yml
  Ctrl-C stops.""", flush=True)
        while daemon.server.running():
            time.sleep(0.5)
        print(f"the daemon ended with {daemon.server.child.returncode}:\n{daemon.tail()}")
        return 1


def main(mode, odoo="recorded"):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    default = mode != "check" and is_free(DEFAULT_PORT)
    port = DEFAULT_PORT if default else process.free_port()
    with process.workspace() as folder:
        if mode == "local":
            with contextlib.suppress(KeyboardInterrupt):
                return serve_local(folder, port)
            return 0
        estate = Estate(folder, port, say, odoo == "real")
        try:
            print("==> starting the estate", flush=True)
            estate.start()
            return check(estate) if mode == "check" else serve(estate)
        except KeyboardInterrupt:
            return 0 if mode == "serve" else 130
        finally:
            # A second Ctrl-C must not leave half of it running.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            print("==> stopping", flush=True)
            estate.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
