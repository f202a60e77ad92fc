# SPDX-License-Identifier: GPL-2.0-or-later
"""Which messages of priority warning or worse a booted guest's journal may hold.

Our own only where a scenario has provoked them and said so (announce()); those of other people's programs where a
line below says why.
"""

import json
import re
from pathlib import Path
from typing import Any, Iterable, NamedTuple

ANNOUNCED = "announced.jsonl"
OURS = re.compile(r"^pppmanager|^pppctl")


class Entry(NamedTuple):
    """A message: microseconds since the epoch, its priority, who said it, the unit it is about, its text."""

    time: int
    priority: int
    who: str
    unit: str
    text: str

    def __str__(self) -> str:
        return f"<{self.priority}>{self.who} ({self.unit}): {self.text}"

    @property
    def ours(self) -> bool:
        return bool(OURS.search(self.who) or OURS.search(self.unit))


class Announcement(NamedTuple):
    """A scenario provokes messages that match, between two times."""

    scenario: str
    pattern: str
    begin: int
    end: int


# Who, a pattern of the text, and why it is nobody's fault.
FOREIGN: list[tuple[str, str, str]] = [
    ("^kernel$", "^mtrr: your CPUs had inconsistent", "QEMU without firmware sets none up"),
    ("^(pppd|pppoe|pppoe-server)$", "", "a peer of a scenario, which judges what it says of its session"),
    ("^systemd$", "^Couldn't stat device /dev/tpmrm0", "systemd 252 of any service with an encrypted credential"),
    ("^kernel$", "^tsc: Unable to calibrate against PIT|^APIC calibration not consistent|^hrtimer: interrupt took",
     "emulated, when the host is busy"),
    ("^kernel$", "^device-mapper: core: CONFIG_IMA_DISABLE_HTABLE is disabled", "how Debian configures its kernel"),
]


def entries(text: str) -> list[Entry]:
    """What `journalctl -o json` printed."""
    return [entry(json.loads(line)) for line in text.splitlines()]


def entry(fields: dict[str, Any]) -> Entry:
    unit = fields.get("UNIT") or fields.get("_SYSTEMD_UNIT") or ""
    text = fields.get("MESSAGE") or ""
    if isinstance(text, list):  # octets that are no UTF-8
        text = bytes(text).decode(errors="replace")
    return Entry(int(fields["__REALTIME_TIMESTAMP"]), int(fields.get("PRIORITY", 6)),
                 fields.get("SYSLOG_IDENTIFIER") or fields.get("_COMM") or "", str(unit), text)


def announce(directory: Path, announcements: Iterable[Announcement]) -> None:
    """For the host to read at the end."""
    with open(directory / ANNOUNCED, "a") as file:
        for announcement in announcements:
            file.write(json.dumps(announcement) + "\n")


def announced(path: Path) -> list[Announcement]:
    text = path.read_text() if path.is_file() else ""
    return [Announcement(*json.loads(line)) for line in text.splitlines()]


def is_expected(entry: Entry, announcements: Iterable[Announcement]) -> bool:
    if any(one.begin <= entry.time <= one.end and re.search(one.pattern, entry.text) for one in announcements):
        return True
    return not entry.ours and any(re.search(who, entry.who) and re.search(text, entry.text) for who, text, _ in FOREIGN)
