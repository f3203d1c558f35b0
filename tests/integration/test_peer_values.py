"""What Debian's exporters say of the same servers in the same moment, for all names that both have.

Each of our values lies between the peer's of just before and just after, unless the tables here allow else.
"""

import contextlib
import itertools
import math
import threading

import pytest

from servers import comparison, exporter, peers, process, targets
from servers.comparison import ABSENT, Allowed
from servers.postgres import Postgres
from servers.redis import Redis

ROUNDS = 5
# Each exporter's word about itself.
OF_ITSELF = ("pg_exporter_", "pg_scrape_", "redis_exporter_", "redis_target_", "process_", "go_")

POSTGRES = [
    Allowed("pg_settings_lock_timeout_seconds", "our startup option would show, not the server's", ours=ABSENT),
    Allowed("pg_settings_extra_float_digits", "the peer's driver sets it for its session", ours=1),
    Allowed("pg_settings_tcp_keepalives_*", "as configured: the system's; the peer's connection has some", ours=0),
    Allowed("pg_stat_database_stats_reset", "never reset", ours=ABSENT, theirs=math.nan),
    Allowed("pg_stat_database_stats_reset", "the peer cuts it to whole seconds", 1),
    Allowed("pg_stat_bgwriter_stats_reset_total", "the peer cuts it to whole seconds", 1),
    Allowed("pg_stat_archiver_last_archive_age", "never archived", ours=ABSENT, theirs=math.nan),
    Allowed("pg_database_size_bytes", "looked at once a minute, not in the moment", share=0.5,
            labels={"datname": "globex"}),
    Allowed("pg_stat_activity_count", "who asks is active, the other one idle", 2, labels={"datname": "postgres"}),
    Allowed("pg_stat_activity_max_tx_duration", "who asks has a transaction", 1, labels={"datname": "postgres"}),
    Allowed("pg_stat_activity_count", "the writer works or waits", 1, labels={"datname": "globex"}),
    Allowed("pg_stat_activity_max_tx_duration", "the writer works or waits", 1, labels={"datname": "globex"}),
    Allowed("pg_stat_database_numbackends", "as of pg_stat_activity", 1, labels={"datname": "postgres"}),
    Allowed("pg_locks_count", "the writer works or waits", 5, labels={"datname": "globex"}),
    Allowed("pg_locks_count", "each counts the locks of its own statements", 5, labels={"datname": "postgres"}),
    Allowed("pg_stat_replication_pg_wal_lsn_diff", "the standby lags by what was just written", 4 << 20),
    Allowed("pg_replication_slots_pg_wal_lsn_diff", "the same", 4 << 20, labels={"slot_name": "standby"}),
]
# Labels that only one of us has, or of which we keep the newest peer's form: Debian's writes a pid into slot_name
# and client_addr without its mask.
BESIDE_POSTGRES = {
    "*": ["server"],
    "pg_stat_replication_pg_current_wal_lsn_bytes": ["slot_name", "client_addr"],
    "pg_stat_replication_pg_wal_lsn_diff": ["slot_name", "client_addr"],
    "pg_stat_activity_count": ["usename", "application_name", "backend_type", "wait_event", "wait_event_type"],
    "pg_stat_activity_max_tx_duration": ["usename", "application_name", "backend_type", "wait_event",
                                         "wait_event_type"],
}
MAXIMA = ["pg_stat_activity_max_tx_duration"]

RATE = "the server's average of the last second and a half"
BUFFERS = "clients' buffers; the peer's connection has some of its own"
ALLOCATOR = "sampled by the server ten times a second"
MOVING = ["get", "set", "info", "auth", "client|setname", "config|get", "latency|latest", "slowlog|get",
          "slowlog|len"]
REDIS = [
    Allowed("redis_connected_clients", "the peer's own connection", 1),
    Allowed("redis_start_time_seconds", "the peer takes it from its own clock, which jitters", 1),
    Allowed("redis_uptime_in_seconds", "a second may end in between", 1),
    Allowed("redis_memory_used_bytes", BUFFERS, 512 << 10),
    Allowed("redis_memory_used_dataset_bytes", BUFFERS, 512 << 10),
    Allowed("redis_memory_used_overhead_bytes", BUFFERS, 128 << 10),
    Allowed("redis_memory_used_rss_bytes", BUFFERS, 1 << 20),
    Allowed("redis_mem_clients_normal", BUFFERS, 128 << 10),
    Allowed("redis_mem_fragmentation_bytes", ALLOCATOR, 1 << 20),
    Allowed("redis_mem_fragmentation_ratio", ALLOCATOR, share=0.2),
    *(Allowed(f"redis_{what}_bytes", ALLOCATOR, 1 << 20) for what in (
        "allocator_active", "allocator_allocated", "allocator_resident", "allocator_frag", "allocator_rss",
        "rss_overhead")),
    *(Allowed(f"redis_{what}_ratio", ALLOCATOR, share=0.2) for what in (
        "allocator_frag", "allocator_rss", "rss_overhead")),
    Allowed("redis_instantaneous_*", RATE, 50, share=0.5),
    Allowed("redis_db_keys*", "keys come and are evicted", share=0.05, labels={"db": "db0"}),
    Allowed("redis_db_avg_ttl_seconds", "the server's estimate", 2, share=0.01),
    Allowed("redis_client_recent_max_*", "of the last seconds' clients", 32 << 10),
    Allowed("redis_expired_stale_percentage", "the server's estimate", 5),
    *(Allowed("redis_latency_percentiles_usec", "more calls may lower a percentile", 1000, labels={"cmd": command})
      for command in MOVING),
]
BESIDE_REDIS = {"redis_instance_info": ["master_replid", "valkey_version", "valkey_release_stage"]}
REDIS_TYPES = {"redis_expired_time_cap_reached_total": ("gauge", "counter")}  # the newest peer says counter, too


