"""What a container runtime does with a program's output: `KIND FILE MAX_BYTES PROGRAM …`.

docker is Docker's driver json-file, cri what containerd and CRI-O write: each cuts lines into parts of 16 KiB,
marks them in its own way and rotates by renaming. Ends when the program does; SIGTERM is passed on.
"""

import datetime
import json
import pathlib
import signal
import subprocess
import sys
import threading

PART = 16 * 1024
MOST_FILES = 200  # a reader that is killed all the time must get the chance to read each


def stamp():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def docker(text, stream):
    """The end of a line is in its last part's text."""
    entry = {"log": text.decode(errors="replace"), "stream": stream, "time": stamp()}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def cri(text, stream):
    mark = b"F" if text.endswith(b"\n") else b"P"
    return b"%s %s %s %s\n" % (stamp().encode(), stream.encode(), mark, text.removesuffix(b"\n"))


class Log:
    """The runtime's file of one container; both streams write to it."""

    def __init__(self, kind, file, max_bytes):
        self.wrap = {"docker": docker, "cri": cri}[kind]
        self.file = pathlib.Path(file)
        self.max_bytes = max_bytes
        self.lock = threading.Lock()
        self.output = open(file, "ab", buffering=0)

    def write(self, part, stream):
        with self.lock:
            if self.output.tell() >= self.max_bytes:
                self._rotate()
            self.output.write(self.wrap(part, stream))

    def _rotate(self):
        self.output.close()
        self._rotated(MOST_FILES).unlink(missing_ok=True)
        for older in range(MOST_FILES - 1, 0, -1):
            if self._rotated(older).exists():
                self._rotated(older).rename(self._rotated(older + 1))
        self.file.rename(self._rotated(1))
        self.output = open(self.file, "ab", buffering=0)

    def _rotated(self, number):
        return self.file.with_name(f"{self.file.name}.{number}")

    def copy(self, source, stream):
        while (part := source.readline(PART)):
            self.write(part, stream)


def main(kind, file, max_bytes, *words):
    log = Log(kind, file, int(max_bytes))
    with subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as program:
        signal.signal(signal.SIGTERM, lambda *_: program.terminate())
        errors = threading.Thread(target=log.copy, args=(program.stderr, "stderr"))
        errors.start()
        log.copy(program.stdout, "stdout")
        errors.join()
    return program.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
