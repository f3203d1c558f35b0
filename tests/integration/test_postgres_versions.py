"""Each major version of PostgreSQL: every collector succeeds, and what its page lacks or has more is known."""

import pytest

from servers import exporter, targets, versions
from servers.postgres import Postgres
from servers.prometheus import check_metrics

BASE = 15  # the majors before and after it are told by what came and what went
STANDBYS = (13, 18)

STAT_IO = " ".join(f"pg_stat_io_{name}_total" for name in (  # without times: those are not measured by default
    "reads", "writes", "extends", "fsyncs", "hits", "evictions", "reuses", "writebacks", "read_bytes",
    "write_bytes", "extend_bytes"))

# Families that a server has from this major on. Without a prefix they are settings (pg_settings_*).
CAME = {
    14: "client_connection_check_interval_seconds debug_discard_caches enable_async_append enable_memoize"
        " huge_page_size_bytes idle_session_timeout_seconds in_hot_standby log_recovery_conflict_waits"
        " min_dynamic_shared_memory_bytes remove_temp_files_after_crash track_wal_io_timing"
        " vacuum_failsafe_age vacuum_multixact_failsafe_age pg_stat_database_active_time_seconds_total"
        " pg_wal_buffers_full_total pg_wal_fpi_total"
        " pg_database_session_seconds_total pg_database_idle_in_transaction_seconds_total"
        " pg_database_sessions_total pg_database_sessions_ended_total",
    15: "log_startup_progress_interval_seconds recursive_worktable_factor shared_memory_size_bytes"
        " shared_memory_size_in_huge_pages wal_decode_buffer_size_bytes",
    16: "enable_presorted_aggregate gss_accept_delegation max_parallel_apply_workers_per_subscription"
        " reserved_connections scram_iterations send_abort_for_crash send_abort_for_kill"
        " vacuum_buffer_usage_limit_bytes pg_stat_database_conflicts_confl_active_logicalslot " + STAT_IO,
    17: "allow_alter_system commit_timestamp_buffers_bytes enable_group_by_reordering event_triggers"
        " io_combine_limit_bytes max_notify_queue_pages multixact_member_buffers_bytes"
        " multixact_offset_buffers_bytes notify_buffers_bytes serializable_buffers_bytes"
        " subtransaction_buffers_bytes summarize_wal sync_replication_slots trace_connection_negotiation"
        " transaction_buffers_bytes transaction_timeout_seconds wal_summary_keep_time_seconds"
        " pg_stat_checkpointer_num_timed_total pg_stat_checkpointer_num_requested_total"
        " pg_stat_checkpointer_restartpoints_timed_total pg_stat_checkpointer_restartpoints_req_total"
        " pg_stat_checkpointer_restartpoints_done_total pg_stat_checkpointer_write_time_total"
        " pg_stat_checkpointer_sync_time_total pg_stat_checkpointer_buffers_written_total"
        " pg_stat_checkpointer_stats_reset_total",
    18: "autovacuum_vacuum_max_threshold autovacuum_worker_slots enable_distinct_reordering"
        " enable_self_join_elimination idle_replication_slot_timeout_seconds io_max_combine_limit_bytes"
        " io_max_concurrency io_workers log_lock_failures max_active_replication_origins"
        " md5_password_warnings num_os_semaphores track_cost_delay_timing"
        " vacuum_max_eager_freeze_failure_rate vacuum_truncate"
        " pg_database_checksum_failures_total",  # initdb turns checksums on
}
# And those that it has no more.
WENT = {
    14: "operator_precedence_warning vacuum_cleanup_index_scale_factor",
    16: "vacuum_defer_cleanup_age",
    17: "db_user_namespace old_snapshot_threshold_seconds",
}
# There while autovacuum works or a session has a transaction or nothing to do.
PASSING = ("pg_stat_activity_autovacuum_", "pg_stat_progress_vacuum_", "pg_process_idle_",
           "pg_long_running_transactions_oldest_age_")
ON_A_STANDBY = {"pg_replication_receive_replay_lag_bytes", "pg_replication_receive_replay_lag_seconds",
                "pg_replication_receiver_connected", "pg_replication_receiver_last_message_timestamp_seconds",
                "pg_replication_replay_paused", "pg_replication_last_replayed_transaction_timestamp_seconds",
                "pg_replication_upstream_lag_bytes", "pg_replication_upstream_lag_seconds",
                *(f"pg_stat_wal_receiver_{what}" for what in (
                    "receive_start_lsn", "receive_start_tli", "flushed_lsn", "received_tli", "last_msg_send_time",
                    "last_msg_receipt_time", "latest_end_lsn", "latest_end_time"))}
ON_ITS_PRIMARY = {"pg_replication_standbys", "pg_replication_standby_lag_bytes",
                  "pg_replication_standby_lag_seconds", "pg_stat_replication_pg_current_wal_lsn_bytes",
                  "pg_stat_replication_pg_wal_lsn_diff"}


def named(table, majors):
    names = " ".join(table.get(major, "") for major in majors).split()
    return {name if name.startswith("pg_") else "pg_settings_" + name for name in names}


def expected(families_of_base, major):
    newer, older = range(BASE + 1, major + 1), range(major + 1, BASE + 1)
    return ((families_of_base | named(CAME, newer) | named(WENT, older))
            - named(WENT, newer) - named(CAME, older))


def absent(major):
    """Collectors that have nothing to say, and why: off by default, or for a server of this host."""
    remote = {("orphaned_sessions", "disabled"), ("filesystems", "disabled"), ("buffercache_summary", "disabled")}
    return (remote | ({("database_sessions", "unsupported")} if major < 14 else set())
            | ({("stat_io", "unsupported")} if major < 16 else set())
            | ({("stat_checkpointer", "unsupported")} if major < 17 else set()))


