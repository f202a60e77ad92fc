# SPDX-License-Identifier: GPL-2.0-or-later
"""Transcripts in a document, and a terminal in which their commands are typed again.

A ```console block has lines `MACHINE$ COMMAND`, each followed by what it prints. `^C` as the last line of an
output is typed once that output is there. `…` stands for the rest of a word or line; alone on a line for any
number of lines. What is typed at a prompt stands before the block in a comment: <!-- types: ... -->.
"""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

BLOCK = re.compile(r"(?:<!-- types: (?P<types>.*?) -->\n)?```console\n(?P<text>.*?)```", re.DOTALL)
COMMAND = re.compile(r"^(\w+)\$ (.*)$")
# What differs from run to run, and is shown as it was once.
VARIES = [
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "DATE"),
    (re.compile(r"(?<![:\w])\d\d:\d\d:\d\d(?:\.\d+)?(?![:\w])"), "CLOCK"),
    (re.compile(r"\b0x[0-9a-f]+\b"), "HEX"),
    (re.compile(r"\bfe80::[0-9a-f:]+"), "LINK-LOCAL"),
    (re.compile(r"\b(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+s\b"), "DURATION"),
    (re.compile(r"\b(session-id|last-failed-session|echo-rtt|(?:octets|packets)-\w+|pad[iorst]|revision): .*"), r"\1: NUMBER"),
    (re.compile(r"\bsession(:?) \d+\b"), r"session\1 NUMBER"),
    (re.compile(r"[\d.]+(?:/[\d.]+)* ms\b|time \d+ms"), "MILLISECONDS"),
    (re.compile(r" +"), " "),
]


class Step(NamedTuple):
    line: int
    machine: str
    command: str
    expected: list[str]
    types: list[str]


def steps(text: str) -> Iterator[Step]:
    """The commands of a document in their order."""
    for block in BLOCK.finditer(text):
        types = (block["types"] or "").split(", ") if block["types"] else []
        number = text.count("\n", 0, block.start("text")) + 1
        step = None
        for offset, line in enumerate(block["text"].splitlines()):
            if found := COMMAND.match(line):
                if step:
                    yield step
                step = Step(number + offset, found[1], found[2], [], types)
            else:
                assert step is not None, f"line {number + offset}: a block begins with MACHINE$ COMMAND"
                step.expected.append(line)
        if step:
            yield step


def screen(output: str) -> list[str]:
    """What a terminal shows after this output: lines drawn over are gone."""
    lines = [""]
    for part in re.split(r"(\r\x1b\[K|\x1b\[\d+A\r\x1b\[J|\r\n|\n)", output):
        if part == "\r\x1b[K":
            lines[-1] = ""
        elif up := re.fullmatch(r"\x1b\[(\d+)A\r\x1b\[J", part):
            del lines[-int(up[1]) - 1:]
            lines.append("")
        elif part in ("\r\n", "\n"):
            lines.append("")
        else:
            lines[-1] += part
    return [line.rstrip() for line in lines[:-1] + ([lines[-1]] if lines[-1].strip() else [])]


def alike(line: str) -> str:
    for pattern, name in VARIES:
        line = pattern.sub(name, line)
    return line.strip()


def matches(expected: list[str], found: list[str]) -> bool:
    """Whether the output is what the document shows."""
    if not expected:
        return not found
    if expected[0].strip() == "…":
        return any(matches(expected[1:], found[skipped:]) for skipped in range(len(found) + 1))
    pattern = re.escape(alike(expected[0])).replace("…", r"\S.*?")
    return bool(found) and re.fullmatch(pattern, alike(found[0])) is not None and \
        matches(expected[1:], found[1:])


def run(step: Step, enter: Callable[[], None], environment: dict[str, str], directory: Path,
        deadline: float = 40) -> list[str]:
    """Types a command into a terminal of 100 columns; returns what is on it afterwards."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (60, 100))
    child = subprocess.Popen(["bash", "-c", step.command], stdin=theirs, stdout=theirs, stderr=theirs,
                             cwd=directory, env={**os.environ, "NO_COLOR": "1", "TERM": "xterm", **environment},
                             preexec_fn=lambda: (os.setsid(), enter()))
    os.close(theirs)
    stop = bool(step.expected) and step.expected[-1] == "^C"
    types, output = list(step.types), ""
    ends = time.monotonic() + (min(deadline, 15) if stop else deadline)
    try:
        while time.monotonic() < ends:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    data = os.read(ours, 4096).decode(errors="replace")
                except OSError:
                    break
                output += data
            elif child.poll() is not None:
                break
            if types and re.search(r"(Password of .*|Once more): $", output):
                os.write(ours, types[0].encode() + b"\n")
                types.pop(0)
                output += "\x00"  # a prompt is answered once
            if stop and matches(step.expected[:-1], screen(output)):
                break
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGINT)
        child.wait(5)
    finally:
        os.close(ours)
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    shown = screen(output.replace("\x00", ""))
    return [*shown, "^C"] if stop else shown
