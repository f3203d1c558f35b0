"""What Odoo writes into its log when something is wrong: a database for each alert that is about one."""

CRON = "odoo.addons.base.models.ir_cron"
SERVER = "odoo.service.server"
HTTP = "odoo.http"


def traceback(last):
    frame = '  File "/usr/lib/odoo/server/odoo/http.py", line 2207, in __call__\n    response = request._serve_db()'
    return f"\nTraceback (most recent call last):\n{frame}\n{last}"


def crash(last):
    return ("ERROR", HTTP, "Exception during request handling." + traceback(last))


# Alert: (database, how often at least, the records, each with its level and logger).
OF_DATABASES = {
    "OdooCallsFail": ("broken", 60, [crash("KeyError: 'south'")]),
    "OdooErrorRatio": ("broken", 60, [crash("KeyError: 'south'")]),
    "OdooRetriesExhausted": ("contended", 6, [
        ("INFO", "odoo.service.model", "SERIALIZATION_FAILURE, maximum number of tries reached!")]),
    "OdooPoolFull": ("crowded", 6, [crash("psycopg2.pool.PoolError: The Connection Pool Is Full")]),
    "OdooDatabaseUnusable": ("refused", 20, [
        ("WARNING", HTTP, "Database or registry unusable, trying without"
         + traceback("psycopg2.OperationalError: FATAL:  database \"refused\" is not currently accepting connections"))]),
    "OdooFilestoreMissing": ("bereft", 10, [
        crash("FileNotFoundError: [Errno 2] No such file or directory: '/var/lib/odoo/filestore/bereft/ab/abcd'")]),
    "OdooLoginAnomaly": ("guessed", 80, [
        ("INFO", "odoo.addons.base.models.res_users", "Login failed for db:guessed login:admin from 198.51.100.66")]),
    "OdooCronFailing": ("failing", 6, [
        ("INFO", CRON, "Starting job `Invoices`."),
        ("ERROR", CRON, "Call from cron Invoices for server action #9 failed in Job #9" + traceback("ValueError: 1"))]),
    "OdooCronKilled": ("poisoned", 6, [
        ("INFO", CRON, "Starting job `Import`."), ("ERROR", SERVER, "WorkerCron (PID) timeout after 120s"),
        ("INFO", SERVER, "Worker WorkerCron (PID) alive")]),
    "OdooCronDeactivated": ("exhausted", 3, [
        ("WARNING", CRON, "Cron job 'Invoices' (9) has been deactivated after failing 5 times")]),
    "OdooCronDatabaseSkipped": ("upgraded", 10, [
        ("WARNING", CRON, "Skipping database upgraded because of modules to install/upgrade/remove.")]),
}

# Alert: the target that has the fault.
OF_SERVERS = {"OdooDown": "gone", "OdooSourceBlind": "blind", "OdooProbeFailing": "blind", "OdooQueueWait": "erp",
              "OdooSaturated": "erp", "OdooRequestsAbandoned": "erp", "OdooWorkersKilled": "erp",
              "OdooRestartLoop": "erp", "OdooMemoryNearLimit": "erp", "OdooLogForged": "erp", "OdooLoginSpray": "erp",
              "OdooLogSilent": "stale", "OdooReloadsItself": "erp"}
