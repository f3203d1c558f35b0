"""One snapshot in each format, as the other side's own parsers and a real Prometheus take it."""

import contextlib
import gzip
import http.server
import math
import pathlib
import subprocess
import threading

import pytest
from prometheus_client.openmetrics import parser as openmetrics

from servers import exporter, process, targets, versions
from servers.page import Page
from servers.prometheus import Prometheus, check_metrics
from servers.traffic import AccessLog

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
            "encoding=delimited")


@pytest.fixture
def running(primary, cache, daemon):
    started = daemon(exporter.config_text(
        [targets.postgres("main", primary), targets.redis("cache", cache)], ["acme", "globex"],
        native_histograms=True))
    started.wait_for_page(lambda page: page.series("pg_database_size_bytes", datname="acme"), "complete")
    return started


def samples(families):
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


@pytest.mark.parametrize("name", ["page", "every_type"])
def test_the_peers_parser_reads_from_openmetrics_what_the_other_text_says(name):
    as_text = Page((GOLDEN / f"{name}.prom").read_text()).samples
    families = list(openmetrics.text_string_to_metric_families((GOLDEN / f"{name}.om").read_text()))
    as_openmetrics = samples(families)
    # OpenMetrics writes bounds of histograms and quantiles as numbers with a point.
    def plain(key):
        return key[0], frozenset((k, float(v)) if k in ("le", "quantile") else (k, v) for k, v in key[1])
    left = {plain(key): value for key, value in as_text.items()}
    right = {plain(key): value for key, value in as_openmetrics.items()}
    assert left.keys() == right.keys()
    assert all(value == right[key] or math.isnan(value) and math.isnan(right[key])
               for key, value in left.items())
    assert len(families) > 10


def test_the_peers_parser_reads_exemplars_units_and_types():
    families = {family.name: family for family in
                openmetrics.text_string_to_metric_families((GOLDEN / "every_type.om").read_text())}
    assert families["erp_busy_seconds"].unit == "seconds"
    assert families["erp_build"].type == "info"
    assert families["pg_stat_database_xact_commit"].type == "unknown"
    exemplars = [sample.exemplar.labels["trace_id"] for sample in families["erp_wait_seconds"].samples
                 if sample.exemplar]
    assert exemplars == ["new", "slow"]
    euro = [s for s in families["erp_jobs"].samples if s.labels["kind"].endswith("é€")]
    assert euro[0].labels["kind"] == 'a"b\\c\nd é€'


def test_promtool_reads_the_page_with_every_type():
    complaints = check_metrics((GOLDEN / "every_type.prom").read_text())
    assert not [line for line in complaints if "error" in line.lower()], complaints


@pytest.mark.parametrize("path", ["/metrics", "/probe?target=main", "/probe?target=cache", "/self"])
def test_the_live_page_is_valid_openmetrics_with_the_same_families(running, path):
    reply = running.get(path, headers={"Accept": OPENMETRICS})
    assert reply.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert {"Accept", "Accept-Encoding"} <= {word.strip() for word in reply.headers["Vary"].split(",")}
    families = list(openmetrics.text_string_to_metric_families(reply.text))
    names = {sample.name for family in families for sample in family.samples}
    missing = set(running.page(path).names()) - names
    assert missing == set()


