"""Every alert: labelled, explained, linked and proved by promtool to fire, to stay silent and to end."""

import re
import subprocess

import pytest
import yaml

from boards import declared, expressions, inference
from machinery.promql import Aggregate, Binary, Call, parse, selectors, walk

RUNBOOK_PARTS = ["## What it means", "## What users notice", "## How to look", "## What to do",
                 "## When it is a false alarm"]
COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}
PLAYED = {file: yaml.safe_load(file.read_text(encoding="utf-8")) for file in expressions.TESTS}
GROUPS = [test for played in PLAYED.values() for test in played["tests"]]

each = pytest.mark.parametrize("name", expressions.ALERTS)
each_file = pytest.mark.parametrize("file", expressions.RULES, ids=lambda file: file.name)


def promtool(*words):
    return subprocess.run(["/usr/bin/promtool", *map(str, words)], capture_output=True, text=True, timeout=380,
                          check=False)


def minutes(duration):
    units = {"s": 1 / 60, "m": 1, "h": 60}
    return sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)([smh])", duration))


def played(name):
    """[(test, [(minutes, alerts expected)])] of the tests about this alert alone."""
    return [(test, [(minutes(step["eval_time"]), step["exp_alerts"]) for step in test["alert_rule_test"]])
            for test in GROUPS if {step["alertname"] for step in test["alert_rule_test"]} == {name}]


def minutes_fired(test):
    """(how many of how many minutes from the beginning on) as the test wants it of every minute."""
    wanted, = test["promql_expr_test"]
    ranged, = selectors(parse(wanted["expr"]))
    assert ranged.name == "ALERTS" and ("alertstate", "=", "firing") in ranged.matchers
    assert ranged.range == wanted["eval_time"]
    return sum(sample["value"] for sample in wanted["exp_samples"]), minutes(wanted["eval_time"])


def series_names(test):
    return {parse(entry["series"]).name for entry in test["input_series"]}


@each_file
def test_promtool_accepts_the_rules(file):
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(400)  # 13 s of one core for the longest file
@each_file
def test_promtool_plays_every_case(file):
    done = promtool("test", "rules", file.parent / "tests" / file.name.replace(".rules", ""))
    assert done.returncode == 0, done.stdout + done.stderr


