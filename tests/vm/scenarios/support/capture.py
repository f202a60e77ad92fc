# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets on a wire: tcpdump into a file of the results, and a reader for it."""

import signal
import struct
from pathlib import Path
from typing import Iterator, NamedTuple

from .namespace import Namespace
from .process import Process


class Frame(NamedTuple):
    """One captured frame: seconds since the epoch, its octets from the link header on."""

    time: float
    octets: bytes


class Capture:
    """tcpdump on one interface of a namespace, running when the constructor returns."""

    def __init__(self, namespace: Namespace, interface: str, path: Path, expression: str = ""):
        self.path = path
        command = ["tcpdump", "-i", interface, "-w", path, "-U", "--immediate-mode", "-s", "0", "-Z", "root"]
        self._process = Process(command + expression.split(), path.with_suffix(".log"), inside=namespace.inside)
        self._process.wait_output("listening on")

    def stop(self) -> None:
        """Ends the capture; everything seen so far is in the file then."""
        if self._process.status is None:
            self._process.terminate(number=signal.SIGINT)

    def frames(self) -> Iterator[Frame]:
        """What is in the file now, also while the capture runs."""
        data = self.path.read_bytes()
        order = "<" if data[:4] == b"\xd4\xc3\xb2\xa1" else ">"
        offset = 24
        while offset + 16 <= len(data):
            seconds, fraction, length, _ = struct.unpack_from(order + "IIII", data, offset)
            if offset + 16 + length > len(data):
                return
            yield Frame(seconds + fraction / 1e6, data[offset + 16:offset + 16 + length])
            offset += 16 + length

    def cleanup(self) -> None:
        self._process.cleanup()
