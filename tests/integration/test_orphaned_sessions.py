"""Sessions of Odoo processes that are gone, and those that only look like it: a pooler keeps what others named."""

import signal
import subprocess
import time

import pytest

from servers import exporter, process, targets
from servers.pgbouncer import PgBouncer
from servers.postgres import MONITOR, environment, programs

OFTEN = {"collectors": {"orphaned_sessions": {"interval": "1s"}}}
ELSEWHERE = 4194000  # the number of a process of another host
WAYS = pytest.mark.parametrize("way", ["socket", "tcp"])


@pytest.fixture
def watched(own_postgres, daemon):
    own_postgres.psql("CREATE DATABASE acme")
    running = daemon(exporter.config_text(
        [targets.postgres("main", own_postgres, own_postgres.socket_address, **OFTEN)], ["acme"]))
    running.wait_for_page(lambda page: not targets.problems(page, "main", "postgres"), "complete")
    return running


@pytest.fixture
def client(own_postgres, folder):
    """Starts a client of acme that works: at this host and port, with this number in its name or its own."""
    started = []

    def start(host, port, pid="$$", sql="SELECT pg_sleep(300)"):
        words = ["/bin/sh", "-c", f'PGAPPNAME=odoo-{pid} exec "$@"', "sh", programs() / "psql", "-XAtq", "-h", host,
                 "-p", port, "-U", MONITOR, "-d", "acme", "-c", sql]
        started.append(process.Process(words, folder / f"client{len(started)}",
                                       env={**environment(), "PGPASSWORD": own_postgres.password}))
        return started[-1]
    yield start
    for each in started:
        each.stop()


def orphans(page):
    return page.value("pg_sessions_orphaned", datname="acme", tenant="acme")


def at_work(count):
    return lambda page: page.value("pg_sessions", datname="acme", app="odoo", state="active") == count


def shown(running, looks=3):
    """What is told after some more looks."""
    time.sleep(looks)
    return orphans(running.page())


@WAYS
def test_a_session_whose_client_was_killed_at_work_is_an_orphan(own_postgres, watched, client, way):
    host = own_postgres.folder if way == "socket" else "127.0.0.1"
    worker, _ = client(host, own_postgres.port), client(host, own_postgres.port)
    page = watched.wait_for_page(lambda page: at_work(2)(page) and orphans(page) == 0, "both live")
    assert page.series("pg_session_orphaned_oldest_seconds") == []
    worker.signal(signal.SIGKILL)
    page = watched.wait_for_page(lambda page: orphans(page) == 1, "an orphan")
    assert 0 < page.value("pg_session_orphaned_oldest_seconds", datname="acme") < 60


@WAYS
def test_what_a_pooler_holds_is_no_orphan_whoever_named_it(own_postgres, watched, client, folder, way):
    host = None if way == "socket" else "127.0.0.1"
    with PgBouncer(folder, own_postgres, "transaction", host=host) as bouncer:
        bouncer.start()
        done = client("127.0.0.1", bouncer.port, sql="SELECT 1")
        process.wait_until(lambda: not done.running(), "a worker ends in order")
        assert own_postgres.psql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'odoo-%'"
                                 ).strip() == "1"  # its name stays on the pooled session
        assert shown(watched) == 0
        client("127.0.0.1", bouncer.port, ELSEWHERE)
        watched.wait_for_page(at_work(1), "a worker of another host works")
        assert shown(watched) == 0


def test_one_orphan_of_two_suspects_on_sockets_is_not_guessed(own_postgres, watched, client, folder):
    """The kernel does not say to us whose connection has lost its client."""
    with PgBouncer(folder, own_postgres, "transaction") as bouncer:
        bouncer.start()
        client("127.0.0.1", bouncer.port, ELSEWHERE)
        watched.wait_for_page(lambda page: at_work(1)(page) and orphans(page) == 0, "one works")
        own_postgres.abandoned("acme", ELSEWHERE + 1)
        watched.wait_for_page(lambda page: at_work(2)(page) and orphans(page) is None, "nothing is said")


def test_a_process_that_is_younger_than_the_session_did_not_open_it(own_postgres, watched):
    session = own_postgres.session("SELECT 1", "acme")
    time.sleep(7)
    young = subprocess.Popen(["sleep", "300"])
    try:
        session.send(f"SET application_name = 'odoo-{young.pid}'; SELECT pg_sleep(300)")
        watched.wait_for_page(lambda page: at_work(1)(page) and orphans(page) == 0, "its client lives")
        session.child.kill()
        watched.wait_for_page(lambda page: orphans(page) == 1, "an orphan")
    finally:
        young.kill()
        young.wait()
