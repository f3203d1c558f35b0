"""Memory after a thousand scrapes: ours beside each of Debian's two exporters with the same server, and
with both servers in one daemon."""

import time

import subjects
import table
from scrapes import Scrapers, peer_name
from servers import exporter, peers, proc, targets
from subjects import OURS, Subject

SCRAPES = 1000
COLUMNS = [("", "name", None), ("scrapes", "scrapes", 0), ("RSS MiB", "rss", 1), ("anon", "anon", 1),
           ("file", "file", 1), ("at start: RSS", "start_rss", 1), ("anon", "start_anon", 1)]


def after_scrapes(subject):
    time.sleep(12)  # what only a start needs is given back
    started = proc.memory(subject.pid)
    for encoding in ("gzip", "identity"):
        scrapers = Scrapers(subject, encoding, 1)
        for _ in range(SCRAPES // 2):
            scrapers.ask()
        scrapers.close()
    return {"name": subject.name, "scrapes": SCRAPES, "start_rss": started["rss"], "start_anon": started["anon"],
            **proc.memory(subject.pid)}


def ours_with(folder, daemon, served):
    """Served are the targets' settings by kind, which is their name too."""
    with exporter.Exporter(folder, exporter.config_text(list(served.values())), name="_".join(served),
                           binary=daemon) as ours:
        ours.start()
        ours.wait_for_page(lambda page: not any(targets.problems(page, kind, kind) for kind in served), "complete")
        name = f"{OURS} with {' and '.join(served)}"
        return after_scrapes(Subject(name, ours.server, ours.address, "/metrics", ""))


def theirs_with(peer, kind):
    with peer:
        peer.start()
        return after_scrapes(Subject(peer_name(kind), peer.server, peer.address, "/metrics", ""))


def measure(folder, daemon, bars):
    users = subjects.PEER_USERS
    with subjects.servers(folder) as (primary, cache):
        served = {"postgres": targets.postgres("postgres", primary), "redis": targets.redis("redis", cache)}
        ours = {kind: ours_with(folder, daemon, {kind: target}) for kind, target in served.items()}
        both = ours_with(folder, daemon, served)
        theirs = {"postgres": theirs_with(peers.postgres_exporter(folder, primary, users["postgres"]), "postgres"),
                  "redis": theirs_with(peers.redis_exporter(folder, cache, users["redis"]), "redis")}
    rows = [*ours.values(), both, *theirs.values()]
    table.show(f"memory after {SCRAPES} scrapes", COLUMNS, rows)
    for kind, peer in theirs.items():
        bars.below(f"RSS of {OURS} / {peer['name']}, the same server", ours[kind]["rss"] / peer["rss"], 1)
    bars.below(f"RSS of {OURS} with both servers / both of Debian's exporters",
               both["rss"] / sum(peer["rss"] for peer in theirs.values()), 1)
    return {"memory": rows}
