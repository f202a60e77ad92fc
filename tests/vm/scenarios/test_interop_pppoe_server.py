# SPDX-License-Identifier: GPL-2.0-or-later
"""Our client at Debian's pppoe-server, whose sessions are pppds in user mode."""

import pytest

from support.peers import REQUIRE, PppoeServer
from support.setups import PASSWORD, USER, client
from support.transfer import transfer
from support.wait import wait_for


def connected(daemon, name="pppoe-out1", deadline=40):
    """Waits for it and returns the client's status."""
    def status():
        now = daemon.pppctl("status", name)
        return now if now["state"] == "connected" else None
    return wait_for(status, deadline, f"{name} to be connected")


@pytest.mark.parametrize("method", REQUIRE)
def test_our_client_connects_with(lab, method):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE[method], "ms-dns 10.2.0.53")
    daemon = lab.daemon(home, *client(**{"use-peer-dns": True, "add-default-route": True}))
    status = connected(daemon)
    assert status["remote-address"] == "10.2.0.1"
    assert status["local-address"] == "10.2.0.10"
    assert status["dns"] == ["10.2.0.53"] or "10.2.0.53" in status["dns"]
    assert status["ac-name"] == "peer-ac"
    home.ping("10.2.0.1", count=3)
    routes = home.ip("route", "show", "default")
    assert [(r["dev"], r["metric"], r["protocol"]) for r in routes] == [("pppoe-out1", 1, "80")]


def test_our_client_connects_with_ipv4_only_and_with_both(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"], "+ipv6")
    daemon = lab.daemon(home, *client(ipv6=False))
    assert not connected(daemon).get("remote-ipv6-address")
    daemon.write(*client())
    daemon.reload()
    def both():
        now = daemon.pppctl("status", "pppoe-out1")
        return now if now["state"] == "connected" and now.get("remote-ipv6-address") else None
    there = wait_for(both, 40, "IPv6 on the new session")["remote-ipv6-address"]
    home.ping(f"{there}%pppoe-out1", count=3)


@pytest.mark.parametrize("method", REQUIRE)
def test_a_wrong_password_is_said_in_one_sentence_everywhere(lab, method):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE[method])
    daemon = lab.daemon(home, *client(password="wrong"))
    daemon.expect_warning("pppoe-out1: auth-failed: ")
    sentence = daemon.wait_log(r"pppoe-out1: auth-failed: (.*?)(?: PPP_OBJECT.*)?$", 40).group(1)
    assert USER in sentence and "wrong" not in sentence
    status = daemon.pppctl("status", "pppoe-out1")
    assert status["last-reason"] == "auth-failed"
    assert status["last-error"] == sentence
    done = daemon.try_pppctl("up", "pppoe-out1", deadline=60)
    assert done.returncode == 1 and USER in done.stderr, done.stderr


def test_an_unknown_user_is_refused(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, "somebody", PASSWORD, *REQUIRE["chap"])
    daemon = lab.daemon(home, *client())
    daemon.expect_warning("pppoe-out1: auth-failed: ")
    daemon.wait_log("pppoe-out1: auth-failed: ", 40)


def test_a_service_name_is_found_where_it_is_offered_and_missed_by_name_elsewhere(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"], service="internet")
    daemon = lab.daemon(home, *client(**{"service-name": "internet"}))
    assert connected(daemon)["service-name"] == "internet"
    daemon.write(*client(**{"service-name": "television"}))
    daemon.reload()
    daemon.expect_warning("television")
    daemon.wait_log("(service-refused|no-answer): .*television", 40)
    assert "television" in daemon.pppctl("status", "pppoe-out1")["last-error"]


@pytest.mark.deadline(600)
def test_a_hundred_megabytes_each_way(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"])
    daemon = lab.daemon(home, *client())
    status = connected(daemon)
    transfer(lab, home, isp, "10.2.0.1")
    transfer(lab, isp, home, status["local-address"])


def test_down_and_a_peer_that_hangs_up(lab):
    isp, home = lab.pair("isp", "home")
    peer = PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"])
    daemon = lab.daemon(home, *client())
    connected(daemon)
    daemon.pppctl("down", "pppoe-out1", json=False)
    wait_for(lambda: "rcvd [LCP TermReq" in peer.output(), 15, "the peer to hear our Terminate-Request")
    assert not home.links("ppp")
    daemon.pppctl("up", "pppoe-out1", json=False)
    daemon.process.mark()
    daemon.expect_warning("pppoe-out1: peer-terminated")
    isp.run("pkill", "-TERM", "-x", "pppd")
    daemon.wait_log("pppoe-out1: peer-terminated", 20)
    connected(daemon)


def test_a_killed_server_is_found_by_echo_and_dialled_again_when_it_is_back(lab):
    isp, home = lab.pair("isp", "home")
    peer = PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"])
    daemon = lab.daemon(home, *client(**{"keepalive-timeout": 3}))
    connected(daemon)
    daemon.process.mark()
    daemon.expect_warning("pppoe-out1: echo-timeout")
    isp.run("tc", "qdisc", "add", "dev", "eth0", "clsact")
    isp.run("tc", "filter", "add", "dev", "eth0", "egress", "matchall", "action", "drop")
    daemon.wait_log("pppoe-out1: echo-timeout", 2 * 3 + 1 + 5)
    isp.run("tc", "qdisc", "del", "dev", "eth0", "clsact")
    assert peer.process.status is None
    connected(daemon)
