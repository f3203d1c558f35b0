"""What a lock on PostgreSQL's own catalogs, as VACUUM FULL takes it, costs us and the server."""

import concurrent.futures
import statistics
import time

import pytest
from servers import exporter, process, targets
from servers.pgbouncer import PgBouncer

CATALOGS = ["pg_class", "pg_database", "pg_authid"]


def complete(page):
    return not targets.problems(page, "main", "postgres")


def lock(server, catalog):
    locker = server.session(f"BEGIN; LOCK {catalog} IN ACCESS EXCLUSIVE MODE; SELECT 'locked'")
    process.wait_until(lambda: "locked" in locker.output.read_text(), f"{catalog} is locked")
    return locker


def scrapes(running, count, pause):
    """Seconds that each took."""
    took = []
    for _ in range(count):
        reply = running.get()
        assert reply.status == 200
        took.append(reply.took)
        time.sleep(pause)
    return took


@pytest.mark.parametrize("way", ["with a password", "over the socket"])
def test_connects_do_not_pile_up_in_a_server_whose_roles_are_locked(own_postgres, daemon, way):
    """The server looks for the role before it knows of our limits: each connect hangs until the lock goes, in a
    process that does not notice that nobody waits for it any more."""
    address = own_postgres.socket_address if way == "over the socket" else own_postgres.address
    locker = lock(own_postgres, "pg_authid")
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres, address)]))
    seen = []
    for _ in range(20):
        reply = running.get()
        assert reply.status == 200
        seen.append((reply.took, own_postgres.monitors()))
        time.sleep(1)
    assert max(count for _, count in seen) <= 2
    assert statistics.median(took for took, _ in seen) < 0.6
    assert targets.failures(running.page(), "main", "timeout") >= 1
    locker.send("ROLLBACK")
    running.wait_for_page(complete, "complete after the lock", 5)
    process.wait_until(lambda: own_postgres.monitors() == 1, "one connection is left")


def assert_pages_come(running, server, catalog):
    running.wait_for_page(complete, "complete before the lock")
    locker = lock(server, catalog)
    took = scrapes(running, 12, 0.3)
    assert statistics.median(took) < 0.5 and max(took) < 1, took
    assert running.page().value("pg_up", target="main") == 1
    locker.send("ROLLBACK")
    running.wait_for_page(complete, "complete after the lock", 5)


@pytest.mark.parametrize("catalog", CATALOGS)
def test_a_locked_catalog_delays_a_page_by_less_than_half_a_second(own_postgres, daemon, catalog):
    running = daemon(exporter.config_text([targets.postgres("main", own_postgres)]))
    assert_pages_come(running, own_postgres, catalog)


@pytest.mark.parametrize("catalog", CATALOGS)
def test_a_locked_catalog_behind_a_pooler_costs_no_more(own_postgres, folder, daemon, catalog):
    with PgBouncer(folder, own_postgres, "transaction") as bouncer:
        bouncer.start()
        target = targets.postgres("main", own_postgres, bouncer.address)
        running = daemon(exporter.config_text([target]))
        assert_pages_come(running, own_postgres, catalog)


def test_a_pooler_never_passes_what_we_left_behind_to_its_next_client(own_postgres, folder, daemon):
    """PgBouncer before 1.21 gives a session to the next client although replies to pipelined statements are owed."""
    with PgBouncer(folder, own_postgres, "transaction", default_pool_size=1, forced_user="postgres") as bouncer:
        bouncer.start()
        target = targets.postgres("main", own_postgres, bouncer.address, timeout="1s", **targets.NO_WATCHERS)
        running = daemon(exporter.config_text([target]))
        running.wait_for_page(complete, "complete")
        for number in range(3):
            locker = lock(own_postgres, "pg_database")
            running.get()
            before = bouncer.server.text().count("login attempt")
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                answer = pool.submit(own_postgres.psql_through, bouncer.port, f"SELECT {number}")
                process.wait_until(lambda: bouncer.server.text().count("login attempt") > before, "a next client")
                locker.send("ROLLBACK")
                assert answer.result().strip() == str(number)
        for sign in ("FIXME", "when not linked"):
            assert sign not in bouncer.server.text()
