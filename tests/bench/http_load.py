"""A page of 1 MB over HTTP, by wrk in kept connections, each server on a core of its own.

Ours writes (and compresses) the page anew for each request, out of samples that it does not collect again.
So does the peer, Debian's Pushgateway with the samples of our own page: it is client_golang, of which most
exporters are made. nginx sends the finished bytes of our page from files: the floor, no page written.
"""

import contextlib
import gzip
import http.client
import json
import os
import pathlib
import urllib.request

import table
from servers import exporter, fake_redis, nginx, peers, proc, process, targets
from subjects import OURS

SECONDS = 3
WAYS = [(encoding, connections) for encoding in ("identity", "gzip") for connections in (1, 16)]
TARGETS = 6
COMMANDS = 225
COLLECTORS = ("server", "clients", "memory", "persistence", "stats", "replication", "cpu", "commands", "errors",
              "keyspace", "slowlog")
COLUMNS = [("encoding", "encoding", None), ("connections", "connections", 0), ("", "name", None),
           ("req/s", "rate", 0), ("of peer's", "ratio", 2), ("p50 ms", "p50_ms", 2), ("p99 ms", "p99_ms", 2),
           ("CPU ms/req", "cpu_ms", 3), ("bytes", "bytes", 0), ("failed", "failed", 0)]


def large_info():
    lines = []
    for number in range(COMMANDS):
        calls = number * 7919 % 1000003
        lines += [f"cmdstat_command|{number}:calls={calls},usec={calls * 17},usec_per_call=17.00,"
                  f"rejected_calls=0,failed_calls={number}",
                  f"latency_percentiles_usec_command|{number}:p50={number / 7:.3f},p99=32.127,p99.9={calls}.5"]
    return fake_redis.info(extra=["# Commandstats", *lines])


def pin(pid, core):
    for task in pathlib.Path(f"/proc/{pid}/task").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(task.name), {core})


def load(script, cores, url, encoding, connections):
    words = ["taskset", "-c", cores[-1], "wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", script,
             "-H", f"Accept-Encoding: {encoding}", url]
    return json.loads(process.run_unprivileged(words, SECONDS + 30).splitlines()[-1])


def size(url, encoding):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": encoding})) as reply:
        if reply.headers["Content-Encoding"] != (None if encoding == "identity" else encoding):
            raise RuntimeError(f"{url}: {reply.headers['Content-Encoding']} instead of {encoding}")
        return len(reply.read())


def row(name, pid, url, script, cores, encoding, connections):
    pin(pid, cores[0])
    clock = proc.CpuClock(lambda: [pid])
    said = load(script, cores, url, encoding, connections)
    return {"encoding": encoding, "connections": connections, "name": name,
            "rate": said["requests"] / said["duration"] * 1e6, "p50_ms": said["p50"] / 1e3,
            "p99_ms": said["p99"] / 1e3, "cpu_ms": clock.seconds() / max(1, said["requests"]) * 1e3,
            "bytes": size(url, encoding), "failed": said["failed"]}


def pushed(page):
    """What the Pushgateway does not have of its own; it would refuse a family that it has otherwise."""
    lines = [line for line in page.text.splitlines(keepends=True) if " process_" not in line and
             not line.startswith("process_")]
    return "".join(lines).encode()


def push(address, body):
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request("PUT", "/metrics/job/bench", body)
    reply = connection.getresponse()
    if reply.status >= 300:
        raise RuntimeError(f"the Pushgateway: {reply.status}: {reply.read().decode()}")
    connection.close()


def measure(folder, daemon, bars):
    with contextlib.ExitStack() as stack:
        fake = stack.enter_context(fake_redis.FakeRedis(large_info()))
        kept = {"collectors": {name: {"minimum_age": "1h"} for name in COLLECTORS}}
        names = [f"cache{number}" for number in range(TARGETS)]
        text = exporter.config_text([targets.redis(name, address=fake.address, **kept) for name in names])
        ours = stack.enter_context(exporter.Exporter(folder, text, binary=daemon)).start()
        page = ours.wait_for_page(
            lambda page: not any(targets.problems(page, name, "redis") for name in names), "complete")
        gateway = stack.enter_context(peers.pushgateway(folder)).start()
        push(gateway.address, pushed(page))
        static = stack.enter_context(nginx.Nginx(folder, {
            "metrics": page.text, "metrics.gz": gzip.compress(page.text.encode(), 1)})).start()
        script = process.write_file(folder / "wrk.lua", pathlib.Path(__file__).with_name("wrk.lua").read_text())
        servers = {OURS: ours, "Pushgateway": gateway, "nginx, a file": static}
        cores = sorted(os.sched_getaffinity(0))
        asked = len(fake.commands)
        rows = []
        for encoding, connections in WAYS:
            three = [row(name, server.server.pid, f"http://{server.address}/metrics", script, cores, encoding,
                         connections) for name, server in servers.items()]
            for one in three:
                one["ratio"] = one["rate"] / three[1]["rate"]
            rows += three
        if len(fake.commands) != asked:
            raise RuntimeError("the load reached the server: a collector has no minimum age here")
    table.show(f"a page of {len(page.samples)} samples by wrk, {SECONDS} s each, server and client on a core "
               "each; nginx writes no page", COLUMNS, rows)
    bars.at_most("requests of ours that failed", sum(one["failed"] for one in rows if one["name"] == OURS), 0)
    return rows
