"""What /proc says of a process: CPU time, memory, context switches."""

import contextlib
import pathlib


def cpu_seconds(pid):
    """All live threads, in nanoseconds of the scheduler rather than ticks of 10 ms."""
    total = 0
    for file in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            total += int(file.read_text().split()[0])
    return total / 1e9


class CpuClock:
    """CPU time of a server's processes. One that starts later counts whole; of one that has ended in between
    nothing is known, which is why the servers here run without autovacuum."""

    def __init__(self, pids):
        self.pids = pids
        self.before = {pid: cpu_seconds(pid) for pid in pids()}

    def seconds(self):
        return sum(max(0.0, cpu_seconds(pid) - self.before.get(pid, 0.0)) for pid in self.pids())


def memory(pid):
    """MiB. Not of status, whose counters may be 64 pages per thread behind."""
    fields = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        key, _, rest = line.partition(":")
        fields[key] = int(rest.split()[0]) / 1024
    return {"rss": fields["Rss"], "anon": fields["Anonymous"], "file": fields["Rss"] - fields["Anonymous"]}


def peak_memory(pid):
    """MiB: the most that was ever resident."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no VmHWM of {pid}")


def context_switches(pid):
    """{thread: times it waited or was preempted}."""
    counts = {}
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        with contextlib.suppress(OSError):
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            counts[int(status.parent.name)] = (
                int(lines["voluntary_ctxt_switches"]) + int(lines["nonvoluntary_ctxt_switches"]))
    return counts


def switches_since(pid, before):
    return sum(count - before.get(thread, 0) for thread, count in context_switches(pid).items())
