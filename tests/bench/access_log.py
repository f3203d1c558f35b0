"""From a line of Traefik's access log to a counter: our reader beside mtail, on the same lines."""

import json
import subprocess
import threading
import time
from functools import partial

import backlog
import table
from servers import exporter, proc

# The headers of clients are not in Traefik's log by default; with them there is as much more to read.
LINES = {"json": 1_000_000, "json-with-headers": 1_000_000, "common": 2_000_000}
PER_SECOND = {"json": 1e6, "common": 2e6}
# A log is read for months: of fewer lines the start of the reader is a part of what is compared.
MTAIL_LINES = 500_000
LIVE_LINES, LIVE_SECONDS = 10_000, 20
RULE = {"from": "router", "match": "^odoo-([a-z0-9]+)(?:-ws[0-9]+)?@", "tenant": "$1"}
REQUESTS = backlog.Family("traefik_accesslog_requests_total", ("router", "code"))


def config(log, **more):
    tenants = {"list": [{"name": f"t{number}", "objectives": {"latency": {"interactive": "300ms"}}}
                        for number in range(300)], "rules": [RULE]}
    entry = {"name": "edge", "exporter": "traefik", "access_log": str(log), "from_beginning": True, **more}
    # All of 1,000 routers at once are more series than a target shows by default.
    text = exporter.config_text([entry], limits={"series_per_target": 500_000})
    return text + f"tenants: {json.dumps(tenants)}\n"


def write_live(log, lines, stopping):
    """LIVE_LINES a second in pieces of 10 ms."""
    piece = LIVE_LINES // 100
    with open(log, "ab", buffering=0) as out:
        begun = time.monotonic()
        for number in range(LIVE_SECONDS * 100):
            out.write(b"".join(lines[number * piece:(number + 1) * piece]))
            if stopping.wait(max(0, begun + (number + 1) / 100 - time.monotonic())):
                return


def read_live(folder, daemon, sample):
    log = folder / "live.log"
    log.write_bytes(b"")
    log.chmod(0o644)
    # Each line once: what has the number of an earlier one is a duplicate, which costs less.
    lines = sample.read_bytes().splitlines(keepends=True)[:LIVE_LINES * LIVE_SECONDS]
    if len(lines) < LIVE_LINES * LIVE_SECONDS:
        raise ValueError(f"{sample} has too few lines")
    with exporter.Exporter(folder, config(log), binary=daemon, name="live") as running:
        running.start()
        stopping = threading.Event()
        writer = threading.Thread(target=write_live, args=(log, lines, stopping))
        clock = proc.CpuClock(lambda: [running.server.pid])
        begun = time.monotonic()
        writer.start()
        writer.join()
        took, cpu = time.monotonic() - begun, clock.seconds()
        running.wait_for_page(
            lambda page: page.total("erp_exporter_log_bytes_read_total") == log.stat().st_size, "all is read")
    return {"lines_per_second": LIVE_LINES * LIVE_SECONDS / took, "core": cpu / took}


def measure(folder, daemon, program, bars):
    done = subprocess.run([program], check=True, capture_output=True, text=True)
    inside = [json.loads(line) for line in done.stdout.splitlines()]
    rows = []
    for kind, lines in LINES.items():
        log = backlog.generate(folder / f"{kind}.log", program, kind, lines)
        (row, _), = backlog.in_turns(
            folder, partial(backlog.read_by_us, daemon, config(log), lines, kind, REQUESTS))
        rows.append(row)
        if kind in PER_SECOND:
            bars.at_least(f"{kind}: lines/s of one core", row["rate"] * 1e6, PER_SECOND[kind])
        bars.at_most(f"{kind}: a scrape while it catches up", row["scrape_ms"], 50, "ms")
        log.unlink()
    sample = backlog.generate(folder / "sample.log", program, "json", MTAIL_LINES)
    (ours, our_counts), (mtails, their_counts) = backlog.in_turns(
        folder, partial(backlog.read_by_us, daemon, config(sample), MTAIL_LINES, "json, mtail's lines", REQUESTS),
        partial(backlog.read_by_mtail, "traefik.mtail", sample, MTAIL_LINES))
    with_all = config(sample, histograms="full", native_histograms=True)
    finest, _ = backlog.read_by_us(daemon, with_all, MTAIL_LINES, "json, full and native histograms", REQUESTS, folder)
    rows += [ours, finest, mtails]
    live = read_live(folder, daemon, sample)
    table.show("Backlog of an access log", backlog.COLUMNS, rows)
    if our_counts != their_counts:
        raise RuntimeError(f"mtail counts {their_counts.total()} requests, we {our_counts.total()}")
    bars.at_least("times mtail's lines/s, equal counts", mtails["cpu"] / ours["cpu"], 25)
    bars.at_most(f"{live['lines_per_second']:.0f} lines/s live, of a core", live["core"], 0.02)
    bars.at_most(f"snapshot of {inside[0]['series']} series", inside[0]["snapshot_ms"], 30, "ms")
    return {"rows": rows, "live": live, "inside": inside}
