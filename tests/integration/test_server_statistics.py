"""What the server counts itself, against its own views: each value lies between SQL's of just before and just after."""

import pytest
from servers import exporter, targets, versions
from servers.postgres import Postgres

# With so few buffers there are evictions, too.
SETTINGS = {"track_io_timing": "on", "archive_mode": "on", "archive_command": "true", "fsync": "on",
            "shared_buffers": "1MB"}
SLRU = ("blks_zeroed", "blks_hit", "blks_read", "blks_written", "blks_exists", "flushes", "truncates")
IO = ("reads", "writes", "extends", "fsyncs", "hits", "evictions", "reuses", "writebacks")
IO_BYTES = ("read", "write", "extend")
IO_TIMES = ("read", "write", "extend", "fsync")


def columns_of_io(major):
    size = "{}_bytes" if major >= 18 else "{}s * op_bytes"
    return ({f"pg_stat_io_{name}_total": name for name in IO}
            | {f"pg_stat_io_{name}_bytes_total": size.format(name) for name in IO_BYTES}
            | {f"pg_stat_io_{name}_seconds_total": f"{name}_time / 1000" for name in IO_TIMES})


def views(major):
    """(view, labels, {family: column}) of each collector that this version has."""
    found = [
        ("pg_stat_slru", ["name"], {f"pg_stat_slru_{name}_total": name for name in SLRU}),
        ("pg_stat_archiver", [], {
            "pg_archiver_last_archived_timestamp_seconds": "extract(epoch FROM last_archived_time)",
            "pg_archiver_last_failed_timestamp_seconds": "extract(epoch FROM last_failed_time)",
            "pg_stat_archiver_archived_count": "archived_count"}),
        ("pg_control_checkpoint()", [], {
            "pg_checkpoint_last_timestamp_seconds": "extract(epoch FROM checkpoint_time)",
            "pg_checkpoint_redo_distance_bytes": "pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)"}),
        ("pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'", [], {
            "pg_wal_segments": "count(*)", "pg_wal_size_bytes": "sum(size)"}),
        ("pg_database", ["datname"], {
            "pg_database_xid_age_transactions": "age(datfrozenxid)",
            "pg_database_multixact_age": "mxid_age(datminmxid)"}),
    ]
    if major >= 14:
        found.append(("pg_stat_wal", [], {
            "pg_wal_generated_bytes_total": "wal_bytes", "pg_wal_buffers_full_total": "wal_buffers_full",
            "pg_wal_fpi_total": "wal_fpi"}))
    else:
        found.append(("pg_stat_archiver", [], {
            "pg_wal_generated_bytes_total": "pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"}))
    if major >= 16:
        found.append(("pg_stat_io", ["backend_type", "object", "context"], columns_of_io(major)))
    return found


def rows(server, view, labels, columns):
    """{(label values, family): value or None}"""
    found = {}
    for line in server.psql(f"SELECT {', '.join([*labels, *columns.values()])} FROM {view}").splitlines():
        fields = line.split("|")
        for family, text in zip(columns, fields[len(labels):]):
            found[*fields[:len(labels)], family] = float(text) if text else None
    return found


def differences(server, running, view, labels, columns):
    before, page, after = rows(server, view, labels, columns), running.page(), rows(server, view, labels, columns)
    assert before.keys() == after.keys() and before
    for key, low in before.items():
        *names, family = key
        seen, high = page.value(family, **dict(zip(labels, names))), after[key]
        # Of what came up between the two looks either is right.
        if low is None and seen is None or high is not None and seen is not None and (
                low or 0) - 1e-6 <= seen <= high + 1e-6:
            continue
        yield key, low, seen, high


def work(server):
    """Something of each kind: writes, a checkpoint, an archived file, row locks that two transactions share,
    the first page of the queue of notifications."""
    server.psql("CREATE DATABASE acme")
    server.psql("CREATE TABLE t AS SELECT i AS id, repeat('x', 100) AS x FROM generate_series(1, 50000) i;"
                " CHECKPOINT; SELECT pg_switch_wal(); VACUUM t; SELECT count(*) FROM t", "acme")
    server.session("BEGIN; SELECT * FROM t WHERE id < 100 FOR SHARE", "acme")
    server.server.wait_for(lambda: server.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'").strip() == "1", "locked rows")
    server.psql("BEGIN; SELECT count(*) FROM (SELECT * FROM t WHERE id < 100 FOR SHARE) AS s; COMMIT", "acme")
    server.psql("NOTIFY work", "acme")
    # Counted when the archiver is done; until 14 what a session did is told after its end, by a datagram.
    for told in ("SELECT archived_count > 0 FROM pg_stat_archiver", "SELECT sum(blks_zeroed) > 0 FROM pg_stat_slru"):
        server.server.wait_for(lambda told=told: server.psql(told).strip() == "t", told)


@pytest.mark.parametrize("major", [
    pytest.param(major, marks=[] if major in (13, 16, 18) else pytest.mark.long) for major in versions.POSTGRES])
def test_values_of_the_servers_views_are_those_that_sql_says(major, folder, daemon):
    timed = {"track_wal_io_timing": "on"} if major >= 14 else {}
    with Postgres(folder, "own", SETTINGS | timed, version=major) as server:
        server.create().start().create_monitor()
        work(server)
        running = daemon(exporter.config_text([targets.postgres("main", server, **targets.NO_WATCHERS)], ["acme"]))
        running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
        for view, labels, columns in views(major):
            found = list(differences(server, running, view, labels, columns))
            assert found == [], view
        page = running.page()
        # The work is seen, so that not only zeros were compared.
        for family in ("pg_stat_slru_blks_zeroed_total", "pg_wal_generated_bytes_total", "pg_wal_size_bytes",
                       "pg_stat_archiver_archived_count", "pg_checkpoint_last_timestamp_seconds",
                       "pg_database_multixact_age", *(columns_of_io(major) if major >= 16 else ())):
            assert page.total(family) > 0, family
