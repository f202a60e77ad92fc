#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An Access-Concentrator that offers anything to anybody and always gives the same session id.

usage: concentrator.py INTERFACE SESSION-ID; speaks RFC 2516 discovery and no PPP.
"""

import socket
import struct
import sys

from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.pppoe import ETHERTYPE, PADI, PADO, PADR, PADS  # noqa: E402

AC_NAME = 0x0102
ECHOED = (0x0101, 0x0103)  # Service-Name, Host-Uniq


def tags(octets: bytes):
    while len(octets) >= 4:
        kind, length = struct.unpack_from("!HH", octets)
        yield kind, octets[4:4 + length]
        octets = octets[4 + length:]


def tag(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value


def main() -> None:
    interface, session = sys.argv[1], int(sys.argv[2])
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE))
    wire.bind((interface, ETHERTYPE))
    own = wire.getsockname()[4]
    print("listening", flush=True)
    while True:
        frame = wire.recv(1600)
        host, (_, code, _, length) = frame[6:12], struct.unpack_from("!BBHH", frame, 14)
        answer = {PADI: PADO, PADR: PADS}.get(code)
        if answer is None:
            continue
        body = b"".join(tag(kind, value) for kind, value in tags(frame[20:20 + length]) if kind in ECHOED)
        body += tag(AC_NAME, b"stubborn")
        header = struct.pack("!HBBHH", ETHERTYPE, 0x11, answer, session if answer == PADS else 0, len(body))
        wire.send(host + own + header + body)


if __name__ == "__main__":
    main()
