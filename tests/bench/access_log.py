"""From a line of the access log to a counter: our reader beside mtail, on the same lines."""

import collections
import itertools
import json
import os
import pathlib
import subprocess
import threading
import time

import table
from servers import exporter, proc, process
from servers.page import Page

HERE = pathlib.Path(__file__).resolve().parent
LINES = {"json": 1_000_000, "common": 2_000_000}
PER_SECOND = {"json": 1e6, "common": 2e6}
MTAIL_LINES = 200_000
LIVE_LINES, LIVE_SECONDS = 10_000, 20
RULE = {"from": "router", "match": "^odoo-([a-z0-9]+)(?:-ws[0-9]+)?@", "tenant": "$1"}
REQUESTS = "traefik_accesslog_requests_total"
COLUMNS = [("log", "name", None), ("lines", "lines", 0), ("CPU s", "cpu", 2), ("M lines/s", "rate", 2),
           ("RSS MiB", "rss", 1), ("worst scrape ms", "scrape_ms", 1)]


def config(log):
    tenants = {"list": [{"name": f"t{number}", "objectives": {"latency": {"interactive": "300ms"}}}
                        for number in range(300)], "rules": [RULE]}
    entry = {"name": "edge", "exporter": "traefik", "access_log": str(log), "from_beginning": True}
    # All of 1,000 routers at once are more series than a target shows by default.
    text = exporter.config_text([entry], limits={"series_per_target": 500_000})
    return text + f"tenants: {json.dumps(tenants)}\n"


def generate(program, file, kind, lines):
    with open(file, "wb") as out:
        subprocess.run([program, "generate", kind, str(lines)], check=True, stdout=out)
    file.chmod(0o644)
    return file


def reader_seconds(pid):
    """CPU time of the thread that reads and counts."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "log reader":
            return int((task / "schedstat").read_text().split()[0]) / 1e9
    raise RuntimeError("no reader runs")


def read_by_us(folder, daemon, log, lines, name):
    """A backlog from its beginning; scrapes meanwhile."""
    running = exporter.Exporter(folder, config(log), binary=daemon, name=name)
    with running:
        running.start()
        worst = 0
        for number in itertools.count():
            # Whole pages now and then: they are work of other threads.
            reply = running.get("/metrics" if number % 10 == 1 else "/metrics?name[]=erp_exporter_log_lines_total")
            worst = max(worst, reply.took)
            if Page(reply.text).total("erp_exporter_log_lines_total", result="ok") >= lines:
                break
            time.sleep(0.1)
        pid = running.server.pid
        row = {"name": name, "lines": lines, "cpu": reader_seconds(pid), "rss": proc.memory(pid)["rss"],
               "scrape_ms": worst * 1e3}
        counts = collections.Counter()
        for series in running.page().by(REQUESTS, "router", "code").items():
            counts[series[0]] += series[1]
    row["rate"] = lines / row["cpu"] / 1e6
    return row, counts


def read_by_mtail(folder, log, lines):
    programs = process.subfolder(folder, "mtail")
    program = programs / "traefik.mtail"
    program.write_bytes((HERE / "traefik.mtail").read_bytes())
    output = folder / "mtail.json"
    with open(output, "wb") as out:
        child = subprocess.Popen([*process.unprivileged("KILL"), "mtail", "-one_shot", "-progs", program, "-logs", log],
                                 stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text()
    counts = collections.Counter()
    metrics, _ = json.JSONDecoder().raw_decode(text[text.index("["):])
    for metric in metrics:
        for label in metric.get("LabelValues") or []:
            router, code = label["Labels"]
            counts[router, code] += label["Value"]["Value"]
    cpu = used.ru_utime + used.ru_stime
    return {"name": "mtail, json", "lines": lines, "cpu": cpu, "rate": lines / cpu / 1e6,
            "rss": used.ru_maxrss / 1024}, counts


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
        log = generate(program, folder / f"{kind}.log", kind, lines)
        row, _ = read_by_us(folder, daemon, log, lines, kind)
        rows.append(row)
        bars.at_least(f"{kind}: lines/s of one core", row["rate"] * 1e6, PER_SECOND[kind])
        bars.at_most(f"{kind}: a scrape while it catches up", row["scrape_ms"], 50, "ms")
        log.unlink()
    sample = generate(program, folder / "sample.log", "json", MTAIL_LINES)
    ours, our_counts = read_by_us(folder, daemon, sample, MTAIL_LINES, "json, mtail's lines")
    mtails, their_counts = read_by_mtail(folder, sample, MTAIL_LINES)
    rows += [ours, mtails]
    live = read_live(folder, daemon, sample)
    table.show("Backlog of an access log", COLUMNS, rows)
    if our_counts != their_counts:
        raise RuntimeError(f"mtail counts {their_counts.total()} requests, we {our_counts.total()}")
    bars.at_least("times mtail's lines/s, equal counts", mtails["cpu"] / ours["cpu"], 25)
    bars.at_most(f"{live['lines_per_second']:.0f} lines/s live, of a core", live["core"], 0.02)
    bars.at_most(f"snapshot of {inside[0]['series']} series", inside[0]["snapshot_ms"], 30, "ms")
    return {"rows": rows, "live": live, "inside": inside}
