"""What writing a page costs, against prometheus-cpp's Collect and Serialize, which does not compress."""

import json
import statistics
import subprocess

import table

PEER = "prometheus-cpp collect + text"
RUNS = 3  # of the program: where its memory lies differs
BARS = {"text": 1 / 15, "text + gzip": 1 / 5}
COLUMNS = [("", "name", None), ("samples", "samples", 0), ("CPU ns/sample", "ns", 1), ("ratio", "ratio", 4),
           ("B/sample", "bytes_per_sample", 1)]


def one_run(program):
    done = subprocess.run([program], check=True, capture_output=True)
    return {(row["name"], row["samples"]): row for row in map(json.loads, done.stdout.splitlines())}


def measure(program, bars):
    runs = [one_run(program) for _ in range(RUNS)]
    rows = list(runs[0].values())

    def ratio(name, to, samples):
        return statistics.median(run[name, samples]["ns"] / run[to, samples]["ns"] for run in runs)

    for row in rows:
        row["ns"] = statistics.median(run[row["name"], row["samples"]]["ns"] for run in runs)
        row["ratio"] = ratio(row["name"], PEER, row["samples"])
        row["bytes_per_sample"] = row["bytes"] / row["samples"]
    table.show("writers, against prometheus-cpp's Collect and Serialize", COLUMNS, rows)
    for samples in sorted({row["samples"] for row in rows}):
        for name, bound in BARS.items():
            bars.at_most(f"{name} of {samples} samples / {PEER}", ratio(name, PEER, samples), bound)
        bars.at_most(f"protobuf of {samples} samples / text", ratio("protobuf", "text", samples), 1)
    return rows
