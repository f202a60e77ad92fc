# SPDX-License-Identifier: GPL-2.0-or-later
"""Our client and our server with a null-modem cable between them."""

import os
import re
import signal
from pathlib import Path

import pytest

from support.lines import Telephone
from support.link_setups import SERVED, serial_client, serial_server
from support.setups import USER, connected
from support.wait import wait_for

NAME = "ppp-out1"


def lock_of(device):
    return Path("/run/lock") / ("LCK.." + device.removeprefix("/dev/").replace("/", "_"))


def answered(ping):
    return sorted(int(number) for number in re.findall(r"icmp_seq=(\d+) ttl", ping.output()))


def cable(lab, keepers=False):
    """A provider and a home with one session between them."""
    isp, home = lab.pair("isp", "home")
    lines = Telephone(lab, home, "cable:in:out")
    daemons = []
    for namespace, setup in ((isp, serial_server(lines.port("in"))), (home, serial_client(lines.port("out")))):
        daemon = lab.daemon(namespace, *setup, start=False)
        if keepers:
            daemon.start_keeper()
        daemons.append(daemon.start())
    connected(daemons[1], NAME)
    return lines, *daemons


def test_a_session_over_a_cable_is_seen_on_both_sides(lab):
    lines, server, client = cable(lab)
    client.namespace.ping(SERVED, "-s", 1472, "-M", "do", count=3)
    status = client.pppctl("status", NAME)
    assert (status["dial-status"], status["mtu"], status["mru"]) == ("connected", 1500, 1500)
    row, = server.pppctl("active")
    assert (row["name"], row["service"], row["interface"]) == (USER, "ppp", "ppp-in1")
    for daemon, end in ((server, "in"), (client, "out")):
        assert lock_of(lines.device(end)).read_text() == f"{daemon.process.pid:>10}\n"
    client.pppctl("down", NAME, json=False)
    server.wait_log("session 1 closed: .*peer-terminated")
    wait_for(lambda: not lock_of(lines.device("out")).exists(), 10, "the lock to be given back")
    client.pppctl("up", NAME, json=False)
    connected(client, NAME)
    client.namespace.ping(SERVED)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGUSR2])
def test_a_restart_drops_no_session_and_keeps_the_line_locked(lab, how):
    lines, server, client = cable(lab, keepers=True)
    ping = lab.process(client.namespace, "ping", "-i", "0.1", SERVED)
    ping.wait_output("icmp_seq=5 ", 15)
    for daemon, end in ((client, "out"), (server, "in")):
        if how == signal.SIGKILL:
            daemon.kill()
        else:
            daemon.process.send(how)
            assert daemon.process.wait(10) == 0
        daemon.start()
        wait_for(lambda: "carrying on 1 session" in daemon.process.output(), 10, "the session to be carried on")
        assert lock_of(lines.device(end)).read_text() == f"{daemon.process.pid:>10}\n"
    before = len(answered(ping))
    wait_for(lambda: len(answered(ping)) > before, 10, "one more answer")
    ping.send(signal.SIGINT)
    ping.wait_output("packets transmitted", 10)
    # The last request may have been on its way.
    assert answered(ping) == list(range(1, len(answered(ping)) + 1)), ping.tail()
    # The session ends as any other, and the port serves the next one.
    client.pppctl("down", NAME, json=False)
    server.wait_log("closed: user bob .*peer-terminated")
    client.pppctl("up", NAME, json=False)
    connected(client, NAME)
    client.namespace.ping(SERVED)


def test_a_port_that_another_program_has_is_awaited(lab):
    isp, home = lab.pair("isp", "home")
    lines = Telephone(lab, home, "cable:in:out")
    lab.daemon(isp, *serial_server(lines.port("in")))
    lock = lock_of(lines.device("out"))
    lock.write_text(f"{os.getpid():>10}\n")
    try:
        client = lab.daemon(home, *serial_client(lines.port("out")))
        wait_for(lambda: f"process {os.getpid()} (" in client.pppctl("status", NAME)["last-error"], 10,
                 "the client to say who has the port")
    finally:
        lock.unlink()
    connected(client, NAME)
