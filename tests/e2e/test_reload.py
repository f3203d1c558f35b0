"""A changed configuration: all or nothing, and what did not change goes on."""

import concurrent.futures

import pytest

from servers import exporter, targets


@pytest.fixture
def running(primary, cache, daemon):
    started = daemon(exporter.config_text([targets.postgres("main", primary), targets.redis("cache", cache)]))
    started.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    return started


def test_a_reload_adds_and_removes_targets(running, primary, cache):
    running.configure(exporter.config_text(
        [targets.postgres("main", primary), targets.redis("second", cache)]))
    reply = running.reload()
    assert reply.status == 200, reply.text
    page = running.page()
    assert page.value("redis_up", target="second") == 1
    assert not page.names(target="cache")
    assert page.value("erp_exporter_config_last_reload_successful") == 1


def test_sighup_reloads(running, primary):
    running.configure(exporter.config_text([targets.postgres("renamed", primary)]))
    running.hang_up()
    running.wait_for_page(lambda page: page.value("pg_up", target="renamed") == 1, "the new name")


def test_an_unchanged_target_keeps_its_session(running, primary, cache):
    started = "SELECT pid, backend_start FROM pg_stat_activity WHERE usename = 'erp_exporter'"
    before = primary.psql(started)
    assert before.strip()
    running.configure(exporter.config_text(
        [targets.postgres("main", primary), targets.redis("second", cache)], ["acme", "globex"]))
    assert running.reload().status == 200
    page = running.page()
    assert primary.psql(started) == before
    # Tenancy is not part of a target's identity.
    assert page.series("pg_stat_database_xact_commit", target="main", datname="acme", tenant="acme")


def test_a_removed_target_closes_its_session(running, primary, cache):
    running.configure(exporter.config_text([targets.redis("cache", cache)]))
    assert running.reload().status == 200
    count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'erp_exporter'"
    running.server.wait_for(lambda: primary.psql(count).strip() == "0", "the session is closed")


@pytest.mark.parametrize("text, said", [
    ("targets: [", "erp_exporter.yml:"),
    ("targets:\n  - {name: main, exporter: postgres, adress: \"127.0.0.1:1\"}\n", "address"),
    ("targets:\n  - {name: a, exporter: redis, address: \"h:1\"}\n  - {name: a, exporter: redis,"
     " address: \"h:1\"}\n", "a"),
    ("", "targets"),
    ("targets:\n  - {name: main, exporter: mysql, address: \"127.0.0.1:1\"}\n", "mysql")])
def test_a_broken_configuration_changes_nothing_and_is_explained(running, text, said):
    running.configure(text)
    reply = running.reload()
    assert 400 <= reply.status < 600
    assert said in reply.text
    page = running.page()
    assert targets.problems(page, "main", "postgres") == []
    assert targets.problems(page, "cache", "redis") == []
    assert page.value("erp_exporter_config_last_reload_successful") == 0


def test_a_missing_configuration_file_changes_nothing(running):
    running.file.unlink()
    assert running.reload().status >= 400
    assert running.page().value("pg_up", target="main") == 1


def test_a_repaired_configuration_is_taken_again(running, primary):
    running.configure("nonsense: [")
    assert running.reload().status >= 400
    running.configure(exporter.config_text([targets.postgres("main", primary)]))
    assert running.reload().status == 200
    assert running.page().value("erp_exporter_config_last_reload_successful") == 1


def test_many_reloads_under_scrapes_lose_no_page_and_no_session_with_threads(running, primary, cache):
    """Also run with the thread sanitizer."""
    both = exporter.config_text([targets.postgres("main", primary), targets.redis("cache", cache)])
    one = exporter.config_text([targets.postgres("main", primary)])
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        scrapes = [pool.submit(running.get) for _ in range(40)]
        for number in range(20):
            running.configure(one if number % 2 else both)
            assert running.reload().status == 200
        assert {scrape.result().status for scrape in scrapes} == {200}
    count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'erp_exporter'"
    assert primary.psql(count).strip() == "1"
