"""Every request through a real Traefik is counted once, whatever becomes of its log's files and of us."""

import collections
import contextlib
import gzip
import json
import random
import threading
import time

import pytest

from servers import exporter, process, routes, targets
from servers.backends import Backend
from servers.driver import Case, Driver
from servers.prometheus import Prometheus
from servers.traefik import Traefik

CALL = "/web/dataset/call_kw/sale.order/web_search_read"
# A request, and what its line says: the workload and the status.
LOAD = [
    (Case("ok", CALL), "interactive", 200),
    (Case("slow", CALL, "slow:0.02"), "interactive", 200),
    (Case("asset", "/web/static/src/a.js", "size:20000"), "static", 200),
    (Case("nothing there", "/shop/none", "status:404"), "site", 404),
    (Case("worker killed", CALL, "eof"), "interactive", 502),
    (Case("error", "/jsonrpc", "status:500"), "rpc", 500),
    # The line of a path of 20 kB is cut into parts by a container's runtime.
    (Case("long", "/shop/" + "#." * 3000), "site", 200),
    (Case("gone early", CALL, "hang", leave="early"), "interactive", 499),
    (Case("gone in a download", "/web/content/1", "size:3000000", leave="body"), "attachment", 200),
]
MEANING = {case.name: (workload, str(status)) for case, workload, status in LOAD}
PLAN = [(tenant, case) for case, *_ in LOAD for tenant in routes.TENANTS]
REQUESTS = "traefik_accesslog_requests_total"
COUNTERS = '{__name__=~"traefik_accesslog_.*_(total|bucket|count|sum)|erp_exporter_log_(lines|bytes_read|rotations)_total"}'


@pytest.fixture
def backend():
    with Backend() as running:
        yield running


@pytest.fixture
def ingress(folder, backend):
    """Starts Traefiks in front of the two tenants."""
    started = []

    def start(name, **options):
        dynamic = routes.tenants({tenant: backend.address for tenant in routes.TENANTS})
        started.append(Traefik(folder, dynamic, name, **options).start())
        return started[-1]

    yield start
    for traefik in started:
        traefik.stop()


def config(*traefiks):
    entries = [targets.traefik(traefik.name, traefik) for traefik in traefiks]
    return exporter.config_text(entries) + targets.tenants_of_routers(*routes.TENANTS)


def load(traefik, backend, pause=0.01, threads=2):
    return Driver(traefik.address, PLAN, threads, pause, backend)


def expected(counts, target):
    """What the driver did, as the metric of requests has to say it."""
    totals = collections.Counter()
    for (tenant, name, _), requests in counts.items():
        totals[target, tenant, *MEANING[name]] += requests
    return totals


def counted(page):
    return page.by(REQUESTS, "target", "tenant", "class", "code")


def assert_counted(running, wanted):
    """Soon, and then exactly."""
    with contextlib.suppress(TimeoutError):
        running.wait_for_page(lambda page: page.total(REQUESTS) >= sum(wanted.values()), "all are counted", 30)
    page = running.page()
    found = counted(page)
    assert (wanted - found, found - wanted) == ({}, {}), (
        f"too few of the first, too many of the second; {page.by('erp_exporter_log_errors_total', 'target', 'reason')}")
    return page


