"""Workers and the accept queue by the sockets of a server that takes connections as Odoo's does and knows the truth."""

import contextlib
import os
import socket
import time

import pytest

from servers import exporter, process, targets
from servers.prefork import Prefork, network_namespace

HOST = "127.0.0.14"
STEP = 0.25


def http(page, family, **labels):
    return page.value(f"odoo_http_{family}", **labels)


def of(page, *families, **labels):
    return {family: http(page, family, **labels) for family in families}


@pytest.fixture
def prefork(folder):
    with contextlib.ExitStack() as stack:
        yield lambda host=HOST, port=None, **more: stack.enter_context(
            Prefork(folder, host, port or process.free_port(), **more)).start()


def longest_step(page):
    """Of the looks that the page tells of, which come more rarely on a slow machine, in seconds; the moment that a look
    takes is on top of it."""
    return http(page, "sampling_step_recent_max_seconds") + 0.02


def config(*entries):
    return exporter.config_text(entries)


def saturate(server):
    """All three work, four wait, two have gone."""
    for number in range(3):
        server.ask(f"busy{number}", 60)
    process.wait_until(lambda: server.notes().count("accepted") == 3, "all workers have a request")
    for number in range(4):
        server.ask(f"waits{number}", 0)
    for number in range(2):
        server.ask(f"left{number}", 0)
        server.leave(f"left{number}")


SATURATED = {"workers_busy": 3, "accept_queue_waiting": 4, "accept_queue_abandoned": 2, "accept_queue_length": 6,
             "accept_queue_length_recent_max": 6}


def is_saturated(page):
    return of(page, *SATURATED) == SATURATED


def test_who_works_waits_and_has_left_is_told_apart_exactly(prefork, daemon):
    server = prefork()
    running = daemon(config(targets.odoo("erp", server)))
    running.wait_for_page(lambda page: http(page, "workers_busy") == 0, "the sampler looks")
    asked = time.monotonic()
    saturate(server)
    page = running.wait_for_page(is_saturated, "the server is saturated")
    assert of(page, "workers_configured", "accept_queue_limit") == {"workers_configured": 3, "accept_queue_limit": 24}
    assert http(page, "server_info", mode="prefork", sockets="sock_diag") == 1
    assert page.value("odoo_up") == 1 and page.value("odoo_source_up", source="sockets") == 1
    page = running.wait_for_page(lambda page: http(page, "accept_queue_oldest_seconds") >= 1, "they wait")
    assert http(page, "accept_queue_oldest_seconds") <= time.monotonic() - asked
    assert http(page, "accept_queue_oldest_seconds") <= http(page, "inflight_oldest_seconds") + STEP
    assert of(page, "abandoned_queued_total", "accepted_connections_total") == {
        "abandoned_queued_total": 2, "accepted_connections_total": 3}


def drive(server, hosts):
    """At once as much work, of many lengths, as takes the server some seconds: what sampling can miss at the begin and
    the end is a twentieth of it, also on a slow machine, where a look costs more and comes more rarely."""
    for number in range(60):
        server.ask(f"request{number}", 0.15 + number * 7 % 10 * 0.16, hosts[number % len(hosts)])
        if number == 23:
            process.wait_until(lambda: sum(bool(request.done) for request in server.truth()) > 12, "half is answered")
    process.wait_until(server.idle, "all are answered", 60)


@pytest.mark.parametrize("host, clients", [(HOST, [HOST]), ("::", ["127.0.0.1", "::1"])])
def test_busy_and_saturated_time_and_waits_are_those_of_the_server(prefork, daemon, host, clients):
    server = prefork(host)
    running = daemon(config(targets.odoo("erp", server)))
    running.wait_for_page(lambda page: http(page, "workers_busy") == 0, "the sampler looks")
    drive(server, clients)
    page = running.wait_for_page(lambda page: http(page, "workers_busy") == 0, "it saw the last one end")
    truth = server.truth()
    assert http(page, "worker_busy_seconds_total") == pytest.approx(server.busy_seconds(), rel=0.05)
    assert http(page, "saturated_seconds_total") == pytest.approx(server.saturated_seconds(), rel=0.05)
    assert http(page, "watched_seconds_total") >= server.saturated_seconds()
    waits = [request.accepted - request.asked for request in truth]
    step = longest_step(page)
    long = [wait for wait in waits if wait > step]
    count, total = http(page, "queue_wait_seconds_count"), http(page, "queue_wait_seconds_sum")
    assert len(long) <= count <= len(waits)
    assert sum(long) - len(long) * step / 2 <= total <= sum(waits) + count * step / 2
    assert http(page, "abandoned_queued_total") == 0


def test_servers_on_one_port_are_told_apart_by_their_addresses(prefork, daemon):
    first = prefork(name="first")
    second = prefork("127.0.0.15", first.port, workers=2, name="second")
    running = daemon(config(targets.odoo("first", first), targets.odoo("second", second)))
    saturate(first)
    second.ask("one", 60)
    page = running.wait_for_page(
        lambda page: http(page, "accept_queue_abandoned", target="first") == 2
        and http(page, "workers_busy", target="second") == 1, "both are seen")
    assert of(page, *SATURATED, target="first") == SATURATED
    assert http(page, "accept_queue_length", target="second") == 0
    assert [http(page, "workers_configured", target=target) for target in ("first", "second")] == [3, 2]


