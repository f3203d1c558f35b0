"""Names that become labels: whatever bytes a server gives, the page stays a page."""

import subprocess

from servers import exporter, postgres, targets
from servers.fake_redis import FakeRedis, info
from servers.prometheus import check_metrics

NAMES = ["two\nlines", 'quo"te', "back\\slash", "übermäßig", "curly{a=\"b\"} 1", " ", "tab\there",
         "\x01\x7f"]


def test_every_legal_database_name_is_a_label_value_unchanged(own_postgres, daemon):
    for name in NAMES:
        own_postgres.psql(f"CREATE DATABASE {postgres.quoted(name)}")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    running.wait_for_page(lambda page: page.series("pg_database_size_bytes", datname=NAMES[-1]), "sizes")
    page = running.page()
    for family in ("pg_database_size_bytes", "pg_stat_database_numbackends"):
        shown = {labels["datname"] for labels, _ in page.series(family)}
        assert set(NAMES) <= shown, family
    assert [line for line in check_metrics(page.text) if "error" in line] == []


def test_a_database_name_that_is_no_utf8_leaves_the_page_valid_and_complete(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE raw ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    done = subprocess.run(own_postgres.words("raw"), capture_output=True, timeout=20, check=False,
                          input=b"SET client_encoding = 'SQL_ASCII'; CREATE DATABASE \"bad\xff\xc3name\"")
    assert done.returncode == 0, done.stderr
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    running.wait_for_page(lambda page: page.series("pg_database_size_bytes", datname="postgres"), "sizes")
    reply = running.get()
    page = running.page()
    assert reply.body.decode("utf-8")
    assert targets.problems(page, "main", "postgres") == []
    names = [labels["datname"] for labels, _ in page.series("pg_stat_database_numbackends")]
    assert any("bad" in name and "name" in name for name in names), names


def test_a_redis_whose_info_holds_nul_invalid_utf8_and_controls_leaves_the_page_valid(daemon):
    body = info(changes={
        "Server": {"redis_version": b"7.0\x00.15", "os": b"Lin\xff\xfeux \xc3", "redis_build_id": b"a\x1bb",
                   "gcc_version": b'q"uo\\te', "executable": b"\xed\xa0\x80"},
        "Replication": {"role": b"mas\x00ter\xff"}}, extra=[
        b"db0:keys=1,expires=0,avg_ttl=0", b"db\xff:keys=1,expires=0,avg_ttl=0", b"cmdstat_\xff:calls=1",
        b"cmdstat_get\x00:calls=1,usec=2,usec_per_call=2.00", b"errorstat_E\"R\\R:count=3", b"\xff\x00", b":",
        b"used_memory", b"evicted_keys:", b"total_commands_processed:12\x00"])
    with FakeRedis(body) as own:
        running = daemon(exporter.config_text([targets.redis("cache", address=own.address)]))
        running.wait_for_page(lambda page: page.value("redis_up", target="cache") == 1, "up")
        reply = running.get()
        assert b"\x00" not in reply.body
        page = running.page()
        assert page.value("redis_memory_used_bytes") == 1000000
        assert [line for line in check_metrics(page.text) if "error" in line] == []


def test_infos_fields_that_are_no_numbers_are_absent_and_not_zero(daemon):
    body = info(changes={"Memory": {"used_memory": "many", "maxmemory": ""},
                         "Clients": {"connected_clients": "1e999"}, "Stats": {"evicted_keys": "-"}})
    with FakeRedis(body) as own:
        running = daemon(exporter.config_text([targets.redis("cache", address=own.address)]))
        running.wait_for_page(lambda page: page.value("redis_up", target="cache") == 1, "up")
        page = running.page()
        for name in ("redis_memory_used_bytes", "redis_memory_max_bytes", "redis_evicted_keys_total"):
            assert page.series(name) == [], name
