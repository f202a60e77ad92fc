# SPDX-License-Identifier: GPL-2.0-or-later
"""What a capture holds of PPPoE's discovery stage, RFC 2516 section 4."""

import struct
from typing import Iterator, NamedTuple

from .capture import Capture

ETHERTYPE = 0x8863
PADI, PADO, PADR, PADS, PADT = 0x09, 0x07, 0x19, 0x65, 0xa7


class Discovery(NamedTuple):
    """One discovery packet."""

    source: bytes
    code: int
    session: int


def discovery(capture: Capture) -> Iterator[Discovery]:
    """The discovery packets seen so far, in their order."""
    for frame in capture.frames():
        ethertype, version, code, session = struct.unpack_from("!HBBH", frame.octets, 12)
        if ethertype == ETHERTYPE and version == 0x11:
            yield Discovery(frame.octets[6:12], code, session)
