# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for something to become true, with a deadline instead of a sleep."""

import time
from typing import Callable, TypeVar

Value = TypeVar("Value")
INTERVAL = 0.05
LONGEST = 0.3


class NotInTime(AssertionError):
    """Something did not happen before its deadline."""


def wait_for(predicate: Callable[[], Value], deadline: float, what: str) -> Value:
    """Calls `predicate` until it returns something true, and returns that.

    `deadline` is in seconds from now, `what` completes the sentence "waited 10 s for ...". The time it took
    is printed, so that the log of a failed test shows where time went.
    """
    begin = time.monotonic()
    while True:
        asked = time.monotonic()
        value = predicate()
        now = time.monotonic()
        elapsed = now - begin
        if value:
            print(f"after {elapsed:.2f} s: {what}", flush=True)
            return value
        if elapsed >= deadline:
            raise NotInTime(f"waited {deadline:g} s for {what}; last seen: {value!r}")
        # Asking may start a program: what is waited for shall have most of the processor.
        time.sleep(min(LONGEST, max(INTERVAL, 2 * (now - asked))))
