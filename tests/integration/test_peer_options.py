"""The options by which a page is that of an older postgres_exporter."""

from servers import exporter, targets
from servers.page import Page


def page_of(daemon, server, **options):
    running = daemon(exporter.config_text([targets.postgres("main", server, **options)]))
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    return Page(running.get("/metrics").text), Page(running.get("/probe?target=main").text)


def collected(page):
    """Label sets of what the collectors give, not the exporter's words about itself and the target."""
    of_itself = ("pg_up", "pg_exporter_", "pg_scrape_")
    return [dict(pairs) for name, pairs in page.samples
            if name.startswith("pg_") and not name.startswith(of_itself)]


def test_with_server_label_what_the_peer_labelled_has_its_label(own_postgres, daemon):
    for page in page_of(daemon, own_postgres, server_label=True):
        assert len(collected(page)) > 300
        assert {labels.get("server") for labels in collected(page)} == {own_postgres.address}
        assert page.series("pg_up")[0][0].keys() <= {"target"}
        assert all("server" not in labels for labels, _ in page.series("pg_scrape_collector_success"))


def test_without_it_only_one_family_has_a_label_server(own_postgres, daemon):
    for page in page_of(daemon, own_postgres):
        assert {name for name, pairs in page.samples if "server" in dict(pairs)} == {"pg_static"}


def test_with_old_names_slots_and_lag_are_there_twice(own_postgres, daemon):
    own_postgres.psql("SELECT pg_create_physical_replication_slot('spare', true)")
    page, _ = page_of(daemon, own_postgres, old_names=True)
    for what in ("slot_is_active", "slot_current_wal_lsn"):
        old, new = (page.value(f"pg_replication_{word}_{what}", target="main", slot_name="spare",
                               slot_type="physical") for word in ("slot", "slots"))
        assert old == new is not None
    assert page.series("pg_replication_slot_wal_status", slot_name="spare", wal_status="reserved")
    assert page.value("pg_replication_lag", target="main") == 0
    page, _ = page_of(daemon, own_postgres)
    assert not page.series("pg_replication_slot_slot_is_active")
    assert not page.series("pg_replication_slot_wal_status")
    assert page.series("pg_replication_lag") == []


def test_raw_application_names_keep_their_numbers(own_postgres, daemon):
    own_postgres.session("SET application_name = 'odoo-4711'")
    for raw, shown, hidden in ((False, "odoo", "odoo-4711"), (True, "odoo-4711", "odoo")):
        running = daemon(exporter.config_text(
            [targets.postgres("main", own_postgres, raw_application_names=raw)]))
        page = running.wait_for_page(
            lambda page, name=shown: page.series("pg_stat_activity_count", application_name=name), "the session")
        for family in ("pg_stat_activity_count", "pg_process_idle_seconds_count"):
            assert page.series(family, application_name=shown)
            assert page.series(family, application_name=hidden) == []


def test_with_the_server_down_the_rows_of_all_collectors_are_there(own_postgres, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    rows = {labels["collector"] for labels, _ in page.series("pg_scrape_collector_success")}
    assert {"roles", "stat_archiver", "stat_bgwriter", "wal", "process_idle", "database_wraparound"} <= rows
    own_postgres.stop()
    page = running.wait_for_page(lambda page: page.value("pg_up", target="main") == 0, "down")
    down = {labels["collector"]: value for labels, value in page.series("pg_scrape_collector_success")}
    assert down == dict.fromkeys(rows, 0)
    assert {labels["collector"] for labels, _ in page.series("pg_scrape_collector_duration_seconds")} == rows
    assert page.series("pg_roles_connection_limit") == []


def test_without_zero_fill_only_what_there_is_has_a_series(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE acme; CREATE DATABASE quiet")
    own_postgres.psql("CREATE TABLE t (id int)", "acme")
    own_postgres.session("BEGIN; LOCK TABLE t IN SHARE MODE", "acme")
    for zero_fill in (False, True):
        running = daemon(exporter.config_text(
            [targets.postgres("main", own_postgres, zero_fill=zero_fill)]))
        page = running.wait_for_page(
            lambda page: page.value("pg_locks_count", datname="acme", mode="sharelock") == 1
            and page.series("pg_lock_wait_relation_seconds_total") == [] and page.value(
                "pg_stat_activity_count", datname="acme", state="idle in transaction") == 1, "the lock")
        others = [value for labels, value in page.series("pg_locks_count", datname="acme")
                  if labels["mode"] != "sharelock"]
        modes = len(page.series("pg_locks_count", datname="quiet"))
        states = {labels["state"] for labels, _ in page.series("pg_stat_activity_count", datname="quiet")}
        waits = len(page.series("pg_lock_waiting_sessions", datname="quiet"))
        if zero_fill:
            assert others == [0] * 8 and modes == 9 and waits == 1
            assert {"active", "idle", "idle in transaction", "disabled"} <= states
        else:
            assert others == [] and modes == 0 and waits == 0 and states == set()
            assert {labels["state"] for labels, _ in page.series("pg_stat_activity_count", datname="acme")} == {
                "idle in transaction"}
