"""Odoo 14 as Debian bullseye ships it, in a folder with all it needs, made once and kept outside the tree.

Needs root, or sudo: debootstrap and chroot do.
"""

import os
import pwd
import subprocess
import urllib.error
import urllib.request

from . import process, versions

SUITE = "bullseye"
NAME = f"odoo-14-{SUITE}"
# Without setproctitle all workers have the master's command line, as in most installations.
PACKAGES = ("odoo-14", "python3-setproctitle")
LIMIT = 1200  # seconds for all of it; 150 are usual


def root():
    """The folder to chroot to."""
    return versions.kept(NAME, make, finish=lambda folder: None) / "root"


def as_root(*words):
    words = [str(word) for word in words]
    keep = ["--preserve-env=http_proxy,https_proxy,no_proxy"] if process.elevation() else []
    return [*process.elevation(), *keep, *words]


def make(folder):
    mirror = versions.mirror()
    check(mirror)
    try:
        # Below a folder of ours: what root owns only root could rename.
        run("debootstrap", "--variant=minbase", SUITE, folder / "root", mirror)
        run("bash", "-euc", SET_UP, "bash", folder / "root", *PACKAGES)
    except BaseException:
        subprocess.run(as_root("rm", "-rf", folder), check=False)
        raise


def check(mirror):
    """debootstrap would wait for a dead network for a quarter of an hour, file by file."""
    url = f"{mirror.rstrip('/')}/dists/{SUITE}/Release"
    try:
        with urllib.request.urlopen(url, timeout=20):
            pass
    except (OSError, urllib.error.URLError) as error:
        raise RuntimeError(f"Odoo 14 cannot be fetched: {url}: {error}") from error


# No service is started, no translation and no page of the manual kept; the host's way to the mirror is used.
SET_UP = r"""
root=$1
shift
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
printf 'path-exclude=%s/*\n' /usr/share/{doc,man,locale} "/usr/lib/python3/dist-packages/odoo/addons/*/i18n" \
    >"$root/etc/dpkg/dpkg.cfg.d/90small"
apt-config dump Acquire | sed -n '/proxy/Ip' >"$root/etc/apt/apt.conf.d/90host"
cp --dereference /etc/resolv.conf /etc/hosts "$root/etc/"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
inside() {
    chroot "$root" /usr/bin/env -i LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin ${http_proxy:+http_proxy="$http_proxy"} \
        ${https_proxy:+https_proxy="$https_proxy"} "$@"
}
inside apt-get -q -o Acquire::Languages=none update
inside apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"
inside apt-get clean
rm -rf "$root"/var/lib/apt/lists/*
"""


def run(*words):
    """Where nothing stays mounted and nothing goes on when it is told to end."""
    words = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", *words]
    child = subprocess.Popen(as_root(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
    try:
        output, _ = child.communicate(timeout=LIMIT)
    except BaseException as error:
        subprocess.run(as_root("kill", "-TERM", f"-{child.pid}"), check=False)
        child.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise RuntimeError(f"Odoo 14 is not installed after {LIMIT} s") from error
        raise
    if child.returncode:
        last = "\n".join(output.splitlines()[-25:])
        raise RuntimeError(f"Odoo 14 cannot be installed: {child.returncode}:\n{last}")


# Processes see the host's and the host sees them; the folder has the same path on both sides.
ENTER = r"""
root=$1 folder=$2
shift 2
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/tmp"
mkdir -p "$root$folder"
mount --bind "$folder" "$root$folder"
cd /
exec chroot "$root" "$@"
"""


def inside(folder, death_signal, *words):
    """The words that run a program in there as the servers' user; it sees `folder`, where it writes."""
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        account = pwd.getpwnam(process.USER)
        uid, gid = account.pw_uid, account.pw_gid
    # One exec after the other: as root, the program has the process id of the first word.
    return as_root("unshare", "--mount", "--propagation", "private", "bash", "-euc", ENTER, "bash", root(), folder,
                   "setpriv", "--pdeathsig", death_signal, "--reuid", uid, "--regid", gid, "--clear-groups",
                   "env", "-i", "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "USER=odoo", f"HOME={folder}", *words)
