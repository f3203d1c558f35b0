"""Which labels an expression's result has, and whether it can have one at all.

Every declared metric has a known set of labels, so a join of different sets, which Prometheus answers with
nothing and an alert with silence, is found without any data.
"""

from machinery.promql import Aggregate, Binary, Call, Literal, Selector, Subquery

from . import declared

KEEPING = {"rate", "increase", "irate", "delta", "deriv", "predict_linear", "timestamp", "clamp_min", "clamp_max",
           "abs", "changes", "avg_over_time", "max_over_time", "min_over_time", "last_over_time", "sum_over_time"}
SETS = {"and", "or", "unless"}


class Impossible(ValueError):
    """No series can come out of this, or Prometheus would refuse it."""


def labels(tree):
    """A set; None for a number without labels."""
    return {Literal: lambda _: None, Selector: of_selector, Subquery: lambda query: labels(query.of), Call: of_call,
            Aggregate: of_aggregate, Binary: of_binary}[type(tree)](tree)


def of_selector(tree):
    metric = declared.metrics().get(tree.name)
    if metric is None:
        raise Impossible(f"{tree.name or tree.matchers} is not declared")
    has = metric.labels | (declared.CONFIGURED if "target" in metric.labels else set())
    for label, _, _ in tree.matchers:
        if label not in has:
            raise Impossible(f"{tree.name} has no label {label}")
    return metric.labels | {label for label, _, _ in tree.matchers}


def of_call(tree):
    vectors = [argument for argument in tree.arguments if labels(argument) is not None]
    if tree.name == "time" and not tree.arguments:
        return None
    if tree.name == "absent":
        return frozenset(label for label, operator, _ in tree.arguments[0].matchers if operator == "=")
    if tree.name == "histogram_quantile":
        inner = labels(tree.arguments[1])
        if "le" not in inner:
            raise Impossible("histogram_quantile of what has no le")
        return inner - {"le"}
    if tree.name in KEEPING and len(vectors) == 1:
        return labels(vectors[0])
    raise Impossible(f"{tree.name} is not known here")


def of_aggregate(tree):
    inner = labels(tree.of)
    if inner is None:
        raise Impossible(f"{tree.name} of a number")
    listed = set(tree.by if tree.by is not None else tree.without)
    if not listed <= inner:
        raise Impossible(f"{tree.name} groups by {sorted(listed - inner)}, which its input has not")
    if tree.without is not None:
        return inner - listed
    return inner if tree.name in ("topk", "bottomk") else frozenset(listed)


def of_binary(tree):
    left, right = labels(tree.left), labels(tree.right)
    if left is None or right is None:
        return right if left is None else left
    if tree.on is not None and not set(tree.on) <= left & right:
        raise Impossible(f"{tree.operator} on {tree.on}: left has {sorted(left)}, right has {sorted(right)}")
    key = set(tree.on) if tree.on is not None else (left | right) - set(tree.ignoring or ())
    if tree.operator == "or":
        return left & right
    if tree.operator in SETS:
        if tree.on is None and not key <= left & right:
            raise Impossible(f"{tree.operator} without on: {sorted(left ^ right)} differ")
        return left
    if tree.group:
        many, one = (left, right) if tree.group == "group_left" else (right, left)
        if not one <= key | set(tree.include):
            raise Impossible(f"{tree.group}: several series of the one side may match")
        return many | set(tree.include)
    if left - key or right - key or (tree.on is None and left != right):
        raise Impossible(f"{tree.operator} joins {sorted(left)} and {sorted(right)} one to one by {sorted(key)}")
    return frozenset(key)
