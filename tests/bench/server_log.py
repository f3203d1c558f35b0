"""From a line of Odoo's log to a counter: our reader beside mtail, on the same lines."""

import json
import subprocess
from functools import partial

import backlog
import table
from servers import exporter

# A log is read for months: of fewer lines the start of a reader is a part of what is compared.
LINES = 2_000_000
PER_SECOND = 2e6
TIMES_MTAIL = 20
REQUESTS = backlog.Family("odoo_http_requests_total", ("datname", "status_class"))


def config(log):
    tenants = {"list": [{"name": f"t{number}"} for number in range(300)],
               "rules": [{"from": "database", "match": "^([a-z0-9]+)$", "tenant": "$1"}]}
    entry = {"name": "erp", "exporter": "odoo", "log": str(log), "from_beginning": True}
    return exporter.config_text([entry]) + f"tenants: {json.dumps(tenants)}\n"


def measure(folder, daemon, program, bars):
    inside = json.loads(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    log = backlog.generate(folder / "odoo.log", program, LINES)
    (ours, our_counts), (mtails, their_counts) = backlog.in_turns(
        folder, partial(backlog.read_by_us, daemon, config(log), LINES, "odoo", REQUESTS),
        partial(backlog.read_by_mtail, "odoo.mtail", log, LINES))
    table.show("Backlog of an Odoo's log", backlog.COLUMNS, [ours, mtails])
    theirs = {(datname, code + "xx"): count for (datname, code), count in their_counts.items()}
    if our_counts != theirs:
        raise RuntimeError(f"mtail counts {sum(theirs.values())} requests, we {our_counts.total()}")
    bars.at_least("Odoo's log: lines/s of one core", ours["rate"] * 1e6, PER_SECOND)
    bars.at_least("Odoo's log: times mtail's lines/s, equal counts", mtails["cpu"] / ours["cpu"], TIMES_MTAIL)
    bars.at_most("Odoo's log: a scrape while it catches up", ours["scrape_ms"], 50, "ms")
    return {"rows": [ours, mtails], "inside": inside}
