"""Clients that mean no good, in numbers: the healthy scrape goes on, memory and descriptors stay within bounds."""

import contextlib
import os
import resource
import socket
import time

import pytest

from servers import exporter, fake_redis, faults, proc, targets
from servers.clients import closing, connect, source
from servers.fake_redis import FakeRedis

# AddressSanitizer keeps freed memory for a while, which would hide ours.
FRUGAL = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
ASK = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
COMMANDS = 240
HALF = b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Half: "


def is_closed(connection):
    connection.setblocking(False)
    try:
        while connection.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.fixture
def running(cache, daemon):
    started = daemon(exporter.config_text([targets.redis("cache", cache)], limits={"connections": 100}), env=FRUGAL)
    started.wait_for_page(lambda page: not targets.problems(page, "cache", "redis"), "complete")
    return started


def scrape_times(running, count):
    times = []
    for _ in range(count):
        reply = running.get()
        assert reply.status == 200
        times.append(reply.took)
    return times


def test_300_half_open_connections_of_as_many_addresses_go_within_6_seconds_and_delay_nobody(cache, daemon):
    """With the usual limits. Who waited for a place would wait for seconds; the bench has the exact figure."""
    running = daemon(exporter.config_text([targets.redis("cache", cache)]), env=FRUGAL)
    running.wait_for_page(lambda page: not targets.problems(page, "cache", "redis"), "complete")
    alone = max(scrape_times(running, 15))
    beside = []
    with closing() as flood:
        started = time.monotonic()
        for number in range(300):
            flood.append(connect(running.port, f"127.1.{number // 250}.{1 + number % 250}"))
            flood[-1].sendall(HALF)
            if number % 20 == 19:
                beside += scrape_times(running, 1)
        while not all(is_closed(each) for each in flood):
            assert time.monotonic() - started < 6.5
            beside += scrape_times(running, 1)
            time.sleep(0.05)
    assert max(beside) - alone < 0.3, beside


def test_one_address_has_64_connections_and_the_others_have_room(cache, daemon):
    running = daemon(exporter.config_text([targets.redis("cache", cache)]))
    with closing() as flood:
        for _ in range(200):
            flood.append(connect(running.port, "127.0.0.2"))
        time.sleep(0.3)
        assert sum(not is_closed(each) for each in flood) <= 64
        assert running.get("/-/healthy").status == 200


def test_clients_that_ask_and_close_take_no_room_from_who_waits(daemon):
    with faults.BlackHole() as hung:
        running = daemon(exporter.config_text([targets.redis("hung", address=hung.address, timeout="8s")],
                                              limits={"connections": 20}))
        with closing() as patient:
            # The first page of a target that hangs waits to its deadline.
            patient.append(connect(running.port, seconds=15))
            patient[0].sendall(ASK)
            patient[0].shutdown(socket.SHUT_WR)
            for _ in range(300):
                with connect(running.port, "127.0.0.2") as gone:
                    gone.sendall(ASK)
            assert running.get("/-/healthy").status == 200
            assert patient[0].recv(100).startswith(b"HTTP/1.1 200")


def test_10000_connections_cost_a_bounded_amount_of_memory(running):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = min(10_000, hard - 200)
    before = proc.peak_memory(running.server.pid)
    try:
        with closing() as flood:
            for number in range(10_000):
                connection = connect(running.port, source(number))
                with contextlib.suppress(OSError):
                    connection.sendall(HALF)
                flood.append(connection)
                if len(flood) > most:
                    flood.pop(0).close()
                if number % 1000 == 999:
                    assert running.get().status == 200
            assert len(running.server.descriptors()) < 160
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert proc.peak_memory(running.server.pid) - before < 32


def many_series():
    """Names that a server makes up."""
    return FakeRedis(fake_redis.info(extra=[
        f"cmdstat_command_{number}:calls=1,usec=1,rejected_calls=0,failed_calls=0" for number in range(COMMANDS)]))


def check_slow_readers(running, path, size):
    """Each of many asks for a page of this size, all at once, and takes nothing of it."""
    readers = 200
    before = proc.peak_memory(running.server.pid)
    with closing() as flood:
        for number in range(readers):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.bind((source(number), 0))
            connection.settimeout(5)
            connection.connect(("127.0.0.1", running.port))
            flood.append(connection)
        for connection in flood:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        # When each has his page or his refusal, the slowest go for who reads.
        running.server.wait_for(lambda: [running.get(path).status for _ in range(5)] == [200] * 5, "pages", 60)
        assert running.get("/-/healthy").status == 200
    # Without the limit it would be a page for each. The limit is far below half of that; what pages take
    # while they are made, by a sanitizer's allocator too, comes on top.
    assert proc.peak_memory(running.server.pid) - before < readers * size / 2**20 / 2
    running.server.wait_for(lambda: running.get(path).status == 200, "pages again", 10)


