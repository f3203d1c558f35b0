"""Everything that is committed, read from the files that users load, and each expression in it."""

import dataclasses
import json
import pathlib
import re

import yaml

from machinery import promql

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = sorted(ROOT.glob("alerts/*.rules.yml"))
TESTS = sorted(ROOT.glob("alerts/tests/*.yml"))
BOARDS = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(ROOT.glob("dashboards/*.json"))}
ALERTS = {rule["alert"]: rule for file in RULES
          for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]}
LABEL_VALUES = re.compile(r"label_values\((?P<selector>.*), *(?P<label>\w+)\)$")


@dataclasses.dataclass
class Expression:
    where: str
    text: str
    kind: str  # alert, panel, annotation, variable
    shown: set  # labels that its text asks for

    @property
    def tree(self):
        return promql.parse(self.text)

    def __str__(self):
        return self.where


def panels(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def of_board(uid, board):
    for panel in panels(board):
        columns = set()
        for step in panel.get("transformations", []):
            columns |= {name for name in step["options"].get("renameByName", {}) if not name.startswith("Value")}
        for target in panel["targets"]:
            shown = set(re.findall(r"\{\{ *(\w+) *\}\}", target["legendFormat"]))
            yield Expression(f"{uid}: {panel['title']} {target['refId']}", target["expr"], "panel", shown), columns
    for mark in board["annotations"]["list"]:
        if "expr" in mark:
            shown = set(re.findall(r"\{\{ *(\w+) *\}\}", mark["titleFormat"]))
            yield Expression(f"{uid}: {mark['name']}", mark["expr"], "annotation", shown), set()
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            query = LABEL_VALUES.match(variable["query"]["query"])
            yield Expression(f"{uid}: ${variable['name']}", query["selector"], "variable", {query["label"]}), set()


def of_alerts():
    for name, rule in ALERTS.items():
        shown = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
        yield Expression(name, rule["expr"], "alert", shown)


ALL = [*of_alerts(), *(found for uid, board in BOARDS.items() for found, _ in of_board(uid, board))]
