"""What a real Redis, and a fake one where the real one cannot be held still, does to a client."""

import signal
import threading

import pytest

from servers import exporter, process, targets
from servers.fake_redis import FakeRedis, info
from servers.redis import Redis

LIMITS = {"scrape_timeout": "5s"}
PING_ONLY = "resetkeys resetchannels -@all +ping +time +info +client|setname +latency|latest"


def config(entry, primary):
    return exporter.config_text([{**entry, "timeout": "2s"}, targets.postgres("main", primary)],
                                limits=LIMITS)


def complete(page):
    return not targets.problems(page, "cache", "redis")


def assert_only_cache_fails(running, phase):
    running.wait_for_page(lambda page: targets.failures(page, "cache", phase) >= 1, f"a failure of {phase}")
    page = running.page()
    assert page.value("redis_up", target="cache") == 0
    assert targets.problems(page, "main", "postgres") == []
    assert len([line for line in running.log().splitlines() if "target=cache" in line]) == 1


def test_a_server_that_wants_a_password_is_down_with_the_phase_auth(folder, primary, daemon):
    with Redis(folder, "own", lines=["requirepass topsecret-7f3a9c"]) as own:
        own.start(wait=False)
        running = daemon(config(targets.redis("cache", address=own.address), primary))
        assert_only_cache_fails(running, "auth")


def test_a_wrong_password_is_down_even_though_the_default_user_would_be_let_in(folder, primary, daemon):
    with Redis(folder, "own") as own:
        own.start()
        wrong = process.write_file(folder / "wrong", "topsecret-7f3a9c\n")
        entry = targets.redis("cache", own, password_file=str(wrong))
        running = daemon(config(entry, primary))
        assert_only_cache_fails(running, "auth")


def test_wrong_credentials_are_not_tried_at_every_scrape(folder, primary, daemon):
    with Redis(folder, "own") as own:
        own.start()
        wrong = process.write_file(folder / "wrong", "topsecret-7f3a9c\n")
        running = daemon(config(targets.redis("cache", own, password_file=str(wrong)), primary))
        for _ in range(20):
            running.get()
        with own.client() as client:
            assert sum(int(entry[entry.index("count") + 1]) for entry in client.command("ACL", "LOG")) <= 10


def test_a_right_that_only_slowlog_needs_hides_only_the_slowlog(folder, primary, daemon):
    with Redis(folder, "own", rights=PING_ONLY) as own:
        own.start()
        running = daemon(config(targets.redis("cache", own), primary))
        running.wait_for_page(complete, "complete")
        page = running.page()
        assert page.value("redis_up", target="cache") == 1
        assert page.series("redis_slowlog_length") == []
        assert page.value("erp_exporter_collector_unavailable", target="cache", collector="slowlog",
                          reason="privilege") == 1
        assert targets.failures(page, "cache", "privilege") == 0


def test_a_user_who_may_only_ask_for_the_slowlogs_length_gets_the_length(folder, primary, daemon):
    with Redis(folder, "own", rights=PING_ONLY + " +slowlog|len") as own:
        own.start()
        running = daemon(config(targets.redis("cache", own), primary))
        running.wait_for_page(complete, "complete")
        page = running.page()
        assert page.value("redis_slowlog_length", target="cache") == 0
        assert page.value("erp_exporter_collector_unavailable", target="cache", collector="slowlog",
                          reason="privilege") == 1


def test_a_loading_server_is_up_and_shows_how_far_it_is(folder, primary, daemon):
    with Redis(folder, "own") as own:
        own.start()
        with own.client() as client:
            for number in range(3000):
                client.command("SET", f"key:{number}", "x" * 100)
            client.command("SAVE")
        own.stop()
        text = own.file.read_text() + "key-load-delay 5000\nloading-process-events-interval-bytes 1024\n"
        process.write_file(own.file, text)
        own.start(wait=False)
        running = daemon(config(targets.redis("cache", own), primary))
        page = running.wait_for_page(lambda page: page.value("redis_up", target="cache") == 1, "up")
        assert page.value("redis_loading_dump_file", target="cache") == 1
        assert page.series("redis_memory_used_bytes", target="cache")
        assert page.value("erp_exporter_target_failures_total", target="cache", phase="loading") > 0
        assert targets.problems(page, "main", "postgres") == []
        said = [line for line in running.server.text().splitlines() if "phase=loading" in line]
        assert len(said) == 1 and "in part" in said[0]


