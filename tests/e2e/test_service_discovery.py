"""/sd as a real Prometheus follows it, and what the daemon finds on its host without a configuration."""

import json
import os
import pathlib
import pwd
import re
import signal
import socket
import subprocess
import urllib.request

import pytest

from servers import exporter, process, targets
from servers.page import Page
from servers.postgres import Postgres
from servers.prometheus import Prometheus
from servers.redis import Redis


@pytest.fixture
def running(primary, cache, daemon):
    started = daemon(exporter.config_text(
        [targets.postgres("main", primary, labels={"site": "north"}, scrape_interval="2s"),
         targets.redis("cache", cache, tenant="acme", timeout="300ms")],
        ["acme", "globex"], scrape_interval="1s"))
    started.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    return started


def test_prometheus_finds_and_scrapes_every_target_without_relabelling(running, folder):
    with Prometheus(folder, {}, http_sd=f"http://{running.address}/sd", interval="10s") as prometheus:
        prometheus.start()
        prometheus.server.wait_for(lambda: list(prometheus.query("up").values()) == [1.0] * 3, "three are up")
        assert sorted(row["scrapeUrl"] for row in prometheus.targets()) == [
            f"http://{running.address}/probe?target=cache", f"http://{running.address}/probe?target=main",
            f"http://{running.address}/self"]
        times = {row["labels"].get("target"): (row["scrapeInterval"], row["scrapeTimeout"])
                 for row in prometheus.targets()}
        assert times == {"main": ("2s", "2s"), "cache": ("1s", "800ms"), None: ("1s", "1s")}

        def labels(query):
            return [dict(pairs) for pairs in prometheus.query(query)]
        assert labels('pg_up{job="sd",target="main",site="north",tenant=""}')
        assert labels('redis_up{target="cache",tenant="acme"}')
        assert labels('pg_stat_database_xact_commit{target="main",tenant="globex",datname="globex"}')
        assert labels('process_start_time_seconds{target=""}')
        assert not labels('{exported_tenant!=""}') and not labels('{exported_target!=""}')


def test_the_advertised_address_is_what_sd_prints_and_a_reload_changes_it(running):
    def addresses():
        reply = running.get("/sd")
        assert reply.headers["Content-Type"].startswith("application/json")
        return {group["targets"][0] for group in json.loads(reply.text)}
    assert addresses() == {running.address}
    running.configure("advertise: erp.example.com:9069\ntargets: []\n")
    assert running.reload().status == 200
    assert addresses() == {"erp.example.com:9069"}
    assert running.get("/sd?target=main").status == 400


def test_prometheus_scrapes_by_the_advertised_address(running, folder, primary):
    running.configure(f"advertise: localhost:{running.port}\n"
                      + exporter.config_text([targets.postgres("main", primary)], scrape_interval="1s"))
    assert running.reload().status == 200
    with Prometheus(folder, {}, http_sd=f"http://{running.address}/sd") as prometheus:
        prometheus.start()
        prometheus.server.wait_for(lambda: list(prometheus.query("up").values()) == [1.0] * 2, "two are up")
        assert sorted(row["scrapeUrl"] for row in prometheus.targets()) == [
            f"http://localhost:{running.port}/probe?target=main", f"http://localhost:{running.port}/self"]


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_without_a_configuration_the_servers_of_this_host_are_served(folder, daemon):
    """On the servers' own ports, which is what it is about; those that somebody else has are left alone."""
    with Redis(folder, "usual", port=6379) as redis, Postgres(folder, "usual-db", port=5432) as postgres:
        if is_free(6379):
            redis.start()
        if is_free(5432):
            postgres.create().start()
        running = daemon(None)
        page = running.wait_for_page(lambda page: page.series("redis_up", target="redis"), "Redis is found")
        if redis.server:
            assert targets.up(page, "redis") == 1
            assert page.series("redis_memory_used_bytes", target="redis")
        # Found by its port, where the server wants a password: down, and the reason is there.
        if postgres.server:
            page = running.wait_for_page(lambda page: targets.failures(page, "postgres", "auth"), "a refusal")
            assert page.value("pg_up", target="postgres") == 0
        assert "none; serves the servers found on this host" in running.get("/").text
        # Whoever reloads during an outage does not silence it.
        if redis.server:
            redis.stop()
            assert running.reload().status == 200
            page = running.wait_for_page(lambda page: targets.up(page, "redis") == 0, "it is seen to be down", 5)
            assert page.value("redis_up", target="redis") == 0


