"""A recorded Odoo log written again, line by line, as if it happened now."""

import datetime
import re
import threading

from . import process

STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})(?= \d+ [A-Z]+ )")
REQUEST = re.compile(r"\[\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d\]")  # the web server's own time in a request line
FORWARD = datetime.timedelta(hours=1)  # a record may be a little late; further back than that it is forged


def stamp_of(line):
    """None for a line that continues a record."""
    match = STAMP.match(line)
    if not match:
        return None
    moment = datetime.datetime.strptime(match.group(1), "%Y-%m-%d %H:%M:%S")
    return moment + datetime.timedelta(milliseconds=int(match.group(2)))


def moved(line, moment):
    """The same record at another time."""
    line = STAMP.sub(f"{moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03}", line, count=1)
    return REQUEST.sub(f"[{moment:%d/%b/%Y %H:%M:%S}]", line, count=1)


class Replay:
    """Goes through the recording over and over, `pace` times as fast as it was."""

    def __init__(self, recording, log, pace=10.0):
        self.lines = recording.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True)
        self.log = process.write_file(log, "", 0o644)
        self.pace = pace
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def _run(self):
        with open(self.log, "a", encoding="utf-8", errors="surrogateescape") as log:
            while not self.stopping.is_set():
                self._once(log)
                log.truncate(0)

    def _once(self, log):
        """Continuations, and what has a time that is far off, go where they were: behind the record before."""
        last = None
        for line in self.lines:
            stamp = stamp_of(line)
            if stamp and (last is None or abs(stamp - last) < FORWARD):
                ahead = (stamp - last).total_seconds() if last else 0
                last = max(stamp, last or stamp)
                if ahead > 0:
                    log.flush()
                    if self.stopping.wait(ahead / self.pace):
                        return
                line = moved(line, datetime.datetime.now(datetime.timezone.utc))
            log.write(line)
        log.flush()

    def stop(self):
        self.stopping.set()
        self.thread.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
