"""Tenants as the running daemon shows them: objectives, maintenance, those that come with their databases."""

import datetime
import json
import pathlib
import zoneinfo

import pytest

from servers import exporter, targets

SESSIONS = "SELECT pid, backend_start FROM pg_stat_activity WHERE usename = 'erp_exporter'"


def config(entries, **tenants):
    return exporter.config_text(entries) + f"tenants: {json.dumps(tenants)}\n"


def tenants_of(page):
    return {labels["tenant"] for labels, _ in page.series("erp_tenant_info")}


def moment(hours):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_automatic_tenants_come_and_go_with_their_databases(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    running = daemon(config([targets.postgres("main", own_postgres)], auto="databases", objectives={"rto": "4h"}))
    page = running.wait_for_page(lambda page: "acme" in tenants_of(page), "the tenant of acme")
    assert tenants_of(page) == {"acme"}
    assert page.value("erp_tenant_info", tenant="acme", customer="", environment="", tier="") == 1
    assert page.series("pg_stat_database_xact_commit", target="main", datname="acme", tenant="acme")
    assert not page.series("pg_stat_database_xact_commit", datname="postgres", tenant="postgres")

    own_postgres.psql("CREATE DATABASE globex")
    page = running.wait_for_page(lambda page: "globex" in tenants_of(page), "the tenant of globex", 15)
    assert page.value("erp_tenant_database_info", target="main", tenant="globex", datname="globex") == 1
    assert page.value("erp_objective_rto_seconds", tenant="globex") == 4 * 3600
    assert page.value("erp_maintenance", tenant="globex") == 0
    # The tenants are of the daemon, whichever page shows them.
    assert tenants_of(running.page("/self")) == {"acme", "globex"}
    assert running.page("/probe?target=main").value("erp_tenant_database_info", tenant="globex", datname="globex") == 1

    own_postgres.psql("DROP DATABASE globex")
    page = running.wait_for_page(lambda page: "globex" not in tenants_of(page), "globex is gone", 15)
    assert not page.names(tenant="globex")
    assert tenants_of(page) == {"acme"}


def test_only_a_database_that_a_rule_matches_is_an_automatic_tenant(own_postgres, daemon):
    for name in ("acme", "acme_test", "legacy", "Upper Case"):
        own_postgres.psql(f'CREATE DATABASE "{name}"')
    running = daemon(config([targets.postgres("main", own_postgres)], auto="databases",
                            list=[{"name": "globex", "customer": "Globex"}],
                            rules=[{"from": "database", "match": "legacy", "tenant": "globex"},
                                   {"from": "database", "match": "^([a-z]+)(_test)?$", "tenant": "$1"}]))
    page = running.wait_for_page(lambda page: "acme" in tenants_of(page), "the tenant of acme")
    assert tenants_of(page) == {"acme", "globex"}
    owners = {labels["datname"]: labels["tenant"] for labels, _ in page.series("erp_tenant_database_info")}
    assert owners == {"acme": "acme", "acme_test": "acme", "legacy": "globex"}


def test_tenants_stay_while_their_server_is_down(own_postgres, cache, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    running = daemon(config([targets.postgres("main", own_postgres), targets.redis("cache", cache)], auto="databases"))
    running.wait_for_page(lambda page: "acme" in tenants_of(page), "the tenant of acme")
    own_postgres.stop()
    page = running.wait_for_page(lambda page: targets.up(page, "main") == 0, "the server is down")
    assert tenants_of(page) == {"acme"}
    assert not page.series("erp_tenant_database_info")


def test_a_reload_changes_what_is_said_of_tenants_and_keeps_sessions(primary, daemon):
    entry = targets.postgres("main", primary)
    running = daemon(config([entry], list=[{"name": "acme", "objectives": {"latency": {"interactive": "1s"}}}]))
    page = running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    assert page.value("erp_objective_latency_seconds", tenant="acme") == 1
    assert page.value("erp_maintenance", tenant="acme") == 0
    assert not page.series("erp_target_role_info")
    before = primary.psql(SESSIONS)
    assert before.strip()

    running.configure(config(
        [entry | {"role": "main", "expected_replicas": 1}],
        objectives={"availability": "99.9%", "rto": "8h"},
        list=[{"name": "acme", "objectives": {
            "latency": {"interactive": "500ms"}, "workflow": {"order_to_invoice": "1h"},
            "queue_age": {"root": "10m"}, "rpo": {"database": "1h"}, "rto": "4h"},
            "maintenance": [{"from": moment(-1), "to": moment(1)}]},
            {"name": "globex"}]))
    reply = running.reload()
    assert reply.status == 200, reply.text
    page = running.page()
    assert page.value("erp_objective_latency_seconds", tenant="acme", **{"class": "interactive"}) == 0.5
    assert page.value("erp_objective_availability_ratio", tenant="acme") == 0.999
    assert page.value("erp_objective_workflow_seconds", tenant="acme", workflow="order_to_invoice") == 3600
    assert page.value("erp_objective_queue_age_seconds", tenant="acme", channel="root") == 600
    assert page.value("erp_objective_rpo_seconds", tenant="acme", kind="database") == 3600
    assert page.value("erp_objective_rto_seconds", tenant="acme") == 4 * 3600
    assert page.value("erp_objective_rto_seconds", tenant="globex") == 8 * 3600
    assert page.value("erp_maintenance", tenant="acme") == 1
    assert page.value("erp_maintenance", tenant="globex") == 0
    assert page.value("erp_target_role_info", target="main", role="main") == 1
    assert page.value("erp_target_expected_replicas", target="main") == 1
    assert primary.psql(SESSIONS) == before


def test_a_window_that_ends_closes_on_the_next_page(cache, daemon):
    end = moment(10 / 3600)
    running = daemon(config([targets.redis("cache", cache)], list=[{"name": "acme"}],
                            maintenance=[{"from": moment(-1), "to": end}]))
    assert running.page("/self").value("erp_maintenance", tenant="acme") == 1
    running.wait_for_page(lambda page: page.value("erp_maintenance", tenant="acme") == 0, "it is over", 20, "/self")


def test_a_folder_of_tenants_is_read_again_by_a_reload(cache, daemon, folder):
    tenants = folder / "tenants.d"
    tenants.mkdir()
    tenants.chmod(0o755)

    def write(name, value):
        (tenants / name).write_text(json.dumps(value))

    write("acme.yml", {"name": "acme"})
    running = daemon(config([targets.redis("cache", cache)], directory=str(tenants)))
    assert tenants_of(running.page("/self")) == {"acme"}
    write("more.yml", [{"name": "globex"}, {"name": "initech"}])
    assert running.reload().status == 200
    assert tenants_of(running.page("/self")) == {"acme", "globex", "initech"}
    write("wrong.yml", [{"name": "acme"}])
    reply = running.reload()
    assert reply.status == 500
    assert f"{tenants}/wrong.yml:1: [0]: tenant acme is on the list twice; first in {tenants}/acme.yml:1" in reply.text
    assert tenants_of(running.page("/self")) == {"acme", "globex", "initech"}


@pytest.mark.parametrize("tenants, said", [
    ({"auto": "database"}, "tenants.auto: expected databases, found 'database'; did you mean databases?"),
    ({"objectives": {"latensy": {}}}, "tenants.objectives: unknown key latensy; did you mean latency?"),
    ({"maintenance": [{"from": "02:00", "to": "04:00", "timezone": "Europe/Berlim"}]},
     "tenants.maintenance[0].timezone: expected UTC, an offset"),
    ({"directory": "/does/not/exist"}, "tenants.directory: cannot read the folder: No such file")])
def test_config_check_names_file_line_and_field(folder, tenants, said):
    file = folder / "wrong.yml"
    file.write_text(exporter.config_text([]).replace("targets:", "targets: []") + f"tenants: {json.dumps(tenants)}\n")
    file.chmod(0o644)
    status, _, errors = exporter.run(folder, "--config.file", file, "--config.check")
    assert status == 2
    assert f"{file}:" in errors
    assert said in errors


@pytest.mark.skipif(not pathlib.Path("/usr/share/zoneinfo/Europe/Berlin").exists(), reason="no tz database")
def test_a_window_may_be_of_a_zone_of_this_host(cache, daemon):
    berlin = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin"))
    window = {"from": f"{berlin - datetime.timedelta(minutes=30):%H:%M}",
              "to": f"{berlin + datetime.timedelta(minutes=30):%H:%M}"}
    running = daemon(config([targets.redis("cache", cache)], list=[
        {"name": "here", "maintenance": [window | {"timezone": "Europe/Berlin"}]},
        {"name": "elsewhere", "maintenance": [window | {"timezone": "Asia/Tokyo"}]}]))
    page = running.page("/self")
    assert page.value("erp_maintenance", tenant="here") == 1
    assert page.value("erp_maintenance", tenant="elsewhere") == 0


def test_the_example_is_accepted(folder):
    text = (exporter.ROOT / "config" / "examples" / "tenants.yml").read_text()
    file = folder / "tenants.yml"
    file.write_text(text)
    file.chmod(0o644)
    status, output, errors = exporter.run(folder, "--config.file", file, "--config.check")
    assert (status, errors) == (0, "")
    assert output.endswith(": 2 targets, 2 tenants\n")
