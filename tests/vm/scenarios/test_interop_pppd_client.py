# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd with its kernel PPPoE plugin as client of our Access-Concentrator."""

import pytest

from support.peers import PppdClient
from support.setups import PASSWORD, USER, server
from support.transfer import transfer
from support.wait import wait_for

PADT = 0xa7
METHODS = {"pap": "PAP", "chap": "CHAP", "mschap1": "CHAP", "mschap2": "CHAP"}


@pytest.mark.parametrize("method", METHODS)
def test_pppd_connects_with(lab, method):
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


def test_pppd_connects_with_ipv4_only_and_with_both(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server())
    peer = PppdClient(lab, home, USER, PASSWORD, "noipv6")
    peer.wait_connected()
    assert "remote LL address" not in peer.process.output()
    peer.process.terminate()
    wait_for(lambda: not daemon.pppctl("active"), 10, "the session to end")
    peer = PppdClient(lab, home, USER, PASSWORD, "+ipv6")
    peer.wait_connected()
    there = peer.process.wait_output(r"remote LL address (fe80::\S+)").group(1)
    home.ping(f"{there}%ppp7", count=3)
    home.ping("10.0.0.1", count=3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("user, password", [(USER, "wrong"), ("nobody", PASSWORD)])
def test_pppd_is_refused_with_one_sentence(lab, method, user, password):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server(authentication=method))
    peer = PppdClient(lab, home, user, password)
    reason = "wrong password" if user == USER else "does not exist"
    line = daemon.wait_log(rf"session 1 failed: .*auth-failed: (.*{user}.*)").group(1)
    assert reason in line, line
    assert peer.process.wait(20) != 0
    assert not home.links("ppp")
    assert daemon.pppctl("active") == []


def test_a_service_name_is_served_where_it_is_offered_and_refused_elsewhere(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server(service="internet"))
    peer = PppdClient(lab, home, USER, PASSWORD, service="internet")
    peer.wait_connected()
    peer.process.terminate()
    refused = PppdClient(lab, home, USER, PASSWORD, service="television")
    refused.process.wait_output("Timeout waiting for PADO|Unable to complete PPPoE Discovery", 40)


@pytest.mark.deadline(300)
def test_a_hundred_megabytes_each_way(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    transfer(lab, home, isp, "10.0.0.1")
    transfer(lab, isp, home, "10.0.0.2")


def test_terminate_request_and_padt_of_pppd_end_the_session(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server())
    for how in ("TERM", "KILL"):
        daemon.process.mark()
        peer = PppdClient(lab, home, USER, PASSWORD)
        peer.wait_connected()
        if how == "TERM":
            peer.process.terminate()
            daemon.wait_log("closed: .*peer-terminated")
        else:
            # Whoever inherits the session's interface ends it with a PADT when its file is closed by the kernel.
            home.run("ip", "link", "set", "eth0", "down")
            home.run("ip", "link", "set", "eth0", "up")
            peer.process.kill()
            daemon.wait_log("closed: .*(echo-timeout|peer-terminated)", 30)
        wait_for(lambda: not isp.links("ppp"), 10, "our interface to go")


def test_our_server_ends_the_session_by_terminate_request_and_padt(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server())
    capture = lab.capture(home, expression="pppoed or pppoes")
    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    session = daemon.pppctl("active")[0]["id"]
    daemon.pppctl("kick", session, json=False)
    peer.process.wait_output("LCP terminated by peer|rcvd \\[LCP TermReq")
    assert peer.process.wait(20) != 0
    daemon.wait_log("closed: .*user-request")
    codes = [frame.octets[15] for frame in capture.frames() if frame.octets[12:14] == b"\x88\x63"]
    assert PADT in codes, codes


def test_a_killed_peer_is_found_by_echo_in_the_promised_time(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server(**{"keepalive-timeout": 3}))
    peer = PppdClient(lab, home, USER, PASSWORD)
    peer.wait_connected()
    # The cable is cut on the far side of a carrier that stays up: only the echo can tell.
    isp.run("tc", "qdisc", "add", "dev", "eth0", "clsact")
    isp.run("tc", "filter", "add", "dev", "eth0", "ingress", "matchall", "action", "drop")
    peer.process.kill()
    daemon.wait_log("closed: .*echo-timeout", 2 * 3 + 1 + 5)
