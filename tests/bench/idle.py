"""What the daemon costs while nobody asks: memory after its start, and how often its threads wake up."""

import contextlib
import time

import subjects
import table
from servers import exporter, proc
from servers.postgres import MONITOR

ANON_MIB = 6
SECONDS = 60
# A look of the samplers wakes the I/O thread (its timer) and the target's worker: for the job, and for the replies to
# its statements, some of which arrive apart since each can fail alone.
PER_SAMPLE = 4
SLACK = 10  # the watchers of 10 s, 30 s and a minute, preemption

# What is read between scrapes: its collectors have an interval in config/options.md.
WATCHED = ("lock_waits", "database_size", "replication_lag", "session_load", "orphaned_sessions", "changes",
           "lifecycle", "filesystems")

COLUMNS = [("daemon", "name", None), ("RSS MiB", "rss", 1), ("anon", "anon", 1), ("file", "file", 1),
           ("threads", "threads", 0), (f"switches in {SECONDS} s", "switches", 0), ("lock samples", "samples", 0),
           ("CPU ms", "cpu_ms", 1), ("its session's", "session_ms", 1)]


def lock_samples(primary):
    """By the server's count: of the statement that only the sampler sends."""
    return int(primary.psql(
        "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE '%pg_blocking_pids%'"
        " AND query NOT LIKE '%pg_stat_statements%'", subjects.PostgresCounts.DATABASE))


def session_of(primary):
    """The server's process for the one daemon that is connected while nobody asks."""
    return int(primary.psql(f"SELECT pid FROM pg_stat_activity WHERE usename = '{MONITOR}'"))


def measure(folder, daemon, bars):
    with contextlib.ExitStack() as stack:
        primary, cache = stack.enter_context(subjects.servers(folder))
        no_watchers = {"collectors": dict.fromkeys(WATCHED, "off")}
        texts = {"without targets": exporter.config_text([]).replace("targets:\n", "targets: []\n"),
                 "two targets, no watchers": exporter.config_text(
                     subjects.both_targets(primary, cache, **no_watchers)),
                 "two targets": exporter.config_text(subjects.both_targets(primary, cache))}
        daemons = {name: exporter.Exporter(folder, text, binary=daemon, name=f"idle{i}")
                   for i, (name, text) in enumerate(texts.items())}
        for one in daemons.values():
            stack.enter_context(one).start()
        pids = {name: one.server.pid for name, one in daemons.items()}
        time.sleep(12)  # connected, the first walk over the sizes of databases is done, code given back
        rows = {name: {"name": name, **proc.memory(pid)} for name, pid in pids.items()}
        before = {name: proc.context_switches(pid) for name, pid in pids.items()}
        clocks = {name: proc.CpuClock(lambda pid=pid: [pid]) for name, pid in pids.items()}
        samples = lock_samples(primary)
        session = proc.CpuClock(lambda: [session_of(primary)])
        time.sleep(SECONDS)
        for name, row in rows.items():
            row |= {"switches": proc.switches_since(pids[name], before[name]), "threads": len(before[name]),
                    "cpu_ms": clocks[name].seconds() * 1e3, "samples": 0}
        rows["two targets"] |= {"samples": lock_samples(primary) - samples, "session_ms": session.seconds() * 1e3}
        daemons["two targets"].wait_for_page(subjects.complete, "complete")
        rows["after a page"] = {"name": "two targets, after the first page", **proc.memory(pids["two targets"])}
    rows = list(rows.values())
    table.show("the daemon while nobody asks", COLUMNS, rows)
    for row in rows:
        if "switches" in row:
            bars.at_most(f"anonymous memory {row['name']}", row["anon"], ANON_MIB, " MiB")
            bars.at_most(f"context switches {row['name']}", row["switches"],
                         PER_SAMPLE * row["samples"] + SLACK)
    return rows
