"""A board as one HTML page: its panels at their places, drawn from answers. Not Grafana, but its layout."""

import html
import itertools
import math
import re

from . import shown

UNIT, LINE, GAP = 66, 30, 8  # pixels of a grid's column and line, as Grafana at a width of 1600
LINES = ["#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#b877d9", "#8ab8ff", "#f2495c", "#96d98d", "#ffcb7d", "#ca95e5"]
FILL = {"green": "#2f8f4e", "yellow": "#c79a00", "red": "#c4314b", "blue": "#3274d9"}
STYLE = """
body{margin:0;background:#111217;color:#ccccdc;font:13px Inter,"DejaVu Sans",sans-serif;position:relative}
.panel,.row{position:absolute;overflow:hidden;box-sizing:border-box}
.panel{background:#181b1f;border:1px solid #2a2d34;border-radius:2px}
.row{font-size:16px;font-weight:600;padding-top:8px}
.title{font-weight:600;padding:6px 8px 0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.number{position:absolute;inset:28px 6px 6px;display:flex;align-items:center;justify-content:center;
font-weight:600;color:#fff;border-radius:2px;text-align:center}
.empty{position:absolute;inset:28px 0 0;display:flex;align-items:center;justify-content:center;color:#8e8e9c}
table{border-collapse:collapse;width:100%;font-size:12px}
td,th{padding:4px 8px;text-align:left;border-bottom:1px solid #24272e;white-space:nowrap}
th{color:#6e9fff;font-weight:600}
.legend td,.legend th{border:0;padding:1px 8px}
.legend{max-height:78px;overflow:hidden}
.more{color:#8e8e9c;padding-left:8px}
"""


def page(board, answers):
    """answers: {panel id: one answer for each of its queries}"""
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    question = html.escape(f"{board['title']} - {board['description']}")
    heading = f"<div class=row style='left:8px;top:0'>{question}</div>"
    parts = [boxed(panel, answers.get(panel["id"])) for panel in board["panels"]]
    return (f"<!DOCTYPE html><meta charset=utf-8><title>{html.escape(board['title'])}</title><style>{STYLE}</style>"
            f"<body style='width:{24 * UNIT + 16}px;height:{height(bottom + 1)}px'>{heading}{''.join(parts)}")


def height(lines):
    return lines * (LINE + GAP)


def boxed(panel, answer):
    place = panel["gridPos"]
    width, tall = place["w"] * UNIT - GAP, place["h"] * (LINE + GAP) - GAP
    style = f"left:{8 + place['x'] * UNIT}px;top:{height(place['y'] + 1)}px;width:{width}px;height:{tall}px"
    if panel["type"] == "row":
        return f"<div class=row style='{style}'>{html.escape(panel['title'])}</div>"
    draw = {"stat": stat, "timeseries": timeseries, "table": table, "heatmap": heatmap}[panel["type"]]
    inner = draw(panel, answer, width, tall) if any(answer) else empty(panel)
    return f"<div class=panel style='{style}'><div class=title>{html.escape(panel['title'])}</div>{inner}</div>"


def empty(panel):
    return f"<div class=empty>{html.escape(panel['fieldConfig']['defaults'].get('noValue', 'No data'))}</div>"


def stat(panel, answer, width, _):
    defaults = panel["fieldConfig"]["defaults"]
    values = [points[-1][1] for series in answer for _, points in series]
    text = shown.mapped(values[0], defaults["unit"], defaults["mappings"], defaults.get("decimals"))
    size = min(34, int(1.35 * width / max(4, len(text))))
    return (f"<div class=number style='background:{FILL[shown.colour(values[0], defaults['thresholds'])]};"
            f"font-size:{size}px'>{html.escape(text)}</div>")


def legend_text(template, labels):
    if template == "__auto":
        return ", ".join(f"{key}={text}" for key, text in sorted(labels.items()))
    return re.sub(r"\{\{ *(\w+) *\}\}", lambda match: labels.get(match.group(1), ""), template).strip()


def ceiling(value):
    """The next number that four steps divide into round ones."""
    if not value > 0:
        return 1
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10, 12) if step * power >= value)


