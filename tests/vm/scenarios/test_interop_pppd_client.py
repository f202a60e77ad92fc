# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd with its kernel PPPoE plugin as client of our Access-Concentrator."""

import signal

import pytest

from support.peers import PppdClient
from support.pppoe import PADT, discovery
from support.setups import PASSWORD, USER, Street, server
from support.transfer import transfer
from support.wait import wait_for

METHODS = {"pap": "PAP", "chap": "CHAP", "mschap1": "CHAP", "mschap2": "CHAP"}


@pytest.mark.parametrize("method", METHODS)
def test_pppd_connects_or_is_refused_with(lab, method):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server(authentication=method))
    peer = PppdClient(lab, home, USER, PASSWORD, "usepeerdns")
    peer.wait_connected()
    assert f"{METHODS[method]} authentication succeeded" in peer.process.output()
    assert peer.address == "10.0.0.2"
    assert "primary   DNS address 10.0.0.53" in peer.process.output()
    home.ping("10.0.0.1", count=3)
    isp.ping("10.0.0.2", count=3)
    rows = daemon.pppctl("active")
    assert [(row["name"], row["address"]) for row in rows] == [(USER, "10.0.0.2")]
    peer.process.terminate()

    for session, user, password, reason in ((2, USER, "guessed", "wrong password"),
                                            (3, "nobody", PASSWORD, "does not exist")):
        refused = PppdClient(lab, home, user, password)
        line = daemon.wait_log(rf"session {session} failed: .*auth-failed: (.*{user}.*)").group(1)
        assert reason in line and password not in line, line
        assert refused.process.wait(20) != 0
        assert f"{METHODS[method]} authentication failed" in refused.process.output()
    # Who answers a Terminate-Request stays a restart period to answer it again (RFC 1661 section 3.7).
    wait_for(lambda: not home.links("ppp") and not isp.links("ppp"), 10, "the interfaces to go")
    assert daemon.pppctl("active") == []


def test_pppd_connects_with_ipv4_only_and_with_both(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server())
    peer = PppdClient(lab, home, USER, PASSWORD, "noipv6")
    peer.wait_connected()
    home.ping("10.0.0.1")
    assert "remote LL address" not in peer.process.output()
    peer.process.terminate()
    wait_for(lambda: not daemon.pppctl("active"), 10, "the session to end")
    peer = PppdClient(lab, home, USER, PASSWORD, "+ipv6")
    peer.wait_connected()
    there = peer.process.wait_output(r"remote LL address (fe80::\S+)").group(1)
    home.ping(f"{there}%ppp7", count=3)
    home.ping("10.0.0.1", count=3)


def test_a_service_name_is_served_where_it_is_offered_and_refused_elsewhere(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server(service="internet"))
    peer = PppdClient(lab, home, USER, PASSWORD, service="internet")
    peer.wait_connected()
    peer.process.terminate()
    refused = PppdClient(lab, home, USER, PASSWORD, "pppoe-padi-timeout", 1, "pppoe-padi-attempts", 2,
                         service="television")
    refused.process.wait_output("Timeout waiting for PADO|Unable to complete PPPoE Discovery", 40)
    counted = daemon.pppctl("status", "fibre")
    assert counted["padi"] >= 3  # it was heard, and not answered
    assert (counted["pado"], counted["pads"]) == (1, 1)


@pytest.mark.deadline(300)
def test_a_hundred_megabytes_each_way(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    transfer(lab, home, isp, "10.0.0.1")
    transfer(lab, isp, home, "10.0.0.2")


def deafen(namespace):
    """All frames are lost on their way in, while the carrier stays."""
    namespace.run("tc", "qdisc", "add", "dev", "eth0", "clsact")
    namespace.run("tc", "filter", "add", "dev", "eth0", "ingress", "matchall", "action", "drop")


def test_terminate_request_and_padt_of_pppd_each_end_the_session(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server())
    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    peer.process.terminate()
    assert "rcvd [LCP TermAck" in peer.process.output()
    daemon.wait_log("session 1 closed: .*peer-terminated")
    wait_for(lambda: not isp.links("ppp"), 10, "our interface to go")

    # Killed, a pppd says nothing, but its pppoe sees the end of the pseudo terminal and sends a PADT.
    peer = PppdClient(lab, home, USER, PASSWORD, user_mode=True)
    peer.wait_connected()
    session = daemon.pppctl("active")[0]["session-id"]
    peer.process.send(signal.SIGKILL)
    daemon.wait_log(f"session 2 closed: .*peer-terminated: .* ended session {session}")
    wait_for(lambda: not isp.links("ppp"), 10, "our interface to go")


def test_terminate_request_and_padt_of_our_server_each_end_the_session(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server())
    capture = lab.capture(home, expression="pppoed or pppoes")
    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    row = daemon.pppctl("active")[0]
    daemon.pppctl("kick", row["id"], json=False)
    peer.process.wait_output(r"rcvd \[LCP TermReq")
    assert peer.process.wait(20) != 0
    daemon.wait_log("session 1 closed: .*user-request")
    mac = bytes.fromhex(isp.ip("link", "show", "dev", "eth0")[0]["address"].replace(":", ""))

    def padts():
        return [p.session for p in discovery(capture) if p.code == PADT and p.source == mac]
    wait_for(lambda: row["session-id"] in padts(), 5, "our PADT after the Terminate-Request")

    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    row = daemon.pppctl("active")[0]
    # Another MTU ends all sessions in the kernel: only a PADT is left to say.
    isp.run("ip", "link", "set", "eth0", "mtu", 1499)
    assert peer.process.wait(10) != 0
    assert "rcvd [LCP TermReq" not in peer.process.output()
    assert row["session-id"] in padts()
    daemon.wait_log("session 2 closed: .*lost-carrier")


def test_a_killed_peer_is_found_by_echo_in_the_promised_time(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server(**{"keepalive-timeout": 3}))
    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    deafen(isp)  # what the kernel of the killed one may still say is not heard: only the echo can tell
    peer.process.kill()
    daemon.wait_log("closed: .*echo-timeout", 2 * 3 + 1 + 2)
    assert not isp.links("ppp")


def test_a_cable_pulled_and_put_back(lab):
    street = Street(lab)
    isp, home = street.left, street.right
    daemon = lab.daemon(isp, *server(**{"keepalive-timeout": 3}))
    peer = PppdClient(lab, home, USER, PASSWORD, "persist", "maxfail", 0, "holdoff", 1,
                      "lcp-echo-interval", 2, "lcp-echo-failure", 2, "pppoe-padi-timeout", 1)
    peer.wait_connected()
    street.pull(home)
    street.put_back(home)
    home.ping("10.0.0.1", count=3)
    assert [row["id"] for row in daemon.pppctl("active")] == [1]
    peer.process.mark()
    street.pull(home)
    daemon.wait_log("session 1 closed: .*echo-timeout", 2 * 3 + 1 + 2)
    peer.process.wait_output("Connection terminated|Modem hangup", 15)
    street.put_back(home)
    peer.wait_connected(40)
    home.ping("10.0.0.1", count=3)
