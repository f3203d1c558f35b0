"""What users do to an Odoo, over and over, until all its workers are busy and more users wait."""

import contextlib
import threading

from . import odoo_clients
from .odoo_clients import Call, Client, Failure


class Users:
    """acme's calls are long and too many at once; globex' are short and wait behind them."""

    def __init__(self, odoo, pause=1.0):
        self.odoo = odoo
        self.pause = pause
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def _run(self):
        acme, globex = odoo_clients.warm_up(self.odoo)
        number = 0
        while not self.stopping.wait(self.pause):
            number += 1
            with contextlib.suppress(OSError, TimeoutError, Failure):
                self._round(acme, globex, number)

    def _round(self, acme, globex, number):
        calls = odoo_clients.start(acme, self.odoo.workers + 3, 1.0).calls
        calls += odoo_clients.start(globex, 2, 0.1).calls
        calls += [Call(globex, "run_queries", 200), Call(acme, "fail", ("user", "unhandled")[number % 2])]
        if number % 3 == 0:
            calls += [Call(acme, "add_after", 0.3) for _ in range(2)]
        for call in calls:
            if not call.ident:
                call.start()
        for call in calls:
            call.join(60)
        if number % 5 == 0:
            Client(self.odoo, "globex", source="198.51.100.66").log_in("wrong")

    def stop(self):
        self.stopping.set()
        self.thread.join(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
