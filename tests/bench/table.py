"""Tables for people, and the figures that have to be reached."""

import math


def show(title, columns, rows):
    """columns: (heading, key of a row, digits; None for text). What a row lacks stays empty."""
    cells = [[heading for heading, _, _ in columns]]
    cells += [[text(row.get(key), digits) for _, key, digits in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    print(f"\n{title}")
    for line in cells:
        aligned = [cell.ljust(width) if digits is None else cell.rjust(width)
                   for cell, width, (_, _, digits) in zip(line, widths, columns)]
        print("  " + "  ".join(aligned).rstrip())


def text(value, digits):
    if value is None:
        return ""
    if digits is None:
        return str(value)
    return "?" if math.isnan(value) else f"{value:.{digits}f}"


class Bars:
    """ok or FAIL, a line each."""

    def __init__(self):
        self.rows = []

    def at_most(self, what, value, bound, unit=""):
        self._judge(what, value, bound, unit, value <= bound, "at most")

    def below(self, what, value, bound, unit=""):
        self._judge(what, value, bound, unit, value < bound, "below")

    def at_least(self, what, value, bound, unit=""):
        self._judge(what, value, bound, unit, value >= bound, "at least")

    def hold(self):
        return all(row["holds"] for row in self.rows)

    def _judge(self, what, value, bound, unit, holds, words):
        self.rows.append({"what": what, "value": value, "bound": f"{words} {bound:.4g}{unit}", "holds": holds})
        print(f"  {'ok  ' if holds else 'FAIL'} {what}: {value:.4g}{unit}, {words} {bound:.4g}{unit}", flush=True)