def test_slow_readers_hold_a_bounded_amount_of_memory(daemon):
    # A page of about 0.7 MB each.
    with many_series() as server:
        entries = [targets.redis(f"t{number}", address=server.address, timeout="3s") for number in range(9)]
        running = daemon(exporter.config_text(entries, limits={"response_bytes": "8MiB"}), env=FRUGAL)
        page = running.wait_for_page(lambda page: len(page.series("redis_commands_total")) == COMMANDS * 9, "complete")
        assert len(page.text) > 600_000
        check_slow_readers(running, "/metrics", len(page.text))


@pytest.mark.parametrize("path", ["/", "/sd"])
def test_slow_readers_of_what_is_as_large_as_the_estate_hold_a_bounded_amount_of_memory_too(daemon, path):
    labels = {f"label{number}": "v" * 180 for number in range(8)}
    entries = [targets.redis(f"t{number}", address="127.0.0.1:1", labels=labels) for number in range(400)]
    running = daemon(exporter.config_text(entries, limits={"response_bytes": "8MiB"}), env=FRUGAL)
    size = len(running.get(path).body)
    assert size > 600_000
    check_slow_readers(running, path, size)


@pytest.mark.parametrize("request_text", [
    b"GET /metrics\r\n", b"GET /metrics\n\n", b"GET /metrics HTTP/0.9\r\n\r\n", b"\r\n" * 1000,
    b"GET /-/ready HTTP/1.1\rHost: x\r\r", b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /-/ready HTTP/1.1\r\nHost: x\x00y\r\n\r\n",
    b"GET /-/ready HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"GET " + b"/x" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /?" + b"a=b&" * 3000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%0d%0aX:y HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /-/ready HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /-/ready HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /-/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    *(b"GET /-/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:" + coding +
      b"\r\n\r\nGET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
      for coding in (b"", b" gzip", b" identity", b" xchunked", b' "chunked"', b" chunked, gzip")),
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ids=lambda text: repr(text[:30]))
def test_what_is_no_good_request_is_refused_or_cut_and_harms_nobody(running, request_text):
    with connect(running.port, seconds=8) as connection:
        connection.sendall(request_text)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65536):
                said += data
    assert said.count(b"HTTP/1.1 ") <= 1
    code = said.split(b" ")[1] if said else b"none"
    assert code in (b"none", b"400", b"404", b"413", b"414", b"431", b"505"), said
    assert b"\r\nX:y" not in said
    assert running.get("/-/healthy").status == 200


def test_pipelined_requests_are_answered_in_order_and_no_more_than_asked(running):
    one = b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"
    with connect(running.port) as connection:
        connection.sendall(one * 50 + b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + one)
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65536):
                said += data
    assert said.count(b"HTTP/1.1 200") == 50
    assert said.count(b"HTTP/1.1 404") == 1
    assert said.rindex(b"HTTP/1.1 404") > said.rindex(b"HTTP/1.1 200")


def test_resets_in_the_middle_of_answers_leave_nothing_open(running):
    def descriptors():
        return len(running.server.descriptors())
    running.get()
    before = descriptors()
    for number in range(100):
        connection = connect(running.port, source(number))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        if number % 2:
            connection.recv(100)
        connection.close()
    running.server.wait_for(lambda: descriptors() <= before + 1, "all are gone")
    assert running.get().status == 200


def unsent(port, connection):
    """Bytes that the daemon's system has for this client and could not deliver."""
    peer = connection.getsockname()[1]
    with open("/proc/net/tcp", encoding="ascii") as table:
        for _, local, remote, _, queues, *_ in (line.split(None, 5) for line in table):
            if local.endswith(f":{port:04X}") and remote.endswith(f":{peer:04X}"):
                return int(queues.split(":")[0], 16)
    return 0


def test_resets_in_the_middle_of_a_page_that_no_socket_holds_leave_nothing_open(daemon):
    resets = 60
    with many_series() as server:
        entries = [targets.redis(f"t{number}", address=server.address, timeout="3s") for number in range(20)]
        running = daemon(exporter.config_text(entries), env=FRUGAL)
        page = running.wait_for_page(
            lambda page: len(page.series("redis_commands_total")) == COMMANDS * len(entries), "complete", 60)
        descriptors, memory = len(running.server.descriptors()), proc.peak_memory(running.server.pid)
        for number in range(resets):
            with socket.socket() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.settimeout(10)
                connection.bind((source(number), 0))
                connection.connect(("127.0.0.1", running.port))
                connection.sendall(ASK)
                assert connection.recv(2000).startswith(b"HTTP/1.1 200")
                # The rest is still the daemon's.
                assert 0 < unsent(running.port, connection) < len(page.text) / 2
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        running.server.wait_for(lambda: len(running.server.descriptors()) <= descriptors + 1, "all are gone")
        assert proc.peak_memory(running.server.pid) - memory < resets * len(page.text) / 2**20 / 2
        assert len(running.page().text) > 0.9 * len(page.text)
