"""What all suites with real servers share: a folder each, one healthy server of each kind, the daemon."""

import os
import re

import pytest

from servers import exporter, process
from servers.postgres import Postgres
from servers.redis import Redis

SANITIZER = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:")
MAJOR = int(os.environ.get("ERP_POSTGRES", 0)) or None  # of own_postgres; without it the installed one
SECRET = "topsecret-7f3a9c"  # given to every daemon that a test gives a password by hand


def pytest_collection_modifyitems(config, items):
    """With ERP_POSTGRES only the tests that have a server of that major to themselves."""
    others = [item for item in items if "own_postgres" not in item.fixturenames] if MAJOR else []
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture
def folder():
    with process.workspace() as path:
        yield path


@pytest.fixture(scope="session")
def shared_folder():
    with process.workspace() as path:
        yield path


@pytest.fixture(scope="session")
def primary(shared_folder):
    """A healthy PostgreSQL with two tenants; tests do not change it."""
    with Postgres(shared_folder, "main", {"shared_preload_libraries": "pg_stat_statements"}) as server:
        server.create().start().create_monitor()
        server.psql("CREATE EXTENSION pg_stat_statements")
        for tenant in ("acme", "globex"):
            server.psql(f"CREATE DATABASE {tenant}")
        yield server


@pytest.fixture(scope="session")
def cache(shared_folder):
    """A healthy Redis; tests do not change it."""
    with Redis(shared_folder, "cache") as server:
        yield server.start()


@pytest.fixture
def own_postgres(folder):
    """A PostgreSQL that the test may mistreat."""
    with Postgres(folder, "own", version=MAJOR) as server:
        server.create().start().create_monitor()
        yield server


@pytest.fixture
def daemon(folder):
    """Starts daemons; each has to end with 0 after SIGTERM, without a sanitizer's word or a secret's."""
    started = []

    def start(text, wait=True, **options):
        server = exporter.Exporter(folder, text, name=f"exporter{len(started)}", **options)
        started.append(server)
        return server.start(wait)

    yield start
    statuses = [server.stop() for server in started]
    for server in started:
        assert not SANITIZER.search(server.log()), server.log()
        assert SECRET not in server.log()
    assert not any(statuses), [(server.tail(), server.server.child.returncode) for server in started]
