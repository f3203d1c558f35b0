"""Each version of Redis and Valkey: every collector succeeds, and what its page lacks or has more is known."""

import pytest

from servers import exporter, targets, versions
from servers.prometheus import check_metrics
from servers.redis import Redis

BASE = "7.4"

SINCE_7_4 = (
    "acl_access_denied_auth_total acl_access_denied_channel_total acl_access_denied_cmd_total"
    " acl_access_denied_key_total allocator_muzzy_bytes client_output_buffer_limit_disconnections_total"
    " client_query_buffer_limit_disconnections_total eventloop_cycles_total"
    " eventloop_duration_cmd_sum_usec_total eventloop_duration_sum_usec_total evicted_scripts_total"
    " expired_subkeys_total instantaneous_eventloop_cycles_per_sec instantaneous_eventloop_duration_usec"
    " mem_overhead_db_hashtable_rehashing_bytes pubsub_clients total_blocking_keys"
    " total_blocking_keys_on_nokey total_watched_keys watching_clients db_keys_with_expiring_items").split()
SINCE_7_0 = (
    "active_defrag_time_ms_total aof_rewrites_consecutive_failures aof_rewrites_total async_loading"
    " current_cow_peak current_eviction_exceeded_time_ms evicted_clients_total"
    " eviction_exceeded_time_ms_total latency_percentiles_usec latency_percentiles_usec_count"
    " latency_percentiles_usec_sum mem_cluster_links_bytes mem_total_replication_buffers_bytes"
    " memory_used_functions_bytes memory_used_scripts_eval_bytes memory_used_vm_eval_bytes"
    " memory_used_vm_functions_bytes memory_used_vm_total net_repl_input_bytes_total"
    " net_repl_output_bytes_total number_of_functions number_of_libraries pubsubshard_channels"
    " rdb_last_load_expired_keys rdb_last_load_loaded_keys rdb_saves_total reply_buffer_expands_total"
    " reply_buffer_shrinks_total").split()
VALKEY_8 = ("io_threaded_freed_objects_total io_threaded_poll_processed_total"
            " io_threaded_prefetch_batches_total io_threaded_prefetch_entries_total"
            " replicas_waiting_psync").split()
VALKEY_9 = VALKEY_8 + (
    "acl_access_denied_db_total acl_access_denied_tls_cert_total active_time_main_thread_seconds_total"
    " expired_fields_total expired_keys_with_volatile_items_stale_percentage"
    " mem_replicas_repl_buffer_bytes").split()

# What a version has more and less than 7.4.
DIFFERENCES = {
    "6.2": ([], SINCE_7_4 + SINCE_7_0),
    "7.0": ([], SINCE_7_4),
    "7.4": ([], []),
    "8.0": ([], []),
    # Valkey's base is Redis 7.2; fields of hashes expire from its version 9 on.
    "valkey 8.1": (VALKEY_8, ["expired_subkeys_total", "db_keys_with_expiring_items"]),
    "valkey 9.1": (VALKEY_9, ["expired_subkeys_total"]),
}
INSTALLED = "installed"  # on this Debian: one of the above


def families(page, target):
    return {name for name in page.names(target=target) if name.startswith("redis_")}


def named(names):
    return {"redis_" + name for name in names}


def started(folder, name, version, **options):
    version = None if version == INSTALLED else version
    return Redis(folder, name, {"repl-diskless-sync-delay": 0}, version=version, **options).start()


def fill(server):
    with server.client() as client:
        for number in range(20):
            client.command("SET", f"session:{number}", "x")
        client.command("SELECT", 3)
        client.command("SET", "queue", "x", "EX", 1000)
        try:
            client.command("LPUSH", "queue", "x")
        except RuntimeError as error:
            assert "WRONGTYPE" in str(error)


@pytest.fixture(scope="module")
def base(shared_folder):
    with started(shared_folder, f"redis_{BASE}", BASE) as server:
        fill(server)
        yield server


def real_version(info):
    """As in the table above, of the server's own words."""
    if info.get("server_name") == "valkey":
        return "valkey " + ".".join(info["valkey_version"].split(".")[:2])
    return ".".join(info["redis_version"].split(".")[:2])


@pytest.mark.parametrize("version", [INSTALLED, *versions.REDIS])
def test_all_collectors_succeed_and_the_families_are_those_of_the_version(version, base, folder, daemon):
    with started(folder, "other", version) as server:
        fill(server)
        info = server.info()
        assert version in (real_version(info), INSTALLED)
        running = daemon(exporter.config_text([targets.redis("base", base), targets.redis("other", server)]))
        page = running.wait_for_page(lambda page: not targets.problems(page, "base", "redis")
                                     and not targets.problems(page, "other", "redis"), "complete")
        assert [row for row in page.series("erp_exporter_target_failures_total") if row[1]] == []
        assert page.series("erp_exporter_collector_unavailable", target="other") == []
        more, less = DIFFERENCES[real_version(info)]
        assert families(page, "other") == (families(page, "base") | named(more)) - named(less)
        complaints = check_metrics(running.get("/probe?target=other").text)
        assert [line for line in complaints if not line.startswith("redis_")] == []

        [(labels, one)] = page.series("redis_instance_info", target="other")
        assert one == 1
        assert labels["redis_version"] == info["redis_version"]
        assert labels["redis_mode"] == "standalone"
        assert labels["valkey_version"] == info.get("valkey_version", "")
        assert labels["valkey_release_stage"] == info.get("valkey_release_stage", "")
        assert page.value("redis_db_keys", target="other", db="db0") == 20
        assert page.value("redis_db_keys", target="other", db="db3") == 1
        assert page.value("redis_db_keys_expiring", target="other", db="db3") == 1
        assert page.value("redis_db_keys", target="other", db="db1") == 0
        assert page.value("redis_commands_total", target="other", cmd="set") == 21
        assert page.value("redis_commands_failed_calls_total", target="other", cmd="lpush") == 1
        assert page.value("redis_errors_total", target="other", err="WRONGTYPE") == 1
        assert page.value("redis_process_id", target="other") == server.server.pid


@pytest.mark.parametrize("version", [INSTALLED, *versions.REDIS])
def test_a_replica_and_its_primary_say_how_they_are_related(version, folder, daemon):
    with started(folder, "main", version) as main, \
            started(folder, "copy", version, lines=[f"replicaof 127.0.0.1 {main.port}"]) as copy:
        running = daemon(exporter.config_text([targets.redis("main", main), targets.redis("copy", copy)]))
        page = running.wait_for_page(
            lambda page: page.value("redis_master_link_up", target="copy") == 1
            and page.value("redis_connected_slaves", target="main") == 1
            and page.series("redis_connected_slave_lag_seconds", target="main", slave_state="online"), "linked")
        assert page.value("redis_instance_info", target="copy", role="slave") == 1
        assert page.value("redis_instance_info", target="main", role="master") == 1
        assert page.value("redis_connected_slave_offset_bytes", target="main", slave_port=str(copy.port),
                          slave_state="online") >= 0
        assert not targets.problems(page, "copy", "redis")
        assert [row for row in page.series("erp_exporter_target_failures_total") if row[1]] == []
