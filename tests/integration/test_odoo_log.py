"""A real Odoo's log, counted: each error, login and conflict once and for its tenant, whatever becomes of the file."""

import time

import pytest

from servers.odoo import Odoo
from servers.odoo_clients import Call, Client, Failure
from servers.odoo_watched import Watched

REQUESTS = "odoo_http_requests_total"
ERRORS = "odoo_rpc_errors_total"
EXCEPTIONS = "odoo_exceptions_total"
LOGINS = "odoo_logins_total"
RETRIES = "odoo_sql_retries_total"
EVENTS = "odoo_log_events_total"
SUSPICIOUS = "odoo_log_suspicious_records_total"
FORGED = "nobody\n2026-11-27 00:00:00,000 1 CRITICAL globex odoo.http: All is lost "

# What fails how, and how that is counted.
USER = ("user", "validation", "access", "missing", "redirect")
ERROR = {"memory": "MemoryError", "sql": "psycopg2.errors.UndefinedColumn",
         "statement_timeout": "psycopg2.errors.QueryCanceled", "unhandled": "KeyError"}


@pytest.fixture
def watched(folder, daemon):
    with Odoo(folder) as odoo:
        running = Watched(odoo.start(), daemon)
        yield running
        assert running.daemon.page().total(SUSPICIOUS, reason="pid") == 0


def fail(client, kind):
    with pytest.raises(Failure):
        client.call("fail", kind)


def at_once(*calls):
    for call in calls:
        call.start()
    return [call.value() for call in calls]


def guess(odoo, database, login="admin"):
    with pytest.raises(Failure):
        Client(odoo, database, source="198.51.100.66").log_in("wrong", login)


def test_errors_logins_and_conflicts_are_the_tenants_that_had_them(watched):
    odoo, acme, globex = watched.odoo, watched.acme, watched.globex
    for kind in [*USER, "denied", *ERROR]:
        fail(acme, kind)
    fail(globex, "unhandled")
    with pytest.raises(Failure, match="Connection Pool Is Full"):
        globex.call("open_cursors", odoo.settings["db_maxconn"] + 1)
    at_once(Call(acme, "add_after", 0.5), Call(acme, "add_after", 0.5))
    at_once(Call(globex, "lock_both", "first", "second", 0.3), Call(globex, "lock_both", "second", "first", 0.3))
    for _ in range(3):
        guess(odoo, "globex")
    guess(odoo, "acme", FORGED)
    Client(odoo, "globex").log_in()
    calls = len(USER) + 1 + len(ERROR) + 2 + 1

    others = 1 + 1 + 2 + 3 + 1
    page = watched.wait_for({(REQUESTS, "datname", "acme"): calls, (REQUESTS, "datname", "globex"): others})
    assert watched.growth(page, REQUESTS, "datname", "status_class") == {
        ("acme", "2xx"): calls, ("globex", "2xx"): others}
    # A denied login is a call without access, too.
    assert watched.growth(page, ERRORS, "datname", "kind") == {
        ("acme", "user"): len(USER), ("acme", "access"): 2, ("acme", "error"): len(ERROR),
        ("globex", "error"): 2, ("globex", "access"): 3}
    assert watched.growth(page, EXCEPTIONS, "datname", "exception") == {
        **{("acme", name): 1 for name in [*ERROR.values(), "odoo.exceptions.RedirectWarning"]},
        ("globex", "KeyError"): 1, ("globex", "psycopg2.pool.PoolError"): 1}
    assert watched.growth(page, LOGINS, "datname", "result") == {
        ("acme", "failed"): 1, ("globex", "failed"): 3, ("globex", "success"): 1}
    retries = watched.growth(page, RETRIES, "datname", "code", "result")
    retries.pop(("globex", "serialization_failure", "retried"), 0)  # if the victim is back before the other commits
    assert retries == {("acme", "serialization_failure", "retried"): 1, ("globex", "deadlock_detected", "retried"): 1}
    assert watched.growth(page, EVENTS, "datname", "event", event="pool_full") == {("globex", "pool_full"): 1}
    # The second line of that login's name is nobody's.
    assert page.total("odoo_log_records_total", level="CRITICAL") == 0
    assert page.total(SUSPICIOUS) == 1
    assert page.value("odoo_build_info", version="14.0") == 1


