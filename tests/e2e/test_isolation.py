"""Many targets, some of them hung: nobody waits for another."""

import concurrent.futures
import contextlib
import time

import pytest

from servers import exporter, faults, targets

DEADLINE = 3.0
GRACE = 1.0


@pytest.fixture
def twenty(primary, cache, daemon):
    """8 hung of 20, half of each kind."""
    with contextlib.ExitStack() as stack:
        entries = [targets.postgres(f"pg{number}", primary) for number in range(6)]
        entries += [targets.redis(f"redis{number}", cache) for number in range(6)]
        for number in range(4):
            hole = stack.enter_context(faults.BlackHole())
            entries.append(targets.postgres(f"hungpg{number}", None, hole.address))
            hole = stack.enter_context(faults.BlackHole())
            entries.append(targets.redis(f"hungredis{number}", address=hole.address))
        yield daemon(exporter.config_text(entries, limits={"scrape_timeout": "3s"}))


def healthy_problems(page):
    found = []
    for number in range(6):
        found += targets.problems(page, f"pg{number}", "postgres")
        found += targets.problems(page, f"redis{number}", "redis")
    return found


def test_8_hung_of_20_delay_the_first_page_to_its_deadline_and_the_next_by_1_second(twenty):
    first = twenty.get()
    assert first.status == 200
    assert first.took < DEADLINE + GRACE
    for _ in range(4):
        reply = twenty.get()
        assert reply.status == 200 and reply.took < 1 + GRACE
    page = twenty.page()
    assert healthy_problems(page) == []
    assert {page.value("erp_exporter_target_up", target=f"hungpg{number}") for number in range(4)} == {0}
    print(f"first page {first.took:.2f} s, next {reply.took:.2f} s")


def test_a_probe_of_a_healthy_target_never_waits_for_hung_ones_with_threads(twenty):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        pages = [pool.submit(twenty.get) for _ in range(4)]
        time.sleep(0.2)
        for name in ("pg0", "redis0", "pg5", "redis5"):
            reply = twenty.get(f"/probe?target={name}")
            assert reply.status == 200 and reply.took < 1.0
        assert {page.result().status for page in pages} == {200}
    probe = twenty.page("/probe?target=redis1")
    assert probe.value("redis_up") == 1


def test_a_probe_of_a_hung_target_is_an_answer_too(twenty):
    reply = twenty.get("/probe?target=hungredis0")
    assert reply.status == 200 and reply.took < DEADLINE + GRACE
    assert "redis_up 0" in reply.text


def test_parallel_scrapes_of_all_targets_are_all_complete_with_threads(primary, cache, daemon):
    entries = [targets.postgres(f"pg{number}", primary) for number in range(3)]
    entries += [targets.redis(f"redis{number}", cache) for number in range(3)]
    running = daemon(exporter.config_text(entries))
    running.wait_for_page(lambda page: not targets.problems(page, "pg0", "postgres"), "complete")
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        pages = list(pool.map(lambda _: running.page(), range(40)))
    for page in pages:
        for number in range(3):
            assert targets.problems(page, f"pg{number}", "postgres") == []
            assert targets.problems(page, f"redis{number}", "redis") == []
