"""Start, stop and the command line."""

import http.client
import json
import pathlib
import re
import socket
import time

import pytest

from servers import exporter, faults, process, targets
from servers.exporter import run


def test_it_says_its_version_and_its_options(folder):
    status, said, _ = run(folder, "--version")
    assert status == 0 and re.search(r"\d+\.\d+\.\d+", said)
    status, said, _ = run(folder, "--help")
    assert status == 0
    for option in ("--config.file", "--web.listen-address", "--log.level", "--log.format",
                   "--state.directory", "--config.check", "metrics", "options"):
        assert option in said


def test_an_unknown_option_ends_with_2_and_names_it(folder):
    status, _, said = run(folder, "--config.fiel", "x")
    assert status == 2 and "--config.fiel" in said


@pytest.mark.parametrize("words", [["--config.file", ""], ["--web.listen-address", "nonsense"],
                                   ["--config.check", "--web.listen-address", "127.0.0.1:x"]])
def test_an_option_that_says_nothing_useful_ends_with_2_before_anything_starts(folder, words):
    status, _, said = run(folder, *words)
    assert status == 2 and words[-2] in said


def test_the_references_are_printed(folder):
    status, said, _ = run(folder, "metrics")
    assert status == 0 and "pg_up" in said and "redis_up" in said and "erp_exporter_target_up" in said
    status, said, _ = run(folder, "options")
    assert status == 0 and "password_file" in said and "scrape_timeout" in said


def test_a_good_configuration_is_checked_without_connecting(folder):
    with faults.BlackHole() as hole:
        file = process.write_file(folder / "good.yml", exporter.config_text(
            [targets.redis("cache", address=hole.address)]))
        status, _, said = run(folder, "--config.file", file, "--config.check")
        assert status == 0, said
        assert hole.accepted == 0


@pytest.mark.parametrize("example", sorted((exporter.ROOT / "config" / "examples").glob("*.yml")),
                         ids=lambda example: example.stem)
def test_each_example_is_a_good_configuration(folder, example):
    file = process.write_file(folder / "example.yml", example.read_text())
    status, _, said = run(folder, "--config.file", file, "--config.check")
    assert status == 0, said


BROKEN = """\
listen: ["127.0.0.1:9069"]
limts: {connections: 3}
limits: {scrape_timeout: ten}
targets:
  - {name: main, exporter: postgres, adress: "db:5432"}
  - {name: cache, exporter: redis, address: "cache:6379", timeout: 2 parsecs}
"""


@pytest.mark.parametrize("arguments", [["--config.check"], []])
def test_a_bad_configuration_ends_with_2_and_every_error_with_its_line(folder, arguments):
    file = process.write_file(folder / "bad.yml", BROKEN)
    status, out, err = run(folder, "--config.file", file, *arguments)
    assert status == 2
    said = out + err
    for line, word in ((2, "limts"), (3, "scrape_timeout"), (5, "adress"), (6, "timeout")):
        assert re.search(rf"bad\.yml:{line}: [^\n]*{word}", said), said
    assert re.search(r"bad\.yml:2: [^\n]*limits", said), "the nearest key"
    assert re.search(r"bad\.yml:5: [^\n]*address", said), "the nearest key"


def test_a_secret_in_the_configuration_is_never_repeated(folder):
    file = process.write_file(folder / "bad.yml", """\
targets:
  - {name: cache, exporter: redis, address: "cache:6379", password: topsecret-7f3a9c}
""")
    status, out, err = run(folder, "--config.file", file, "--config.check")
    assert status == 2
    assert "topsecret" not in out + err


def test_it_starts_and_serves_when_every_target_is_down(daemon):
    running = daemon(exporter.config_text(
        [targets.redis("cache", address=faults.refused_address()),
         targets.postgres("main", None, faults.refused_address())]))
    assert running.get("/-/healthy").status == 200
    page = running.page()
    assert page.value("pg_up", target="main") == 0 and page.value("redis_up", target="cache") == 0


