"""From a line of a log to a counter: our reader beside mtail, on the same lines."""

import collections
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import typing

from servers import exporter, proc, process
from servers.page import Page

SECONDS = 30  # of turns, for each reader
HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = [("log", "name", None), ("lines", "lines", 0), ("CPU s", "cpu", 2), ("M lines/s", "rate", 2),
           ("RSS MiB", "rss", 1), ("worst scrape ms", "scrape_ms", 1)]


class Family(typing.NamedTuple):
    """What mtail's program counts, too: by which labels, in its order."""
    name: str
    labels: tuple


def generate(file, program, *words):
    """Lines that the program writes, in a file that our daemon may read."""
    with open(file, "wb") as out:
        subprocess.run([program, "generate", *map(str, words)], check=True, stdout=out)
    file.chmod(0o644)
    return file


def reader_seconds(pid):
    """CPU time of the thread that reads and counts."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "log reader":
            return int((task / "schedstat").read_text().split()[0]) / 1e9
    raise RuntimeError("no reader runs")


def read_by_us(daemon, text, lines, name, family, folder):
    """A backlog from its beginning; scrapes meanwhile."""
    running = exporter.Exporter(folder, text, binary=daemon, name=name)
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
        counts = collections.Counter(running.page().by(family.name, *family.labels))
    row["rate"] = lines / row["cpu"] / 1e6
    return row, counts


def in_turns(folder, *readers):
    """Each one's (row, counts) of the turn that took it least: what else the machine does only ever adds to it. A core
    whose other thread is busy has half its speed, for seconds and more, so that the quick reader gets more turns: each
    has as much time to meet a quiet moment. A reader is told a folder for its files."""
    found = [[] for _ in readers]
    spent = [0.0] * len(readers)
    while min(spent) < SECONDS:
        turn = spent.index(min(spent))
        own = pathlib.Path(tempfile.mkdtemp(dir=folder))
        process.give(own)
        begun = time.monotonic()
        found[turn].append(readers[turn](own))
        spent[turn] += time.monotonic() - begun
        shutil.rmtree(own)
    for results in found:
        if any(counts != results[0][1] for _, counts in results):
            raise RuntimeError(f"{results[0][0]['name']}: {[counts.total() for _, counts in results]} requests in turn")
    return [min(results, key=lambda result: result[0]["cpu"]) for results in found]


def read_by_mtail(program, log, lines, folder):
    """Counts by two labels, which are its first metric's."""
    programs = process.subfolder(folder, "mtail")
    (programs / program).write_bytes((HERE / program).read_bytes())
    output = folder / "mtail.json"
    with open(output, "wb") as out:
        child = subprocess.Popen([*process.unprivileged("KILL"), "mtail", "-one_shot", "-progs", programs / program, "-logs", log],
                                 stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text()
    counts = collections.Counter()
    metrics, _ = json.JSONDecoder().raw_decode(text[text.index("["):])
    for metric in metrics:
        for label in metric.get("LabelValues") or []:
            counts[tuple(label["Labels"])] += label["Value"]["Value"]
    cpu = used.ru_utime + used.ru_stime
    return {"name": "mtail", "lines": lines, "cpu": cpu, "rate": lines / cpu / 1e6,
            "rss": used.ru_maxrss / 1024}, counts
