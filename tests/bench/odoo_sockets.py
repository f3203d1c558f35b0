"""What looking at an Odoo's sockets costs on a host with 200 connections to it and 5,000 in TIME_WAIT: by sock_diag, and
by /proc/net/tcp, which is all that a daemon without rights may read of another network namespace."""

import os
import pathlib
import time

import table
from servers import exporter, proc, process, targets
from servers.prefork import network_namespace

HOST = "127.0.0.14"
CONNECTIONS = 200
TIME_WAIT = 5000
SECONDS = 20
CPU_SHARE = 0.005

# The side that closes first keeps the address for a minute.
LOAD = r"""
import resource, signal, socket, sys
host, port, connections, time_wait = sys.argv[1], *map(int, sys.argv[2:])
resource.setrlimit(resource.RLIMIT_NOFILE, (2048, 2048))
server = socket.create_server((host, port), backlog=512)
def pair():
    return socket.create_connection((host, port)), server.accept()[0]
for _ in range(time_wait):
    client, accepted = pair()
    accepted.close()
    client.close()
held = [pair() for _ in range(connections)]
print("ready", flush=True)
signal.pause()
"""

COLUMNS = [("way", "way", None), ("connections", "connections", 0), ("in TIME_WAIT", "time_wait", 0),
           ("the daemon's CPU %", "cpu_percent", 3)]


def look(folder, daemon, way, namespace=None):
    rights = {"namespace": namespace} if namespace else {}
    port = process.free_port()
    words = ["/usr/bin/python3", "-c", LOAD, HOST, port, CONNECTIONS, TIME_WAIT]
    with process.Process(words, folder / f"load-{way}", **rights) as load:
        load.wait_for(lambda: "ready" in load.text(), "the connections are there", 120)
        place = {"network_namespace": f"/proc/{load.pid}/ns/net"} if namespace else {}
        entry = targets.odoo("erp", http_port=port, http_interface=HOST, **place)
        with exporter.Exporter(folder, exporter.config_text([entry]), binary=daemon, name=way) as running:
            running.start().wait_for_page(
                lambda page: page.value("odoo_http_workers_busy") == CONNECTIONS
                and page.series("odoo_http_server_info", sockets=way), "it sees all")
            clock = proc.CpuClock(lambda: [running.server.pid])
            time.sleep(SECONDS)
            cpu = clock.seconds() / SECONDS
        left = pathlib.Path(f"/proc/{load.pid}/net/sockstat").read_text().split(" tw ")[1].split()[0]
    return {"way": way, "connections": CONNECTIONS, "time_wait": int(left), "cpu": cpu, "cpu_percent": cpu * 100}


def measure(folder, daemon, bars):
    rows = [look(folder, daemon, "sock_diag")]
    with network_namespace(f"erp{os.getpid()}") as namespace:
        rows.append(look(folder, daemon, "proc", namespace))
    table.show(f"looking at sockets for {SECONDS} s without a scrape", COLUMNS, rows)
    bars.below("looking at sockets by sock_diag, share of a core", rows[0]["cpu"], CPU_SHARE)
    return rows
