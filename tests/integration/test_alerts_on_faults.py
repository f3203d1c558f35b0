"""Each alert's expression, before a real Prometheus, on real servers that have the very fault it is about."""

import contextlib
import json
import socket
import time

import pytest

from boards import expressions
from machinery import answers
from servers import exporter, process, targets
from servers.fake_redis import FakeRedis
from servers.odoo_faults import OF_DATABASES, OF_SERVERS
from servers.postgres import Postgres
from servers.prometheus import Prometheus
from servers.redis import Redis
from servers.replication import subscribe
from servers.traffic import AccessLog, made_by_traefik, of, websocket

WINDOW = "45s"  # for the windows of rules; all faults are made within it
# Promtool plays them: a floor of five minutes, a trend of hours, billions of transactions, a real host.
NOT_HERE = {"ErpExporterStale", "PostgresDiskFillsSoon", "PostgresWraparoundNear", "PostgresWraparoundTrend",
            "PostgresMultixactWraparoundNear", "PostgresMultixactWraparoundTrend",
            "PostgresXminHeld", "PostgresSlotRetainsWal", "PostgresOrphanedSessions", "PostgresCacheCollapse",
            "PostgresConnectionsExhausted", "PostgresConnectionsHigh", "PostgresCheckpointsForced",
            "PostgresTenantTakesMostSessions", "PostgresFailover", "PostgresChecksumFailures",
            "TraefikSilent", "TraefikTenantSilent",  # a day
            "TraefikRequestsLost", "ErpExporterLogLagging", "ErpExporterLogSnapshotOld",
            "OdooListenOverflows", "OdooOomKilled", "OdooContainerMemoryNearLimit", "OdooFilestoreDiskFull",
            "OdooGeventBlocked", "OdooCronsStalled", "OdooCronsStopped", "OdooCountsFull"}
ABOUT = {
    "RedisDown": {"gone"}, "RedisWritesRefused": {"full"}, "RedisMemoryNearLimit": {"full", "sessions"},
    "RedisRejectsClients": {"crowded"}, "RedisEvictingSessions": {"sessions"}, "RedisReplicaLinkDown": {"orphan"},
    "RedisPersistenceFailing": {"unsaved"}, "RedisSlow": {"slow"}, "ErpExporterCollectorFailing": {"strange"},
    "ErpExporterSeriesLimited": {"main"}, "ErpTenantSilent": {None}, "ErpExporterReloadFailed": {None},
}

# Its own estate: the limit of series of the other would leave lines of these out.
ABOUT_POSTGRES = {
    "PostgresLockWait": {"main"}, "PostgresBlockingChain": {"main"}, "PostgresIdleInTransaction": {"main"},
    "PostgresLongTransaction": {"main"}, "PostgresDeadlocks": {"main"}, "PostgresArchivingFailing": {"main"},
    "PostgresSettingsPendingRestart": {"main"}, "PostgresReplicaDisconnected": {"cut"},
    "PostgresReplicaLagging": {"cut"}, "PostgresRestarted": {"cut"}, "PostgresDown": {"gone"},
    "PostgresSubscriptionStopped": {"main"}, "PostgresDatabaseConnectionsHigh": {"main"}, "PostgresRightsLost": {"main"},
    "PostgresReplicaMissing": {"main"}, "PostgresSlotLost": {"main"}, "PostgresCommitsWaitForStandby": {"main"},
}
# The tenants that have the fault; each has one of its own, "well" has none.
ABOUT_TRAEFIK = {
    "TraefikBudgetBurnFast": {"promised"}, "TraefikBudgetBurnSlow": {"promised"}, "TraefikErrorsHigh": {"broken"},
    "TraefikNoServer": {"gone"}, "TraefikUpstreamFailing": {"promised", "shut"}, "TraefikRequestsKilled": {"killed"},
    "TraefikVerySlow": {"slow"}, "TraefikSlow": {"slow"}, "TraefikTenantWithoutRouter": {"lost"},
    "TraefikWebsocketsReconnect": {"restless"}, "TraefikWebsocketsRefused": {"deaf"},
    "TraefikDatabaseManagerOpen": {"open"},
    # About a server, a router and a log.
    "TraefikServerFailing": {None}, "TraefikProxySlow": {None}, "TraefikLogFailing": {None}}
SOON = {"> 120": "> 3", "> 900": "> 3", "> 3600": "> 3", "> 60": "> 3"}  # seconds


