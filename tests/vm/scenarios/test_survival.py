# SPDX-License-Identifier: GPL-2.0-or-later
"""The service is killed, or its keeper, or both: the kernel's sessions go on and the next service has them."""

import signal

import pytest

from support.setups import client, connected, server
from support.wait import wait_for


def street(lab):
    """A provider and a home with one session between them, both with a keeper."""
    isp, home = lab.pair("isp", "home")
    daemons = []
    for namespace, setup in ((isp, server()), (home, client(**{"add-default-route": True}))):
        daemon = lab.daemon(namespace, *setup, start=False)
        daemon.start_keeper()
        daemons.append(daemon.start())
    connected(daemons[1])
    return daemons


def identity(daemon):
    """What a session keeps over a restart: its row, but for what grows, and the kernel's interface."""
    rows = daemon.pppctl("active")
    assert len(rows) == 1, rows
    row = {name: rows[0][name] for name in ("id", "name", "address", "session-id", "caller-id")}
    link = daemon.namespace.ip("link", "show", "dev", rows[0]["interface"])[0]
    return {**row, "ifindex": link["ifindex"], "name": link["ifname"]}


def restart(daemon, how):
    """Ends it as `how` says and starts the next one."""
    if how == signal.SIGKILL:
        daemon.kill()
    else:
        daemon.process.send(how)
        assert daemon.process.wait(10) == 0
    daemon.start()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGUSR2])
def test_a_restart_drops_neither_the_session_nor_a_ping(lab, how):
    ac, cpe = street(lab)
    before = [identity(daemon) for daemon in (ac, cpe)]
    ping = lab.process(cpe.namespace, "ping", "-i", "0.1", "10.0.0.1")
    ping.wait_output("icmp_seq=5 ", 15)
    for daemon in (cpe, ac, cpe, ac):
        restart(daemon, how)
        wait_for(lambda: "carrying on 1 session" in daemon.process.output(), 10, "the session to be carried on")
    assert [identity(daemon) for daemon in (ac, cpe)] == before
    ping.mark()
    ping.wait_output("icmp_seq=", 10)
    ping.send(signal.SIGINT)
    summary = ping.wait_output(r"(\d+) packets transmitted, (\d+) received", 10)
    assert summary[1] == summary[2], summary[0]
    # The session ends as any other.
    cpe.pppctl("down", "pppoe-out1", json=False)
    ac.wait_log("closed: user bob .*peer-terminated")


def test_a_keeper_that_was_killed_is_filled_again(lab):
    ac, cpe = street(lab)
    before = [identity(daemon) for daemon in (ac, cpe)]
    for daemon in (ac, cpe):
        daemon.kill_keeper()
        daemon.wait_log("the keeper is gone")
        daemon.start_keeper()
        daemon.wait_log("the keeper is there")
        restart(daemon, signal.SIGKILL)
    assert [identity(daemon) for daemon in (ac, cpe)] == before
    cpe.namespace.ping("10.0.0.1", count=2)


def test_without_a_keeper_the_peer_hears_of_the_end_when_the_service_is_back(lab):
    ac, cpe = street(lab)
    ac.kill_keeper()
    ac.wait_log("the keeper is gone")
    ac.kill()
    # A socket that nobody listens on would be that of a keeper on its way, and be waited for.
    (ac.directory / "run" / "keeper.sock").unlink()
    cpe.expect_warning("peer-terminated")
    cpe.process.mark()
    ac.start()
    assert "interrupted" in ac.process.output()
    cpe.wait_log("peer-terminated")
    connected(cpe)
