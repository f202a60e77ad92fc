#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Pings one address through each of many interfaces, the first few ten times a second, the others once: far cheaper
than a ping(8) for each, and no more than an emulated machine carries beside everything else.

usage: pinger.py ADDRESS INTERFACE...; ended by SIGTERM it waits a moment for what is under way and prints as JSON
how many echoes each interface had sent, which were not answered, and the longest wait for an answer.
"""

import heapq
import json
import selectors
import signal
import socket
import struct
import sys
import time

FAST = 3
GRACE = 5.0
ECHO_REQUEST, ECHO_REPLY = 8, 0
HEADER = struct.Struct("!BBHHH")


def main() -> None:
    address, names = sys.argv[1], sys.argv[2:]
    # The kernel gives each socket an identifier of its own and the answers to it, and does the checksum.
    with open("/proc/sys/net/ipv4/ping_group_range", "w") as file:
        file.write("0 0")
    sockets = []
    selector = selectors.DefaultSelector()
    for number, name in enumerate(names):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode())
        one.setblocking(False)
        one.connect((address, 0))
        selector.register(one, selectors.EVENT_READ, number)
        sockets.append(one)
    sent: list[dict[int, float]] = [{} for _ in names]  # not answered yet: sequence number, when
    total, longest, refused = [0] * len(names), [0.0] * len(names), [0] * len(names)
    stopping: list[float] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(time.monotonic() + GRACE))
    print("pinging", flush=True)
    begin = time.monotonic()
    periods = [0.1 if number < FAST else 1.0 for number in range(len(names))]
    # Spread over their periods.
    due = [(begin + period * number / len(names), number) for number, period in enumerate(periods)]
    heapq.heapify(due)
    while not stopping or (any(sent) and time.monotonic() < stopping[0]):
        now = time.monotonic()
        while not stopping and due[0][0] <= now:
            when, number = due[0]
            sequence = total[number] & 0xffff
            try:
                sockets[number].send(HEADER.pack(ECHO_REQUEST, 0, 0, 0, sequence))
            except OSError:
                refused[number] += 1
            sent[number][sequence] = now
            total[number] += 1
            # After a hang of this machine it goes on from now, not all at once.
            heapq.heapreplace(due, (max(when, now - periods[number]) + periods[number], number))
        for key, _ in selector.select(max(0.0, min(due[0][0] - time.monotonic(), 0.1))):
            receive(key.fileobj, sent[key.data], longest, key.data)
    print(json.dumps({name: {"sent": total[i], "lost": len(sent[i]), "refused": refused[i], "longest": longest[i]}
                      for i, name in enumerate(names)}), flush=True)


def receive(one: socket.socket, waiting: dict[int, float], longest: list[float], number: int) -> None:
    try:
        octets = one.recv(2048)
    except OSError:
        return  # an ICMP error: what it was for stays unanswered
    kind, _, _, _, sequence = HEADER.unpack_from(octets)
    if kind == ECHO_REPLY and sequence in waiting:
        longest[number] = max(longest[number], time.monotonic() - waiting.pop(sequence))


if __name__ == "__main__":
    main()
