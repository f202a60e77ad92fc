#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A telephone exchange of pseudo terminals: modems that call each other, lines that answer at once, null-modem cables.

usage: telephone.py DIRECTORY WORD...

WORD is modem:NUMBER or modem:NUMBER:PIN, line:NUMBER (whoever calls it is connected to who has it open) or
cable:A:B. Each end's terminal is DIRECTORY/NUMBER. A real modem's carrier is a wire; a pseudo terminal hangs up when
its other side is closed, so hanging up makes a new one under the old name. The terminal hangs up by closing, by speed
zero, or by ATH. Datagrams to DIRECTORY/control: `hang-up NUMBER`, `unplug NUMBER`, `plug NUMBER`, `ring NUMBER`.
"""

import os
import pty
import select
import selectors
import socket
import sys
import termios
import time
import tty
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import modem  # noqa: E402

TICK = 0.05       # how soon a terminal that opens, closes or takes its speed away is noticed
PAUSE = 0.3
RING_TICKS = 10   # real ones ring every six seconds
QUEUE = 1 << 16


class End:
    """One terminal with what it is connected to."""

    def __init__(self, exchange: "Exchange", kind: str, name: str, pin: str = ""):
        self.exchange, self.kind, self.name = exchange, kind, name
        self.path = exchange.directory / name
        self.peer: "End | None" = None       # data goes there and comes from there
        self.caller: "End | None" = None     # rings here
        self.callee: "End | None" = None
        self.flooding = False
        self.escaped = False                 # "+++" was sent: the call stands, commands are taken
        self._queue = bytearray()
        self._rung = 0
        self._open = False
        self._master = -1
        self.modem = modem.Modem(self.send, self._dial, self._answer, self.hang_up, self.log, pin)
        self.plug()

    def log(self, text: str) -> None:
        print(f"{self.name} {text}", flush=True)

    def plug(self) -> None:
        """A new terminal under the name, which nobody has open."""
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        target = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        temporary = self.path.with_suffix(".new")
        temporary.symlink_to(target)
        temporary.rename(self.path)
        self._open = False
        self._queue.clear()
        self.modem.reset()

    def unplug(self) -> None:
        if self._master >= 0:
            self.release()
            self._watch(0)
            os.close(self._master)
            self._master = -1
            self.path.unlink()

    def drop(self) -> None:
        """The carrier is gone: the terminal sees a hang-up."""
        self.log("hangs up its terminal")
        self._watch(0)
        os.close(self._master)
        self.plug()

    def send(self, octets: bytes) -> None:
        """What nobody has the terminal open for is lost, as on a wire."""
        if self._master >= 0 and (self._open or not self._unattended()):
            self._queue += octets
            self._flush()

    def hang_up(self) -> None:
        """The terminal does not want the call any more."""
        peer = self.release()
        if peer and peer.kind == "modem":
            peer.drop()

    def release(self) -> "End | None":
        """Parts it from everybody; returns who was connected to it."""
        self.flooding = self.escaped = False
        if self.callee:
            self.callee.caller = None
        if self.caller:
            self.caller.modem.say("NO ANSWER")
            self.caller.callee = None
        self.caller = self.callee = None
        peer = self.peer
        if peer and self.kind != "cable":
            self.peer = peer.peer = None
            self.log(f"and {peer.name} part")
            return peer
        return None

    def _dial(self, number: str) -> None:
        called = self.exchange.ends.get(number)
        if number in modem.SCRIPTED:
            self.modem.say(modem.SCRIPTED[number])
        elif number == modem.HANGS_UP:
            self.send(b"\r\nCONN")
            self.exchange.later(self.drop)
        elif number == modem.CONNECTS_AND_HANGS_UP:
            self.modem.say("CONNECT 115200")
            self.exchange.later(self.drop)
        elif number == modem.GARBAGE:
            self.flooding = True
            self.exchange.later(self._had_enough)
        elif number == modem.SILENT:
            pass
        elif called is None or called.caller or called.peer or called is self:
            self.modem.say("NO CARRIER" if called is None else "BUSY")
        elif called.kind == "line":
            self._connect(called)
        else:
            called.caller, self.callee, called._rung = self, called, 0

    def _had_enough(self) -> None:
        self.flooding = False
        self.modem.say("NO CARRIER")

    def _answer(self) -> None:
        if self.caller:
            self._connect(self.caller)
        else:
            self.modem.say("NO CARRIER")

    def _connect(self, other: "End") -> None:
        for end in (self, other):
            if end.kind == "modem":
                end.modem.say("CONNECT 115200")
            end.caller = end.callee = None
        self.peer, other.peer = other, self
        self.log(f"and {other.name} are connected")

    def tick(self, number: int) -> None:
        if self._master < 0:
            return
        gone = self._unattended()
        if self._open and gone:
            self.log("is closed")
            self.modem.reset()
            self.hang_up()
            self._queue.clear()
        self._open = not gone
        if self.caller and self._open and number % RING_TICKS == 0:
            self._rung += 1
            self.modem.say("RING")
        self.watch()

    def watch(self) -> None:
        """Readable where there is room for what is read, writable where something waits."""
        if self._master < 0:
            return
        events = 0
        if self._open:
            full = self.peer and len(self.peer._queue) >= QUEUE
            events = (0 if full else selectors.EVENT_READ) | (
                selectors.EVENT_WRITE if self._queue or self.flooding else 0)
        self._watch(events)

    def _watch(self, events: int) -> None:
        selector, known = self.exchange.selector, self.exchange.selector.get_map()
        if self._master in known and not events:
            selector.unregister(self._master)
        elif self._master in known:
            selector.modify(self._master, events, self)
        elif events:
            selector.register(self._master, events, self)

    def ready(self, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            if self.flooding:
                self._queue += os.urandom(4096)
            self._flush()
        if events & selectors.EVENT_READ:
            try:
                octets = os.read(self._master, 4096)
            except OSError:
                self._watch(0)  # closed: the next tick sees it
                return
            if self.peer and self.kind == "modem" and octets == b"+++":
                self.escaped = True
                self.modem.say("OK")
            elif self.peer and not self.escaped:
                self.peer.send(octets)
                self.peer.watch()
            elif self.kind == "modem":
                self.modem.receive(octets)
        self.watch()

    def _flush(self) -> None:
        if self._master < 0 or not self._queue:
            return
        try:
            del self._queue[:os.write(self._master, self._queue)]
        except OSError:
            pass
        del self._queue[4 * QUEUE:]

    def _unattended(self) -> bool:
        """Whether nobody has the terminal open, or its speed is zero, which is how a terminal drops DTR."""
        poller = select.poll()
        poller.register(self._master, 0)
        if poller.poll(0):
            return True
        return termios.tcgetattr(self._master)[5] == termios.B0


class Exchange:
    def __init__(self, directory: Path, words: list[str]):
        self.directory = directory
        self.selector = selectors.DefaultSelector()
        self.ends: dict[str, End] = {}
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._control = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._control.bind(str(directory / "control"))
        self.selector.register(self._control, selectors.EVENT_READ)
        for word in words:
            kind, name, *more = word.split(":")
            self.ends[name] = End(self, kind, name, *(more if kind == "modem" else []))
            if kind == "cable":
                other = self.ends[more[0]] = End(self, kind, more[0])
                other.peer, self.ends[name].peer = self.ends[name], other

    def later(self, action: Callable[[], None]) -> None:
        """Once the terminal had time to read what was said: closing loses what it has not read."""
        self._later.append((time.monotonic() + PAUSE, action))

    def _order(self, text: str) -> None:
        what, name = text.split()
        end = self.ends[name]
        end.log(f"is told: {what}")
        if what == "hang-up":
            for side in (end, end.release()):
                if side:
                    side.drop()
        elif what == "unplug":
            end.unplug()
        elif what == "plug":
            end.plug()
        elif what == "ring":
            end.modem.say("RING")

    def run(self) -> None:
        print("listening", flush=True)
        number, due = 0, 0.0
        while True:
            for key, events in self.selector.select(TICK):
                if key.data is None:
                    self._order(self._control.recv(256).decode())
                else:
                    key.data.ready(events)
            now = time.monotonic()
            if now < due:
                continue
            number, due = number + 1, now + TICK
            ripe = [action for when, action in self._later if when <= now]
            self._later = [(when, action) for when, action in self._later if when > now]
            for action in ripe:
                action()
            for end in self.ends.values():
                end.tick(number)


if __name__ == "__main__":
    Exchange(Path(sys.argv[1]), sys.argv[2:]).run()
