"""The text format 0.0.4, read strictly: what a scraper would refuse is an error."""

import collections
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|\})')
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


class Page:
    """{(name, frozenset of label pairs): value}, the types and help texts by family."""

    def __init__(self, text):
        self.text = text
        self.samples = {}
        self.types = {}
        self.helps = {}
        if text and not text.endswith("\n"):
            raise ValueError("the last line of the page is not ended")
        for line in text.split("\n")[:-1]:
            self._read(line)

    def _read(self, line):
        if line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            if name in self.types:
                raise ValueError(f"second TYPE of {name}")
            self.types[name] = kind
        elif line.startswith("# HELP "):
            name, _, text = line[7:].partition(" ")
            if name in self.helps:
                raise ValueError(f"second HELP of {name}")
            self.helps[name] = text
        elif line and not line.startswith("#"):
            key, value = parse_sample(line)
            if key in self.samples:
                raise ValueError(f"the series is there twice: {line}")
            self.samples[key] = value

    def series(self, name, /, **labels):
        """[(labels, value)] of the family's series that have at least these labels."""
        wanted = set(labels.items())
        return [(dict(pairs), value) for (family, pairs), value in self.samples.items()
                if family == name and wanted <= pairs]

    def value(self, name, /, **labels):
        """The one such sample; None without one."""
        found = self.series(name, **labels)
        if len(found) > 1:
            raise ValueError(f"{len(found)} series of {name} with {labels}: {found[:4]}")
        return found[0][1] if found else None

    def total(self, name, /, **labels):
        """Of all such samples."""
        return sum(value for _, value in self.series(name, **labels))

    def by(self, name, *keys, **labels):
        """{values of the labels `keys`: total}, without those of 0."""
        totals = collections.Counter()
        for found, value in self.series(name, **labels):
            totals[tuple(found.get(key, "") for key in keys)] += value
        return +totals

    def names(self, **labels):
        wanted = set(labels.items())
        return {family for family, pairs in self.samples if wanted <= pairs}


def parse_sample(line):
    match = NAME.match(line)
    if not match:
        raise ValueError(f"no metric name: {line!r}")
    name, at, pairs = match.group(), match.end(), []
    if line.startswith("{", at):
        at += 1
        ended = line.startswith("}", at)
        at += ended
        while not ended:
            label = LABEL.match(line, at)
            if not label:
                raise ValueError(f"label at {at}: {line!r}")
            text = re.sub(r'\\["\\n]', lambda escape: ESCAPES[escape.group()], label.group(2))
            pairs.append((label.group(1), text))
            at, ended = label.end(), label.group(3) == "}"
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError(f"a label is there twice: {line!r}")
    if not line.startswith(" ", at):
        raise ValueError(f"no value: {line!r}")
    return (name, frozenset(pairs)), float(line[at + 1:])
