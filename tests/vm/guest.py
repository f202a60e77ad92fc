#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots the test guest, runs one command in it and ends with the command's exit status.

The guest sees the host's files read-only with memory on top, so the command runs against the tree as it is
built here. What it writes to /results is in build/vm/results/NAME afterwards, beside the kernel's log. The
exit status is that of tests/vm/harness.py.
"""

import argparse
import os
import re
import shutil
import subprocess
from pathlib import Path

import harness

# What scenarios start again and again, besides what is built here.
STARTED = ("cat", "dash", "dbus-daemon", "ip", "kmod", "mount", "ping", "pppd", "pppoe", "pppoe-server", "pptp", "pptpctrl",
           "pptpd", "python3", "run-parts", "ss", "sysctl", "tcpdump")
BUILT = ("daemon/pppmanagerd", "daemon/pppmanager-keeper", "dbus/pppctl/pppctl", "dbus/dispatcher/pppmanager-dispatcher")


def with_links(path: Path) -> list[Path]:
    """A file and the symbolic links by which it is reached."""
    found = [path]
    while path.is_symlink():
        path = path.parent.resolve() / os.readlink(path)
        found.append(path)
    return found


class Plain:
    """A kernel on the host's own files, without a service manager."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """It has none of its own."""

    def prepare(self, options: argparse.Namespace) -> None:
        """It boots from what is there."""

    def kernel_directory(self) -> Path:
        return harness.tool(str(harness.HERE / "kernel.sh"), str(harness.CACHE))

    def words(self) -> list[str]:
        return []

    def disks(self) -> list[str]:
        return ["-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap"]

    def in_memory(self, options: argparse.Namespace) -> list[Path]:
        # Opening a file of the host's takes several messages: a program would be started in twice the time.
        build = dict(pair.split("=", 1) for pair in options.env).get("PPPMANAGER_BUILD")
        search = os.environ["PATH"] + ":/usr/local/sbin:/usr/sbin:/sbin"
        programs = [found for name in STARTED if (found := shutil.which(name, path=search))]
        programs += [str(path) for name in BUILT if build and (path := Path(build, name)).is_file()]
        libraries = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
        names = {*programs, *re.findall(r"(/\S+) \(0x", libraries)}
        return sorted({file for name in names for file in with_links(Path(name))})

    def complaints(self, results: Path) -> list[str]:
        """Daemons have no journal here: each scenario judges their logs (Daemon.check_log())."""
        return []


if __name__ == "__main__":
    harness.run(Plain(), __doc__)
