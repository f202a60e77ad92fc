# SPDX-License-Identifier: GPL-2.0-or-later
"""Five hundred sessions of each kind of link come and go, and nothing of them is left in either role."""

import pytest

from support.census import census, resident
from support.lines import Telephone
from support.link_setups import pptp_client, pptp_server, serial_client, serial_server
from support.manager import Manager
from support.pptp_peers import wire
from support.setups import client, clients, server
from support.wait import wait_for

AT_ONCE, ROUNDS = 25, 20
NUMBERS = range(1, AT_ONCE + 1)
POOL = f"10.8.0.2-10.8.0.{1 + AT_ONCE}"  # as many addresses as sessions: a lease that is left is missed
GROWTH = 1024  # KiB over all rounds but the first, less than 3 for each session


def pppoe(lab):
    ends = lab.pair("isp", "home")
    ours = clients(*(client(f"pppoe-out{number}") for number in NUMBERS))
    ours[0]["profile"] = {"default": {"use-ipv6": False}}
    return ends, server(ipv6=False, pool=POOL), ours


def pptp(lab):
    return wire(lab), pptp_server(pool=POOL), pptp_client(*(f"pptp-out{number}" for number in NUMBERS))


def serial(lab):
    ends = lab.pair("isp", "home")
    lines = Telephone(lab, ends[1], *(f"cable:in{number}:out{number}" for number in NUMBERS))
    return (ends, serial_server(*(lines.port(f"in{number}") for number in NUMBERS), pool=POOL),
            serial_client(*(lines.port(f"out{number}") for number in NUMBERS)))


@pytest.mark.deadline(240)
@pytest.mark.parametrize("link", [pppoe, pptp, serial], ids=lambda link: link.__name__)
def test_five_hundred_sessions_leave_nothing_behind(lab, link):
    ends, *setups = link(lab)
    kind = next(kind for kind in setups[1][0] if kind.endswith("-client"))
    names = setups[1][0][kind].keys()
    daemons = []
    for namespace, setup in zip(ends, setups):
        daemon = lab.daemon(namespace, *setup, start=False)
        daemon.start_keeper()
        daemons.append(daemon.start())
    serves, dials = (Manager(daemon.bus.address) for daemon in daemons)

    def all_are(count):
        wait_for(lambda: all(len(bus.sessions()) == count for bus in (serves, dials)), 60, f"{count} sessions")

    def turn(off):
        dials.set_all(kind, names, disabled="yes" if off else "no")
        all_are(0 if off else AT_ONCE)

    all_are(AT_ONCE)
    addresses = {row["Address"] for row in serves.sessions()}
    turn(off=True)
    wait_for(lambda: not any(census(daemon).interfaces for daemon in daemons), 10, "the last interface to go")
    before = [census(daemon) for daemon in daemons]
    memory = [resident(daemon) for daemon in daemons]
    for _ in range(ROUNDS - 1):
        turn(off=False)
        assert {row["Address"] for row in serves.sessions()} == addresses
        turn(off=True)
    wait_for(lambda: [census(daemon) for daemon in daemons] == before, 10, f"things to be as before: {before}")
    grown = [resident(daemon) - then for daemon, then in zip(daemons, memory)]
    print(f"grown by {grown} KiB from {memory} KiB")
    assert max(grown) < GROWTH, grown
