"""Databases that change names: what is a database's goes along, what was counted under a name stays there."""

import time

from servers import exporter, targets

SWAP = ("ALTER DATABASE acme RENAME TO tmp; ALTER DATABASE globex RENAME TO acme;"
        " ALTER DATABASE tmp RENAME TO globex")
TABLE = "CREATE TABLE stock_quant (id int)"
LOCK = "BEGIN; LOCK TABLE stock_quant"


def size(page, datname):
    return page.value("pg_database_size_bytes", datname=datname)


def waited(page, datname):
    return page.value("pg_lock_wait_seconds_total", datname=datname, locktype="relation")


def longest(page, datname):
    return page.value("pg_lock_wait_longest_seconds_recent_max", datname=datname)


def test_sizes_and_waits_follow_a_swap_of_names_and_counters_neither_fall_nor_jump(own_postgres, daemon):
    for tenant in ("acme", "globex"):
        own_postgres.psql(f"CREATE DATABASE {tenant}")
        own_postgres.psql(TABLE, tenant)
    own_postgres.psql("CREATE TABLE big AS SELECT repeat('x', 900) FROM generate_series(1, 20000)", "acme")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    page = running.wait_for_page(lambda page: size(page, "globex"), "sizes")
    assert size(page, "acme") > size(page, "globex") + (10 << 20)
    for _ in range(2):
        own_postgres.session(LOCK, "acme")
        time.sleep(0.3)
    running.wait_for_page(lambda page: waited(page, "acme") > 3, "one waits")
    for session in own_postgres.sessions:
        session.stop()
    before = running.wait_for_page(
        lambda page: page.value("pg_lock_waiting_sessions", datname="acme") == 0, "nobody waits")

    own_postgres.psql(SWAP)
    # The names are read every ten seconds, the sizes every five minutes.
    page = running.wait_for_page(lambda page: size(page, "globex") > size(page, "acme"), "the sizes went along")
    assert (size(page, "globex"), size(page, "acme")) == (size(before, "acme"), size(before, "globex"))
    assert longest(page, "globex") > 3 and longest(page, "acme") == 0
    assert (waited(page, "acme"), waited(page, "globex")) == (waited(before, "acme"), 0)
    for _ in range(2):
        own_postgres.session(LOCK, "globex")
        time.sleep(0.3)
    page = running.wait_for_page(lambda page: waited(page, "globex") > 1, "the other counts on")
    assert waited(page, "globex") < 15
    assert waited(page, "acme") == waited(before, "acme")


def test_a_new_database_has_a_size_without_waiting_for_the_next_round(own_postgres, daemon):
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    running.wait_for_page(lambda page: size(page, "postgres"), "the first round")
    own_postgres.psql("CREATE DATABASE acme")
    running.wait_for_page(lambda page: size(page, "acme"), "its size")
    own_postgres.psql("ALTER DATABASE acme RENAME TO globex")
    page = running.wait_for_page(lambda page: size(page, "globex"), "the same under its new name")
    assert size(page, "acme") is None
