"""Faults of the network that any target may have, for each exporter."""

import contextlib
import time

import pytest

from servers import exporter, faults, targets

# A collection ends after 2 s, a page after 3 s: long enough for a loaded machine's healthy targets.
LIMITS = {"scrape_timeout": "3s"}
DEADLINE = 3.0
GRACE = 1.0  # of the sanitized daemon on busy cores

OTHER = {"postgres": ("cache", "redis"), "redis": ("main", "postgres")}


def entry(kind, primary, cache, name, **more):
    if kind == "postgres":
        return targets.postgres(name, primary, **more)
    return targets.redis(name, cache, **more)


@contextlib.contextmanager
def broken_address(fault, healthy):
    if fault == "refused":
        yield faults.refused_address()
        return
    listener = {"black hole": faults.BlackHole, "dripping": faults.Drip,
                "reset": lambda: faults.Proxy(healthy, "reset", reset_after=700),
                "hung up": lambda: faults.Proxy(faults.refused_address())}[fault]
    with listener() as running:
        yield running.address


@pytest.mark.parametrize("kind", ["postgres", "redis"])
@pytest.mark.parametrize("fault, phases", [
    ("refused", ["refused"]), ("black hole", ["timeout"]), ("dripping", ["timeout", "protocol"]),
    ("reset", ["closed"]), ("hung up", ["closed"])])
def test_a_broken_target_is_reported_in_time_and_costs_the_others_nothing(
        kind, fault, phases, primary, cache, daemon):
    healthy = primary.address if kind == "postgres" else cache.address
    other, other_kind = OTHER[kind]
    with broken_address(fault, healthy) as address:
        running = daemon(exporter.config_text(
            [entry(kind, primary, cache, "broken", address=address, timeout="2s"),
             entry(other_kind, primary, cache, other)], limits=LIMITS))
        for _ in range(3):
            reply = running.get()
            assert reply.status == 200
            assert reply.took < DEADLINE + GRACE
        page = running.page()
        assert targets.problems(page, other, other_kind) == []
        assert targets.up(page, "broken") == 0
        assert page.value({"postgres": "pg_up", "redis": "redis_up"}[kind], target="broken") == 0
        counted = {phase: targets.failures(page, "broken", phase) for phase in phases}
        assert max(counted.values()) >= 1, (counted, page.series("erp_exporter_target_failures_total"))
        down = [line for line in running.log().splitlines() if "target=broken" in line]
        assert len(down) == 1 and "level=warn" in down[0], down


@pytest.mark.parametrize("kind", ["postgres", "redis"])
def test_a_target_that_is_down_shows_nothing_but_that_it_is_down(kind, primary, cache, daemon):
    running = daemon(exporter.config_text(
        [entry(kind, primary, cache, "broken", address=faults.refused_address())]))
    running.page()
    names = {name for name in running.page().names(target="broken")
             if not name.startswith("erp_exporter_")}
    allowed = {"postgres": ("pg_up", "pg_exporter_", "pg_scrape_collector_"),
               "redis": ("redis_up", "redis_exporter_", "redis_target_scrape_")}[kind]
    assert {name for name in names if not name.startswith(allowed)} == set()


@pytest.mark.parametrize("kind", ["postgres", "redis"])
def test_a_target_is_complete_again_by_itself_once_it_answers(kind, primary, cache, daemon):
    with faults.Proxy(primary.address if kind == "postgres" else cache.address) as proxy:
        running = daemon(exporter.config_text(
            [entry(kind, primary, cache, "flaky", address=proxy.address, timeout="2s")], limits=LIMITS))
        running.wait_for_page(lambda page: not targets.problems(page, "flaky", kind), "complete at first")
        proxy.fault = "stall"
        running.wait_for_page(lambda page: targets.up(page, "flaky") == 0, "down while it is stalled")
        assert targets.failures(running.page(), "flaky", "timeout") >= 1
        proxy.fault = "relay"
        running.wait_for_page(lambda page: not targets.problems(page, "flaky", kind), "complete again")


@pytest.mark.parametrize("kind", ["postgres", "redis"])
def test_only_the_first_page_waits_for_a_target_that_hangs(kind, primary, cache, daemon):
    with faults.BlackHole() as hole:
        running = daemon(exporter.config_text(
            [entry(kind, primary, cache, "hung", address=hole.address, timeout="30s")], limits=LIMITS))
        first = running.get()
        assert first.status == 200 and first.took < DEADLINE + GRACE
        for _ in range(3):
            assert running.get().took < 1 + GRACE


def test_a_slow_link_is_no_fault(primary, cache, daemon):
    with faults.Proxy(primary.address, delay=0.1) as far, faults.Proxy(cache.address, delay=0.1) as away:
        running = daemon(exporter.config_text(
            [targets.postgres("far", primary, far.address), targets.redis("away", cache, away.address)]))
        running.wait_for_page(lambda page: not targets.problems(page, "far", "postgres")
                              and not targets.problems(page, "away", "redis"), "both complete")
        before = away.round_trips
        page = running.page()
        assert targets.problems(page, "far", "postgres") == targets.problems(page, "away", "redis") == []
        # Not one a command; of PostgreSQL's see test_one_connection.py.
        assert away.round_trips - before <= 2


def test_the_scrapers_own_timeout_ends_the_page_early(primary, cache, daemon):
    with faults.BlackHole() as hole:
        running = daemon(exporter.config_text(
            [targets.redis("hung", address=hole.address), targets.redis("cache", cache)]))
        reply = running.get(headers={"X-Prometheus-Scrape-Timeout-Seconds": "2"})
        assert reply.status == 200
        assert 1.3 < reply.took < 2.0
        assert 'redis_up{target="cache"} 1' in reply.text
