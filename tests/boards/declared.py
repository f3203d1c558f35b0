"""The metrics that the daemon declares, read from what `erp_exporter metrics` prints."""

import functools
import re
import subprocess

from servers import exporter

ROW = re.compile(r"^\| `(?P<name>[a-z][\w:]*)` \| (?P<type>\w+) \| [^|]*\| (?P<labels>[^|;]*)[^|]*\|")
SCRAPE = frozenset({"job", "instance"})
# What the reference says of these in its introduction only; the integration test compares it with a real page.
DAEMON_OF_TARGET = re.compile(r"^erp_exporter_(target_|collector_|connections$|series|duplicate_series|log_)"
                              r"|^erp_target_|^erp_tenant_database_info$")
# Not ours: what Prometheus itself adds to a scrape and to a firing alert.
PROMETHEUS = {
    "up": ("gauge", SCRAPE), "scrape_duration_seconds": ("gauge", SCRAPE), "scrape_samples_scraped": ("gauge", SCRAPE),
    "ALERTS": ("gauge", SCRAPE | {"target", "alertname", "alertstate", "severity", "component"}),
}
# Labels that a target may get from the configuration and that a rule asks for.
CONFIGURED = frozenset({"holds"})


class Metric:
    def __init__(self, kind, labels):
        self.type = kind
        self.labels = frozenset(labels)


@functools.cache
def metrics():
    """{series name: Metric with all labels it has in Prometheus}"""
    text = subprocess.run([exporter.built(), "metrics"], capture_output=True, text=True, check=True).stdout
    found = {name: Metric(*row) for name, row in PROMETHEUS.items()}
    of_targets = False
    for line in text.splitlines():
        of_targets = of_targets or line.startswith("## Exporter ")
        if row := ROW.match(line):
            name = row["name"]
            labels = SCRAPE | set(re.findall(r"`(\w+)`", row["labels"]))
            if of_targets or DAEMON_OF_TARGET.match(name):
                labels |= {"target"}
            if DAEMON_OF_TARGET.match(name) and name != "erp_tenant_database_info":
                labels |= {"exporter"}
            if "tenant by" in line:
                labels |= {"tenant"}
            found |= series(name, row["type"], labels)
    return found


def series(name, kind, labels):
    if kind == "histogram":
        return {f"{name}_bucket": Metric("counter", labels | {"le"}), f"{name}_sum": Metric("counter", labels),
                f"{name}_count": Metric("counter", labels)}
    if kind == "summary":
        return {name: Metric("gauge", labels | {"quantile"}), f"{name}_sum": Metric("counter", labels),
                f"{name}_count": Metric("counter", labels)}
    return {name: Metric(kind, labels)}