@pytest.mark.long
def test_a_process_that_a_client_invents_writes_nothing(folder, daemon):
    with Odoo(folder) as odoo:
        watched = Watched(odoo.start(), daemon)
        watched.daemon.wait_for_page(lambda page: page.total("odoo_workers", target="erp") > 0, "processes are seen")
        now = time.strftime("%Y-%m-%d %H:%M:%S,000", time.gmtime())
        guess(odoo, "acme", "\n".join(["nobody", *(f"{now} 888888 INFO {line}" for line in (
            "? odoo: Odoo version 99.0",
            "globex odoo.addons.base.models.ir_cron: Starting job `Invented`.",
            "globex odoo.addons.base.models.res_users: Login failed for db:globex login:nobody"))]))
        page = watched.wait_for({(SUSPICIOUS, "reason", "login"): 3, (LOGINS, "datname", "acme"): 1})
        assert watched.growth(page, LOGINS, "datname", "result") == {("acme", "failed"): 1}
        assert not page.series("odoo_cron_last_start_timestamp_seconds", cron="Invented")
        assert [labels["version"] for labels, _ in page.series("odoo_build_info", target="erp")] == ["14.0"]


class Traffic:
    """Calls that are counted, while a test does something to the log."""

    def __init__(self, watched):
        self.watched = watched
        self.made = 0

    def make(self, calls=20):
        for _ in range(calls):
            self.watched.acme.call("worker")
        self.made += calls

    def assert_counted(self):
        page = self.watched.wait_for({(REQUESTS, "datname", "acme"): self.made})
        assert self.watched.growth(page, REQUESTS, "datname") == {("acme",): self.made}


@pytest.mark.long
def test_a_renamed_log_loses_no_request(watched):
    traffic = Traffic(watched)
    for _ in range(3):
        traffic.make()
        watched.odoo.rename_log()
        traffic.make()
    traffic.assert_counted()


@pytest.mark.long
def test_a_copied_and_truncated_log_loses_no_request(watched):
    traffic = Traffic(watched)
    for _ in range(3):
        traffic.make()
        traffic.assert_counted()  # what is unread when the file is cut is lost to anybody
        watched.odoo.copy_and_truncate()
        traffic.make()
    traffic.assert_counted()


@pytest.mark.long
def test_what_odoo_wrote_while_we_were_killed_is_counted_once(watched):
    traffic = Traffic(watched)
    traffic.make()
    traffic.assert_counted()
    for pause in (0.0, 1.0):
        traffic.make()
        time.sleep(pause)  # before and behind a snapshot
        watched.daemon.kill()
        traffic.make()
        watched.daemon.start()
    traffic.assert_counted()


@pytest.mark.long
def test_a_module_upgrade_is_a_change_of_its_tenant(watched):
    acme = watched.acme
    begun = time.time()
    module = acme.call("search", [["name", "=", "erp_load"]], model="ir.module.module")
    acme.call("button_immediate_upgrade", module, model="ir.module.module")
    page = watched.daemon.wait_for_page(
        lambda page: any(value >= begun - 1 and labels.get("datname") == "acme" for labels, value in
                         page.series("erp_change_timestamp_seconds", target="erp")), "a change of acme", 20)
    changed = {(labels["kind"], labels["datname"])
               for labels, value in page.series("erp_change_timestamp_seconds", target="erp") if value >= begun - 1}
    assert ("module", "acme") in changed
    assert not any(datname == "globex" and kind == "module" for kind, datname in changed)
