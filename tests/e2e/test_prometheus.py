"""What the tools of the other side say of our pages."""

import re

import pytest

from servers import exporter, targets
from servers.prometheus import Prometheus, check_metrics

# Names kept from the peers break promtool's advice; anything else of ours must not.
COMPATIBLE = re.compile(r"^(pg|redis)_")


@pytest.fixture
def running(primary, cache, daemon):
    started = daemon(exporter.config_text(
        [targets.postgres("main", primary), targets.redis("cache", cache)], ["acme", "globex"]))
    started.wait_for_page(lambda page: page.series("pg_database_size_bytes", datname="acme"), "complete")
    return started


@pytest.mark.parametrize("path", ["/metrics", "/probe?target=main", "/probe?target=cache", "/self"])
def test_promtool_finds_only_compatible_names_to_complain_about(running, path):
    page = running.page(path)
    complaints = [line for line in check_metrics(page.text) if not COMPATIBLE.match(line)]
    assert complaints == []


def test_every_family_of_the_page_has_its_type_and_help_once(running):
    page = running.page()  # reading it refuses second ones
    suffixes = re.compile(r"_(bucket|sum|count)$")
    for name in page.names():
        family = name if name in page.types else suffixes.sub("", name)
        assert family in page.types, name
        assert page.helps.get(family, "").strip(), name


def test_the_lines_of_a_page_are_in_the_same_order_for_every_scraper(running):
    def order():
        lines = running.get().text.splitlines()
        series = [line.rpartition(" ")[0] for line in lines if line.startswith(("pg_settings", "redis_"))]
        return series, [line.split(" ")[2] for line in lines if line.startswith("# TYPE")]
    series, families = order()
    assert order()[0] == series
    assert families == sorted(families)


def test_a_real_prometheus_takes_in_the_whole_page(running, folder):
    with Prometheus(folder, {"erp": running.address}) as prometheus:
        prometheus.start()
        prometheus.server.wait_for(
            lambda: list(prometheus.query('up{job="erp"}').values()) == [1.0], "up is 1")
        stored = prometheus.query('scrape_samples_scraped{job="erp"}')
        assert abs(list(stored.values())[0] - len(running.page().samples)) < 60
        added = prometheus.query('scrape_samples_post_metric_relabeling{job="erp"}')
        assert list(added.values()) == list(stored.values())
        rows = prometheus.query('pg_stat_database_xact_commit{target="main",tenant="acme"}')
        assert len(rows) == 1


def test_erp_exporter_series_is_the_number_of_the_targets_lines(running):
    page = running.page()
    for target in ("main", "cache"):
        lines = [name for name, pairs in page.samples
                 if ("target", target) in pairs and not name.startswith("erp_exporter_")]
        assert abs(page.value("erp_exporter_series", target=target) - len(lines)) <= 5
