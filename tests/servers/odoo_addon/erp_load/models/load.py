"""Each method does one thing that a log, a socket table or a process list can show."""

import logging
import os
import time

from odoo import _, api, exceptions, fields, models, sql_db

_logger = logging.getLogger(__name__)
MIB = 1 << 20


class Load(models.Model):
    _name = "erp.load"
    _description = "Load on demand"

    name = fields.Char(required=True)
    value = fields.Integer()

    held = []  # of the process, beyond the request

    @api.model
    def sleep_in_sql(self, seconds):
        """When it began and ended, in seconds of the epoch, and the worker."""
        begun = time.time()
        self.env.cr.execute("SELECT pg_sleep(%s)", [seconds])
        return begun, time.time(), os.getpid()

    @api.model
    def sleep_in_python(self, seconds):
        begun = time.time()
        time.sleep(seconds)
        return begun, time.time(), os.getpid()

    @api.model
    def spin(self, seconds):
        """Seconds of CPU time."""
        begun = time.time()
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        return begun, time.time(), os.getpid()

    @api.model
    def run_queries(self, number):
        for _number in range(number):
            self.env.cr.execute("SELECT 1")
        return number

    @api.model
    def hold_memory(self, mebibytes):
        """Address space that this worker keeps; it is resident only where it is written to."""
        self.held.append(bytearray(mebibytes * MIB))
        return os.getpid()

    @api.model
    def worker(self):
        return os.getpid()

    @api.model
    def end_worker(self, number):
        """A signal to the worker that runs this."""
        os.kill(os.getpid(), number)

    @api.model
    def fail(self, kind):
        if kind == "user":
            raise exceptions.UserError(_("This order is confirmed already."))
        if kind == "validation":
            raise exceptions.ValidationError(_("The quantity must be positive."))
        if kind == "access":
            raise exceptions.AccessError(_("Only managers may do this."))
        if kind == "denied":
            raise exceptions.AccessDenied()
        if kind == "missing":
            raise exceptions.MissingError(_("Record does not exist or has been deleted."))
        if kind == "redirect":
            raise exceptions.RedirectWarning(_("Configure a warehouse first."), 1, _("Go there"))
        if kind == "memory":
            raise MemoryError()
        if kind == "sql":
            self.env.cr.execute("SELECT no_such_column FROM erp_load")
        if kind == "statement_timeout":
            self.env.cr.execute("SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)")
        raise KeyError(kind)

    @api.model
    def add_after(self, seconds, name="first"):
        """Two of these at once: the later commit cannot be serialized and is tried again."""
        record = self.search([("name", "=", name)])
        value = record.value
        time.sleep(seconds)
        record.value = value + 1
        record.flush()
        return record.value

    @api.model
    def lock_both(self, one, other, seconds):
        """Two of these at once in opposite order: a deadlock, ended by PostgreSQL after a second."""
        for name in (one, other):
            self.env.cr.execute("UPDATE erp_load SET value = value + 1 WHERE name = %s", [name])
            time.sleep(seconds)

    @api.model
    def hold_row(self, seconds, name="first"):
        """The others that want to write this row wait for it."""
        self.env.cr.execute("SELECT id FROM erp_load WHERE name = %s FOR UPDATE", [name])
        time.sleep(seconds)

    @api.model
    def open_cursors(self, number):
        """One more than db_maxconn allows: the pool is full."""
        cursors = []
        try:
            for _number in range(number):
                cursors.append(sql_db.db_connect(self.env.cr.dbname).cursor())
        finally:
            for cursor in cursors:
                cursor.close()
        return number

    @api.model
    def say(self, level, text):
        """A record of the log; a text of several lines may look like several."""
        _logger.log(getattr(logging, level), "%s", text)
