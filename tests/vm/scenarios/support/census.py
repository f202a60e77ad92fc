# SPDX-License-Identifier: GPL-2.0-or-later
"""What a daemon and its keeper hold at a moment: what must be the same again when all sessions are gone."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from .daemon import Daemon


class Census(NamedTuple):
    """Counts of one daemon; its memory is another matter, it never shrinks."""

    descriptors: int
    kept: int        # the keeper's descriptors, the sessions' files among them
    interfaces: int
    routes: int


def census(daemon: Daemon) -> Census:
    namespace = daemon.namespace
    return Census(descriptors(daemon.process.pid), descriptors(daemon.keeper.pid), len(namespace.links("ppp")),
                  len(namespace.ip("-4", "route", "show", "table", "all")))


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident(daemon: Daemon) -> int:
    """KiB of the daemon's own memory that is not a file's: what a leak adds to."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    found = re.search(r"^RssAnon:\s+(\d+) kB$", status, re.MULTILINE)
    assert found, status
    return int(found.group(1))
