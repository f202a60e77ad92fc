# SPDX-License-Identifier: GPL-2.0-or-later
"""Which PPP protocols went over a wire, in PPPoE sessions (RFC 2516) and in PPTP's GRE (RFC 2637 section 4.1)."""

import struct
from typing import Iterable, Iterator, NamedTuple

from .capture import Frame

IPV4, IPV6, COMPRESSED = 0x0021, 0x0057, 0x00fd
ETHERTYPE_IPV4, ETHERTYPE_PPPOE_SESSION = 0x0800, 0x8864
GRE = 47
GRE_PPP, SEQUENCE, ACKNOWLEDGEMENT = 0x880b, 0x1000, 0x0080


class PppFrame(NamedTuple):
    """One PPP frame: who sent it at which layer below, its protocol, what follows, and where that begins."""

    source: bytes
    protocol: int
    payload: bytes
    offset: int


def ppp_frames(frames: Iterable[Frame]) -> Iterator[PppFrame]:
    for frame in frames:
        found = ppp_frame(frame.octets)
        if found:
            yield found


def ppp_frame(octets: bytes) -> PppFrame | None:
    """The PPP frame within an Ethernet frame; None when there is none."""
    ethertype, = struct.unpack_from("!H", octets, 12)
    if ethertype == ETHERTYPE_PPPOE_SESSION:
        return _ppp(octets, 20, octets[6:12])
    if ethertype != ETHERTYPE_IPV4 or octets[23] != GRE:
        return None
    at = 14 + (octets[14] & 15) * 4
    flags, kind, length = struct.unpack_from("!HHH", octets, at)
    if kind != GRE_PPP or not length:
        return None
    at += 8 + (4 if flags & SEQUENCE else 0) + (4 if flags & ACKNOWLEDGEMENT else 0)
    return _ppp(octets, at, octets[26:30])


def _ppp(octets: bytes, at: int, source: bytes) -> PppFrame:
    if octets[at:at + 2] == b"\xff\x03":
        at += 2
    if octets[at] & 1:  # Protocol-Field-Compression, RFC 1661 section 6.5
        return PppFrame(source, octets[at], octets[at + 1:], at + 1)
    protocol, = struct.unpack_from("!H", octets, at)
    return PppFrame(source, protocol, octets[at + 2:], at + 2)


def in_the_clear(frames: Iterable[Frame]) -> list[PppFrame]:
    """Packets that anybody on the wire can read."""
    return [frame for frame in ppp_frames(frames) if frame.protocol in (IPV4, IPV6)]
