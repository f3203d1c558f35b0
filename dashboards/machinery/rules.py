"""Rule groups and their promtool tests."""

import re
import urllib.parse

import yaml

from . import source

RUNBOOKS = "alerts/runbooks/"
HEADER = "# Made by dashboards/generate from alerts/source/{}.yml: change that file.\n"


class Text(yaml.SafeDumper):
    """Keys in the order written, expressions over several lines as blocks."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def block(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Text.add_representer(str, block)


def dumped(name, data):
    return HEADER.format(name) + yaml.dump(data, Dumper=Text, sort_keys=False, width=10**6, allow_unicode=True)


def annotations(alert, group):
    link = "&".join(f"var-{label}={{{{ $labels.{label} | urlquery }}}}" for label in alert.link)
    return {"summary": alert.summary.strip(), "description": " ".join(alert.description.split()),
            "runbook_url": f"{RUNBOOKS}{alert.alert}.md", "dashboard_url": f"/d/{alert.board or group.board}?{link}"}


def rule(alert, group):
    found = {"alert": alert.alert, "expr": alert.expr}
    if alert.after != "0m":
        found["for"] = alert.after
    if alert.keep_firing_for:
        found["keep_firing_for"] = alert.keep_firing_for
    found["labels"] = {"severity": alert.severity, "component": group.component}
    found["annotations"] = annotations(alert, group)
    return found


def rule_file(group):
    return dumped(group.name, {"groups": [
        {"name": f"erp_{group.name}", "rules": [rule(alert, group) for alert in group.alerts]}]})


def rendered(template, labels, value):
    """The annotation as Prometheus writes it; how a value is formatted is for the test case to say."""
    def put(match):
        label, rest = match.group("label"), match.group("rest") or ""
        if not label:
            return value
        if label not in labels:
            raise source.Wrong(f"the case has no label {label} for: {template}")
        return urllib.parse.quote_plus(labels[label]) if "urlquery" in rest else labels[label]
    return re.sub(r"\{\{ *(?:\$labels\.(?P<label>\w+)|\$value)(?P<rest> *\|[^}]*)? *\}\}", put, template)


def expected(alert, group, story):
    """The one alert of a firing case, exactly as Prometheus has to show it."""
    labels = {label: source.EXAMPLE[label] for label in alert.link} | story.labels
    shown = {key: rendered(text, labels, story.value)
             for key, text in annotations(alert, group).items()}
    return {"exp_labels": {"severity": alert.severity, "component": group.component, **labels},
            "exp_annotations": shown}


def played(series):
    matchers = {word: ", ".join(f'{label}="{source.EXAMPLE[label]}"' for label in labels.split(", "))
                for word, labels in source.GROUPING.items()}
    return [{"series": source.expanded(name, matchers), "values": values} for name, values in series.items()]


def at(minute, alert, *alerts):
    return {"eval_time": f"{minute}m", "alertname": alert.alert, "exp_alerts": list(alerts)}


def fired_until(minute, alert_name, *samples):
    """Of all minutes until this one, since a check at one of them says nothing about the others."""
    which = f'alertname="{alert_name}", ' if alert_name else ""
    return {"expr": f'count_over_time(ALERTS{{{which}alertstate="firing"}}[{minute}m])', "eval_time": f"{minute}m",
            "exp_samples": list(samples)}


def told(story, alert, group, where):
    fires, recovers = (source.minutes(time, where) for time in (story.fires, story.recovers))
    shown = expected(alert, group, story)
    labels = {"alertname": alert.alert, "alertstate": "firing", **shown["exp_labels"]}
    series = ", ".join(f'{label}="{text}"' for label, text in labels.items())
    return {"name": where, "interval": story.interval, "input_series": played(story.series),
            "alert_rule_test": [at(fires - 1, alert), at(fires, alert, shown), at(recovers, alert)],
            "promql_expr_test": [
                fired_until(recovers, alert.alert, {"labels": f"{{{series}}}", "value": recovers - fires})]}


def missed(near_miss, alert, where):
    until = source.minutes(near_miss.until, where)
    return {"name": where, "interval": "1m", "input_series": played(near_miss.series),
            "alert_rule_test": [at(until, alert)], "promql_expr_test": [fired_until(until, alert.alert)]}


def cases(alert, group):
    stories = {"": alert.test.story, **{f": {reason}": story for reason, story in alert.test.others.items()}}
    for reason, story in stories.items():
        yield told(story, alert, group, f"{alert.alert} fires and recovers{reason}")
    yield missed(alert.test.near_miss, alert, f"{alert.alert} is silent just below")


def test_file(group):
    healthy = {"name": "nothing fires on a healthy estate", "interval": "1m", "input_series": played(group.healthy),
               "alert_rule_test": [at(180, alert) for alert in group.alerts],
               "promql_expr_test": [fired_until(180, "")]}
    return dumped(group.name, {
        "rule_files": [f"../{group.name}.rules.yml"], "evaluation_interval": "1m",
        "tests": [healthy, *(case for alert in group.alerts for case in cases(alert, group))]})