def test_a_missing_secret_fails_its_target_only_and_is_found_once_it_is_there(folder, cache, daemon):
    secret = folder / "secret"
    running = daemon(exporter.config_text(
        [targets.redis("cache", cache, password_file=str(secret)), targets.redis("other", cache)]))
    page = running.wait_for_page(lambda page: targets.failures(page, "cache", "auth") >= 1, "auth")
    assert page.value("redis_up", target="other") == 1
    process.write_file(secret, cache.password + "\n")
    running.wait_for_page(lambda page: page.value("redis_up", target="cache") == 1, "up", 60)


def test_a_secret_may_come_from_the_environment(cache, daemon):
    entry = targets.redis("cache", cache)
    del entry["password_file"]
    running = daemon(exporter.config_text([{**entry, "password_env": "CACHE_PASSWORD"}]),
                     env={"CACHE_PASSWORD": cache.password})
    running.wait_for_page(lambda page: page.value("redis_up", target="cache") == 1, "up")


def test_sockets_of_the_file_system_reach_servers_too(primary, cache, daemon):
    running = daemon(exporter.config_text(
        [targets.postgres("main", primary, primary.socket_address),
         targets.redis("cache", cache, f"unix:{cache.socket_path}")]))
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres")
                          and not targets.problems(page, "cache", "redis"), "both complete")


def test_it_serves_on_several_addresses_ipv6_and_unix_sockets(folder, cache, daemon):
    path = folder / "web.socket"
    port = process.free_port()
    words = ["--web.listen-address", f"unix:{path}"]
    if has_ipv6():
        words += ["--web.listen-address", f"[::1]:{port}"]
    running = daemon(exporter.config_text([targets.redis("cache", cache)]), arguments=words)
    assert b" 200 " in asked(socket.AF_UNIX, str(path))
    if has_ipv6():
        assert b" 200 " in asked(socket.AF_INET6, ("::1", port))
    running.stop()
    assert not path.exists()


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def asked(family, address):
    with socket.socket(family) as connection:
        connection.settimeout(5)
        connection.connect(address)
        connection.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return connection.recv(4096)


def test_an_address_in_use_ends_the_start_with_a_reason(cache, daemon, folder):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]))
    status, _, said = run(folder, "--config.file", running.file, "--web.listen-address", running.address)
    assert status != 0 and running.address in said


@pytest.mark.parametrize("fault", [faults.BlackHole, faults.Drip])
def test_sigterm_ends_it_within_5_seconds_whatever_hangs(fault, primary, daemon):
    with fault() as hole:
        running = daemon(exporter.config_text(
            [targets.redis("a", address=hole.address), targets.postgres("b", None, hole.address),
             targets.postgres("main", primary)]))
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
        connection.request("GET", "/metrics")
        time.sleep(0.5)
        started = time.monotonic()
        running.server.signal(running.server.stop_signal)
        reply = connection.getresponse()
        page = reply.read().decode()
        assert running.stop() == 0
        assert time.monotonic() - started < 5
        # What hangs is given up; what the others said goes out.
        assert reply.status == 200
        assert 'pg_up{target="main"} 1' in page and 'redis_up{target="a"} 0' in page


def test_a_page_that_is_being_made_is_finished_before_the_end(cache, daemon):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]))
    running.page()
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    with cache.client() as client:
        client.command("CLIENT", "PAUSE", "1000", "ALL")
    connection.request("GET", "/metrics")
    time.sleep(0.3)
    running.server.signal(running.server.stop_signal)
    reply = connection.getresponse()
    assert reply.status == 200 and b"redis_up" in reply.read()


def test_the_log_is_logfmt_or_json_and_its_level_is_chosen(cache, daemon):
    text = exporter.config_text([targets.redis("broken", address=faults.refused_address())])
    running = daemon(text, arguments=["--log.format", "json"])
    running.page()
    lines = [json.loads(line) for line in running.log().splitlines()]
    assert any(line.get("target") == "broken" and line["level"] == "warn" for line in lines)
    quiet = daemon(text, arguments=["--log.level", "error"])
    quiet.page()
    assert quiet.log() == ""


def test_it_runs_as_a_user_without_rights_and_writes_only_to_its_state_directory(cache, daemon):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]))
    running.page()
    status = pathlib.Path(f"/proc/{running.server.pid}/status").read_text()
    assert re.search(r"^Uid:\t(?!0\t)", status, re.M)