def sooner(expression):
    for limit, short in SOON.items():
        expression = expression.replace(limit, short)
    for window in ("15m", "30m"):
        expression = expression.replace(f"[{window}]", f"[{WINDOW}]")
    return expression.replace(">= 5", ">= 0.5")


def shortened(expression):
    for window in ("5m", "10m", "15m", "1h"):
        expression = expression.replace(f"[{window}]", f"[{WINDOW}]")
    return expression


def commands(server, *each, seconds=0, times=0):
    """The same commands over and over; refusals are what is wanted."""
    until = time.monotonic() + seconds
    with server.client() as client:
        number = 0
        while number < times or time.monotonic() < until:
            number += 1
            for words in each:
                with contextlib.suppress(RuntimeError):
                    client.command(*(str(word).format(number) for word in words))


@pytest.fixture(scope="module")
def faulty():
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(process.workspace())
        main = stack.enter_context(Postgres(folder, "main"))
        main.create().start().create_monitor()
        main.psql("CREATE DATABASE acme")
        servers = {name: Redis(folder, name, settings) for name, settings in {
            "gone": {}, "full": {"maxmemory": "2mb"}, "crowded": {"maxclients": "40"},
            "sessions": {"maxmemory": "2mb", "maxmemory-policy": "volatile-lru"}, "unsaved": {},
            "orphan": {"replicaof": f"127.0.0.1 {process.free_port()}"},
            "slow": {"enable-debug-command": "local"}}.items()}
        for server in servers.values():
            stack.enter_context(server).start()
        strange = stack.enter_context(FakeRedis(replies={"SLOWLOG": b"+WHAT\r\n"}))
        listed = [targets.postgres("main", main), targets.redis("strange", address=strange.address)]
        listed += [targets.redis(name, server, labels={"holds": "sessions"} if name == "sessions" else {})
                   for name, server in servers.items()]
        text = exporter.config_text(listed, ["acme", "nobody"], limits={"series_per_target": 400})
        daemon = stack.enter_context(exporter.Exporter(folder, text)).start()
        prometheus = stack.enter_context(Prometheus(folder, {"erp_exporter": daemon.address})).start()
        asked = answers.Prometheus(prometheus.address)
        process.wait_until(lambda: len(asked.instant("erp_exporter_target_up == 1")) == len(listed), "all is scraped",
                           detail=lambda: f"{asked.instant('erp_exporter_target_up != 1')}\n{daemon.tail()}")
        break_all(servers, folder, daemon)
        yield asked, daemon
        assert daemon.stop() == 0, daemon.tail()


def break_all(servers, folder, daemon):
    daemon.configure("targets: nonsense\n")
    daemon.reload()
    servers["gone"].stop()
    (folder / "unsaved").chmod(0o500)
    commands(servers["unsaved"], ("SET", "key", "1"), ("BGSAVE",), times=1)
    held = []
    for _ in range(60):
        with contextlib.suppress(OSError):
            held.append(socket.create_connection(("127.0.0.1", servers["crowded"].port), 2))
    time.sleep(1.5)
    for connection in held:
        connection.close()
    value = "x" * 4000
    commands(servers["full"], ("SET", "key:{}", value), seconds=4)
    commands(servers["sessions"], ("SET", "session:{}", value, "EX", 3600), seconds=4)
    commands(servers["slow"], ("DEBUG", "SLEEP", "0.008"), seconds=8)


@pytest.mark.parametrize("name", sorted(ABOUT))
def test_an_alert_holds_for_the_server_that_has_the_fault(faulty, name):
    asked, _ = faulty
    found = process.wait_until(lambda: asked.instant(shortened(expressions.ALERTS[name]["expr"])), name, 8)
    assert {labels.get("target") for labels, _ in found} == ABOUT[name]
    if name == "ErpTenantSilent":
        assert {labels["tenant"] for labels, _ in found} == {"nobody"}


def test_an_exporter_that_ends_is_down_and_one_that_was_never_known_absent(faulty):
    asked, daemon = faulty
    absent = expressions.ALERTS["ErpExporterAbsent"]["expr"]
    assert asked.instant(absent) == []
    assert asked.instant(absent.replace("erp_exporter", "erp_exporter_of_another_name"))
    daemon.stop()
    down = process.wait_until(lambda: asked.instant(expressions.ALERTS["ErpExporterDown"]["expr"]), "up is 0", 8)
    assert {labels["instance"] for labels, _ in down} == {daemon.address}


