"""Every board: what grafana/dashboard-linter asks, and what an import into Grafana 9.4 to 12 needs."""

import itertools
import re
import subprocess

import pytest

from boards import declared, expressions, inference
from machinery import shown
from machinery.promql import Binary, Literal, parse, selectors, walk

CORE_PANELS = {"stat", "timeseries", "table", "heatmap", "row"}  # in every Grafana from 9.4, without plugins
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
COMPARISONS = {">", ">=", "<", "<=", "=="}
COLOURS = {"green", "yellow", "red", "blue"}

PANELS = [pytest.param(panel, id=f"{uid}: {panel['title']}") for uid, board in expressions.BOARDS.items()
          for panel in expressions.panels(board)]
each = pytest.mark.parametrize("uid", expressions.BOARDS)
each_panel = pytest.mark.parametrize("panel", PANELS)


def test_what_is_committed_is_what_the_sources_say():
    done = subprocess.run([expressions.ROOT / "dashboards/generate", "--check"], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_uids_and_titles_are_those_of_one_board_and_stay():
    boards = expressions.BOARDS
    assert all(board["uid"] == uid and re.fullmatch(r"erp-[a-z-]{1,36}", uid) for uid, board in boards.items())
    assert len({board["title"] for board in boards.values()}) == len(boards)
    # Bookmarks and alerts' links point there.
    assert {"erp-redis", "erp-exporter", "erp-postgres", "erp-locks", "erp-traefik", "erp-odoo"} <= set(boards)


@each
def test_a_board_is_importable_as_it_is(uid):
    board = expressions.BOARDS[uid]
    assert board["schemaVersion"] == 37
    assert board["id"] is None and board["editable"] is False
    assert "__inputs" not in board
    assert isinstance(board["refresh"], str)
    assert "erp" in board["tags"]
    assert all(link["tags"] == ["erp"] and link["includeVars"] and link["keepTime"] for link in board["links"])
    marks = [mark for mark in board["annotations"]["list"] if "expr" in mark]
    assert marks and all(mark["datasource"] == DATASOURCE for mark in marks)


@each
def test_variables_are_those_of_the_linter(uid):
    variables = {variable["name"]: variable for variable in expressions.BOARDS[uid]["templating"]["list"]}
    assert list(variables) == ["datasource", "job", "instance", "target"]
    assert variables["datasource"]["type"] == "datasource"
    assert variables["datasource"]["label"] == "Data source"
    for name, everything in (("job", ".+"), ("instance", ".+"), ("target", ".*")):
        variable = variables[name]
        assert variable["label"] == name.capitalize()
        assert variable["multi"] and variable["includeAll"] and variable["refresh"] == 2
        assert variable["allValue"] == everything
        assert variable["datasource"] == DATASOURCE


@each
def test_panels_lie_on_the_grid_beside_each_other(uid):
    places = [panel["gridPos"] for panel in expressions.BOARDS[uid]["panels"]]
    ids = [panel["id"] for panel in expressions.BOARDS[uid]["panels"]]
    assert len(ids) == len(set(ids))
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, two in itertools.combinations(places, 2):
        apart = (one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"]
                 or one["y"] + one["h"] <= two["y"] or two["y"] + two["h"] <= one["y"])
        assert apart, (one, two)


@each
def test_the_first_row_says_whether_it_is_fine_now(uid):
    panels = expressions.BOARDS[uid]["panels"]
    assert panels[0]["type"] == "row" and panels[0]["title"].endswith("?")
    second = next(number for number, panel in enumerate(panels[1:], 1) if panel["type"] == "row")
    verdict = panels[1:second]
    assert {panel["type"] for panel in verdict} == {"stat"}
    assert len(verdict) >= 6
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in verdict) <= 6
    assert sum(len(panel["fieldConfig"]["defaults"]["thresholds"]["steps"]) > 1 for panel in verdict) >= 6
    assert 12 <= len(expressions.panels(expressions.BOARDS[uid])) <= 28


@each_panel
def test_a_panel_is_named_explained_and_has_a_unit(panel):
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["type"] in CORE_PANELS
    assert panel["title"].strip() and len(panel["title"]) <= 30
    assert len(panel["description"]) >= 40 and panel["description"].endswith(".")
    assert defaults["unit"] in shown.UNITS
    assert defaults["noValue"], "an empty panel has to say what is missing"
    assert panel["datasource"] == DATASOURCE
    assert panel["targets"]
    colours = [step["color"] for step in defaults["thresholds"]["steps"]]
    assert set(colours) <= COLOURS
    limits = [step["value"] for step in defaults["thresholds"]["steps"]]
    assert limits[0] is None and limits[1:] == sorted(limits[1:])
    assert "libraryPanel" not in panel


