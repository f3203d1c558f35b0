"""Grafana dashboards in the classic model, schemaVersion 37: 9.4 loads it as it is, 10 to 12 migrate it forward."""

import json

from . import source

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24
SEVERITY_OF = {"yellow": "ticket", "red": "page"}


def board_file(board, alerts):
    return json.dumps(dashboard(board, alerts), indent=2, ensure_ascii=False) + "\n"


def dashboard(board, alerts):
    return {
        "annotations": {"list": [built_in(), *map(annotation, board.annotations)]},
        "description": board.description.strip(),
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "id": None,
        "links": [{"asDropdown": False, "icon": "external link", "includeVars": True, "keepTime": True,
                   "tags": ["erp"], "targetBlank": False, "title": "ERP Exporter boards", "tooltip": "",
                   "type": "dashboards", "url": ""}],
        "liveNow": False,
        "panels": list(panels(board, alerts)),
        "refresh": "1m",
        "schemaVersion": 37,
        "style": "dark",
        "tags": board.tags,
        "templating": {"list": variables(board.variables_from)},
        "time": {"from": "now-6h", "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "title": board.title,
        "uid": board.uid,
        "weekStart": "",
    }


def built_in():
    return {"builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True, "hide": True,
            "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard"}


def annotation(mark):
    return {"datasource": DATASOURCE, "enable": True, "expr": source.expanded(mark.expr, source.BOARD_MATCHERS),
            "iconColor": mark.colour, "name": mark.name, "step": "60s", "titleFormat": mark.title,
            "useValueForTime": mark.value_is_time}


def variables(metric):
    chosen = [("job", "Job", "", ".+"), ("instance", "Instance", '{job=~"$job"}', ".+"),
              # Series of /probe have no target unless the scrape job gives them one.
              ("target", "Target", '{job=~"$job", instance=~"$instance"}', ".*")]
    first = {"current": {}, "hide": 0, "includeAll": False, "label": "Data source", "multi": False,
             "name": "datasource", "options": [], "query": "prometheus", "refresh": 1, "regex": "",
             "skipUrlSync": False, "type": "datasource"}
    return [first, *(variable(name, label, f"label_values({metric}{matchers}, {name})", everything)
                     for name, label, matchers, everything in chosen)]


def variable(name, label, query, everything):
    return {"allValue": everything, "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
            "datasource": DATASOURCE, "definition": query, "hide": 0, "includeAll": True, "label": label,
            "multi": True, "name": name, "options": [],
            "query": {"query": query, "refId": "StandardVariableQuery"}, "refresh": 2, "regex": "",
            "skipUrlSync": False, "sort": 1, "type": "query"}


def panels(board, alerts):
    """Rows from top to bottom, panels from left to right; a line ends where the next panel has no room."""
    number, top = 0, 0
    for row in board.rows:
        number += 1
        yield {"collapsed": False, "gridPos": {"h": 1, "w": WIDTH, "x": 0, "y": top}, "id": number, "panels": [],
               "title": row.title, "type": "row"}
        top, left, height = top + 1, 0, 0
        for panel in row.panels:
            if left + panel.width > WIDTH:
                top, left, height = top + height, 0, 0
            number += 1
            place = {"h": panel.height, "w": panel.width, "x": left, "y": top}
            yield {"id": number, "gridPos": place, **drawn(panel, alerts)}
            left, height = left + panel.width, max(height, panel.height)
        top += height


def drawn(panel, alerts):
    colour = "thresholds" if panel.kind in ("stat", "table") else "palette-classic"
    defaults = {"color": {"mode": colour}, "mappings": mappings(panel.mappings),
                "thresholds": steps(panel, panel.thresholds, alerts), "unit": panel.unit}
    if panel.no_value:
        defaults["noValue"] = panel.no_value
    if panel.decimals is not None:
        defaults["decimals"] = panel.decimals
    if panel.kind == "timeseries":
        defaults["min"] = 0
    if panel.maximum is not None:
        defaults["max"] = panel.maximum
    kind = {"stat": stat, "timeseries": timeseries, "table": table, "heatmap": heatmap}[panel.kind]
    options, custom, overrides, more = kind(panel, alerts)
    if custom:
        defaults["custom"] = custom
    return {"type": panel.kind, "title": panel.title, "description": " ".join(panel.description.split()),
            "datasource": DATASOURCE, "fieldConfig": {"defaults": defaults, "overrides": overrides},
            "options": options, "targets": list(targets(panel)), **more}


def targets(panel):
    for letter, query in zip(LETTERS, panel.queries, strict=False):
        yield {"datasource": DATASOURCE, "editorMode": "code", "exemplar": False,
               "expr": source.expanded(query.expr, source.BOARD_MATCHERS),
               "format": {"table": "table", "heatmap": "heatmap"}.get(panel.kind, "time_series"),
               "instant": panel.kind == "table",
               "legendFormat": query.legend or ("{{le}}" if panel.kind == "heatmap" else "__auto"),
               "range": panel.kind != "table", "refId": letter}


LETTERS = "ABCDEFGHIJKLMNOP"  # Grafana's names of queries


def mappings(texts):
    if not texts:
        return []
    return [{"type": "value", "options": {str(value): {"text": text, "index": index}
                                          for index, (value, text) in enumerate(texts.items())}}]


def steps(panel, listed, alerts):
    """Colours from the alerts' own thresholds, so that a red panel and a page cannot disagree."""
    found = [{"color": "green", "value": None}]
    for step in listed:
        colour, limit = step["colour"], step.get("from")
        if isinstance(limit, str):
            alert = alerts[limit]
            if SEVERITY_OF.get(colour) != alert.severity or alert.threshold is None:
                raise source.Wrong(f"{panel.title}: {colour} is not the colour of {limit}, or it has no threshold")
            limit = alert.threshold
        if limit is None:
            found[0]["color"] = colour
        else:
            found.append({"color": colour, "value": limit})
    return {"mode": "absolute", "steps": found}


def stat(panel, _):
    # An area behind the number needs several points; a small one answers "since when?" at once.
    options = {"colorMode": "background", "graphMode": "area", "justifyMode": "auto", "orientation": "auto",
               "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "textMode": "auto"}
    return options, {}, [], {}


def timeseries(panel, _):
    """A query with a unit of its own has its axis at the right."""
    custom = {"drawStyle": "line", "fillOpacity": 8, "lineWidth": 1, "showPoints": "never", "spanNulls": False,
              "thresholdsStyle": {"mode": "dashed" if panel.thresholds else "off"}}
    options = {"legend": {"calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom",
                          "showLegend": True}, "tooltip": {"mode": "multi", "sort": "desc"}}
    overrides = [{"matcher": {"id": "byFrameRefID", "options": letter},
                  "properties": [{"id": "unit", "value": query.unit},
                                 {"id": "custom.axisPlacement", "value": "right"}]}
                 for letter, query in zip(LETTERS, panel.queries, strict=False) if query.unit]
    return options, custom, overrides, {}


def heatmap(panel, _):
    """Cumulative buckets, which the format heatmap makes Grafana take apart; unit and colours of its own."""
    if len(panel.queries) != 1:
        raise source.Wrong(f"{panel.title}: a heatmap has one query")
    options = {"calculate": False, "cellGap": 1,
               "color": {"exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": False,
                         "scale": "exponential", "scheme": "Oranges", "steps": 64},
               "exemplars": {"color": "rgba(255,0,255,0.7)"}, "filterValues": {"le": 1e-9},
               "legend": {"show": True}, "rowsFrame": {"layout": "auto"},
               "tooltip": {"show": True, "yHistogram": False},
               "yAxis": {"axisPlacement": "left", "reverse": False, "unit": panel.unit}}
    return options, {"scaleDistribution": {"type": "linear"}}, [], {}


def table(panel, alerts):
    """One row for each set of labels, one column for each query."""
    names = {f"Value #{letter}" if len(panel.queries) > 1 else "Value": query
             for letter, query in zip(LETTERS, panel.queries, strict=False)}
    overrides = [override(panel, query, alerts) for query in panel.queries]
    shown = [*panel.columns, *names]
    organize = {"excludeByName": {name: True for name in ("Time", *source.EXAMPLE) if name not in panel.columns},
                "indexByName": {name: index for index, name in enumerate(shown)},
                "renameByName": {**panel.columns, **{name: query.name for name, query in names.items()}}}
    for name, query in names.items():
        if not query.name:
            organize["excludeByName"][name] = True
            organize["renameByName"].pop(name)
    sort = [{"desc": order == "down", "displayName": name} for name, order in panel.sort.items()]
    return ({"footer": {"show": False}, "showHeader": True, "sortBy": sort},
            {"align": "auto", "displayMode": "auto", "filterable": False},
            [rule for rule in overrides if rule],
            {"transformations": [{"id": "merge", "options": {}}, {"id": "organize", "options": organize}]})


def override(panel, query, alerts):
    properties = []
    if query.unit:
        properties.append({"id": "unit", "value": query.unit})
    if query.mappings:
        properties.append({"id": "mappings", "value": mappings(query.mappings)})
    if query.thresholds:
        properties += [{"id": "thresholds", "value": steps(panel, query.thresholds, alerts)},
                       {"id": "custom.displayMode", "value": "color-background-solid"}]
    return {"matcher": {"id": "byName", "options": query.name}, "properties": properties} if properties else None
