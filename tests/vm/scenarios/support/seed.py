# SPDX-License-Identifier: GPL-2.0-or-later
"""The guides' commands in tests/data/seed-commands.rsc, one by one, and the table of what became of each."""

from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "data" / "seed-commands.rsc"


def commands(text: str) -> list[str]:
    """The commands of a script in their order; what stands in braces belongs to the line that opens them."""
    found: list[str] = []
    depth = 0
    for line in text.splitlines():
        if depth:
            found[-1] += "\n" + line
        elif line.strip() and not line.startswith("#"):
            found.append(line)
        else:
            continue
        depth = max(0, depth + line.count("{") - line.count("}"))
    return found


FAILED = "FAILED"


class OutOfOrder(Exception):
    """The expectations are not those of the file."""


class Table:
    """A row for each command of the file; each is asked for once and in the file's order."""

    def __init__(self) -> None:
        self.commands = commands(FILE.read_text())
        self.rows: dict[int, tuple[str, str]] = {}
        self.faults: list[str] = []

    def take(self, begin: str) -> tuple[int, str]:
        """The first command not yet taken, which must begin like this; its number counts from 1."""
        number = len(self.rows) + 1
        if number > len(self.commands):
            raise OutOfOrder(f"an expectation without a command: {begin}")
        command = self.commands[number - 1]
        if not command.startswith(begin):
            raise OutOfOrder(f"command {number} is not {begin!r} but {command!r}")
        self.rows[number] = ("", "")
        return number, command

    def effect(self, number: int, asserted: str) -> None:
        self.rows[number] = ("takes effect", asserted)

    def named(self, number: int, line: str) -> None:
        self.rows[number] = ("named", line)

    def missing(self) -> list[str]:
        """Commands without an expectation."""
        return self.commands[len(self.rows):]

    def fail(self, number: int, why: str) -> None:
        self.rows[number] = (FAILED, why.splitlines()[0] if why else "")
        self.faults.append(f"{number}: {self.commands[number - 1]}\n{why}")

    def text(self) -> str:
        lines = []
        for number, (kind, what) in sorted(self.rows.items()):
            command = " ".join(self.commands[number - 1].split())
            lines.append(f"{number:3}  {shortened(command, 70):70}  {kind or FAILED}: {what}")
        return "\n".join(lines) + "\n"


def shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[:width - 1] + "…"
