"""Numbers as Grafana shows them, in the few units that the boards use."""

import math

BINARY = ["B", "KiB", "MiB", "GiB", "TiB"]
SHORT = ["", " K", " Mil", " Bil"]
TIMES = [(86400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
SUFFIX = {"ops": " ops/s", "reqps": " req/s", "none": "", "short": ""}
UNITS = {*SUFFIX, "bytes", "percentunit", "s", "dtdurations"}


def number(value, decimals=None):
    if decimals is None:
        decimals = 0 if value == int(value) or abs(value) >= 100 else 2 if abs(value) >= 0.1 else 4
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled(value, step, names, decimals):
    at = 0
    while abs(value) >= step and at + 1 < len(names):
        value, at = value / step, at + 1
    return number(value, decimals), names[at]


def value(amount, unit, decimals=None):
    if math.isnan(amount):
        return "NaN"
    if unit == "bytes":
        return " ".join(scaled(amount, 1024, BINARY, decimals if decimals is not None else 1))
    if unit == "percentunit":
        return number(100 * amount, decimals if decimals is not None else 1) + " %"
    if unit in ("s", "dtdurations"):
        for size, name in TIMES:
            if abs(amount) >= size:
                return f"{number(amount / size, decimals if decimals is not None else 1)} {name}"
        return "0 s"
    return "".join(scaled(amount, 1000, SHORT if unit == "short" else [""], decimals)) + SUFFIX[unit]


def mapped(amount, unit, mappings, decimals=None):
    texts = {key: text["text"] for entry in mappings for key, text in entry["options"].items()}
    return texts.get(number(amount)) or value(amount, unit, decimals)


def colour(amount, thresholds):
    found = "green"
    for step in thresholds["steps"]:
        if step["value"] is None or amount >= step["value"]:
            found = step["color"]
    return found
