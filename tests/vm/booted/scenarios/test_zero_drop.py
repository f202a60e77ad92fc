# SPDX-License-Identifier: GPL-2.0-or-later
"""Fifty sessions with traffic while the service is upgraded, restarted and killed: nobody notices."""

import os
import signal

import pytest

from installed.crowd import EACH, Crowd
from installed.machine import KEEPER, SERVICE, Ending
from support.lab import Lab
from support.rules import RESULTS
from support.wait import wait_for


@pytest.fixture(scope="module")
def crowd(debian):
    """The same sessions for all of these scenarios: none of them may notice any of it."""
    debian.ensure_installed()
    debian.manager().reset()
    lab = Lab(RESULTS / "zero-drop")
    made = Crowd(debian, lab)
    yield made
    debian.ensure_installed()
    debian.manager().reset()
    lab.close()


def upgrade(machine):
    machine.install(machine.newer_package())


def restart(machine):
    machine.systemctl("restart", SERVICE)


def kill(*units):
    def killed(machine):
        for unit in units:
            machine.expect_crash(unit)
        # By their numbers: a program that asks systemd takes a quarter of a second between the two.
        for pid in [machine.main_pid(unit) for unit in units]:
            os.kill(pid, signal.SIGKILL)
    return killed


EVENTS = {"the package is upgraded": upgrade,
          "the service is restarted": restart,
          "the daemon is killed": kill(SERVICE),
          "the keeper is killed": kill(KEEPER),
          "the daemon and then the keeper are killed": kill(SERVICE, KEEPER),
          "the keeper and then the daemon are killed": kill(KEEPER, SERVICE)}


@pytest.mark.deadline(300)
@pytest.mark.parametrize("event", EVENTS)
def test_no_session_and_no_packet_is_lost_when(machine, crowd, tell, event):
    before = crowd.identities()
    assert len(before) == 2 * EACH
    pids = {unit: machine.main_pid(unit) for unit in (SERVICE, KEEPER)}
    pingers = crowd.pingers()
    crowd.listen()
    ending = Ending(pids[KEEPER if event == "the keeper is killed" else SERVICE])
    EVENTS[event](machine)
    silence = crowd.silence(ending.wait("the process to end"))
    machine.wait_ready()
    wait_for(lambda: machine.shows(KEEPER, "ActiveState") == "active", 10, "the keeper to be active")
    after = wait_for(lambda: len(now := crowd.identities()) == len(before) and now, 10, "all sessions to be there")
    sent, lost, longest = crowd.lost(pingers)
    tell(f"{event}: first echo answered after {silence:.3f} s; {sent} pings, the slowest {longest:.3f} s")
    assert lost == {}
    for name, session in before.items():
        # A second is what uptime counts in, and a guest's clock may stand still for another.
        assert after[name][:4] == session[:4] and abs(after[name].began - session.began) <= 2, \
            f"{name}: {session} became {after[name]}"
    assert silence < 1
    for unit in pids:
        wait_for(lambda unit=unit: machine.runs_what_is_installed(unit), 10, f"{unit} to run the program on the disk")
    replaced = {unit for unit in pids if machine.main_pid(unit) != pids[unit]}
    assert (SERVICE in replaced) == (event != "the keeper is killed"), f"{event} replaced {replaced}"
    assert (KEEPER in replaced) == ("keeper" in event), f"{event} replaced {replaced}"
