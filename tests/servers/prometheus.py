"""A private Prometheus, its query API and promtool."""

import json
import re
import subprocess
import urllib.parse
import urllib.request

from . import process


class Prometheus(process.Service):
    """Scrapes each address every second as the job of that name, and what `http_sd` names; evaluates the
    files of rules, whose alerts fire when they have held for `hold` instead of their own time."""

    def __init__(self, parent, jobs, interval="1s", features=(), http_sd=None, rules=(), hold=None,
                 program="/usr/bin/prometheus"):
        self.program = program
        self.folder = process.subfolder(parent, "prometheus")
        self.port = process.free_port()
        text = "global:\n" + "".join(
            f"  {key}: {interval}\n" for key in ("scrape_interval", "scrape_timeout", "evaluation_interval"))
        # Copies: the checkout may be closed to the servers' user.
        for file in rules:
            rule_text = file.read_text(encoding="utf-8")
            if hold:
                rule_text = re.sub(r"(?m)^(\s+for: ).*$", rf"\g<1>{hold}", rule_text)
            process.write_file(self.folder / file.name, rule_text)
        text += f"rule_files: {json.dumps([file.name for file in rules])}\nscrape_configs:\n"
        for job, address in jobs.items():
            text += f"  - {{job_name: {job}, static_configs: [{{targets: ['{address}']}}]}}\n"
        if http_sd:
            text += ("  - {job_name: sd, honor_labels: true, http_sd_configs: "
                     f"[{{url: '{http_sd}', refresh_interval: 1s}}]}}\n")
        self.file = process.write_file(self.folder / "prometheus.yml", text)
        self.features = [f"--enable-feature={feature}" for feature in features]

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self, wait=True):
        self.server = process.Process(
            [self.program, f"--config.file={self.file}",
             f"--storage.tsdb.path={self.folder / 'data'}", f"--web.listen-address={self.address}",
             "--log.level=warn", *self.features], self.folder / "log")
        if wait:
            self.server.wait_for(self.ready, "Prometheus is ready", 60)
        return self

    def ready(self):
        with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=2) as reply:
            return reply.status == 200

    def query(self, expression):
        """{frozenset of label pairs: value} of an instant query."""
        url = f"http://{self.address}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(url, timeout=5) as reply:
            rows = json.load(reply)["data"]["result"]
        return {frozenset(row["metric"].items()): float(row["value"][1]) for row in rows}

    def first_samples(self, selector, reach="1h"):
        """{frozenset of label pairs: (Unix time, value) of the oldest sample}"""
        url = f"http://{self.address}/api/v1/query?" + urllib.parse.urlencode({"query": f"{selector}[{reach}]"})
        with urllib.request.urlopen(url, timeout=5) as reply:
            rows = json.load(reply)["data"]["result"]
        return {frozenset(row["metric"].items()): (row["values"][0][0], float(row["values"][0][1])) for row in rows}

    def sums(self, expression, *keys):
        """{values of the labels `keys`: sum} of what the query finds."""
        totals = {}
        for pairs, value in self.query(f"sum by ({','.join(keys)}) ({expression})").items():
            labels = dict(pairs)
            totals[tuple(labels.get(key, "") for key in keys)] = value
        return totals

    def targets(self):
        """What it scrapes, as /api/v1/targets says."""
        with urllib.request.urlopen(f"http://{self.address}/api/v1/targets", timeout=5) as reply:
            return json.load(reply)["data"]["activeTargets"]


def check_metrics(page):
    """What promtool says against a page, line by line."""
    done = subprocess.run(["/usr/bin/promtool", "check", "metrics"], input=page, text=True,
                          capture_output=True, timeout=60, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
