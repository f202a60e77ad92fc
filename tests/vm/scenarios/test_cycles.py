# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions of each kind of link come and go by the hundred, and nothing of them is left in either role."""

import pytest

from support.census import census, resident
from support.lines import Telephone
from support.link_setups import pptp_client, pptp_server, serial_client, serial_server
from support.pptp_peers import wire
from support.rules import FULL
from support.setups import client, clients, server
from support.wait import wait_for

CYCLES = 500 if FULL else 100
GROWTH = 1024  # KiB over all rounds but the first, some 2 for each of 500 sessions
SECOND = "198.51.100.1", "198.51.100.2"


def pool(count):
    """As many addresses as sessions: a lease that is left is missed."""
    return f"10.8.0.2-10.8.0.{1 + count}"


def pppoe(lab, count):
    ends = lab.pair("isp", "home")
    ours = clients(*(client(f"pppoe-out{number}") for number in range(count)))
    ours[0]["profile"] = {"default": {"use-ipv6": False}}
    return ends, server(ipv6=False, pool=pool(count)), ours


def pptp(lab, count):
    ends = wire(lab)
    # One address may have 16 connections that wait for their calls.
    for end, address in zip(ends, SECOND):
        end.run("ip", "address", "add", f"{address}/24", "dev", "eth0")
    dials = pptp_client(*(f"pptp-out{number}" for number in range(count)))
    for number in range(0, count, 2):
        dials[0]["pptp-client"][f"pptp-out{number}"]["connect-to"] = SECOND[0]
    return ends, pptp_server(pool=pool(count)), dials


def serial(lab, count):
    ends = lab.pair("isp", "home")
    lines = Telephone(lab, ends[1], *(f"cable:in{number}:out{number}" for number in range(count)))
    return (ends, serial_server(*(lines.port(f"in{number}") for number in range(count)), pool=pool(count)),
            serial_client(*(lines.port(f"out{number}") for number in range(count))))


# A server on a cable loses the frame that wakes it, and the second one comes three seconds later: fewer rounds of more.
@pytest.mark.deadline(300)
@pytest.mark.parametrize("link, at_once", [(pppoe, 25), (pptp, 25), (serial, 50)], ids=["pppoe", "pptp", "serial"])
def test_many_sessions_leave_nothing_behind(lab, link, at_once):
    ends, *setups = link(lab, at_once)
    kind = next(kind for kind in setups[1][0] if kind.endswith("-client"))
    names = setups[1][0][kind].keys()
    daemons = []
    for namespace, setup in zip(ends, setups):
        daemon = lab.daemon(namespace, *setup, start=False)
        daemon.start_keeper()
        daemons.append(daemon.start())
    serves, dials = (daemon.manager() for daemon in daemons)

    def all_are(count):
        wait_for(lambda: all(bus.session_count() == count for bus in (serves, dials)), 60, f"{count} sessions")

    def turn(off):
        dials.set_all(kind, names, disabled="yes" if off else "no")
        all_are(0 if off else at_once)

    all_are(at_once)
    addresses = {row["Address"] for row in serves.sessions()}
    turn(off=True)
    wait_for(lambda: not any(census(daemon).interfaces for daemon in daemons), 10, "the last interface to go")
    before = [census(daemon) for daemon in daemons]
    memory = [resident(daemon) for daemon in daemons]
    for _ in range(CYCLES // at_once - 1):
        turn(off=False)
        assert {row["Address"] for row in serves.sessions()} == addresses
        turn(off=True)
    wait_for(lambda: [census(daemon) for daemon in daemons] == before, 10, f"things to be as before: {before}")
    grown = [resident(daemon) - then for daemon, then in zip(daemons, memory)]
    print(f"grown by {grown} KiB from {memory} KiB")
    assert max(grown) < GROWTH, grown