def writing(work, pause=0.002):
    """Runs it again and again in a thread until the block ends."""
    @contextlib.contextmanager
    def running():
        stop = threading.Event()

        def loop():
            for number in itertools.count():
                work(number)
                if stop.wait(pause):
                    return
        thread = threading.Thread(target=loop)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
    return running()


def of_itself(name, _):
    return name.startswith(OF_ITSELF)


def shared_row(name, pairs):
    """Debian's peer shows the shared relations as a database without a name; the newest no more."""
    return of_itself(name, pairs) or ("datid", "0") in pairs


def compare(found, peer, running, target, leave_out):
    """Type and HELP once, then the values of several rounds."""
    lines = []
    for number in range(ROUNDS):
        before, ours, after = peer.page(), running.page(f"/probe?target={target}"), peer.page()
        lines += [f"round {number}: {line}" for line in found.differences(before, ours, after, leave_out)]
    assert not lines, "\n".join(lines)
    assert found.unneeded() == []
    assert comparison.without_help(before, ours) == []
    return comparison.types(before, ours)


@pytest.fixture(scope="module")
def pair(shared_folder):
    """A primary with two tenants, a session that waits for a lock, slots, and its standby."""
    settings = {"wal_level": "logical", "track_io_timing": "on",
                "shared_preload_libraries": "pg_stat_statements"}
    with Postgres(shared_folder, "parity_main", settings) as main, \
            Postgres(shared_folder, "parity_standby", {"primary_slot_name": "standby"}) as standby:
        main.create().start().create_monitor()
        for tenant in ("acme", "globex"):
            main.psql(f"CREATE DATABASE {tenant}")
            main.psql("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT i, 0"
                      " FROM generate_series(1, 500) i; ANALYZE; SELECT count(*) FROM t", tenant)
        main.psql("SELECT pg_stat_reset()", "globex")
        for slot in ("spare", "standby"):
            main.psql(f"SELECT pg_create_physical_replication_slot('{slot}', true)")
        main.psql("SELECT pg_create_logical_replication_slot('feed', 'pgoutput')", "acme")
        standby.copy_of(main)
        main.psql("ALTER ROLE postgres PASSWORD 'over-tcp'")  # then it has an address
        standby.settings["primary_conninfo"] = (
            f"host=127.0.0.1 port={main.port} user=postgres password=over-tcp application_name=standby")
        standby.start()
        for _ in range(2):
            main.session("BEGIN; UPDATE t SET n = 1 WHERE id = 1", "acme")
        main.psql("SELECT 1/0", "acme", check=False)
        main.server.wait_for(lambda: main.psql("SELECT count(*) FROM pg_locks WHERE NOT granted").strip() == "1",
                             "one waits")
        main.server.wait_for(lambda: main.psql("SELECT count(*) FROM pg_stat_replication").strip() == "1",
                             "the standby streams")
        yield main, standby


@pytest.mark.parametrize("which", ["main", "standby"])
def test_postgres_values_are_those_of_the_peer(which, pair, folder, daemon):
    main, standby = pair
    server = main if which == "main" else standby
    running = daemon(exporter.config_text([targets.postgres(which, server)]))
    running.wait_for_page(lambda page: not targets.problems(page, which, "postgres")
                          and page.series("pg_database_size_bytes", datname="acme"), "complete")
    writer = main.session("SET synchronous_commit = off", "globex")
    found = comparison.Comparison(POSTGRES, BESIDE_POSTGRES, MAXIMA)
    with peers.postgres_exporter(process.subfolder(folder, "peer"), server) as peer, \
            writing(lambda number: writer.send(f"UPDATE t SET n = n + 1 WHERE id = {number % 500}")):
        peer.start()
        assert compare(found, peer, running, which, shared_row) == {}
    assert found.compared > ROUNDS * 300
    if server is main:
        assert running.page().value("pg_stat_replication_pg_wal_lsn_diff", client_addr="127.0.0.1/32",
                                    slot_name="standby", application_name="standby", state="streaming") >= 0


def provoke(client):
    """Keys in two databases, errors, and a slow log that the exporters do not add to."""
    client.command("CONFIG", "SET", "slowlog-log-slower-than", 0)
    client.command("SELECT", 3)
    client.command("SET", "queue", "x")
    for _ in range(3):
        with contextlib.suppress(RuntimeError):  # the wrong type, wanted
            client.command("LPUSH", "queue", "x")
    client.command("CONFIG", "SET", "slowlog-log-slower-than", 10_000_000)
    client.command("SELECT", 0)


def test_redis_values_are_those_of_the_peer(folder, daemon):
    settings = {"maxmemory": "6mb", "maxmemory-policy": "volatile-lru"}
    with Redis(folder, "cache", settings) as server, \
            peers.redis_exporter(process.subfolder(folder, "peer"), server.start()) as peer, \
            server.client() as client:
        provoke(client)

        def write(number):
            client.command("SET", f"session:{number}", "x" * 2000, "EX", 100_000)
            client.command("GET", f"session:{number - 50}")
        for number in range(3000):
            write(number)
        assert int(server.info("stats")["evicted_keys"]) > 100
        running = daemon(exporter.config_text([targets.redis("cache", server)]))
        running.wait_for_page(lambda page: not targets.problems(page, "cache", "redis"), "complete")
        found = comparison.Comparison(REDIS, BESIDE_REDIS)
        with writing(lambda number: write(3000 + number)):
            peer.start()
            assert compare(found, peer, running, "cache", of_itself) == REDIS_TYPES
        assert found.compared > ROUNDS * 150
