# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine as a fixture; all other rules are those of tests/vm/scenarios/support/rules.py."""

import os
from pathlib import Path

import pytest

from installed.machine import Machine
from support.rules import RESULTS


@pytest.fixture(scope="session")
def debian():
    """One machine for the whole run, looked at before anything of ours was on it."""
    return Machine(Path(os.environ["PPPMANAGER_DEB"]), RESULTS)


@pytest.fixture
def machine(debian, request):
    """The machine, with or without our package as the scenario before left it; judges its journal."""
    debian.begin()
    yield debian
    debian.judge(request.node.name)


@pytest.fixture
def service(machine, lab):
    """The machine with our package installed, its service running and nothing configured. In this order: a
    scenario's world ends after its sessions."""
    machine.ensure_installed()
    machine.manager().reset()
    yield machine
    machine.ensure_installed()
    machine.manager().reset()
