"""What is generated, and what is committed of it."""

from . import boards, rules, source


def generated(root=source.ROOT):
    """{path: text} of everything that is generated."""
    groups, found = source.all_rules(root), {}
    alerts = {alert.alert: alert for group in groups for alert in group.alerts}
    for group in groups:
        found[root / f"alerts/{group.name}.rules.yml"] = rules.rule_file(group)
        found[root / f"alerts/tests/{group.name}.yml"] = rules.test_file(group)
    for board in source.all_boards(root):
        found[root / f"dashboards/{board.uid}.json"] = boards.board_file(board, alerts)
    return found


def committed(root=source.ROOT):
    patterns = ("alerts/*.rules.yml", "alerts/tests/*.yml", "dashboards/*.json")
    return {file: file.read_text(encoding="utf-8") for pattern in patterns for file in root.glob(pattern)}