def test_nobody_listens_until_somebody_does(folder, daemon):
    port = process.free_port()
    running = daemon(config(targets.odoo("erp", http_port=port)))
    page = running.wait_for_page(lambda page: page.value("odoo_source_up", source="sockets") == 0, "nobody listens")
    assert page.value("odoo_up") == 0 and http(page, "workers_busy") is None
    with Prefork(folder, HOST, port) as server:
        server.start().ask("one", 60)
        page = running.wait_for_page(lambda page: http(page, "workers_busy") == 1, "somebody works")
        assert page.value("odoo_up") == 1
    page = running.wait_for_page(lambda page: page.value("odoo_up") == 0, "it has ended")
    assert http(page, "worker_busy_seconds_total") > 0  # what was counted stays


def test_websockets_are_counted_apart(prefork, daemon):
    server, gevent = prefork(), prefork(workers=2, backlog=128, name="gevent")
    for number in range(5):
        gevent.ask(f"socket{number}", 60)
    running = daemon(config(targets.odoo("erp", server, gevent_port=gevent.port)))
    page = running.wait_for_page(lambda page: page.series("odoo_gevent_connections"), "they are counted")
    assert page.by("odoo_gevent_connections", "state") == {("accepted",): 2, ("waiting",): 3}
    assert http(page, "workers_busy") == 0


def test_connections_that_a_full_queue_refuses_are_counted(prefork, daemon):
    server, other = prefork(workers=1, backlog=2), prefork(name="other")
    running = daemon(config(targets.odoo("erp", server), targets.odoo("other", other)))
    page = running.wait_for_page(lambda page: page.value("odoo_listen_overflows_total", target="erp") is not None, "it looks")
    before = page.value("odoo_listen_overflows_total", target="erp")
    with contextlib.ExitStack() as stack:
        for _ in range(12):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                client.connect((HOST, server.port))
        page = running.wait_for_page(lambda page: page.value("odoo_listen_overflows_total", target="erp") > before
                                     and page.value("odoo_http_listen_overflows_total", target="erp") > 0, "some are dropped")
    assert page.value("odoo_listen_drops_total", target="erp") >= page.value("odoo_listen_overflows_total", target="erp")
    assert page.value("odoo_http_listen_overflows_total", target="other") == 0  # beside it in the namespace


@pytest.fixture
def netns():
    with network_namespace(f"erp{os.getpid()}") as name:
        yield name


@pytest.mark.parametrize("how", ["by name", "by process"])
def test_another_namespace_is_looked_into(prefork, daemon, netns, how):
    server = prefork(namespace=netns)
    prefork(port=server.port, name="other")  # the same address here is another server's
    path = f"/run/netns/{netns}" if how == "by name" else f"/proc/{server.master}/ns/net"
    rights = {"capability": "sys_admin"} if how == "by name" else {}
    running = daemon(config(targets.odoo("erp", server, network_namespace=path)), **rights)
    running.wait_for_page(lambda page: http(page, "workers_busy") == 0, "the sampler looks")
    saturate(server)
    page = running.wait_for_page(is_saturated, "the server is saturated")
    way = "sock_diag" if how == "by name" else "proc"
    assert page.series("odoo_http_server_info")[0][0]["sockets"] == way
    # Only the one tells backlogs.
    assert http(page, "workers_configured") == (3 if how == "by name" else None)
    running.wait_for_page(lambda page: http(page, "accept_queue_oldest_seconds") >= 1, "they wait")


def test_in_a_namespace_without_other_traffic_silent_requests_count_to_their_end(prefork, daemon, netns):
    server = prefork(namespace=netns)
    running = daemon(config(targets.odoo("erp", server, network_namespace=f"/run/netns/{netns}")),
                     capability="sys_admin")
    running.wait_for_page(lambda page: http(page, "workers_busy") == 0, "the sampler looks")
    for number in range(4):  # no segment while they run; one waits, and is accepted without one
        server.ask(f"request{number}", 3)
    running.wait_for_page(lambda page: of(page, "workers_busy", "accept_queue_waiting") == {
        "workers_busy": 3, "accept_queue_waiting": 1}, "three run")
    running.wait_for_page(lambda page: of(page, "workers_busy", "accept_queue_waiting") == {
        "workers_busy": 1, "accept_queue_waiting": 0}, "the last one runs", 10)
    process.wait_until(server.idle, "all are answered", 10)
    page = running.wait_for_page(lambda page: http(page, "workers_busy") == 0, "it has ended")
    # Three begin at once and end at once, so that they are missed by the same part of a step.
    margin = max(0.05 * server.busy_seconds(), 2 * longest_step(page))
    assert http(page, "worker_busy_seconds_total") == pytest.approx(server.busy_seconds(), abs=margin)
    assert http(page, "accepted_connections_total") == 4


def test_without_the_right_a_named_namespace_is_said_to_be_closed(prefork, daemon, netns):
    server = prefork(namespace=netns)
    running = daemon(config(targets.odoo("erp", server, network_namespace=f"/run/netns/{netns}")))
    page = running.wait_for_page(
        lambda page: page.value("erp_exporter_collector_unavailable", collector="http_workers", reason="privilege"),
        "it says why")
    assert page.value("odoo_source_up", source="sockets") == 0
    assert "CAP_SYS_ADMIN" in running.log()


def test_a_container_that_starts_again_is_found_again(folder, daemon):
    name = f"erp{os.getpid()}"
    port = process.free_port()
    text = config(targets.odoo("erp", http_port=port, network_namespace=f"/run/netns/{name}"))
    running = daemon(text, capability="sys_admin")
    for turn in range(2):
        with network_namespace(name), Prefork(folder, HOST, port, name=f"turn{turn}", namespace=name) as server:
            server.start().ask("one", 60)
            running.wait_for_page(lambda page: http(page, "workers_busy") == 1, "the new one is seen")
        running.wait_for_page(lambda page: page.value("odoo_up") == 0, "the container has gone")
