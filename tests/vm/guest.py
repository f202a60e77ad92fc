#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots the test guest, runs one command in it and ends with the command's exit status.

The guest sees the host's files read-only with memory on top, so the command runs against the tree as it is
built here. What it writes to /results is in build/vm/results/NAME afterwards, beside the kernel's log. The
exit status is that of tests/vm/harness.py.
"""

import argparse
from pathlib import Path

import harness


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

    def complaints(self, results: Path) -> list[str]:
        """Daemons have no journal here: each scenario judges their logs (Daemon.check_log())."""
        return []


if __name__ == "__main__":
    harness.run(Plain(), __doc__)
