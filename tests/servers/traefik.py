"""A private Traefik whose routes come from a file and whose access log goes to a file, or to a container's."""

import http.client
import json
import pathlib
import signal
import time
import urllib.request

from . import process, routes, versions

LATEST = versions.TRAEFIK[-1]
MOST_FILES = 60
CONTAINER_LOG = pathlib.Path(__file__).with_name("container_log.py")


class Traefik(process.Service):
    """Plain HTTP on `web`, TLS with a certificate of its own making on `websecure`.

    dynamic: what routes.py makes. format: json, common or genericCLF. headers: whether the log keeps them.
    metrics: its own, on the entrypoint `traefik`; with them the log says other things of the origin. container:
    "docker" or "cri" sends standard output, where Traefik's own messages are too, through a container runtime's
    log of that kind, rotated at `container_bytes`. options: more of the section accessLog.
    """

    def __init__(self, parent, dynamic, name="traefik", version=LATEST, format="json", headers=False, metrics=False,
                 container="", container_bytes=200_000, **options):
        self.name = name
        self.program = versions.traefik(version)
        self.folder = process.subfolder(parent, name)
        self.access_log = process.subfolder(self.folder, "logs") / ("0.log" if container else "access.log")
        self.container = container
        self.container_bytes = container_bytes
        self.ports = {entrypoint: process.free_port() for entrypoint in ("web", "websecure", "traefik")}
        self.rules = self.folder / "routes.yml"
        self.route(dynamic)
        log = {"format": format, **options}
        if not container:
            log["filePath"] = str(self.access_log)
        if headers:
            log["fields"] = {**log.get("fields", {}), "headers": {"defaultMode": "keep"}}
        self.file = process.write_file(self.folder / "traefik.yml", json.dumps(self._static(log, metrics)))

    def _static(self, log, metrics):
        entrypoints = {name: {"address": f"127.0.0.1:{port}"} for name, port in self.ports.items()}
        entrypoints["websecure"]["http"] = {"tls": {}}
        return {"global": {"checkNewVersion": False, "sendAnonymousUsage": False}, "entryPoints": entrypoints,
                "providers": {"providersThrottleDuration": "100ms", "file": {"filename": str(self.rules)}},
                "api": {"insecure": True, "dashboard": False}, "ping": {"entryPoint": "traefik"},
                "log": {"level": "WARN"}, "accessLog": log,
                **({"metrics": {"prometheus": {"addRoutersLabels": True}}} if metrics else {})}

    @property
    def address(self):
        return f"127.0.0.1:{self.ports['web']}"

    @property
    def tls_address(self):
        return f"127.0.0.1:{self.ports['websecure']}"

    def route(self, dynamic):
        """Renamed to its place: Traefik would load half of a file written there."""
        process.write_file(self.rules, json.dumps(dynamic))

    def start(self, wait=True):
        words = [self.program, f"--configFile={self.file}"]
        if self.container:
            # A copy: the checkout may be closed to the servers' user.
            program = process.write_file(self.folder / CONTAINER_LOG.name, CONTAINER_LOG.read_bytes())
            words = ["/usr/bin/python3", program, self.container, self.access_log, self.container_bytes, *words]
        self.server = process.Process(words, self.folder / "output")
        if wait:
            self.server.wait_for(lambda: self.answers("traefik", f"/api/http/routers/{routes.READY}@file"),
                                 f"{self.name} knows its routes", 30)
            self.server.wait_for(lambda: self.answers("web", "/", routes.READY_HOST), "a route answers")
        return self

    def answers(self, entrypoint, path, host="localhost"):
        """Asks what leaves no line in the access log, once the route exists."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[entrypoint], timeout=2)
        try:
            connection.request("GET", path, headers={"Host": host})
            return connection.getresponse().status == 200
        except http.client.HTTPException:
            return False
        finally:
            connection.close()

    def is_down(self, service):
        """Whether a health check has found all its servers dead; until the first one they count as alive."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['traefik']}/api/http/services/{service}@file",
                                    timeout=2) as reply:
            return set(json.load(reply)["serverStatus"].values()) == {"DOWN"}

    def files(self):
        """The access log and those that rotate() and the container's log left, oldest first."""
        found = self.access_log.parent.glob(self.access_log.name + "*")
        return sorted(found, key=lambda path: -int(path.suffix[1:]) if path.suffix != ".log" else 1)

    def shift(self):
        """The place .1 is made free, as logrotate does; the oldest file goes."""
        self.rotated(MOST_FILES).unlink(missing_ok=True)
        for older in range(MOST_FILES - 1, 0, -1):
            if self.rotated(older).exists():
                self.rotated(older).rename(self.rotated(older + 1))

    def rotated(self, number):
        return self.access_log.with_name(f"{self.access_log.name}.{number}")

    def reopen(self):
        self.server.signal(signal.SIGUSR1)
        self.server.wait_for(self.access_log.exists, "a new access log")

    def rotate(self, pause=0.2):
        """Between the two Traefik writes to the renamed file."""
        self.shift()
        self.access_log.rename(self.rotated(1))
        time.sleep(pause)
        self.reopen()

    def copy_and_truncate(self):
        """What is written between the two is lost, with whoever does it so."""
        self.shift()
        process.write_file(self.rotated(1), self.access_log.read_bytes())
        with open(self.access_log, "r+b") as file:
            file.truncate(0)