def keep_rotating(traefik, stopping, rng):
    while not stopping.wait(rng.uniform(0.3, 2)):
        traefik.rotate(rng.choice((0, 0.05, 0.4)))


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_prometheus_sees_each_request_once_though_we_are_killed_at_random(folder, daemon, backend, ingress, kills):
    """Three logs at once: renamed and reopened, Docker's json-file and a CRI's, each rotated every second or two."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    traefiks = [ingress("renamed"), ingress("docker", container="docker"), ingress("cri", container="cri")]
    running = daemon(config(*traefiks))
    rotating = threading.Event()
    rotation = threading.Thread(target=keep_rotating, args=(traefiks[0], rotating, random.Random(seed)), daemon=True)
    with Prometheus(folder, {"erp_exporter": running.address}) as prometheus:
        prometheus.start()
        drivers = [load(traefik, backend).start() for traefik in traefiks]
        rotation.start()
        for _ in range(kills):
            time.sleep(min(rng.expovariate(1), 7))
            running.kill()
            running.start()
        wanted = sum((expected(driver.stop(), traefik.name) for driver, traefik in zip(drivers, traefiks)),
                     collections.Counter())
        rotating.set()
        rotation.join()
        page = assert_counted(running, wanted)
        assert page.total("erp_exporter_log_rotations_total", target="renamed", kind="renamed") > 0
        keys = "target", "tenant", "class", "code"
        process.wait_until(lambda: sum(prometheus.sums(REQUESTS, *keys).values()) >= sum(wanted.values()),
                           "Prometheus has seen the last ones")
        assert prometheus.sums(REQUESTS, *keys) == wanted
        # The last value is what increase() arrives at if the counter never fell on its way.
        names = [name for name, in prometheus.sums(f"count by (__name__) ({COUNTERS})", "__name__")]
        assert REQUESTS in names
        assert [name for name in names if any(prometheus.query(f"resets({name}[2h])").values())] == []


def test_a_log_that_is_deleted_under_load_loses_nothing(daemon, backend, ingress):
    traefik = ingress("edge")
    running = daemon(config(traefik))
    driver = load(traefik, backend, pause=0).start()
    for _ in range(3):
        process.wait_until(lambda: traefik.access_log.stat().st_size > 100_000, "some lines")
        traefik.access_log.unlink()
        traefik.reopen()
    page = assert_counted(running, expected(driver.stop(), "edge"))
    assert page.value("erp_exporter_log_rotations_total", target="edge", kind="deleted") == 3


def test_a_pattern_that_matches_rotated_files_too_counts_each_request_once(daemon, backend, ingress):
    """Between the rename and Traefik's new file none of the names is the log's own."""
    traefik = ingress("edge")
    entry = targets.traefik("edge", access_log=f"{traefik.access_log}*")
    running = daemon(exporter.config_text([entry]) + targets.tenants_of_routers(*routes.TENANTS))
    driver = load(traefik, backend).start()
    for _ in range(3):
        size = traefik.access_log.stat().st_size
        process.wait_until(lambda size=size: traefik.access_log.stat().st_size > size, "a line")
        traefik.shift()
        traefik.access_log.rename(traefik.rotated(1))
        time.sleep(1.2)  # the daemon looks for new files each second
        traefik.reopen()
    page = assert_counted(running, expected(driver.stop(), "edge"))
    assert page.total("erp_exporter_log_rotations_total", target="edge", kind="renamed") == 3
    assert page.total("erp_exporter_log_errors_total", target="edge") == 0


def numbers_on_disk(traefik):
    """RequestCounts of all whole lines that are still in some file."""
    lines = [line for file in traefik.files() for line in file.read_bytes().splitlines()]
    found = set()
    for line in lines:
        try:
            found.add(json.loads(line)["RequestCount"])
        except ValueError:  # cut by the truncation
            continue
    return found


def assert_only_what_the_files_lost_is_missing(running, traefik, counts):
    """A line written between the copy and the truncation may have been read in time or not; no line counts twice."""
    wanted = expected(counts, "edge")
    kept = len(numbers_on_disk(traefik))
    page = running.wait_for_page(lambda page: page.total(REQUESTS) >= kept, f"{kept} requests are counted", 30)
    assert counted(page) <= wanted
    assert kept <= page.total(REQUESTS) <= sum(wanted.values())
    return page


def test_copying_and_truncating_under_load_loses_no_more_than_the_files_did(daemon, backend, ingress):
    traefik = ingress("edge")
    running = daemon(config(traefik))
    driver = load(traefik, backend, pause=0).start()
    running.wait_for_page(lambda page: page.value("erp_exporter_log_lines_total", result="ok"), "some are read")
    for number in range(1, 4):
        process.wait_until(lambda: traefik.access_log.stat().st_size > 100_000, "some lines")
        traefik.copy_and_truncate()
        # Two within a tenth of a second would count as one.
        running.wait_for_page(lambda page, number=number: page.value(
            "erp_exporter_log_rotations_total", target="edge", kind="truncated") == number, f"rotation {number}", 60)
    assert_only_what_the_files_lost_is_missing(running, traefik, driver.stop())


def test_a_copy_made_while_we_were_killed_is_read_to_its_end(daemon, backend, ingress):
    traefik = ingress("edge")
    running = daemon(config(traefik))
    driver = load(traefik, backend, pause=0).start()
    for _ in range(3):
        running.wait_for_page(lambda page: page.value("erp_exporter_log_lines_total", result="ok"), "some are read")
        running.kill()
        size = traefik.access_log.stat().st_size
        process.wait_until(lambda: traefik.access_log.stat().st_size > size + 100_000, "some lines")
        traefik.copy_and_truncate()
        running.start()
    assert_only_what_the_files_lost_is_missing(running, traefik, driver.stop())


def test_what_was_rotated_and_compressed_while_we_were_down_is_made_up_for(daemon, backend, ingress):
    traefik = ingress("edge")
    running = daemon(config(traefik))
    driver = load(traefik, backend, pause=0).start()
    running.wait_for_page(lambda page: page.total(REQUESTS), "some are counted")
    running.kill()
    for _ in range(3):
        process.wait_until(lambda: traefik.access_log.stat().st_size > 100_000, "some lines")
        traefik.rotate()
    for number in (3, 2):
        file = traefik.rotated(number)
        process.write_file(f"{file}.gz", gzip.compress(file.read_bytes()))
        file.unlink()
    running.start()
    assert_counted(running, expected(driver.stop(), "edge"))


def test_a_clean_restart_between_two_requests_forgets_nothing(daemon, backend, ingress):
    traefik = ingress("edge")
    running = daemon(config(traefik))
    done = collections.Counter()
    for _ in range(3):
        done += expected(load(traefik, backend, pause=0).start(requests=50).wait(), "edge")
        assert_counted(running, done)
        assert running.stop() == 0
        running.start()
        assert_counted(running, done)


@pytest.mark.parametrize("format", ["json", "common", "genericCLF"])
def test_each_format_counts_the_same_requests(daemon, backend, ingress, format):
    traefik = ingress("edge", format=format)
    running = daemon(config(traefik))
    wanted = collections.Counter()
    for (_, tenant, workload, code), requests in expected(
            load(traefik, backend, pause=0).start(requests=200).wait(), "edge").items():
        # The generic format names neither router nor host.
        wanted["edge", "_unknown" if format == "genericCLF" else tenant, workload, code] += requests
    assert_counted(running, wanted)
