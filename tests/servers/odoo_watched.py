"""A real Odoo, a daemon that watches it, and how far its counters have come since a moment."""

import re

from . import exporter, odoo_clients, targets
from .odoo_database import TENANTS

REQUEST = re.compile(r" werkzeug: .* HTTP/1\.[01]\" \d+ ")


class Watched:
    """start: the fixture `daemon`. options: of the target."""

    def __init__(self, odoo, start, **options):
        self.odoo = odoo
        # From its first line: a test does not wait for the reader.
        entry = targets.odoo("erp", odoo, log=str(odoo.log), from_beginning=True, **options)
        self.daemon = start(exporter.config_text([entry], tenants=TENANTS))
        self.acme, self.globex = odoo_clients.warm_up(odoo)
        self.before = None
        self.mark()

    def mark(self):
        """What is counted from now on is news. All requests that were before have to be on the page."""
        requests = sum(1 for line in self.odoo.log_text().splitlines() if REQUEST.search(line))
        self.before = self.daemon.wait_for_page(
            lambda page: page.total("odoo_http_requests_total", target="erp") >= requests, "all requests are counted")

    def grown(self, page, name, **labels):
        return page.total(name, **labels) - self.before.total(name, **labels)

    def wait_for(self, expected, seconds=20):
        """expected: {(name, label, value, ...): growth}; the first page where each has come so far."""
        def reached(page):
            return all(self.grown(page, key[0], **pairs(key)) >= wanted for key, wanted in expected.items())
        return self.daemon.wait_for_page(reached, f"{expected}", seconds)

    def growth(self, page, name, *keys, **labels):
        """{values of the labels `keys`: growth}, without those of 0."""
        found = page.by(name, *keys, **labels)
        found.subtract(self.before.by(name, *keys, **labels))
        return {key: value for key, value in found.items() if value}


def pairs(key):
    return dict(zip(key[1::2], key[2::2]))
