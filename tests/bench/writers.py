"""What writing a page costs, against prometheus-cpp's Collect and Serialize, which does not compress."""

import json
import subprocess

import table

PEER = "prometheus-cpp collect + text"
BARS = {"text": 1 / 15, "text + gzip": 1 / 5}
COLUMNS = [("", "name", None), ("samples", "samples", 0), ("CPU ns/sample", "ns", 1), ("ratio", "ratio", 4),
           ("B/sample", "bytes_per_sample", 1)]


def measure(program, bars):
    done = subprocess.run([program], check=True, capture_output=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    by_name = {(row["name"], row["samples"]): row for row in rows}
    for row in rows:
        row["ratio"] = row["ns"] / by_name[PEER, row["samples"]]["ns"]
        row["bytes_per_sample"] = row["bytes"] / row["samples"]
    table.show("writers, against prometheus-cpp's Collect and Serialize", COLUMNS, rows)
    for samples in sorted({row["samples"] for row in rows}):
        for name, bound in BARS.items():
            bars.at_most(f"{name} of {samples} samples / {PEER}", by_name[name, samples]["ratio"], bound)
        bars.at_most(f"protobuf of {samples} samples / text",
                     by_name["protobuf", samples]["ns"] / by_name["text", samples]["ns"], 1)
    return rows
