"""Boards, rules and their tests from the data files in dashboards/source and alerts/source."""