def timeseries(panel, answer, width, tall):
    defaults = panel["fieldConfig"]["defaults"]
    lines = [(legend_text(target["legendFormat"], labels), points)
             for target, series in zip(panel["targets"], answer, strict=True) for labels, points in series]
    legend_rows = min(len(lines), 4) + 1
    graph = tall - 34 - 18 * legend_rows
    times = [at for _, points in lines for at, _ in points]
    limits = [step["value"] for step in defaults["thresholds"]["steps"] if step["value"] is not None]
    top = defaults.get("max") or ceiling(max(value for _, points in lines for _, value in points))
    first, last = min(times), max(max(times), min(times) + 1)
    left, right = 70, width - 10

    def x(at):
        return left + (right - left) * (at - first) / (last - first)

    def y(value):
        return graph - 14 - (graph - 22) * value / top

    marks = [f"<line x1={left} x2={right} y1={y(top * part):.0f} y2={y(top * part):.0f} stroke=#2a2d34 />"
             f"<text x={left - 6} y={y(top * part) + 4:.0f} text-anchor=end fill=#8e8e9c font-size=11>"
             f"{shown.value(top * part, defaults['unit'])}</text>" for part in (0, 0.25, 0.5, 0.75, 1)]
    marks += [f"<line x1={left} x2={right} y1={y(limit):.1f} y2={y(limit):.1f} stroke='{FILL['yellow']}' "
              "stroke-dasharray='6 4' />" for limit in limits if limit <= top]
    for number, (_, points) in enumerate(lines):
        path = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in points if value == value)
        marks.append(f"<polyline fill=none stroke='{LINES[number % len(LINES)]}' stroke-width=1.3 points='{path}' />")
    rows = [f"<tr><td style='color:{LINES[number % len(LINES)]}'>{html.escape(name)}</td>"
            f"<td>{shown.value(points[-1][1], defaults['unit'])}</td>"
            f"<td>{shown.value(max(value for _, value in points), defaults['unit'])}</td></tr>"
            for number, (name, points) in enumerate(lines[:4])]
    more = f" and {len(lines) - 4} more" if len(lines) > 4 else ""
    return (f"<svg width={width} height={graph}>{''.join(marks)}</svg><table class=legend>"
            f"<tr><th>Name{more}</th><th>Last</th><th>Max</th></tr>{''.join(rows)}</table>")


def heatmap(panel, answer, width, tall):
    """A row for each bucket without those below it, a column for each time; the brighter the more."""
    unit = panel["fieldConfig"]["defaults"]["unit"]
    buckets = sorted((float(labels["le"]), dict(points)) for labels, points in answer[0])
    times = sorted({at for _, points in buckets for at in points})
    counts = [[max(0, upper.get(at, 0) - lower.get(at, 0)) for at in times]
              for (_, lower), (_, upper) in itertools.pairwise([(0, {}), *buckets])]
    most = max(max(row) for row in counts) or 1
    left, top, graph = 70, 6, tall - 40
    cell, line = (width - left - 10) / len(times), graph / len(buckets)
    marks = []
    for number, ((le, _), row) in enumerate(zip(buckets, counts, strict=True)):
        y = top + graph - (number + 1) * line
        name = shown.value(le, unit) if math.isfinite(le) else "more"
        marks.append(f"<text x={left - 6} y={y + line / 2 + 4:.0f} text-anchor=end fill=#8e8e9c font-size=11>"
                     f"{name}</text>")
        marks += [f"<rect x={left + at * cell:.1f} y={y:.1f} width={cell:.2f} height={line - 1:.1f} fill=#ff9830 "
                  f"fill-opacity={(count / most) ** 0.5:.2f} />" for at, count in enumerate(row) if count]
    return f"<svg class=heatmap width={width} height={graph + 12}>{''.join(marks)}</svg>"


def merged(panel, answer):
    """Rows as Grafana's merge makes them: those that agree in the labels that all queries have are one."""
    shared = set.intersection(*({key for labels, _ in rows for key in labels} for rows in answer if rows))
    found = {}
    for target, rows in zip(panel["targets"], answer, strict=True):
        name = f"Value #{target['refId']}" if len(answer) > 1 else "Value"
        for labels, value in rows:
            row = found.setdefault(tuple(labels.get(key, "") for key in sorted(shared)), {})
            row |= {**labels, name: value}
    return list(found.values())


def table(panel, answer, *_):
    organize = next(step["options"] for step in panel["transformations"] if step["id"] == "organize")
    headings = {name: organize["renameByName"].get(name, name)
                for name in organize["indexByName"] if name not in organize["excludeByName"]}
    rows = merged(panel, answer)
    for order in reversed(panel["options"]["sortBy"]):
        column = next(name for name, heading in headings.items() if heading == order["displayName"])
        rows.sort(key=lambda row: row.get(column, float("-inf")), reverse=order["desc"])
    cells = "".join("<tr>" + "".join(cell(panel, heading, row.get(name)) for name, heading in headings.items())
                    + "</tr>" for row in rows)
    return (f"<table><tr>{''.join(f'<th>{html.escape(heading)}</th>' for heading in headings.values())}</tr>"
            f"{cells}</table>")


def cell(panel, heading, value):
    if not isinstance(value, float):
        return f"<td>{html.escape(value or '')}</td>"
    rules = {rule["id"]: rule["value"] for override in panel["fieldConfig"]["overrides"]
             if override["matcher"]["options"] == heading for rule in override["properties"]}
    text = shown.mapped(value, rules.get("unit", panel["fieldConfig"]["defaults"]["unit"]), rules.get("mappings", []))
    paint = f" style='background:{FILL[shown.colour(value, rules['thresholds'])]}'" if "thresholds" in rules else ""
    return f"<td{paint}>{html.escape(text)}</td>"