@pytest.fixture(scope="module")
def faulty_postgres():
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(process.workspace())
        main = stack.enter_context(Postgres(folder, "main", {
            "archive_mode": "on", "archive_command": "false", "deadlock_timeout": "200ms",
            "max_slot_wal_keep_size": "1MB", "wal_level": "logical"}))
        main.create().start().create_monitor()
        main.psql("CREATE DATABASE acme")
        main.psql("CREATE DATABASE closed")
        main.psql("CREATE TABLE quant (id int PRIMARY KEY, n int); INSERT INTO quant VALUES (1, 0), (2, 0), (3, 0)",
                  "acme")
        cut = stack.enter_context(Postgres(folder, "cut", {"wal_retrieve_retry_interval": "200ms"}))
        cut.copy_of(main).start()
        main.psql("SELECT pg_create_physical_replication_slot('nobody', true)")
        subscribe(main, "postgres", "acme")
        gone = stack.enter_context(Postgres(folder, "gone"))
        gone.create().start().create_monitor()
        listed = [targets.postgres("main", main, expected_replicas=1), targets.postgres("cut", cut),
                  targets.postgres("gone", gone)]
        daemon = stack.enter_context(exporter.Exporter(folder, exporter.config_text(listed, ["acme"]))).start()
        prometheus = stack.enter_context(Prometheus(folder, {"erp_exporter": daemon.address})).start()
        asked = answers.Prometheus(prometheus.address)
        process.wait_until(lambda: asked.instant("pg_replication_upstream_lag_seconds == 0"), "all is replayed")
        process.wait_until(lambda: asked.instant("pg_subscription_worker_up == 1"), "changes are taken")
        process.wait_until(lambda: len(asked.instant("pg_up == 1")) == len(listed), "all is scraped")
        quiet = {name: asked.instant(sooner(expressions.ALERTS[name]["expr"])) for name in ABOUT_POSTGRES}
        assert not any(quiet.values()), quiet
        break_postgres(main, cut, gone)
        yield asked
        assert daemon.stop() == 0, daemon.tail()


def break_postgres(main, cut, gone):
    gone.stop()
    deadlock(main)
    for number in range(4, 8):  # a root that is idle and three in a queue behind it
        main.session(f"SET application_name = 'odoo-{number}'; BEGIN; UPDATE quant SET n = n + 1 WHERE id = 1", "acme")
        time.sleep(0.3)
    cut.stop()
    cut.settings["primary_conninfo"] = f"host=127.0.0.1 port={process.free_port()} user=postgres"
    cut.start()
    main.psql("ALTER SYSTEM SET max_worker_processes = 9; SELECT pg_reload_conf()")
    for _ in range(6):
        main.psql("CREATE TABLE filler (); DROP TABLE filler; SELECT pg_switch_wal()")
    main.psql("CHECKPOINT")
    main.psql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'; SELECT pg_reload_conf()")
    main.session("SET synchronous_commit = on; INSERT INTO quant VALUES (9, 0)", "acme")


    main.psql("INSERT INTO t VALUES (1)", "acme")  # in the way of what is published
    main.psql("INSERT INTO t VALUES (1)")
    main.psql("ALTER DATABASE acme CONNECTION LIMIT 4")
    main.psql("REVOKE CONNECT ON DATABASE closed FROM PUBLIC")


def deadlock(main):
    one, two = (main.session(f"BEGIN; UPDATE quant SET n = n + 1 WHERE id = {first}", "acme") for first in (2, 3))
    time.sleep(0.3)
    one.send("UPDATE quant SET n = n + 1 WHERE id = 3")
    two.send("UPDATE quant SET n = n + 1 WHERE id = 2")
    time.sleep(1)
    for session in (one, two):
        session.stop()


@pytest.mark.parametrize("name", sorted(ABOUT_POSTGRES))
def test_an_alert_holds_for_the_database_server_that_has_the_fault(faulty_postgres, name):
    expression = sooner(expressions.ALERTS[name]["expr"])
    found = process.wait_until(lambda: faulty_postgres.instant(expression), name, 30)
    assert {labels.get("target") for labels, _ in found} == ABOUT_POSTGRES[name]
    assert {labels.get("tenant", "acme") for labels, _ in found} == {"acme"}


