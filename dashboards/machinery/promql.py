"""A PromQL parser: enough of prometheus.io/docs/prometheus/latest/querying to judge every expression of ours.

Grafana's $variables may stand in strings and for a duration. Trees are made of the classes below.
"""

import dataclasses
import re

TOKEN = re.compile(r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*') |
    (?P<duration>\$__(?:rate_interval|interval|range)|(?:[0-9]+(?:ms|[smhdwy]))+(?![a-zA-Z0-9_])) |
    (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?) |
    (?P<word>[a-zA-Z_:][a-zA-Z0-9_:]*) |
    (?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}\[\],:@])
)""", re.VERBOSE)

AGGREGATIONS = {"sum", "min", "max", "avg", "group", "count", "stddev", "stdvar", "topk", "bottomk",
                "count_values", "quantile"}
WITH_PARAMETER = {"topk", "bottomk", "count_values", "quantile"}
# Loosest first; all associate to the left except ^, which no expression of ours chains.
PRECEDENCE = [{"or"}, {"and", "unless"}, {"==", "!=", "<=", "<", ">=", ">"}, {"+", "-"}, {"*", "/", "%"}, {"^"}]


class Refused(ValueError):
    """Not PromQL as this parser knows it."""


@dataclasses.dataclass
class Literal:
    value: object


@dataclasses.dataclass
class Selector:
    name: str
    matchers: list  # (label, operator, value)
    range: str = ""
    offset: str = ""


@dataclasses.dataclass
class Subquery:
    of: object
    range: str
    offset: str = ""


@dataclasses.dataclass
class Call:
    name: str
    arguments: list


@dataclasses.dataclass
class Aggregate:
    name: str
    by: list | None  # None with `without`, and with neither an empty list
    without: list | None
    parameter: object
    of: object


@dataclasses.dataclass
class Binary:
    operator: str
    left: object
    right: object
    on: list | None = None
    ignoring: list | None = None
    group: str = ""  # "group_left" or "group_right"
    include: list = dataclasses.field(default_factory=list)


def tokens(text):
    found, at = [], 0
    text = re.sub(r"\s+$", "", text)
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Refused(f"cannot read {text[at:at + 20]!r} in {text}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return [*found, ("end", "")]


def parse(text):
    parser = Parser(tokens(text))
    tree = parser.expression()
    if parser.peek()[0] != "end":
        raise Refused(f"unexpected {parser.peek()[1]!r} in {text}")
    return tree


def children(tree):
    return {Call: lambda: tree.arguments, Binary: lambda: [tree.left, tree.right], Subquery: lambda: [tree.of],
            Aggregate: lambda: [tree.of] + [tree.parameter] * (tree.parameter is not None)
            }.get(type(tree), list)()


def walk(tree, parents=()):
    """Every node with the nodes above it, the nearest last."""
    yield tree, parents
    for child in children(tree):
        yield from walk(child, (*parents, tree))


def selectors(tree):
    return [node for node, _ in walk(tree) if isinstance(node, Selector)]


class Parser:
    def __init__(self, words):
        self.words = words
        self.at = 0

    def peek(self):
        return self.words[self.at]

    def take(self, text=None, kind=None):
        found = self.peek()
        if text is not None and found[1] != text or kind is not None and found[0] != kind:
            raise Refused(f"expected {text or kind}, found {found[1]!r}")
        self.at += 1
        return found[1]

    def have(self, text):
        if self.peek()[1] != text or self.peek()[0] == "string":
            return False
        self.at += 1
        return True

    def expression(self, level=0):
        if level == len(PRECEDENCE):
            return self.unary()
        left = self.expression(level + 1)
        while self.peek()[0] in ("word", "sign") and self.peek()[1] in PRECEDENCE[level]:
            tree = Binary(self.take(), left, None)
            self.have("bool")
            if self.peek()[1] in ("on", "ignoring"):
                setattr(tree, self.take(), self.names())
            if self.peek()[1] in ("group_left", "group_right"):
                tree.group = self.take()
                tree.include = self.names() if self.peek()[1] == "(" else []
            tree.right = self.expression(level + 1)
            left = tree
        return left

    def unary(self):
        if self.have("-"):
            return Binary("-", Literal(0), self.unary())
        tree = self.atom()
        while self.peek()[1] in ("[", "offset"):
            if self.have("offset"):
                tree.offset = "-" * self.have("-") + self.take(kind="duration")
                continue
            self.take("[")
            window = self.take(kind="duration")
            if self.have(":"):
                if self.peek()[0] == "duration":
                    self.take()
                tree = Subquery(tree, window)
            elif isinstance(tree, Selector):
                tree.range = window
            else:
                raise Refused("a range needs a selector")
            self.take("]")
        return tree

    def atom(self):
        kind, text = self.peek()
        if kind in ("number", "string"):
            self.take()
            return Literal(float(text) if kind == "number" else text[1:-1])
        if self.have("("):
            tree = self.expression()
            self.take(")")
            return tree
        if text == "{":
            return Selector("", self.matchers())
        name = self.take(kind="word")
        if name in AGGREGATIONS:
            return self.aggregate(name)
        if self.peek()[1] == "(":
            return Call(name, self.arguments())
        return Selector(name, self.matchers() if self.peek()[1] == "{" else [])

    def aggregate(self, name):
        grouping = self.grouping()
        arguments = self.arguments()
        grouping |= self.grouping()
        if len(arguments) != 1 + (name in WITH_PARAMETER):
            raise Refused(f"{name} has {len(arguments)} arguments")
        return Aggregate(name, grouping.get("by", None if "without" in grouping else []),
                         grouping.get("without"), arguments[0] if len(arguments) == 2 else None, arguments[-1])

    def grouping(self):
        if self.peek()[1] not in ("by", "without"):
            return {}
        word = self.take()
        return {word: self.names()}

    def arguments(self):
        return self.list("(", self.expression, ")")

    def names(self):
        return self.list("(", lambda: self.take(kind="word"), ")")

    def matchers(self):
        return self.list("{", self.matcher, "}")

    def matcher(self):
        label, operator = self.take(kind="word"), self.take(kind="sign")
        if operator not in ("=", "!=", "=~", "!~"):
            raise Refused(f"{operator} is no matcher")
        return label, operator, self.take(kind="string")[1:-1]

    def list(self, first, one, last):
        self.take(first)
        found = []
        while not self.have(last):
            found.append(one())
            if self.peek()[1] != last:
                self.take(",")
        return found
