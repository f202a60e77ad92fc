# SPDX-License-Identifier: GPL-2.0-or-later
"""A Hayes modem without its line: what a terminal sends goes in, what the terminal reads comes out (ITU-T V.250)."""

import re
from typing import Callable

# What a dialled number leads to without a line being called; the others are asked of the exchange.
SCRIPTED = {"100": "BUSY", "101": "NO CARRIER", "102": "NO DIALTONE", "103": "NO ANSWER", "104": "ERROR"}
SILENT = "110"          # nothing is ever answered
HANGS_UP = "111"        # the line is hung up within the answer
GARBAGE = "112"         # a flood of octets that mean nothing, then NO CARRIER
CONNECTS_AND_HANGS_UP = "113"
LONGEST = 512


class Modem:
    """One modem's command state. `dial` and `answer` are asked of the exchange; its answers come by say()."""

    def __init__(self, send: Callable[[bytes], None], dial: Callable[[str], None], answer: Callable[[], None],
                 hang_up: Callable[[], None], log: Callable[[str], None], pin: str = ""):
        self._send, self._dial, self._answer, self._hang_up, self._log = send, dial, answer, hang_up, log
        self._pin = pin
        self.reset()

    def reset(self) -> None:
        """As it is when its terminal opens it."""
        self._locked = bool(self._pin)
        self._echo = True
        self._line = b""

    def say(self, text: str) -> None:
        self._log(f"> {text}")
        self._send(f"\r\n{text}\r\n".encode())

    def receive(self, octets: bytes) -> None:
        """What the terminal sent in command state."""
        if self._echo:
            self._send(octets)
        self._line = (self._line + octets)[-LONGEST:]
        while b"\r" in self._line:
            command, self._line = self._line.split(b"\r", 1)
            text = command.decode("latin-1").strip()
            if text:
                self._command(text)

    def _command(self, text: str) -> None:
        self._log(f"< {text}")
        upper = text.upper()
        if not upper.startswith("AT"):
            return
        dialled = re.match(r"ATD[TP]?(.*?);?$", text, re.IGNORECASE)
        if dialled:
            self._dial(dialled.group(1).strip())
        elif upper == "ATA":
            self._answer()
        elif "+CPIN" in upper:
            self._enter_pin(upper)
        elif upper.startswith("AT+CSQ"):
            self.say("+CSQ: 20,99")
            self.say("OK")
        else:
            self._set(upper)
            self.say("OK")

    def _set(self, upper: str) -> None:
        if "E0" in upper:
            self._echo = False
        if "E1" in upper or upper in ("ATZ", "AT&F"):
            self._echo = True
        if re.match(r"AT.*H0?$", upper):
            self._hang_up()

    def _enter_pin(self, upper: str) -> None:
        given = re.search(r'\+CPIN="?(\d+)"?$', upper)
        if given and given.group(1) == self._pin:
            self._locked = False
        elif given:
            self.say("+CME ERROR: incorrect password")
            return
        else:
            self.say("+CPIN: SIM PIN" if self._locked else "+CPIN: READY")
        self.say("OK")
