# SPDX-License-Identifier: GPL-2.0-or-later
"""Serial lines of a test: null-modem cables, modems and the exchange between them (telephone.py)."""

import os
import socket
from pathlib import Path

from .lab import Lab
from .namespace import Namespace

PROGRAM = Path(__file__).with_name("telephone.py")


class Telephone:
    """A running telephone.py; its terminals are below `directory`. `words` are as its usage says."""

    def __init__(self, lab: Lab, namespace: Namespace, *words: str):
        self.directory = lab.scratch / f"telephone-{namespace}"
        self.directory.mkdir()
        self.process = lab.process(namespace, "/usr/bin/python3", PROGRAM, self.directory, *words)
        self.process.wait_output("^listening", 30)

    def port(self, name: str) -> str:
        """The name under which a terminal is found again after it was unplugged or hung up."""
        return str(self.directory / name)

    def device(self, name: str) -> str:
        """What the name stands for now."""
        return os.path.realpath(self.port(name))

    def order(self, what: str, name: str) -> None:
        """`hang-up`, `unplug`, `plug` or `ring`."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as control:
            control.sendto(f"{what} {name}".encode(), str(self.directory / "control"))
