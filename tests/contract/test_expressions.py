"""Every expression of boards and rules: only what the daemon declares, and nothing that can never answer."""

import re

import pytest

from boards import declared, expressions, inference
from machinery.promql import Aggregate, Binary, Call, Refused, Selector, parse, selectors, walk

SCRAPE_INTERVAL = 60  # seconds; Prometheus' default, the longest that the rules are made for
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
OF_COUNTERS = {"rate", "increase", "irate"}
OF_GAUGES = {"deriv", "delta", "predict_linear", "avg_over_time", "max_over_time", "min_over_time",
             "changes", "last_over_time"}

# Where one of several targets is not what is asked for.
OVER_TARGETS = {
    "ErpTenantSilent": {
        "erp_tenant_database_info": "a tenant is not configured for a server: its database may be on any",
        "erp_exporter_target_up": "and is on none only if all of them can be asked"},
    "erp-exporter: Firing alerts A": {"ALERTS": "those about the exporter itself have no target"},
}

each = pytest.mark.parametrize("expression", expressions.ALL, ids=str)


def births(tree):
    """The selectors of `c unless last_over_time(c[..] offset ..)`: a counter that was not there, whose value is all new."""
    found = set()
    for node, _ in walk(tree):
        if isinstance(node, Binary) and node.operator == "unless" and isinstance(node.left, Selector):
            before = node.right
            if isinstance(before, Call) and before.name == "last_over_time" and before.arguments[0].offset:
                earlier = before.arguments[0]
                if (earlier.name, earlier.matchers) == (node.left.name, node.left.matchers):
                    found |= {id(node.left), id(earlier)}
    return found


def seconds(duration):
    return sum(int(count) * SECONDS[unit] for count, unit in re.findall(r"(\d+)([smhd])", duration))


def test_there_is_something_to_judge():
    assert set(OVER_TARGETS) <= {expression.where for expression in expressions.ALL}
    assert len(expressions.ALERTS) >= 15
    assert len(expressions.BOARDS) >= 2
    assert len(expressions.ALL) >= 90


@each
def test_names_and_labels_are_declared_and_joins_can_match(expression):
    found = inference.labels(expression.tree)
    assert found is not None
    assert expression.shown <= found


@each
def test_counters_are_only_read_by_how_they_rise_and_gauges_never_so(expression):
    tree = expression.tree
    new = births(tree)
    for node, above in walk(tree):
        if not isinstance(node, Selector) or expression.kind == "variable" or id(node) in new:
            continue
        reader = above[-1].name if above and isinstance(above[-1], Call) else ""
        counter = declared.metrics()[node.name].type == "counter"
        assert counter == (reader in OF_COUNTERS), f"{node.name} in {reader or 'nothing'}"
        assert bool(node.range) == (reader in OF_COUNTERS | OF_GAUGES), f"{node.name}[{node.range}]"


@each
def test_ranges_hold_four_scrapes(expression):
    for node in selectors(expression.tree):
        if node.range.startswith("$"):
            assert expression.kind == "panel" and node.range == "$__rate_interval"
        elif node.range:
            assert seconds(node.range) >= 4 * SCRAPE_INTERVAL


@each
def test_regular_expressions_are_needed_and_begin_with_text(expression):
    for node in selectors(expression.tree):
        for label, operator, text in node.matchers:
            if operator in ("=~", "!~") and not text.startswith("$"):
                assert re.search(r"[.*+?|\[(]", text), f"{label}{operator}{text}: a plain matcher does"
                # Prometheus anchors both ends itself; an open front reads every series.
                assert not re.search(r"^\^|\$$|^\.[*+]", text), f"{label}{operator}{text}"


def sums_over_targets(expression):
    """The metrics that are aggregated over targets although they have one, in an expression that keeps the rest."""
    found = set()
    for node, above in walk(expression.tree):
        if not isinstance(node, Aggregate) or node.name in ("topk", "bottomk"):
            continue
        # At the top of a panel one number, or a heatmap, may stand for all that is selected.
        by = set(node.by or ())
        if expression.kind == "panel" and not by - {"le"} and all(isinstance(up, Binary) for up in above):
            continue
        assert {"job", "instance"} <= by, node.name
        if "target" in inference.labels(node.of) - by:
            found |= {selector.name for selector in selectors(node)}
    return found


@each
def test_sums_keep_job_instance_and_target(expression):
    assert sums_over_targets(expression) == set(OVER_TARGETS.get(expression.where, {}))


@pytest.mark.parametrize("broken, said", [
    ("redis_memory_usd_bytes", "not declared"),
    ('redis_up{tenant_name="a"}', "no label"),
    ("sum by (job, cmd) (redis_up)", "groups by"),
    ("redis_memory_used_bytes / on (target) redis_memory_max_bytes", "one to one"),
    ("redis_commands_total / redis_up", "one to one"),
    ("redis_up == 0 and redis_instance_info", "without on"),
    ("redis_up and on (collector) redis_role", "on"),
    ("histogram_quantile(0.5, sum by (job) (erp_exporter_scrape_duration_seconds_bucket))", "no le"),
    ("holt_winters(redis_up)", "not known"),
])
def test_what_can_never_answer_is_found(broken, said):
    with pytest.raises(inference.Impossible, match=said):
        inference.labels(parse(broken))


@pytest.mark.parametrize("broken", ["sum(", "a b", "rate(x[5])", "x{a=b}", "x{a='b'", "topk(x)", "(x + y)[5m]",
                                    "x =~ 1"])
def test_what_is_not_promql_is_refused(broken):
    with pytest.raises(Refused):
        parse(broken)
