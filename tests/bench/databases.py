"""How long a scrape takes with many databases, ours and Debian's exporter in turn: its sizes are read in the scrape,
ours between them."""

import contextlib
import statistics
import time

import scrapes
import subjects
import table
from servers import exporter, peers, targets
from subjects import OURS, Subject

DATABASES = 200
SCRAPES = 30
WALL_BAR = 1 / 8

COLUMNS = [("", "name", None), ("wall ms: median", "median", 2), ("shortest", "least", 2), ("longest", "most", 2),
           ("bytes", "bytes", 0), ("samples", "samples", 0)]


def walk_ended(page):
    return len(page.series("pg_database_size_bytes")) >= DATABASES


def measure(folder, daemon, bars):
    with contextlib.ExitStack() as stack:
        primary, _ = stack.enter_context(subjects.servers(folder, DATABASES))
        ours = stack.enter_context(exporter.Exporter(
            folder, exporter.config_text([targets.postgres("postgres", primary)]), binary=daemon)).start()
        user = subjects.PEER_USERS["postgres"]
        peer = stack.enter_context(peers.postgres_exporter(folder, primary, user)).start()
        ours.wait_for_page(walk_ended, "all sizes are known", 120)
        pair = [Subject(OURS, ours.server, ours.address, "/probe?target=postgres", None),
                Subject(scrapes.peer_name("postgres"), peer.server, peer.address, "/metrics", user)]
        clients = {subject.name: scrapes.Scrapers(subject, "gzip", 1) for subject in pair}
        walls = {name: [] for name in clients}
        for _ in range(SCRAPES):
            for name, client in clients.items():
                begun = time.monotonic()
                client.ask()
                walls[name].append((time.monotonic() - begun) * 1e3)
        rows = [{"name": name, "median": statistics.median(walls[name]), "least": min(walls[name]),
                 "most": max(walls[name]), "bytes": len(client.body), "samples": len(client.page().samples)}
                for name, client in clients.items()]
        for client in clients.values():
            client.close()
    table.show(f"a scrape of a PostgreSQL with {DATABASES} databases", COLUMNS, rows)
    bars.at_most(f"wall time with {DATABASES} databases / Debian's exporter",
                 rows[0]["median"] / rows[1]["median"], WALL_BAR)
    return rows
