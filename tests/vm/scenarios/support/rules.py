# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules for all scenarios, a plugin of pytest: a bench of their own, a deadline each, no skips, one line each as they end."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from .lab import Lab

RESULTS = Path(os.environ.get("PPPMANAGER_RESULTS", "/results"))
DEADLINE = 120
_began: dict[str, float] = {}
_took: dict[tuple[str, str], float] = {}


def pytest_configure(config):
    config.addinivalue_line("markers", f"deadline(seconds): time for this scenario instead of {DEADLINE} s")


@pytest.fixture
def lab(request):
    """The scenario's workbench; its logs and captures are in /results/MODULE.NAME-OF-THE-TEST."""
    name = re.sub(r"[^\w.-]+", "-", f"{request.module.__name__}.{request.node.name}").strip("-")
    bench = Lab(RESULTS / name)
    request.node.lab = bench
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def module_lab(request):
    """As lab, shared by a module's scenarios; its logs are in /results/MODULE."""
    bench = Lab(RESULTS / request.module.__name__)
    yield bench
    bench.close()


class Overdue(Exception):
    """A scenario did not end in time. Not an assertion, so that no wait inside the scenario swallows it."""


@pytest.hookimpl(hookwrapper=True)
def under_deadline(item):
    """Runs the wrapped hook with an alarm that interrupts whatever the scenario waits for."""
    marker = item.get_closest_marker("deadline")
    seconds = marker.args[0] if marker else DEADLINE

    def overdue(*_):
        raise Overdue(f"not finished after {seconds} s")

    signal.signal(signal.SIGALRM, overdue)
    signal.alarm(seconds)
    yield
    signal.alarm(0)


pytest_runtest_setup = pytest_runtest_call = pytest_runtest_teardown = under_deadline


def pytest_runtest_logstart(nodeid):
    _began[nodeid] = time.monotonic()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr}\na skipped scenario proves nothing, so it fails"
    if report.failed and hasattr(item, "lab"):
        for path in item.lab.logs():
            lines = path.read_text(errors="replace").splitlines()[-40:]
            report.sections.append((f"last lines of {path.name}", "\n".join(lines)))


def pytest_report_teststatus(report):
    """One line per scenario with the seconds since it began; an error at tear-down gets a line of its own."""
    now = time.monotonic()
    took = _took.setdefault((report.nodeid, report.when), now - _began.get(report.nodeid, now))
    seconds = f"{took:.1f} s"
    if report.when == "call":
        return report.outcome, report.outcome[0], f"{report.outcome.upper()} in {seconds}"
    if report.failed:
        return "error", "E", f"ERROR in {report.when} after {seconds}"
    return None
