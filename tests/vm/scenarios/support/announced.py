# SPDX-License-Identifier: GPL-2.0-or-later
"""What a program of ours may say at priority warning or worse: only what the scenario announced."""

import re

SERIOUS = re.compile(r"^<[0-4]>(.*)$", re.MULTILINE)  # sd-daemon(3): <3> is an error, <4> a warning
# A client's session ended against its will; a server cannot listen any more.
ENDS = r"^\S+: [a-z-]+: |^server \S+: stopped listening: "


class Warnings:
    """Of one program, through all its starts."""

    def __init__(self) -> None:
        self._expected: list[str] = []
        self._tolerated: list[str] = []

    def expect(self, pattern: str) -> None:
        """The test fails if no such line comes, not if one does."""
        self._expected.append(pattern)

    def tolerate(self, pattern: str) -> None:
        """Such lines may come or not."""
        self._tolerated.append(pattern)

    def check(self, text: str, who: str) -> None:
        """Every serious line must be announced, and every announced one must have come."""
        lines = SERIOUS.findall(text)
        known = self._expected + self._tolerated
        unannounced = [line for line in lines if not any(re.search(pattern, line) for pattern in known)]
        assert not unannounced, f"unannounced in the log of {who}:\n" + "\n".join(unannounced)
        missing = [pattern for pattern in self._expected if not any(re.search(pattern, line) for line in lines)]
        assert not missing, f"announced, but not in the log of {who}: {missing}"