def test_escaping_is_echoed_and_compression_follows_the_client(running):
    reply = running.get("/self", headers={"Accept": OPENMETRICS + ";escaping=allow-utf-8",
                                          "Accept-Encoding": "zstd, gzip;q=0.5"})
    assert reply.headers["Content-Type"].endswith("; escaping=allow-utf-8")
    assert reply.headers["Content-Encoding"] == "zstd"
    unpacked = subprocess.run(["zstd", "-dc"], input=reply.body, capture_output=True, check=True)
    assert unpacked.stdout.endswith(b"# EOF\n")
    packed = running.get("/self", headers={"Accept": OPENMETRICS, "Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body).endswith(b"# EOF\n")


@contextlib.contextmanager
def serving(file, content_type):
    """The address of a server whose every page is the file."""
    body = file.read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


programs = pytest.mark.parametrize("program", [lambda: "/usr/bin/prometheus", versions.prometheus],
                                   ids=["Debian 12", "newer"])


@programs
def test_a_real_prometheus_reads_from_protobuf_of_each_type_what_the_text_says(folder, program):
    with (serving(GOLDEN / "every_type.prom", "text/plain; version=0.0.4") as text,
          serving(GOLDEN / "every_type.pb", PROTOBUF) as protobuf,
          Prometheus(folder, {"text": text, "protobuf": protobuf}, program=program()) as prometheus):
        prometheus.start()

        def samples_of(job):
            found = prometheus.query(f'{{job="{job}",__name__=~"erp_.*|pg_.*|redis_.*"}}')
            # Bounds may be written in two ways.
            return {frozenset((key, float(label) if key in ("le", "quantile") else label) for key, label in labels
                              if key not in ("job", "instance")): value for labels, value in found.items()}

        process.wait_until(lambda: [target["health"] != "unknown" for target in prometheus.targets()] == [True, True],
                           "both are scraped")
        assert [target["lastError"] for target in prometheus.targets()] == ["", ""]
        prometheus.server.wait_for(lambda: samples_of("text") and samples_of("protobuf"), "both are scraped")
        assert sorted(prometheus.query("up").values()) == [1.0, 1.0]
        as_text, as_protobuf = samples_of("text"), samples_of("protobuf")
    assert (as_text.keys() - as_protobuf.keys(), as_protobuf.keys() - as_text.keys()) == (set(), set())
    different = {key for key, value in as_text.items()
                 if value != as_protobuf[key] and not (math.isnan(value) and math.isnan(as_protobuf[key]))}
    assert different == set()
    assert len(as_text) == len(Page((GOLDEN / "every_type.prom").read_text()).samples)


@programs
def test_a_real_prometheus_takes_openmetrics_and_then_protobuf_with_native_histograms(running, folder, program):
    histogram = "erp_exporter_scrape_duration_seconds"
    with Prometheus(process.subfolder(folder, "openmetrics"), {"erp": running.address},
                    program=program()) as prometheus:
        prometheus.start()
        prometheus.server.wait_for(lambda: prometheus.query(f'{histogram}_bucket{{job="erp"}}'), "buckets")
        assert list(prometheus.query('up{job="erp"}').values()) == [1.0]
        plain = len(prometheus.query('{job="erp",__name__=~"pg_.*|redis_.*"}'))
    with Prometheus(process.subfolder(folder, "protobuf"), {"erp": running.address},
                    features=["native-histograms"], program=program()) as prometheus:
        prometheus.start()
        prometheus.server.wait_for(
            lambda: any(prometheus.query(f'histogram_count({histogram}{{job="erp"}})').values()), "a native one")
        assert list(prometheus.query('up{job="erp"}').values()) == [1.0]
        half = prometheus.query(f'histogram_quantile(0.5, {histogram}{{job="erp"}})')
        assert 0 < list(half.values())[0] < 5
        assert abs(len(prometheus.query('{job="erp",__name__=~"pg_.*|redis_.*"}')) - plain) <= 20


@programs
@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
def test_native_histograms_of_one_target_leave_those_of_another_classic(first, folder, daemon, program):
    with AccessLog(folder, "acme", "globex").start() as log:
        entries = [targets.traefik(name, access_log=log.path, native_histograms=native)
                   for name, native in (("a", first), ("b", not first))]
        running = daemon(exporter.config_text(entries) + targets.tenants_of_routers("acme", "globex"))
        with Prometheus(folder, {"erp": running.address}, features=["native-histograms"],
                        program=program()) as prometheus:
            prometheus.start()

            def by_target(query):
                return {dict(labels)["target"]: value for labels, value in prometheus.query(query).items()}

            histogram = "traefik_accesslog_request_duration_seconds"
            one, other = ("a", "b") if first else ("b", "a")
            prometheus.server.wait_for(
                lambda: by_target(f"sum by (target) (histogram_count({histogram}))").get(one, 0) > 0, "a native one")
            assert list(prometheus.query('up{job="erp"}').values()) == [1.0]
            quantiles = (f"histogram_quantile(0.5, sum by (target) ({histogram}))",
                         f"histogram_quantile(0.5, sum by (target, le) ({histogram}_bucket))")
            native, classic = (by_target(query) for query in quantiles)
            assert native.keys() == {one} and classic.keys() == {other}
            assert 0 < native[one] < 2 * classic[other] and classic[other] < 2 * native[one] + 0.01


def test_prometheus_knows_from_start_timestamps_that_a_counter_was_0_before_it_came(running, folder):
    """What was counted before the first scrape is an increase, too."""
    born = running.page().value("process_start_time_seconds")
    selector = 'erp_exporter_http_requests_total{path="/metrics"}'
    with Prometheus(folder, {"erp": running.address}, features=["created-timestamp-zero-ingestion"],
                    program=versions.prometheus()) as prometheus:
        prometheus.start()
        prometheus.server.wait_for(lambda: any(prometheus.query(selector).values()), "scraped")
        assert list(prometheus.query('up{job="erp"}').values()) == [1.0]
        (at, value), *_ = prometheus.first_samples(selector).values()
        assert value == 0 and abs(at - born) < 2