def test_three_wait_for_one_that_sleeps_and_the_page_says_who(faulty_postgres):
    depth = faulty_postgres.instant('pg_blocking_tree_depth{datname="acme"} >= 2')
    assert [labels["target"] for labels, _ in depth] == ["main"]
    waiting = process.wait_until(lambda: faulty_postgres.instant("pg_lock_waiting_sessions >= 3"), "three wait")
    assert [(labels["target"], labels["tenant"]) for labels, _ in waiting] == [("main", "acme")]
    root = faulty_postgres.instant("pg_blocking_root_sessions > 0")
    assert [(labels["root_state"], labels["app"]) for labels, _ in root] == [("idle in transaction", "odoo")]


TENANTS_OF_TRAEFIK = {
    "list": [{"name": name} for name in ("broken", "gone", "shut", "killed", "lost", "restless", "deaf", "open",
                                         "held", "well")]
    + [{"name": "promised", "objectives": {"availability": "99%"}},
       {"name": "probed", "objectives": {"availability": "99%"}},
       {"name": "slow", "objectives": {"latency": {"interactive": "1s"}}}],
    "rules": [{"from": "router", "match": "^odoo-([a-z]+)@file$", "tenant": "$1"},
              {"from": "host", "match": r"^([a-z]+)\.erp\.example$", "tenant": "$1"}]}


def traffic(times):
    """What each tenant of ABOUT_TRAEFIK gets, so many times."""
    refused = {"DownstreamStatus": 502, "OriginStatus": 502, "DownstreamContentSize": 11}
    failed = {"DownstreamStatus": 500, "OriginStatus": 500}
    for _ in range(times):
        yield from (of("well"), websocket("well", 300))
        yield of("promised", **refused, ServiceAddr="127.0.0.1:1")
        yield of("probed", RequestPath="/web/health", **failed)  # of a class that counts for nothing
        yield from (of("broken", **failed), of("slow", seconds=3), of("held", overhead=0.3), websocket("restless", 2))
        yield from (made_by_traefik("gone", 503, 20), made_by_traefik("shut", 503, 19))
        yield made_by_traefik("lost", 404, 19, RouterName=None)
        yield of("killed", seconds=121, **refused)
        yield of("deaf", RequestPath="/websocket", **failed)
        yield of("open", RequestPath="/web/database/manager")


@pytest.fixture(scope="module")
def faulty_traefik():
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(process.workspace())
        log = AccessLog(folder)
        log.write(*traffic(1))  # what is counted for the first time has not risen
        text = exporter.config_text([targets.traefik("edge", access_log=log.path, from_beginning=True),
                                     targets.traefik("blind", access_log=folder / "nothing.log")])
        daemon = stack.enter_context(exporter.Exporter(
            folder, text + f"tenants: {json.dumps(TENANTS_OF_TRAEFIK)}\n")).start()
        prometheus = stack.enter_context(Prometheus(folder, {"erp_exporter": daemon.address})).start()
        asked = answers.Prometheus(prometheus.address)
        process.wait_until(lambda: asked.instant('traefik_accesslog_requests_total{tenant="open"}'), "all is scraped")
        quiet = {name: asked.instant(expressions.ALERTS[name]["expr"])
                 for name in ABOUT_TRAEFIK if name != "TraefikLogFailing"}
        assert not any(quiet.values()), quiet
        log.write(*traffic(210))
        yield asked
        assert daemon.stop() == 0, daemon.tail()


@pytest.mark.parametrize("name", sorted(ABOUT_TRAEFIK))
def test_an_alert_holds_for_the_tenant_that_has_the_fault(faulty_traefik, name):
    expression = expressions.ALERTS[name]["expr"]
    found = process.wait_until(lambda: faulty_traefik.instant(expression), name, 30)
    assert {labels["target"] for labels, _ in found} == {"blind" if name == "TraefikLogFailing" else "edge"}
    tenants = {labels.get("tenant") for labels, _ in found}
    assert ABOUT_TRAEFIK[name] <= tenants and "well" not in tenants
    assert "probed" not in tenants or name not in ("TraefikBudgetBurnFast", "TraefikBudgetBurnSlow")
    assert {labels.get("router") for labels, _ in found} <= {None, "odoo-gone@file", "odoo-open@file", "odoo-held@file"}


def test_every_alert_is_proved_here_or_said_not_to_be():
    assert set(expressions.ALERTS) == (
        set(ABOUT) | set(ABOUT_POSTGRES) | set(ABOUT_TRAEFIK) | set(OF_DATABASES) | set(OF_SERVERS)
        | NOT_HERE | {"ErpExporterDown", "ErpExporterAbsent"})
