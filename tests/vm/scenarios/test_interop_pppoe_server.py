# SPDX-License-Identifier: GPL-2.0-or-later
"""Our client at Debian's pppoe-server, whose sessions are pppds in user mode."""

import pytest

from support.peers import REQUIRE, PppoeServer
from support.pppoe import PADT, discovery
from support.rules import FULL
from support.setups import PASSWORD, USER, Street, client, clients, connected
from support.transfer import transfer
from support.wait import wait_for

MEGABYTES = 100 if FULL else 10  # each way; in user mode each frame passes two programs


@pytest.mark.parametrize("method", REQUIRE)
def test_our_client_connects_or_is_refused_with(lab, method):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE[method], "ms-dns 10.2.0.53")
    good = client(**{"use-peer-dns": True, "add-default-route": True})
    daemon = lab.daemon(home, *good)
    status = connected(daemon)
    assert status["remote-address"] == "10.2.0.1"
    assert status["local-address"] == "10.2.0.10"
    assert "10.2.0.53" in status["dns"]
    assert status["ac-name"] == "peer-ac"
    home.ping("10.2.0.1", count=3)
    routes = home.ip("route", "show", "default")
    assert [(r["dev"], r["metric"], r["protocol"]) for r in routes] == [("pppoe-out1", 1, "80")]

    for name, user in (("wrong", USER), ("nobody", "ann")):
        daemon.expect_warning(f"^{name}: auth-failed: ")
    daemon.write(*clients(good, client("wrong", password="guessed"), client("nobody", user="ann")))
    daemon.reload()
    for name, user in (("wrong", USER), ("nobody", "ann")):
        sentence = daemon.wait_log(rf"{name}: auth-failed: (.*) PPP_OBJECT={name} ", 40).group(1)
        assert user in sentence and "guessed" not in sentence
        refused = daemon.pppctl("status", name)
        assert (refused["last-reason"], refused["last-error"]) == ("auth-failed", sentence)
    assert daemon.pppctl("status", "pppoe-out1")["since"] == status["since"]


def test_our_client_connects_with_ipv4_only_and_with_both(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"], "+ipv6")
    daemon = lab.daemon(home, *client(ipv6=False))
    assert not connected(daemon)["remote-ipv6-address"]
    home.ping("10.2.0.1")
    daemon.write(*client())
    daemon.reload()

    def both():
        now = daemon.pppctl("status", "pppoe-out1")
        return now if now["state"] == "connected" and now["remote-ipv6-address"] else None
    there = wait_for(both, 40, "IPv6 on the new session")["remote-ipv6-address"]
    home.ping(f"{there}%pppoe-out1", count=3)
    home.ping("10.2.0.1")


def test_a_service_name_is_found_where_it_is_offered_and_missed_by_name_elsewhere(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"], service="internet")
    daemon = lab.daemon(home, *client(**{"service-name": "internet"}))
    assert connected(daemon)["service-name"] == "internet"
    daemon.write(*client(**{"service-name": "television"}))
    daemon.reload()
    daemon.expect_warning("television")
    daemon.wait_log("no-answer: no Access-Concentrator on eth0 answered 3 PADI for service .television.", 40)
    assert "television" in daemon.pppctl("status", "pppoe-out1")["last-error"]


@pytest.mark.deadline(600)
def test_megabytes_each_way(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"])
    daemon = lab.daemon(home, *client())
    status = connected(daemon)
    transfer(lab, home, isp, "10.2.0.1", MEGABYTES)
    transfer(lab, isp, home, status["local-address"], MEGABYTES)


def test_terminate_request_and_padt_of_our_client_and_of_the_server(lab):
    isp, home = lab.pair("isp", "home")
    peer = PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"])
    daemon = lab.daemon(home, *client(), start=False).start("--verbose")
    capture = lab.capture(isp, expression="pppoed")
    session = connected(daemon)["session-id"]
    daemon.pppctl("down", "pppoe-out1", json=False)
    wait_for(lambda: "rcvd [LCP TermReq" in peer.output(), 15, "the peer to hear our Terminate-Request")
    mac = bytes.fromhex(home.ip("link", "show", "dev", "eth0")[0]["address"].replace(":", ""))
    wait_for(lambda: (mac, PADT, session) in discovery(capture), 5, "our PADT")
    assert not home.links("ppp")

    daemon.pppctl("up", "pppoe-out1", json=False)
    daemon.expect_warning("pppoe-out1: peer-terminated: ")
    # Killed, a pppd says nothing, but its pppoe sees the end of the pseudo terminal and sends a PADT.
    for number, asks in (("TERM", True), ("KILL", False)):
        connected(daemon)
        daemon.process.mark()
        isp.run("pkill", f"-{number}", "-x", "pppd")
        said = daemon.wait_log(r"(?s)^.*received [^\n]*PADT.*pppoe-out1: peer-terminated: ", 20)[0]
        assert ("received [LCP TermReq" in said) == asks, said
    connected(daemon)


def test_a_killed_server_is_found_by_echo_and_dialled_again_when_it_is_back(lab):
    isp, home = lab.pair("isp", "home")
    peer = PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"])
    daemon = lab.daemon(home, *client(**{"keepalive-timeout": 3}))
    connected(daemon)
    daemon.process.mark()
    daemon.expect_warning("pppoe-out1: echo-timeout")
    daemon.expect_warning("pppoe-out1: no-answer")
    isp.run("tc", "qdisc", "add", "dev", "eth0", "clsact")
    isp.run("tc", "filter", "add", "dev", "eth0", "egress", "matchall", "action", "drop")
    peer.kill()
    daemon.wait_log("pppoe-out1: echo-timeout", 2 * 3 + 1 + 2)
    assert not home.links("ppp")
    daemon.wait_log("pppoe-out1: no-answer", 20)
    isp.run("tc", "qdisc", "del", "dev", "eth0", "clsact")
    peer.start()
    connected(daemon, deadline=60)
    home.ping("10.2.0.1")
    daemon.stop()  # before the server, which was started last and ends first


def test_a_cable_pulled_and_put_back(lab):
    street = Street(lab)
    isp, home = street.left, street.right
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"])
    daemon = lab.daemon(home, *client())
    before = connected(daemon)
    street.pull(home)
    street.put_back(home)
    home.ping("10.2.0.1", count=3)
    kept = daemon.pppctl("status", "pppoe-out1")
    assert (kept["state"], kept["since"]) == ("connected", before["since"])
    daemon.expect_warning("pppoe-out1: lost-carrier: interface eth0 has no carrier")
    street.pull(home)
    daemon.wait_log("pppoe-out1: lost-carrier: ", 5 + 5)
    street.put_back(home)
    connected(daemon)
    home.ping("10.2.0.1", count=3)