@each_panel
def test_a_panel_asks_for_what_is_chosen_and_no_more(panel):
    for target in panel["targets"]:
        assert target["datasource"] == DATASOURCE
        for selector in selectors(parse(target["expr"])):
            matchers = {label: operator + text for label, operator, text in selector.matchers}
            wanted = {"job": "=~$job", "instance": "=~$instance"}
            component_alerts = selector.name == "ALERTS" and matchers.get("component") == "=exporter"
            if "target" in declared.metrics()[selector.name].labels and not component_alerts:
                wanted["target"] = "=~$target"
            assert wanted.items() <= matchers.items(), selector


@each_panel
def test_a_table_is_asked_once_and_shows_only_columns_it_has(panel):
    table = panel["type"] == "table"
    assert all((target["format"] == "table") == target["instant"] == table for target in panel["targets"])
    if not table:
        return
    merge, organize = panel["transformations"]
    assert merge["id"] == "merge" and organize["id"] == "organize"
    has = set().union(*(inference.labels(parse(target["expr"])) for target in panel["targets"]))
    values = {"Value"} if len(panel["targets"]) == 1 else {f"Value #{target['refId']}" for target in panel["targets"]}
    named = set(organize["options"]["renameByName"])
    assert named <= has | values
    # What is neither named nor left out would show up under its raw name.
    assert has | values | {"Time"} <= named | set(organize["options"]["excludeByName"])
    headings = set(organize["options"]["renameByName"].values())
    assert {rule["matcher"]["options"] for rule in panel["fieldConfig"]["overrides"]} <= headings
    assert {order["displayName"] for order in panel["options"]["sortBy"]} <= headings


@each_panel
def test_a_heatmap_is_of_one_histogram_whose_buckets_are_its_rows(panel):
    heatmap = panel["type"] == "heatmap"
    assert all((target["format"] == "heatmap") == heatmap for target in panel["targets"])
    if not heatmap:
        return
    target, = panel["targets"]
    assert target["legendFormat"] == "{{le}}"
    assert inference.labels(parse(target["expr"])) == {"le"}
    assert panel["options"]["yAxis"]["unit"] == panel["fieldConfig"]["defaults"]["unit"]


def alert_of(panel):
    """Of the runbook that a panel with one number names; None: of none."""
    runbook = re.search(r"runbook ([A-Z]\w+)", panel["description"])
    return expressions.ALERTS[runbook.group(1)] if runbook and panel["type"] == "stat" else None


@each_panel
def test_colours_change_where_the_alert_of_the_same_query_fires(panel):
    """A red panel and a page must not disagree: the threshold of an alert is the colour's."""
    rule = alert_of(panel)
    if rule is None:
        return
    steps = {step["color"]: step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]}
    wanted = {"page": "red", "ticket": "yellow"}[rule["labels"]["severity"]]
    assert wanted in steps, f"{rule['alert']} is a {rule['labels']['severity']}"
    comparisons = [node for node, _ in walk(parse(rule["expr"]))
                   if isinstance(node, Binary) and node.operator in COMPARISONS]
    numbers = {node.value for comparison in comparisons for node, _ in walk(comparison.right)
               if isinstance(node, Literal)}
    if any(comparison.operator in ("<", "<=", "==") for comparison in comparisons):
        numbers.add(None)  # what is below the first step
    # A panel that counts what is wrong is coloured from the first of them.
    assert steps[wanted] in numbers | {1}


@each_panel
def test_rates_are_of_the_interval_that_is_looked_at(panel):
    """A fixed window hides what is shorter. Tables say of which window they are, and a number that is an alert's
    has the alert's."""
    windows = {window for target in panel["targets"]
               for window in re.findall(r"\bi?rate\([^\[\]]*\[([^\]]*)\]", target["expr"])}
    rule = alert_of(panel)
    if panel["type"] != "table":
        of_alert = re.findall(r"\[(\w+)\]", rule["expr"]) if rule else []
        assert windows <= {"$__rate_interval", *of_alert}
