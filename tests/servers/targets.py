"""Entries of `targets:` for the servers here, and how to recognise a target that is complete."""

import json


def postgres(name, server, address=None, **more):
    entry = {"name": name, "exporter": "postgres", "address": address or server.address,
             "user": "erp_exporter"}
    if server is not None:
        entry["password_file"] = str(server.password_file)
    return {**entry, **more}


def redis(name, server=None, address=None, **more):
    entry = {"name": name, "exporter": "redis", "address": address or server.address}
    if server is not None:
        entry |= {"user": server.user, "password_file": str(server.password_file)}
    return {**entry, **more}


# Of a PostgreSQL, what works between scrapes.
WATCHERS = ("lock_waits", "database_size", "session_load", "orphaned_sessions", "changes", "lifecycle",
            "filesystems", "replication_lag")
NO_WATCHERS = {"collectors": {name: "off" for name in WATCHERS}}


def traefik(name, server=None, access_log=None, **more):
    """Read from its first line: a test does not wait for the reader before it makes requests."""
    return {"name": name, "exporter": "traefik", "access_log": str(access_log or server.access_log),
            "from_beginning": True, **more}


def odoo(name, server=None, **more):
    """By its sockets: a server is a prefork.Prefork or an odoo.Odoo."""
    entry = {"name": name, "exporter": "odoo"}
    if server is not None:
        entry |= {"http_port": server.port, "http_interface": server.host}
    return {**entry, **more}


def tenants_of_routers(*names):
    """The section `tenants:`: a router of routes.py names its tenant."""
    rule = {"from": "router", "match": "^odoo-([a-z0-9]+)(?:-ws)?@file$", "tenant": "$1"}
    return f"tenants: {json.dumps({'list': [{'name': name} for name in names], 'rules': [rule]})}\n"


TYPICAL = {"postgres": "pg_stat_database_xact_commit", "redis": "redis_memory_used_bytes",
           "traefik": "traefik_accesslog_requests_total", "odoo": "odoo_http_requests_total"}


def problems(page, target, exporter):
    """Why the target is not complete on this page; empty if it is."""
    found = []
    if page.value("erp_exporter_target_up", target=target) != 1:
        found.append(f"{target} is not up")
    if not page.series(TYPICAL[exporter], target=target):
        found.append(f"{TYPICAL[exporter]} of {target} is absent")
    collectors = page.series("erp_exporter_collector_success", target=target)
    found += [f"{labels['collector']} of {target} failed" for labels, value in collectors if value != 1]
    return found if collectors else [*found, f"{target} has no collectors"]


def failures(page, target, phase):
    return page.value("erp_exporter_target_failures_total", target=target, phase=phase) or 0


def up(page, target):
    return page.value("erp_exporter_target_up", target=target)
