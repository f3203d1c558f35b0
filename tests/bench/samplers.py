"""What our samplers cost a busy server: the time for which they hold the main connection, by the server's count of
what each of their statements takes, and the CPU time of its session."""

import contextlib
import time

import subjects
import table
from servers import exporter, proc, process, targets
from servers.postgres import MONITOR
from subjects import PostgresCounts

SESSIONS = 50
TABLES = 64
WAITERS = 10
SECONDS = 30
HOLD_MS = 20
CPU_SHARE = 0.01

COLUMNS = [("server", "name", None), ("sessions", "sessions", 0), ("lock rows", "lock_rows", 0),
           ("held ms: mean", "mean", 2), ("longest", "most", 2), ("statements in a look", "statements", 0),
           ("its session's CPU %", "cpu_percent", 2)]


def statements(primary):
    """(mean, longest) in ms of each that ran about once a second; those of longer intervals come rarely beside."""
    rows = primary.psql(
        "SELECT mean_exec_time + mean_plan_time, max_exec_time FROM pg_stat_statements s JOIN pg_roles r"
        f" ON r.oid = s.userid WHERE rolname = '{MONITOR}' AND calls > {SECONDS // 2}", PostgresCounts.DATABASE)
    return [tuple(map(float, line.split("|"))) for line in rows.split()]


def session(primary):
    return int(primary.psql(f"SELECT pid FROM pg_stat_activity WHERE usename = '{MONITOR}'"))


def look(primary, name):
    pid = session(primary)
    primary.psql("SELECT pg_stat_statements_reset()", PostgresCounts.DATABASE)
    clock = proc.CpuClock(lambda: [pid])
    time.sleep(SECONDS)
    cpu = clock.seconds() / SECONDS
    found = statements(primary)
    sessions, lock_rows = primary.psql(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
        " (SELECT count(*) FROM pg_locks)").strip().split("|")
    return {"name": name, "sessions": int(sessions), "lock_rows": int(lock_rows), "statements": len(found),
            "mean": sum(mean for mean, _ in found), "most": sum(most for _, most in found),
            "cpu": cpu, "cpu_percent": cpu * 100}


def measure(folder, daemon, bars):
    with contextlib.ExitStack() as stack:
        primary, _ = stack.enter_context(subjects.servers(folder))
        names = [f"t{number}" for number in range(TABLES)]
        primary.psql("".join(f"CREATE TABLE {name} ();" for name in [*names, "wanted"]), "tenant00")
        stack.enter_context(exporter.Exporter(
            folder, exporter.config_text([targets.postgres("postgres", primary)]), binary=daemon)).start()
        process.wait_until(lambda: primary.psql(f"SELECT 1 FROM pg_stat_activity WHERE usename = '{MONITOR}'").strip(),
                           "the daemon is connected")
        rows = [look(primary, "at rest")]
        busy = [primary.session("BEGIN; LOCK wanted" if number == 0 else "BEGIN; SELECT", "tenant00")
                for number in range(SESSIONS - WAITERS)]
        for _ in range(WAITERS):
            primary.session("BEGIN; LOCK wanted", "tenant00")
        waiting = "SELECT count(*) = " + str(WAITERS) + " FROM pg_locks WHERE NOT granted"
        process.wait_until(lambda: primary.psql(waiting).strip() == "t", "all waiters wait")
        rows.append(look(primary, f"{WAITERS} wait for a lock"))
        for one in busy:
            one.send(f"LOCK {', '.join(names)} IN ACCESS SHARE MODE")
        held = f"SELECT count(*) >= {len(busy) * TABLES} FROM pg_locks"
        process.wait_until(lambda: primary.psql(held).strip() == "t", "all locks are held")
        rows.append(look(primary, "and many locks are held"))
    table.show(f"the samplers in {SECONDS} s without a scrape", COLUMNS, rows)
    for row in rows[1:]:
        what = f"{row['sessions']} sessions and {row['lock_rows']} lock rows"
        bars.below(f"a look holds the main connection, {what}", row["mean"], HOLD_MS, " ms")
        bars.below(f"its session's share of a core, {what}", row["cpu"], CPU_SHARE)
    return rows