def test_names_of_alerts_are_there_once():
    names = [rule["alert"] for file in expressions.RULES
             for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
    assert len(names) == len(set(names)) == len(expressions.ALERTS)


@each
def test_an_alert_has_a_firing_case_that_ends(name):
    stories = [(test, steps) for test, steps in played(name) if any(alerts for _, alerts in steps)]
    assert stories, "no case that fires"
    for test, steps in stories:
        last_firing = max(time for time, alerts in steps if alerts)
        assert any(not alerts and time > last_firing for time, alerts in steps), "no recovery"
        used = {node.name for node in selectors(parse(expressions.ALERTS[name]["expr"]))}
        assert used <= series_names(test)


@each
def test_each_firing_case_says_the_first_and_the_last_minute(name):
    """So that a shorter or longer `for` or `keep_firing_for` is another outcome."""
    for test, steps in played(name):
        firing = [time for time, alerts in steps if alerts]
        if firing:
            assert [(time, bool(alerts)) for time, alerts in steps] == [
                (firing[0] - 1, False), (firing[0], True), (steps[-1][0], False)]
            assert minutes_fired(test) == (steps[-1][0] - firing[0], steps[-1][0])


@each
def test_an_alert_has_a_near_miss_with_the_series_that_it_reads(name):
    missed = [(test, steps) for test, steps in played(name) if not any(alerts for _, alerts in steps)]
    assert missed, "no near miss"
    fired = set.union(*(series_names(test) for test, steps in played(name) if any(alerts for _, alerts in steps)))
    wait = minutes(expressions.ALERTS[name].get("for", "0m"))
    for test, steps in missed:
        assert series_names(test) <= fired and series_names(test)
        last = max(time for time, _ in steps)
        assert last >= wait, "too early to say that it stays silent"
        assert minutes_fired(test) == (0, last)


@pytest.mark.parametrize("file", PLAYED, ids=lambda file: file.name)
def test_a_healthy_estate_keeps_all_alerts_of_the_file_silent(file):
    healthy = PLAYED[file]["tests"][0]
    rules = yaml.safe_load((file.parent / PLAYED[file]["rule_files"][0]).read_text(encoding="utf-8"))
    expected = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    assert {step["alertname"] for step in healthy["alert_rule_test"]} == expected
    assert not any(step["exp_alerts"] for step in healthy["alert_rule_test"])
    assert minutes_fired(healthy) == (0, 180)


def test_series_in_cases_have_the_labels_of_real_ones():
    for test in GROUPS:
        for entry in test["input_series"]:
            selector = parse(entry["series"])
            given = {label for label, _, _ in selector.matchers}
            metric = declared.metrics()[selector.name]
            assert given - declared.CONFIGURED == metric.labels, f"{test['name']}: {entry['series']}"


@each
def test_severity_times_and_annotations_are_complete(name):
    rule = expressions.ALERTS[name]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["labels"]["component"] in ("redis", "exporter", "postgres", "traefik", "odoo")
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url", "dashboard_url"}
    for key in ("summary", "description"):
        assert rule["annotations"][key].endswith(".")
        assert len(rule["annotations"][key]) >= 30
    assert "$value" not in rule["annotations"]["summary"]
    wait = minutes(rule.get("for", "0m"))
    if wait == 0:
        assert "increase(" in rule["expr"] and rule.get("keep_firing_for"), "an event needs no wait, but to be kept"
    elif rule["labels"]["severity"] == "page":
        assert 1 <= wait <= 5
    if "absent(" in rule["expr"] or "unless" in rule["expr"]:
        assert wait >= 2, "two scrapes"


@each
def test_the_expression_is_a_condition_without_topk(name):
    tree = parse(expressions.ALERTS[name]["expr"])
    operators = {node.operator for node, _ in walk(tree) if isinstance(node, Binary)}
    calls = {node.name for node, _ in walk(tree) if isinstance(node, (Call, Aggregate))}
    assert operators & COMPARISONS or "absent" in calls
    assert not calls & {"topk", "bottomk", "quantile"}


@each
def test_an_alert_says_which_target_it_is_about(name):
    tree = parse(expressions.ALERTS[name]["expr"])
    if isinstance(tree, Call) and tree.name == "absent":
        return
    first = selectors(tree)[0].name
    assert declared.metrics()[first].labels & {"job", "instance", "target"} <= inference.labels(tree)


@each
def test_the_runbook_is_there_and_says_what_is_needed_at_night(name):
    url = expressions.ALERTS[name]["annotations"]["runbook_url"]
    assert url.endswith(f"alerts/runbooks/{name}.md")
    text = (expressions.ROOT / "alerts/runbooks" / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n")
    parts = [line for line in text.splitlines() if line.startswith("## ")]
    assert parts == RUNBOOK_PARTS
    assert "```" in text.split("## How to look")[1].split("## What to do")[0], "no query or command to copy"


def test_no_runbook_is_left_over():
    there = {file.stem for file in (expressions.ROOT / "alerts/runbooks").glob("*.md")}
    assert there == set(expressions.ALERTS)


@pytest.mark.parametrize("name", expressions.ALERTS)
def test_queries_of_the_runbook_are_ours_too(name):
    text = (expressions.ROOT / "alerts/runbooks" / f"{name}.md").read_text(encoding="utf-8")
    for query in re.findall(r"```promql\n(.*?)```", text, re.DOTALL):
        for line in filter(None, map(str.strip, query.splitlines())):
            inference.labels(parse(line))


@each
def test_the_link_opens_a_board_with_the_alerts_labels_chosen(name):
    url = expressions.ALERTS[name]["annotations"]["dashboard_url"]
    uid, _, query = url.removeprefix("/d/").partition("?")
    chosen = dict(re.findall(r"var-(\w+)=\{\{ \$labels\.(\w+) \| urlquery \}\}", query))
    variables = {variable["name"] for variable in expressions.BOARDS[uid]["templating"]["list"]}
    assert set(chosen) <= variables
    assert all(key == label for key, label in chosen.items())
    can = {"job", "instance", "target"} & inference.labels(parse(expressions.ALERTS[name]["expr"]))
    assert set(chosen) == can
