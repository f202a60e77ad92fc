# SPDX-License-Identifier: GPL-2.0-or-later
"""PPTP's control messages (RFC 2637 section 2) and GRE packets as a hostile peer makes them."""

import socket
import struct
from typing import NamedTuple

COOKIE = 0x1a2b3c4d
(SCCRQ, SCCRP, STOP, STOPPED, ECHO, ECHOED, OCRQ, OCRP, ICRQ, ICRP, ICCN, CLEAR, DISCONNECTED, WAN_ERROR,
 LINK_INFO) = range(1, 16)
IPPROTO_GRE = 47


class Message(NamedTuple):
    """One control message as it came."""

    kind: int
    body: bytes


def message(kind: int, body: bytes = b"", cookie: int = COOKIE, length: int | None = None) -> bytes:
    size = 12 + len(body) if length is None else length
    return struct.pack("!HHIHH", size, 1, cookie, kind, 0) + body


def start_request(version: int = 0x0100, cookie: int = COOKIE) -> bytes:
    return message(SCCRQ, struct.pack("!HHIIHH64s64s", version, 0, 3, 3, 0, 0, b"hostile", b"none"), cookie)


def start_reply(result: int = 1) -> bytes:
    return message(SCCRP, struct.pack("!HBBIIHH64s64s", 0x0100, result, 0, 3, 3, 0, 0, b"hostile", b"none"))


def echo_request(identifier: int = 7) -> bytes:
    return message(ECHO, struct.pack("!I", identifier))


def call_request(call_id: int) -> bytes:
    return message(OCRQ, struct.pack("!HHIIIIHHHH64s64s", call_id, 1, 300, 100_000_000, 3, 3, 64, 0, 0, 0, b"", b""))


def call_reply(call_id: int, peer_call_id: int, result: int = 1) -> bytes:
    return message(OCRP, struct.pack("!HHBBHIHHI", call_id, peer_call_id, result, 0, 0, 100_000_000, 64, 0, 0))


class Control:
    """One end of a control connection, of a scenario's own."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.connection.settimeout(20)
        self._received = b""

    def send(self, *octets: bytes) -> None:
        self.connection.sendall(b"".join(octets))

    def send_in_pieces(self, octets: bytes) -> None:
        """Octet by octet, each a segment of its own."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in octets:
            self.connection.sendall(bytes([octet]))

    def receive(self) -> Message | None:
        """The next message; None when the other end closed, however it did."""
        while len(self._received) < 2 or len(self._received) < self._length():
            try:
                octets = self.connection.recv(4096)
            except ConnectionResetError:
                return None
            if not octets:
                return None
            self._received += octets
        octets, self._received = self._received[:self._length()], self._received[self._length():]
        _, _, cookie, kind, _ = struct.unpack_from("!HHIHH", octets)
        assert cookie == COOKIE, octets.hex()
        return Message(kind, octets[12:])

    def _length(self) -> int:
        return struct.unpack_from("!H", self._received)[0]

    def expect(self, kind: int) -> bytes:
        """The body of the next message, which must be of this kind."""
        came = self.receive()
        assert came and came.kind == kind, f"{came} instead of message {kind}"
        return came.body

    def expect_end(self) -> list[int]:
        """Waits until the other end closes; returns the kinds of what it still said."""
        kinds = []
        while (came := self.receive()) is not None:
            kinds.append(came.kind)
        return kinds

    def close(self) -> None:
        self.connection.close()


def gre(call_id: int, sequence: int, payload: bytes) -> bytes:
    """An enhanced GRE packet with a PPP frame, without its IP header."""
    return struct.pack("!HHHHI", 0x3001, 0x880b, len(payload), call_id, sequence) + payload
