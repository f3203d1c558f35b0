"""Connections that never end their header: when they are closed, and what a healthy scrape meets meanwhile."""

import contextlib
import selectors
import socket
import statistics
import threading
import time

import table
from servers import exporter, targets
from servers.redis import Redis

CONNECTIONS = 300
CLOSED_SECONDS = 6
SLOWER_MS = 50
PATIENCE = 15
COLUMNS = [("half-open", "connections", 0), ("closed", "closed", 0), ("the last after s", "last_closed", 2),
           ("scrapes", "scrapes", 0), ("failed", "failed", 0), ("ms before", "before_ms", 2),
           ("meanwhile", "median_ms", 2), ("worst", "worst_ms", 2)]


def time_of_scrape(daemon):
    reply = daemon.get("/metrics", 5)
    if reply.status != 200:
        raise OSError(f"{reply.status}")
    return reply.took * 1e3


def closing_times(port, connected):
    """Seconds from the connect to the close, of those that were closed; sets `connected` when all are."""
    waiting, times = selectors.DefaultSelector(), []
    deadline = time.monotonic() + PATIENCE
    for number in range(CONNECTIONS):
        # From an address each: one address alone has fewer connections than these.
        client = socket.create_connection(("127.0.0.1", port), 5,
                                          source_address=(f"127.1.{number // 250}.{1 + number % 250}", 0))
        client.setblocking(False)
        with contextlib.suppress(OSError):
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: half\r\n")
        waiting.register(client, selectors.EVENT_READ, time.monotonic())
    connected.set()
    while waiting.get_map() and time.monotonic() < deadline:
        for key, _ in waiting.select(0.5):
            with contextlib.suppress(ConnectionResetError):
                if key.fileobj.recv(4096):
                    continue
            times.append(time.monotonic() - key.data)
            waiting.unregister(key.fileobj)
            key.fileobj.close()
    for key in list(waiting.get_map().values()):
        key.fileobj.close()
    waiting.close()
    return times


def measure(folder, daemon, bars):
    with contextlib.ExitStack() as stack:
        cache = stack.enter_context(Redis(folder, "half_open_cache")).start()
        ours = stack.enter_context(exporter.Exporter(
            folder, exporter.config_text([targets.redis("cache", cache)]), binary=daemon, name="slow")).start()
        ours.wait_for_page(lambda page: not targets.problems(page, "cache", "redis"), "complete")
        before = statistics.median(time_of_scrape(ours) for _ in range(50))
        closed, took, failed = [], [], 0
        connected = threading.Event()
        flood = threading.Thread(target=lambda: closed.extend(closing_times(ours.port, connected)))
        flood.start()
        connected.wait(PATIENCE)  # a scrape under way would keep its place free for the next ones
        while flood.is_alive():
            try:
                took.append(time_of_scrape(ours))
            except OSError:
                failed += 1
            time.sleep(0.02)
        flood.join()
    row = {"connections": CONNECTIONS, "closed": len(closed), "last_closed": max(closed, default=PATIENCE),
           "scrapes": len(took) + failed, "failed": failed, "before_ms": before,
           "median_ms": statistics.median(took or [PATIENCE * 1e3]), "worst_ms": max(took, default=PATIENCE * 1e3)}
    table.show("connections without the end of a header, and healthy scrapes meanwhile", COLUMNS, [row])
    bars.at_least("closed of the half-open", row["closed"], CONNECTIONS)
    bars.at_most("the last of them closed after", row["last_closed"], CLOSED_SECONDS, " s")
    bars.at_most("healthy scrapes that failed", failed, 0)
    bars.at_most("the worst healthy scrape was slower by", row["worst_ms"] - before, SLOWER_MS, " ms")
    return row
