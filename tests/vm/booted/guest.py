#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots a whole Debian under systemd, runs one command in it as root and ends with the command's exit status.

Its root is an image of packages (tests/vm/booted/image.sh) with memory on top. The tree is where it is on the
host, to be read; /results is build/vm/results/NAME. The machine is up when the command begins and is shut down
after it. Then no unit may have failed, and nobody may have said an unexpected warning: tests/vm/journal_rules.py.
The exit status is that of tests/vm/harness.py.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import harness  # noqa: E402
import journal_rules  # noqa: E402


class Booted:
    """An image under systemd."""

    def __init__(self) -> None:
        self._image = self._suite = ""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--suite", default="bookworm", help="the release of Debian")
        parser.add_argument("--package", required=True, metavar="FILE.deb",
                            help="whose dependencies are in the image; the package itself is not")

    def prepare(self, options: argparse.Namespace) -> None:
        self._suite = options.suite
        self._image = harness.tool(str(HERE / "image.sh"), str(harness.CACHE), options.suite, options.package)

    def kernel_directory(self) -> Path:
        return harness.tool(str(HERE / "kernel.sh"), str(harness.CACHE), self._suite)

    def words(self) -> list[str]:
        return ["vm.booted", "systemd.show_status=no", "net.ifnames=0", "audit=0"]

    def disks(self) -> list[str]:
        return ["-drive", f"file={self._image},format=raw,if=virtio,readonly=on",
                "-virtfs", f"local,path={harness.ROOT},mount_tag=tree,security_model=none,readonly=on,"
                           "multidevs=remap"]

    def in_memory(self, options: argparse.Namespace) -> list[Path]:
        return []  # its image is a disk, which the guest keeps in memory by itself

    def complaints(self, results: Path) -> list[str]:
        """Failed units and unexpected warnings."""
        found = [f"failed unit: {line}" for line in read(results / "failed-units.txt").splitlines()]
        if not (results / "warnings.json").is_file():
            return [*found, "its journal was not saved"]
        entries = journal_rules.entries(read(results / "warnings.json"))
        announced = journal_rules.announced(results / journal_rules.ANNOUNCED)
        return found + [f"unexpected in its journal: {entry}" for entry in entries
                        if not journal_rules.is_expected(entry, announced)]


def read(path: Path) -> str:
    return path.read_text(errors="replace") if path.is_file() else ""


if __name__ == "__main__":
    harness.run(Booted(), __doc__)
