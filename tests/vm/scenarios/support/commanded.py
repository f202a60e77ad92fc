# SPDX-License-Identifier: GPL-2.0-or-later
"""What pppctl is used on: a daemon of a test's own, or the service that is installed."""

import json as text_json
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from .namespace import Inside, run


class Commanded:
    """`program` is the pppctl to use; `inside` is where it runs, as ping and ip do that it starts."""

    environment: dict[str, str] = {}

    def __init__(self, program: Path, inside: Inside = nullcontext):
        self._pppctl = program
        self._inside = inside

    def pppctl(self, *arguments: object, json: bool = True, deadline: float = 30) -> Any:
        """Runs pppctl and returns what it printed: parsed with `json`, else as text. It must succeed."""
        done = self.try_pppctl(*arguments, json=json, deadline=deadline)
        said = done.stdout + done.stderr
        assert done.returncode == 0, f"pppctl {arguments}: exit status {done.returncode}\n{said}"
        return parse(done.stdout) if json else done.stdout

    def try_pppctl(self, *arguments: object, json: bool = False, deadline: float = 30,
                   stdin: str | None = None) -> subprocess.CompletedProcess:
        """As pppctl(), but hands back exit status, output and error text for the test to judge."""
        options = ["--json"] if json else []
        return run(self._pppctl, *options, *arguments, check=False, deadline=deadline, stdin=stdin,
                   inside=self._inside, env=self.environment)


def parse(text: str) -> Any:
    """JSON as Python values, with the text in the message when it is none."""
    try:
        return text_json.loads(text)
    except ValueError as error:
        raise AssertionError(f"not JSON ({error}): {text!r}") from None