@pytest.fixture
def default_socket(folder):
    """A PostgreSQL where Debian's packages have theirs, whose socket trusts the operating system's word for who asks.
    A link is enough: only that folder's owner may put a socket there."""
    with Postgres(folder, "packaged") as postgres:
        postgres.create()
        (postgres.data / "pg_hba.conf").write_text("local all postgres trust\nlocal all all peer\n", encoding="utf-8")
        postgres.start()
        link = pathlib.Path("/var/run/postgresql") / f".s.PGSQL.{postgres.port}"
        subprocess.run([*process.elevation(), "ln", "-s", postgres.folder / link.name, link], check=True)
        try:
            yield postgres
        finally:
            subprocess.run([*process.elevation(), "rm", "-f", link], check=True)


def test_over_the_default_socket_a_role_of_its_own_name_needs_no_configuration(default_socket, daemon):
    me = process.USER if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    default_socket.psql(f'CREATE ROLE "{me}" LOGIN; GRANT pg_monitor TO "{me}"')
    name = f"postgres-{default_socket.port}"
    running = daemon(None)
    page = running.wait_for_page(lambda page: targets.up(page, name) == 1, "its socket is found")
    assert not targets.problems(page, name, "postgres")


@pytest.mark.parametrize("ending, status", [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_quickstart_against_local_serves_what_this_host_has_until_it_is_stopped(folder, ending, status):
    words = [exporter.ROOT / "packaging" / "quickstart", "--against-local"]
    with Redis(folder, "usual", port=6379) as redis:
        if is_free(6379):
            redis.start()
        quickstart = process.Process(words, folder / "said", before=lambda death: [], stop_signal=ending,
                                     env={"ERP_EXPORTER": str(exporter.built())})
        try:
            quickstart.wait_for(lambda: "Ctrl-C stops." in quickstart.text(), "it serves")
            said = quickstart.text()
            found = re.search(r"^ +redis +(up|down: [a-z, ]+), (\d+) series$", said, re.MULTILINE)
            assert found and (found[1] == "up" or not redis.server)
            port = int(re.search(r"metrics +http://127.0.0.1:(\d+)/metrics", said)[1])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
                page = Page(reply.read().decode())
            assert page.value("redis_up", target="redis") == (found[1] == "up")
            assert not redis.server or page.series("redis_memory_used_bytes", target="redis")
        finally:
            ended = quickstart.stop()
        assert ended == status
        assert is_free(port) and "Traceback" not in quickstart.text()


@pytest.mark.long
def test_a_server_that_starts_later_is_found_within_a_minute_and_stays_when_it_stops(folder, daemon):
    if not is_free(6379):
        pytest.skip("another Redis is on this host")
    running = daemon(None)
    assert not running.page().series("redis_up", target="redis")
    with Redis(folder, "usual", port=6379) as redis:
        redis.start()
        running.wait_for_page(lambda page: targets.up(page, "redis") == 1, "it is found", 65)
    running.wait_for_page(lambda page: targets.up(page, "redis") == 0, "it is seen to be down", 5)


def test_discover_prints_a_configuration_that_the_daemon_takes(folder, daemon):
    with Redis(folder, "usual", port=6379) as redis:
        if is_free(6379):
            redis.start()
        status, printed, said = exporter.run(folder, "discover")
        assert status == 0 and "found on this host" in said
        assert "- name: redis\n" in printed
        running = daemon(printed)
        assert running.page().series("redis_up", target="redis")
