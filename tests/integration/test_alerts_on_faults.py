"""Each alert's expression, before a real Prometheus, on real servers that have the very fault it is about."""

import contextlib
import socket
import time

import pytest

from boards import expressions
from machinery import answers
from servers import exporter, process, targets
from servers.fake_redis import FakeRedis
from servers.postgres import Postgres
from servers.prometheus import Prometheus
from servers.redis import Redis

WINDOW = "45s"  # for the windows of rules; all faults are made within it
# Five minutes are its floor; promtool plays it.
NOT_HERE = {"ErpExporterStale"}
ABOUT = {
    "RedisDown": {"gone"}, "RedisWritesRefused": {"full"}, "RedisMemoryNearLimit": {"full", "sessions"},
    "RedisRejectsClients": {"crowded"}, "RedisEvictingSessions": {"sessions"}, "RedisReplicaLinkDown": {"orphan"},
    "RedisPersistenceFailing": {"unsaved"}, "RedisSlow": {"slow"}, "ErpExporterCollectorFailing": {"strange"},
    "ErpExporterSeriesLimited": {"main"}, "ErpTenantSilent": {None}, "ErpExporterReloadFailed": {None},
}


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
        process.wait_until(lambda: len(asked.instant("erp_exporter_target_up == 1")) == len(listed), "all is scraped")
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


def test_every_alert_is_proved_here_or_said_not_to_be():
    assert set(expressions.ALERTS) == set(ABOUT) | NOT_HERE | {"ErpExporterDown", "ErpExporterAbsent"}
