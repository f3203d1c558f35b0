"""The situations that operators are woken for, on real servers."""

import time

from servers import exporter, targets
from servers.postgres import Postgres

UPDATE = "UPDATE t SET n = n + 1 WHERE id = {}"


def blocked_chain(server, waiters=3):
    server.psql("CREATE DATABASE acme")
    server.psql("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, 0"
                " FROM generate_series(1, 9) i", "acme")
    sessions = [server.session("BEGIN; " + UPDATE.format(1), "acme")]
    time.sleep(0.3)
    for waiter in range(1, waiters + 1):
        sessions.append(server.session(f"BEGIN; {UPDATE.format(waiter + 1)}; {UPDATE.format(waiter)}", "acme"))
        time.sleep(0.3)
    return sessions


def test_a_chain_of_blocked_sessions_is_counted_by_database_and_gone_with_its_root(own_postgres, daemon):
    root, *_ = blocked_chain(own_postgres)
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)], ["acme"]))
    page = running.wait_for_page(
        lambda page: page.value("pg_lock_waiting_sessions", datname="acme") == 3, "three wait")
    assert page.value("pg_blocking_tree_depth", datname="acme") == 3
    assert page.value("pg_blocking_roots", datname="acme") == 1
    assert page.series("pg_lock_waiting_sessions", datname="acme", tenant="acme")
    first = page.value("pg_lock_wait_longest_seconds", datname="acme")
    running.wait_for_page(
        lambda page: page.value("pg_lock_wait_longest_seconds", datname="acme") > first + 1, "it rises")
    root.stop()  # a chain unblocks from its root on: each then waits no more
    running.wait_for_page(
        lambda page: (page.value("pg_lock_waiting_sessions", datname="acme") or 0) < 3, "fewer wait")
    # The maximum of the last minute does not depend on who scraped when.
    assert running.page().value("pg_lock_waiting_sessions_recent_max", datname="acme") == 3


def test_a_paused_standby_is_behind_in_bytes_on_the_primary_and_in_seconds_on_itself(
        own_postgres, folder, daemon):
    own_postgres.psql("CREATE TABLE t (id int)")
    with Postgres(folder, "standby") as standby:
        standby.copy_of(own_postgres).start()
        own_postgres.psql("INSERT INTO t VALUES (1)")
        standby.server.wait_for(
            lambda: standby.psql("SELECT pg_last_xact_replay_timestamp()").strip(), "a commit is replayed")
        standby.psql("SELECT pg_wal_replay_pause()")
        running = daemon(exporter.config_text(
            [targets.postgres("main", own_postgres), targets.postgres("standby", standby)]))
        own_postgres.psql("INSERT INTO t SELECT generate_series(1, 1000)")
        page = running.wait_for_page(
            lambda page: (page.value("pg_stat_replication_pg_wal_lsn_diff", target="main") or 0) > 50_000
            and (page.value("pg_replication_lag_seconds", target="standby") or 0) > 0, "behind")
        assert page.value("pg_replication_is_replica", target="standby") == 1
        assert page.value("pg_replication_is_replica", target="main") == 0
        before = page.value("pg_stat_replication_pg_wal_lsn_diff", target="main")
        own_postgres.psql("INSERT INTO t SELECT generate_series(1, 1000)")
        running.wait_for_page(
            lambda page: page.value("pg_stat_replication_pg_wal_lsn_diff", target="main") > before, "more")
        standby.psql("SELECT pg_wal_replay_resume()")
        running.wait_for_page(
            lambda page: page.value("pg_stat_replication_pg_wal_lsn_diff", target="main") < 1000, "caught up")


def test_the_values_are_those_of_the_server(primary, cache, daemon):
    running = daemon(exporter.config_text(
        [targets.postgres("main", primary, labels={"site": "x"}), targets.redis("cache", cache)],
        ["acme", "globex"]))
    running.wait_for_page(lambda page: page.series("pg_database_size_bytes", datname="acme"), "sizes")
    page = running.page()
    size = float(primary.psql("SELECT pg_database_size('acme')"))
    assert page.value("pg_database_size_bytes", datname="acme", tenant="acme", site="x") == size
    limit = float(primary.psql("SHOW max_connections"))
    assert page.value("pg_settings_max_connections", target="main") == limit
    shared = float(primary.psql("SELECT setting::float * 8192 FROM pg_settings WHERE name = 'shared_buffers'"))
    assert page.value("pg_settings_shared_buffers_bytes", target="main") == shared
    info = cache.info()
    assert page.value("redis_instance_info", redis_version=info["redis_version"]) == 1
    assert page.value("redis_config_maxclients") == float(info["maxclients"])
    assert page.value("redis_slowlog_length") == 0
    assert page.value("erp_tenant_info", tenant="acme") == 1
    assert page.value("erp_tenant_database_info", tenant="globex", datname="globex") == 1


def test_a_counter_of_redis_follows_the_server(cache, daemon):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]))
    running.wait_for_page(lambda page: not targets.problems(page, "cache", "redis"), "complete")
    before = running.page().value("redis_commands_processed_total")
    with cache.client() as client:
        for _ in range(100):
            client.command("PING")
    assert running.page().value("redis_commands_processed_total") - before >= 100
