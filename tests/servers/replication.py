"""What tests of replication share."""

from . import process

# A standby says often where it is, and nothing is written by the way.
SETTINGS = {"wal_receiver_status_interval": "1s", "wal_retrieve_retry_interval": "200ms",
            "autovacuum": "off", "bgwriter_lru_maxpages": "0", "checkpoint_timeout": "1h"}


def subscribe(server, publisher, subscriber):
    """A table of one database gets what is written to its namesake in the other."""
    for database in (publisher, subscriber):
        server.psql("CREATE TABLE t (id int PRIMARY KEY)", database)
    server.psql("CREATE PUBLICATION p FOR TABLE t", publisher)
    server.psql("SELECT pg_create_logical_replication_slot('s', 'pgoutput')", publisher)
    server.psql(f"CREATE SUBSCRIPTION s CONNECTION 'host={server.folder} port={server.port} user=postgres "
                f"dbname={publisher}' PUBLICATION p WITH (create_slot = false)", subscriber)
    # What copies the table waits, in a session of its own, for every transaction that is open when it begins.
    process.wait_until(lambda: server.psql("SELECT 1 FROM pg_subscription_rel WHERE srsubstate = 'r'", subscriber),
                       "the table is copied")


def lag(page, standby, unit, stage="replay"):
    return page.value(f"pg_replication_standby_lag_{unit}", target="main", application_name=standby.name,
                      client_addr="", stage=stage)


def no_failures(page):
    failed = [labels for labels, value in page.series("erp_exporter_collector_success") if value != 1]
    return failed == [] and not any(
        value for _, value in page.series("erp_exporter_target_failures_total"))
