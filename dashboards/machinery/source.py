"""Reads the data files strictly: an unknown or missing key is an error that names the file and the place.

A query writes {TARGET} or {INSTANCE} for the matchers that belong into each selector, and (TARGET) or
(INSTANCE) for the labels to group by; what that means differs between boards, rules and tests.
"""

import dataclasses
import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
GROUPING = {"TARGET": "job, instance, target", "INSTANCE": "job, instance"}
BOARD_MATCHERS = {"TARGET": 'job=~"$job", instance=~"$instance", target=~"$target"',
                  "INSTANCE": 'job=~"$job", instance=~"$instance"'}
EXAMPLE = {"job": "erp_exporter", "instance": "erp1:9069", "target": "cache"}


class Wrong(ValueError):
    """The data file says something that cannot be generated."""


def expanded(query, matchers=None):
    text = query.strip()
    for word, labels in GROUPING.items():
        text = text.replace(f"({word}", f"({labels}")
        if matchers:
            text = text.replace(f"{{{word}", f"{{{matchers[word]}")
    if "TARGET" in text or "INSTANCE" in text:
        raise Wrong(f"TARGET or INSTANCE where it means nothing: {text}")
    return text


@dataclasses.dataclass
class NearMiss:
    series: dict
    until: str  # in minutes, "30m"; the alert is silent from the beginning on


@dataclasses.dataclass
class Story:
    """What promtool plays: the series, when the alert fires and when it is over.

    Both times are exact, so that they prove `for` and `keep_firing_for`: a minute before them it is not so yet.
    """

    series: dict
    fires: str  # the first minute of it, "8m"
    recovers: str  # the first minute without it
    labels: dict = dataclasses.field(default_factory=dict)  # beside the linked ones
    value: str = ""  # as {{ $value }} is shown in the first minute
    interval: str = "1m"  # between two values; a story of days takes promtool less time with fewer


@dataclasses.dataclass
class Case:
    """The story of an alert, one in which it only nearly fires, and others in which it fires for another reason."""

    story: Story
    near_miss: NearMiss
    others: dict  # reason -> Story, of the first one's labels unless it has its own


@dataclasses.dataclass
class Alert:
    alert: str
    severity: str
    expr: str
    summary: str
    description: str
    test: Case
    threshold: float | None = None  # what THRESHOLD in the expression and boards' colours stand for
    keep_firing_for: str = ""
    board: str = ""  # that its link opens, if it is not the group's
    link: list = dataclasses.field(default_factory=lambda: ["job", "instance", "target"])
    # `for` is a word of Python; its key in the file is the usual one.
    after: str = "0m"


@dataclasses.dataclass
class Rules:
    component: str
    board: str
    alerts: list
    healthy: dict  # series of an estate that nothing is wrong with
    terms: dict = dataclasses.field(default_factory=dict)  # WORD -> what it stands for in several expressions
    name: str = ""


@dataclasses.dataclass
class Query:
    expr: str
    legend: str = ""
    name: str = ""  # column of a table
    unit: str = ""
    mappings: dict = dataclasses.field(default_factory=dict)
    thresholds: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Panel:
    title: str
    kind: str  # stat, timeseries, table, heatmap (of a histogram, by le)
    width: int
    height: int
    unit: str
    description: str
    queries: list
    thresholds: list = dataclasses.field(default_factory=list)  # [{colour, from: number or alert}]
    mappings: dict = dataclasses.field(default_factory=dict)
    no_value: str = ""
    may_be_empty: bool = False  # on a healthy estate
    decimals: int | None = None
    maximum: float | None = None
    columns: dict = dataclasses.field(default_factory=dict)  # label -> heading, of a table
    sort: dict = dataclasses.field(default_factory=dict)  # heading -> up or down; worst first


@dataclasses.dataclass
class Row:
    title: str
    panels: list


@dataclasses.dataclass
class Annotation:
    name: str
    expr: str
    colour: str
    title: str
    value_is_time: bool = False


@dataclasses.dataclass
class Board:
    uid: str
    title: str
    description: str
    tags: list
    variables_from: str  # a metric that each series to choose from has
    annotations: list
    rows: list


def filled(kind, data, where):
    """A dataclass from a mapping; `for` and `from` keep their usual names in the files."""
    names = {field.name: field for field in dataclasses.fields(kind)}
    data = {"after" if key == "for" else key: value for key, value in data.items()}
    unknown = [key for key in data if key not in names]
    missing = [name for name, field in names.items() if name not in data
               and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING]
    if unknown or missing:
        raise Wrong(f"{where}: unknown {unknown}, missing {missing}")
    return kind(**data)


def read(file):
    with open(file, encoding="utf-8") as opened:
        return yaml.safe_load(opened)


def minutes(time, where):
    if not re.fullmatch(r"[1-9]\d*m", str(time)):
        raise Wrong(f"{where}: {time} is not a number of minutes, as 8m is")
    return int(time[:-1])


def texts(series, where):
    """0x10 is a number to YAML and eleven zeros to promtool."""
    for name, values in series.items():
        if not isinstance(values, str):
            raise Wrong(f"{where}: quote the values of {name}")


def with_terms(query, terms):
    """A term may use those below it; its further lines stand below the place it is put."""
    for word, text in terms.items():
        def put(line, word=word, text=text):
            return line[0].replace(word, text.strip().replace("\n", "\n" + line[1]))
        query = re.sub("^( *).*$", put, query, flags=re.MULTILINE)
    return query


def rules(file):
    found = filled(Rules, read(file), file)
    found.name = file.stem
    texts(found.healthy, file)
    for word in found.terms:
        used = [alert for alert in found.alerts if word in alert["expr"]] + [
            term for term in found.terms.values() if word in term]
        if len(used) < 2:
            raise Wrong(f"{file}: the term {word} is used less than twice")
    for at, data in enumerate(found.alerts):
        where = f"{file}: {data.get('alert', at)}"
        case = dict(data.get("test") or {})
        near_miss = filled(NearMiss, case.pop("near_miss", None) or {}, f"{where}: near_miss")
        labels = {"labels": case.get("labels", {})}
        others = {reason: filled(Story, labels | other, f"{where}: {reason}")
                  for reason, other in case.pop("others", {}).items()}
        test = Case(filled(Story, case, f"{where}: test"), near_miss, others)
        alert = filled(Alert, {**data, "test": test}, where)
        for played in (test.story, near_miss, *others.values()):
            texts(played.series, where)
        if ("THRESHOLD" in alert.expr) != (alert.threshold is not None):
            raise Wrong(f"{where}: THRESHOLD and threshold go together")
        threshold = f"{alert.threshold:g}" if alert.threshold else ""
        alert.expr = expanded(with_terms(alert.expr, found.terms)).replace("THRESHOLD", threshold)
        found.alerts[at] = alert
    return found


def board(file):
    found = filled(Board, read(file), file)
    found.annotations = [filled(Annotation, data, f"{file}: annotation") for data in found.annotations]
    found.rows = [filled(Row, data, f"{file}: row") for data in found.rows]
    for row in found.rows:
        for at, data in enumerate(row.panels):
            where = f"{file}: {data.get('title')}"
            panel = filled(Panel, data, where)
            panel.queries = [filled(Query, query, where) for query in panel.queries]
            row.panels[at] = panel
    return found


def all_rules(root=ROOT):
    return [rules(file) for file in sorted((root / "alerts/source").glob("*.yml"))]


def all_boards(root=ROOT):
    return [board(file) for file in sorted((root / "dashboards/source").glob("*.yml"))]
