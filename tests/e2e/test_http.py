"""The surface of HTTP, as a scraper, a browser and a hostile client see it."""

import gzip
import socket
import time

import pytest

from servers import exporter, faults, targets
from servers.page import Page


@pytest.fixture
def running(primary, cache, daemon):
    started = daemon(exporter.config_text(
        [targets.postgres("main", primary), targets.redis("cache", cache)], ["acme"],
        limits={"connections": 20}))
    started.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    return started


def raw(running, request, seconds=8):
    """All that the daemon says until it closes."""
    with socket.create_connection(("127.0.0.1", running.port), seconds) as connection:
        connection.sendall(request)
        said = b""
        try:
            while data := connection.recv(65536):
                said += data
        except ConnectionResetError:
            pass
        return said


def test_metrics_are_text_of_version_0_0_4(running):
    reply = running.get()
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "charset=utf-8" in reply.headers["Content-Type"]


def test_gzip_is_the_same_page_and_only_on_request(running):
    reply = running.get("/metrics?name[]=pg_up", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip"
    plain = running.get("/metrics?name[]=pg_up")
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(reply.body) == plain.body
    refused = running.get(headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused.headers


def test_a_timeout_too_short_for_any_answer_does_not_make_a_server_look_down(cache, daemon):
    fresh = daemon(exporter.config_text([targets.redis("cache", cache)]))
    page = fresh.page(headers={"X-Prometheus-Scrape-Timeout-Seconds": "0.00001"})
    assert targets.problems(page, "cache", "redis") == []


def test_head_has_the_headers_and_no_body(running):
    reply = running.get(method="HEAD")
    assert reply.status == 200 and reply.body == b""


@pytest.mark.parametrize("path", ["/nowhere", "/metrics/", "/probe/x", "/-/", "/%3Cscript%3E"])
def test_an_unknown_page_is_404_with_harmless_text(running, path):
    reply = running.get(path)
    assert reply.status == 404
    assert "<script>" not in reply.text or reply.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("method, path, allowed", [
    ("POST", "/metrics", "GET, HEAD"), ("PUT", "/metrics", "GET, HEAD"), ("DELETE", "/", "GET, HEAD"),
    ("GET", "/-/reload", "POST"), ("POST", "/probe?target=main", "GET, HEAD")])
def test_a_wrong_method_is_405_and_the_right_one_is_named(running, method, path, allowed):
    reply = running.get(path, method=method)
    assert reply.status == 405
    assert reply.headers["Allow"] == allowed


@pytest.mark.parametrize("path", [
    "/metrics?collect[]=nonsense", "/metrics?exclude[]=nonsense", "/metrics?collect=locks", "/metrics?name[]=",
    "/probe", "/probe?target=", "/metrics?x=%zz", "/metrics?collect[]=redis.locks"])
def test_a_question_with_a_mistake_is_400_and_says_which(running, path):
    reply = running.get(path)
    assert reply.status == 400
    assert reply.text.strip()


def test_a_probe_of_an_unknown_target_is_an_error_that_connects_nowhere(running):
    reply = running.get("/probe?target=127.0.0.1:5432")
    assert reply.status in (400, 404)
    assert "<" not in reply.text


@pytest.mark.parametrize("request_text", [
    b"nonsense\r\n\r\n", b"GET /metrics HTTP/9.9\r\n\r\n", b"GET metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"GET /\x00 HTTP/1.1\r\n\r\n"])
def test_bytes_that_are_no_request_do_not_disturb_the_next_one(running, request_text):
    said = raw(running, request_text)
    assert said == b"" or b" 400 " in said.split(b"\r\n")[0] or b" 505 " in said.split(b"\r\n")[0], said
    assert running.get("/-/healthy").status == 200


def test_headers_beyond_16_kib_are_refused(running):
    said = raw(running, b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n")
    assert said == b"" or said.split(b" ")[1] in (b"400", b"413", b"431")
    assert running.get("/-/healthy").status == 200


def test_a_body_is_refused(running):
    assert running.get("/-/reload", method="POST", body=b"x" * 100_000).status in (400, 413)


def test_a_client_that_dribbles_its_headers_is_cut_off_after_5_seconds(running):
    with socket.create_connection(("127.0.0.1", running.port), 15) as connection:
        connection.sendall(b"GET /metrics HTTP/1.1\r\n")
        started = time.monotonic()
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            pass
        assert 3 < time.monotonic() - started < 8


def test_one_connection_serves_many_requests(running):
    with socket.create_connection(("127.0.0.1", running.port), 5) as connection:
        for _ in range(5):
            connection.sendall(b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in connection.recv(4096)


def test_collect_exclude_and_name_select(running):
    only = running.page("/metrics?collect[]=stat_database")
    assert only.series("pg_stat_database_xact_commit") and not only.series("pg_settings_max_connections")
    without = running.page("/metrics?exclude[]=postgres.settings")
    assert not without.series("pg_settings_max_connections") and without.series("redis_memory_used_bytes")
    named = running.page("/metrics?name[]=pg_up&name[]=redis_up")
    assert {"pg_up", "redis_up"} == named.names()


def test_a_probe_shows_one_target_without_the_label_target(running):
    page = running.page("/probe?target=main")
    assert page.value("pg_up") == 1
    assert not page.series("redis_up")
    assert page.value("erp_exporter_target_up") == 1
    labels = {key for _, pairs in page.samples for key, _ in pairs}
    assert "target" not in labels and "exporter" not in labels


def test_self_shows_the_daemon_alone(running):
    page = running.page("/self")
    assert page.value("process_start_time_seconds") > 0
    assert page.value("erp_tenant_info", tenant="acme") == 1
    assert not page.series("pg_up") and not page.series("redis_up")


def test_the_status_page_names_each_target_and_runs_no_script(running):
    reply = running.get("/")
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "main" in reply.text and "cache" in reply.text
    assert "<script" not in reply.text.lower()


def test_a_request_is_counted_by_route_and_never_by_the_clients_path(running):
    running.get("/secret-path-of-a-client")
    page = Page(running.get("/self").text)
    paths = {labels["path"] for labels, _ in page.series("erp_exporter_http_requests_total")}
    assert not any("secret-path" in path for path in paths)
    assert page.value("erp_exporter_http_requests_total", path="/metrics", code="200") >= 1


def test_clients_that_go_away_make_room_for_others_at_once(cache, daemon):
    with faults.BlackHole() as hole:
        running = daemon(exporter.config_text(
            [targets.redis("hole", address=hole.address), targets.redis("cache", cache)],
            limits={"connections": 5}))
        waiting = []
        for _ in range(5):
            connection = socket.create_connection(("127.0.0.1", running.port), 5)
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            waiting.append(connection)
        time.sleep(0.5)
        assert raw(running, b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 503")
        for connection in waiting:
            connection.close()
        # Long before what they asked for would have ended.
        running.server.wait_for(lambda: running.get("/-/healthy").status == 200, "there is room", 1.5)
