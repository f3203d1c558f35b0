"""An access log of 20 M lines, in files of less than 2 GB that are rotated by renaming, and clients that
name hosts and paths nobody named before: whether the reader gets slower or grows."""

import subprocess

import backlog
import table
from access_log import REQUESTS, config
from servers import exporter, proc

PIECES, LINES = 10, 2_000_000
HOSTILE_PIECES, HOSTILE_LINES = 6, 1_000_000
COLUMNS = [("log", "name", None), ("lines", "lines", 0), ("CPU s", "cpu", 2), ("M lines/s", "rate", 2),
           ("RSS MiB", "rss", 1), ("page KiB", "page", 0), ("series", "series", 0)]
# Absolute times differ by half from minute to minute on a shared machine: these are of halves of a run.
SLOWER, GROWN = 1.25, 1.15


def write(log, program, kind, lines, before):
    """Into a file that is read meanwhile, as Traefik writes it."""
    with open(log, "ab") as out:
        subprocess.run([program, "generate", kind, str(lines), str(before)], check=True, stdout=out)


def follow(folder, daemon, program, kind, pieces, lines):
    """A row for each piece; and what all of them counted."""
    log = folder / f"{kind}.log"
    log.touch(mode=0o644)
    rows = []
    with exporter.Exporter(folder, config(log), binary=daemon, name=kind) as running:
        running.start()
        cpu = 0.0
        for piece in range(1, pieces + 1):
            write(log, program, kind, lines, (piece - 1) * lines)
            page = running.wait_for_page(
                lambda page: page.total("erp_exporter_log_lines_total", result="ok") >= piece * lines, "read", 300)
            used = backlog.reader_seconds(running.server.pid)
            rows.append({"name": f"{kind} {piece}", "lines": lines, "cpu": used - cpu,
                         "rate": lines / (used - cpu) / 1e6, "rss": proc.memory(running.server.pid)["rss"],
                         "page": len(running.get().body) / 1024, "series": len(page.samples)})
            cpu = used
            log.rename(log.with_suffix(".log.1"))
            log.touch(mode=0o644)
        counted = running.page().total(REQUESTS.name)
    if counted != pieces * lines:
        raise RuntimeError(f"{counted} requests of {pieces * lines} are counted")
    log.with_suffix(".log.1").unlink()
    return rows


def later(rows, figure, of):
    """The second half of a run, as a multiple of the first."""
    half = len(rows) // 2
    first, second = (of(row[figure] for row in part) for part in (rows[:half], rows[half:]))
    return second / first


def measure(folder, daemon, program, bars):
    rows = follow(folder, daemon, program, "json", PIECES, LINES)
    hostile = follow(folder, daemon, program, "json-hostile", HOSTILE_PIECES, HOSTILE_LINES)
    table.show("A log that is rotated, piece by piece", COLUMNS, rows + hostile)
    bars.at_most(f"{PIECES * LINES / 1e6:.0f} M lines: CPU time of the second half / of the first",
                 later(rows, "cpu", sum), SLOWER)
    bars.at_most("the same: RSS", later(rows, "rss", max), GROWN)
    bars.at_most("hostile hosts and paths, the same: RSS", later(hostile, "rss", max), GROWN)
    bars.at_most("the same: series", later(hostile, "series", max), GROWN)
    return {"rows": rows, "hostile": hostile}
