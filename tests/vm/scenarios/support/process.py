# SPDX-License-Identifier: GPL-2.0-or-later
"""A program under test: its output in a log file, its end checked."""

import os
import re
import signal
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from .namespace import Inside
from .wait import wait_for
from .announced import Warnings


class Process:
    """One running program. Standard output and error go to `log` together; standard input is empty.

    It is started within `inside`. `enter` runs in the child before the program does; that costs a copy of all our
    memory.
    """

    def __init__(self, arguments: Sequence[object], log: Path, env: Mapping[str, str] | None = None,
                 enter: Callable[[], None] | None = None, inside: Inside = nullcontext):
        self.arguments = [str(argument) for argument in arguments]
        self.name = Path(self.arguments[0]).name
        self.log = log
        self._read_from = 0
        with open(log, "ab") as output, inside():
            self._child = subprocess.Popen(
                self.arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(env or {})}, preexec_fn=enter, start_new_session=True)

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def status(self) -> int | None:
        """Exit status, negative for a signal; None while it runs."""
        return self._child.poll()

    def output(self) -> str:
        """All it has written so far."""
        return self.log.read_text(errors="replace")

    def mark(self) -> None:
        """Lets wait_output() look only at what is written from now on."""
        self._read_from = len(self.output())

    def wait_output(self, pattern: str, deadline: float = 15) -> re.Match:
        """Waits until the output since the last mark() matches the regular expression (multi-line mode)."""
        expression = re.compile(pattern, re.MULTILINE)

        def found() -> re.Match | None:
            ended = self.status is not None
            match = expression.search(self.output(), self._read_from)
            assert match or not ended, f"{self.name} ended and never said /{pattern}/:\n{self.tail()}"
            return match

        return wait_for(found, deadline, f"{self.name} to say /{pattern}/")

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.output().splitlines()[-lines:])

    def wait(self, deadline: float = 15) -> int:
        """Waits for it to end by itself; returns its exit status."""
        wait_for(lambda: self.status is not None, deadline, f"{self.name} to end")
        return self._child.returncode

    def assert_exit(self, status: int = 0, deadline: float = 15) -> None:
        ended = self.wait(deadline)
        assert ended == status, f"{self.name} ended with {ended}, not {status}:\n{self.tail()}"

    def send(self, number: int) -> None:
        self._child.send_signal(number)

    def terminate(self, deadline: float = 15, number: int = signal.SIGTERM) -> int:
        """Asks it to end, waits, returns its exit status. If it does not, it is killed and the test fails."""
        if self.status is None:
            self.send(number)
            try:
                self.wait(deadline)
            except AssertionError:
                self.kill()
                raise
        return self._child.returncode

    def kill(self) -> None:
        """Kills it and everything it started in its process group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._child.wait()

    def cleanup(self) -> None:
        """Ends it and its process group, whatever state it is in and however it ends."""
        if self.status is None:
            self.send(signal.SIGTERM)
            try:
                self._child.wait(5)
            except subprocess.TimeoutExpired:
                pass
        self.kill()


class Service(Process):
    """A long-running program of ours: its log must be quiet at its end but for what was announced."""

    def __init__(self, *arguments: Any, **options: Any):
        self.warnings = Warnings()
        super().__init__(*arguments, **options)

    def cleanup(self) -> None:
        super().cleanup()
        self.warnings.check(self.output(), self.name)
