# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules for all scenarios, a plugin of pytest: a bench of their own, a deadline each, no skips, one line each as they end."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from .lab import Lab

# What ./dev test --full does in full, and others a part of.
FULL = bool(os.environ.get("PPPMANAGER_FULL"))
RESULTS = Path(os.environ.get("PPPMANAGER_RESULTS", "/results"))
DEADLINE = 120
_began: dict[str, float] = {}
_took: dict[tuple[str, str], float] = {}


def pytest_configure(config):
    config.addinivalue_line("markers", f"deadline(seconds): time for this scenario instead of {DEADLINE} s")


def pytest_addoption(parser):
    parser.addoption("--share", default="1/1", metavar="N/M", help="run the N-th of M parts, which take alike long")


def pytest_collection_modifyitems(config, items):
    """Keeps what belongs to our share. Whole modules, because their scenarios may have things in common."""
    mine, of = map(int, config.getoption("share").split("/"))
    weight: dict[str, int] = {}
    for item in items:
        weight[item.module.__name__] = weight.get(item.module.__name__, 0) + _deadline(item)
    loads = [0] * of
    share = {}
    for name in sorted(weight, key=lambda name: (-weight[name], name)):
        share[name] = loads.index(min(loads))
        loads[share[name]] += weight[name]
    others = [item for item in items if share[item.module.__name__] != mine - 1]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if share[item.module.__name__] == mine - 1]


def _deadline(item):
    marker = item.get_closest_marker("deadline")
    return marker.args[0] if marker else DEADLINE


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
    seconds = _deadline(item)

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


@pytest.fixture
def tell(record_property):
    """Puts a measured figure into the results and into the list at the end of the run."""
    return lambda text: record_property("figure", text)


def pytest_terminal_summary(terminalreporter):
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    told = [value for report in reports if report.when == "call"
            for name, value in report.user_properties if name == "figure"]
    if told:
        terminalreporter.section("figures")
        for text in told:
            terminalreporter.line(text)


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