def test_a_server_that_refuses_info_while_loading_is_down_with_the_phase_loading(primary, daemon):
    loading = b"-LOADING Redis is loading the dataset in memory\r\n"
    with FakeRedis(replies={"INFO": loading, "SLOWLOG": loading}) as own:
        running = daemon(config(targets.redis("cache", address=own.address), primary))
        assert_only_cache_fails(running, "loading")


def test_a_server_busy_with_a_script_is_down_with_the_phase_busy(folder, primary, daemon):
    with Redis(folder, "own", {"busy-reply-threshold": "100"}) as own:
        own.start()
        running = daemon(config(targets.redis("cache", own), primary))
        running.wait_for_page(complete, "complete before the script")
        with own.client() as runaway, own.client() as killer:
            endless = threading.Thread(target=pytest.raises, args=(
                RuntimeError, runaway.command, "EVAL", "while true do end", 0))
            endless.start()
            running.wait_for_page(lambda page: targets.failures(page, "cache", "busy") >= 1, "busy")
            assert targets.problems(running.page(), "main", "postgres") == []
            killer.command("SCRIPT", "KILL")
            endless.join(5)
        running.wait_for_page(complete, "complete after the script")


def test_a_frozen_server_times_out_and_is_complete_again_after_the_thaw(folder, primary, daemon):
    with Redis(folder, "own") as own:
        own.start()
        running = daemon(config(targets.redis("cache", own), primary))
        running.wait_for_page(complete, "complete before the freeze")
        own.server.signal(signal.SIGSTOP)
        first = running.get()
        assert first.status == 200 and first.took < 6
        running.wait_for_page(lambda page: targets.failures(page, "cache", "timeout") >= 1, "a timeout")
        assert running.get().took < 2
        assert targets.problems(running.page(), "main", "postgres") == []
        own.server.signal(signal.SIGCONT)
        running.wait_for_page(complete, "complete after the thaw")


def test_a_server_without_free_connections_says_so_without_a_retry_storm(folder, primary, daemon):
    with Redis(folder, "own", {"maxclients": "1"}) as own:
        own.start(wait=False)
        held = own.server.wait_for(own.client, "the one connection")
        with held:
            running = daemon(config(targets.redis("cache", own), primary))
            running.wait_for_page(lambda page: page.value("redis_up", target="cache") == 0, "down")
            for _ in range(10):
                running.get()
            assert targets.problems(running.page(), "main", "postgres") == []
            rejected = held.command("INFO", "stats").split("rejected_connections:")[1].split()[0]
            assert int(rejected) <= 30
        running.wait_for_page(complete, "complete once there is room")


def test_a_reply_that_is_no_resp_is_down_with_the_phase_protocol(primary, daemon):
    with FakeRedis(replies={"INFO": b"HTTP/1.1 400 Bad Request\r\n\r\n"}) as own:
        running = daemon(config(targets.redis("cache", address=own.address), primary))
        assert_only_cache_fails(running, "protocol")


def test_an_endless_reply_is_cut_off_by_its_size(primary, daemon):
    huge = b"$900000000\r\n" + b"x" * 64_000_000
    with FakeRedis(replies={"INFO": huge}) as own:
        running = daemon(config(targets.redis("cache", address=own.address), primary))
        running.wait_for_page(lambda page: page.value("redis_up", target="cache") == 0, "down")
        page = running.page()
        assert targets.failures(page, "cache", "limit") + targets.failures(page, "cache", "protocol") >= 1
        assert targets.problems(page, "main", "postgres") == []


def test_a_series_that_the_server_gives_twice_is_shown_once_and_counted(primary, daemon):
    body = info(extra=["# Keyspace", "db0:keys=1,expires=0,avg_ttl=0", "db0:keys=2,expires=0,avg_ttl=0"])
    with FakeRedis(body) as own:
        running = daemon(config(targets.redis("cache", address=own.address), primary))
        running.wait_for_page(complete, "complete")
        page = running.page()  # reading it refuses duplicates
        assert page.value("redis_db_keys", target="cache", db="db0") == 1
        assert page.value("erp_exporter_duplicate_series_total", target="cache") >= 1
