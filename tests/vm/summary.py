#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sums the JUnit files of all test runners: one line each, then `N passed, N failed` alone on the last line.

usage: summary.py DIRECTORY RUNNER...; RUNNER.xml is expected in the directory, a missing one is a failure. A
test binary of doctest counts as the test cases it says it ran.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

DOCTEST = re.compile(r"\[doctest\] test cases: *\d+ *\| *(\d+) passed *\| *(\d+) failed")


def count(case: ElementTree.Element) -> tuple[int, int]:
    """Passed and failed tests that one JUnit test case stands for. Skipped and not run is failed."""
    bad = case.get("status") not in (None, "run") or any(
        case.find(tag) is not None for tag in ("failure", "error", "skipped"))
    inner = DOCTEST.search(re.sub(r"\x1b\[[0-9;]*m", "", case.findtext("system-out") or ""))
    if inner is None:
        return (0, 1) if bad else (1, 0)
    passed, failed = int(inner[1]), int(inner[2])
    return passed, max(failed, 1) if bad else failed


def main() -> int:
    directory = Path(sys.argv[1])
    passed = failed = 0
    for runner in sys.argv[2:]:
        try:
            cases = [count(case) for case in ElementTree.parse(directory / f"{runner}.xml").iter("testcase")]
        except (OSError, ElementTree.ParseError):
            cases = [(0, 1)]
            print(f"{runner}: ended without a result")
        good, bad = sum(case[0] for case in cases), sum(case[1] for case in cases)
        if not good + bad:
            bad = 1
            print(f"{runner}: ran no test")
        print(f"{runner}: {good} passed, {bad} failed")
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