def families(page, target):
    return {name for name in page.names(target=target) if name.startswith("pg_") and not name.startswith(PASSING)}


def started(folder, name, major):
    server = Postgres(folder, name, version=major)
    server.create().start().create_monitor()
    server.psql("CREATE DATABASE acme")
    # Before 15 each database has a time of the last reset, sooner or later.
    server.psql("CREATE TABLE t AS SELECT 1 AS id; SELECT pg_stat_reset()", "acme")
    return server


def complete(page, *names):
    return not any(targets.problems(page, name, "postgres") for name in names) and all(
        page.series("pg_database_size_bytes", target=name, datname="acme") for name in names)


def no_failures(page):
    return [row for row in page.series("erp_exporter_target_failures_total") if row[1]] == []


@pytest.fixture(scope="module")
def base(shared_folder):
    with started(shared_folder, f"postgres_{BASE}", BASE) as server:
        yield server


@pytest.mark.parametrize("major", versions.POSTGRES)
def test_all_collectors_succeed_and_the_families_are_those_of_the_version(major, base, folder, daemon):
    with started(folder, "other", major) as server:
        running = daemon(exporter.config_text(
            [targets.postgres("base", base), targets.postgres("other", server)], ["acme"]))
        page = running.wait_for_page(
            lambda page: complete(page, "base", "other")
            and len(page.series("pg_stat_database_stats_reset", datname="acme")) == 2, "complete")
        assert no_failures(page)
        assert {(labels["collector"], labels["reason"]) for labels, _ in page.series(
            "erp_exporter_collector_unavailable", target="other")} == absent(major)
        assert families(page, "other") == expected(families(page, "base"), major)
        complaints = check_metrics(running.get("/probe?target=other").text)
        assert [line for line in complaints if not line.startswith("pg_")] == []

        version, number, started_at = server.psql(
            "SELECT version(), current_setting('server_version_num'),"
            " extract(epoch FROM pg_postmaster_start_time())").strip().split("|")
        assert int(number) // 10000 == major
        assert page.value("pg_static", target="other", version=version,
                          short_version=f"{major}.{int(number) % 10000}.0") == 1
        assert page.value("pg_server_info", target="other", version_num=number) == 1
        assert page.value("pg_postmaster_start_time_seconds", target="other") == float(started_at)
        size = float(server.psql("SELECT pg_database_size('acme')"))
        assert page.value("pg_database_size_bytes", target="other", datname="acme") == size
        assert page.value("pg_settings_max_connections", target="other") == 60


@pytest.mark.parametrize("major", versions.POSTGRES)
def test_a_blocked_session_is_found(major, folder, daemon):
    with started(folder, "other", major) as server:
        server.session("BEGIN; UPDATE t SET id = 2", "acme")
        server.server.wait_for(lambda: server.psql(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'").strip() == "1", "holds")
        server.session("BEGIN; UPDATE t SET id = 3", "acme")
        running = daemon(exporter.config_text([targets.postgres("other", server)], ["acme"]))
        page = running.wait_for_page(
            lambda page: page.value("pg_lock_waiting_sessions", datname="acme") == 1
            and complete(page, "other"), "one waits")
        assert page.value("pg_blocking_roots", datname="acme") == 1
        assert page.value("pg_blocking_tree_depth", datname="acme") == 1
        assert page.value("pg_lock_wait_longest_seconds", datname="acme") > 0
        assert page.value("pg_locks_count", datname="acme", mode="rowexclusivelock") >= 2
        states = {labels["state"]: value for labels, value
                  in page.series("pg_stat_activity_count", datname="acme", usename="postgres")}
        assert states == {"idle in transaction": 1, "active": 1}


@pytest.mark.parametrize("major", STANDBYS)
def test_a_standby_and_its_primary_say_how_they_are_related(major, folder, daemon):
    with started(folder, "main", major) as main, Postgres(folder, "standby", version=major) as standby:
        standby.copy_of(main).start()
        main.psql("INSERT INTO t VALUES (2)", "acme")
        running = daemon(exporter.config_text(
            [targets.postgres("main", main), targets.postgres("standby", standby)], ["acme"]))
        page = running.wait_for_page(
            lambda page: complete(page, "main", "standby")
            and page.value("pg_replication_receiver_connected", target="standby") == 1
            and page.series("pg_replication_last_replayed_transaction_timestamp_seconds")
            and page.series("pg_replication_upstream_lag_seconds"), "streaming")
        assert no_failures(page)
        assert page.value("pg_replication_is_replica", target="main") == 0
        assert page.value("pg_replication_is_replica", target="standby") == 1
        assert page.value("pg_replication_standbys", target="main") == 1
        assert page.value("pg_stat_replication_pg_wal_lsn_diff", target="main",
                          application_name="standby", state="streaming") is not None
        assert page.value("pg_replication_replay_paused", target="standby") == 0
        # Each server has its own; the lag that is reported comes and goes, and 13 counts WAL by its position.
        statistics = {"pg_stat_database_stats_reset", "pg_replication_standby_reported_lag_seconds",
                      "pg_wal_generated_bytes_total"}
        on_main, on_standby = (families(page, name) - statistics for name in ("main", "standby"))
        assert on_standby - on_main == ON_A_STANDBY
        assert on_main - on_standby == ON_ITS_PRIMARY
        standby.psql("SELECT pg_wal_replay_pause()")
        running.wait_for_page(
            lambda page: page.value("pg_replication_replay_paused", target="standby") == 1, "paused")
