#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins two Ethernet interfaces and makes noise of what is encrypted on its way.

usage: middleman.py LEFT RIGHT; each frame of MPPE keeps its header (RFC 3078 section 3) and its length, so that to
both ends the other one seems to have other keys.
"""

import os
import selectors
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.ppp_frames import COMPRESSED, ppp_frame  # noqa: E402

ETH_P_ALL = 3
OUTGOING = 4
HEADER = 2


def scrambled(octets: bytes) -> bytes:
    frame = ppp_frame(octets)
    if frame is None or frame.protocol != COMPRESSED:
        return octets
    kept = octets[:frame.offset + HEADER]
    return kept + os.urandom(len(octets) - len(kept))


def wire(interface: str) -> socket.socket:
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    opened.bind((interface, ETH_P_ALL))
    return opened


def main() -> None:
    left, right = (wire(name) for name in sys.argv[1:3])
    selector = selectors.DefaultSelector()
    for source, target in ((left, right), (right, left)):
        selector.register(source, selectors.EVENT_READ, target)
    print("listening", flush=True)
    while True:
        for key, _ in selector.select():
            octets, origin = key.fileobj.recvfrom(65536)
            if origin[2] != OUTGOING:
                key.data.send(scrambled(octets))


if __name__ == "__main__":
    main()
