"""What a Prometheus answers to the queries of a board, everything selected."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request

EVERYTHING = {"job": ".+", "instance": ".+", "target": ".*"}


def substituted(query, rate_interval, span, chosen=None):
    """As Grafana sends it: variables of the board and its own durations are text by then."""
    for name, value in {"__rate_interval": rate_interval, "__range": span, **EVERYTHING, **(chosen or {})}.items():
        query = query.replace(f"${name}", value)
    return query


class Refused(RuntimeError):
    """Prometheus did not answer a query, or answered with a warning."""


class Prometheus:
    def __init__(self, address):
        self.address = address

    def ask(self, path, **parameters):
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=20) as reply:
                answer = json.load(reply)
        except urllib.error.HTTPError as error:
            raise Refused(f"{parameters.get('query')}: {error.read().decode(errors='replace')}") from error
        if answer["status"] != "success" or answer.get("warnings"):
            raise Refused(f"{parameters.get('query')}: {answer}")
        return answer["data"]

    def instant(self, query):
        """[(labels, value)]"""
        found = self.ask("query", query=query)
        rows = [{"metric": {}, "value": found["result"]}] if found["resultType"] == "scalar" else found["result"]
        return [(row["metric"], float(row["value"][1])) for row in rows]

    def over(self, query, seconds, points=240):
        """[(labels, [(time, value)])] of the last so many seconds."""
        now = time.time()
        found = self.ask("query_range", query=query, start=now - seconds, end=now, step=max(1, seconds / points))
        return [(row["metric"], [(float(at), float(value)) for at, value in row["values"]])
                for row in found["result"]]


def of_panel(panel, prometheus, seconds, rate_interval):
    """One answer for each query of the panel: instant ones for tables, over time for the rest."""
    found = []
    for target in panel["targets"]:
        query = substituted(target["expr"], rate_interval, f"{seconds}s")
        found.append(prometheus.instant(query) if target["instant"] else prometheus.over(query, seconds))
    return found
