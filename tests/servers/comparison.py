"""A page of ours between two of a peer, on the same server in the same moment: where ours says otherwise."""

import dataclasses
import math
import re

from .exporter import ROOT

ABSENT = object()


@dataclasses.dataclass(frozen=True)
class Allowed:
    """What a value of ours may be although the peer says otherwise, and why; the name may end in '*'.

    Up to `slack` or a `share` of the peer's value beyond what it says before and after; or exactly `ours`, where
    the peer says `theirs`. `labels` narrow it down; a value of "" also means that the label is absent.
    """

    name: str
    reason: str
    slack: float = 0
    share: float = 0
    ours: object = None
    theirs: float | None = None
    labels: dict = dataclasses.field(default_factory=dict)

    def covers(self, name, pairs):
        fits = name.startswith(self.name[:-1]) if self.name.endswith("*") else name == self.name
        values = dict(pairs)
        return fits and all(values.get(key, "") == value for key, value in self.labels.items())

    def accepts(self, before, ours, after):
        if self.ours is not None:
            wanted = None if self.ours is ABSENT else self.ours
            return ours == wanted and (self.theirs is None or equal(before, self.theirs))
        if None in (before, ours, after):
            return False
        slack = max(self.slack, self.share * max(abs(before), abs(after)))
        return min(before, after) - slack <= ours <= max(before, after) + slack


def declared(names):
    """Those that the reference page has; families of settings are known only with a server."""
    page = (ROOT / "config" / "metrics.md").read_text()
    ours = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    assert len(ours) > 200
    return {name for name in names if name in ours or name.startswith("pg_settings_")}


def equal(one, other):
    return one == other or (one is not None and other is not None and math.isnan(one) and math.isnan(other))


class Comparison:
    """Series are the same when they are so without the labels in `beside`, which only one side has.

    Of ours several may then be one of the peer: their sum, or the maximum of those named in `maxima`.
    """

    def __init__(self, allowed, beside=(), maxima=()):
        self.allowed = allowed
        self.beside = dict(beside)
        self.maxima = set(maxima)
        self.used = set()
        self.compared = 0

    def joined(self, page, names):
        found = {}
        for (name, pairs), value in page.samples.items():
            if name not in names:
                continue
            drop = {*self.beside.get("*", ()), *self.beside.get(name, ())}
            key = name, frozenset(pair for pair in pairs if pair[0] not in drop)
            if key in found:
                value = max(found[key], value) if name in self.maxima else found[key] + value
            found[key] = value
        return found

    def differences(self, before, ours, after, leave_out=lambda name, pairs: False):
        """Lines about what is neither between the peer's two values nor allowed."""
        pages = before, ours, after
        theirs = {name for name, _ in before.samples}
        names = declared(theirs) | theirs & {name for name, _ in ours.samples}
        left, middle, right = (self.joined(page, names) for page in pages)
        lines = []
        for key in sorted(left.keys() | middle.keys(), key=str):
            if leave_out(*key):
                continue
            values = left.get(key), middle.get(key), right.get(key)
            self.compared += 1
            if self.is_between(*values) or self.is_allowed(key, values):
                continue
            name, pairs = key
            lines.append(f"{name} {dict(sorted(pairs))}: {values[0]} <= {values[1]} <= {values[2]}")
        return lines

    @staticmethod
    def is_between(before, ours, after):
        if equal(ours, before) or equal(ours, after):
            return ours is not None
        return None not in (before, ours, after) and min(before, after) <= ours <= max(before, after)

    def is_allowed(self, key, values):
        for entry in self.allowed:
            if entry.covers(*key) and entry.accepts(*values):
                self.used.add(entry.name)
                return True
        return False

    def unneeded(self):
        """Exact differences that do not occur; those of moving values need not."""
        return [entry.name for entry in self.allowed if entry.ours is not None and entry.name not in self.used]


def types(before, ours):
    """{family: (the peer's type, ours)} where they differ."""
    names = before.types.keys() & ours.types.keys()
    return {name: (before.types[name], ours.types[name]) for name in names
            if before.types[name] != ours.types[name]}


def without_help(before, ours):
    return [name for name in before.helps.keys() & ours.types.keys() if not ours.helps.get(name, "").strip()]
