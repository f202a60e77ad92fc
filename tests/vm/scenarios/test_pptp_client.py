# SPDX-License-Identifier: GPL-2.0-or-later
"""Our PPTP client at Debian's pptpd, whose GRE is in user mode and whose sessions are pppds."""

import socket

from support.link_setups import pptp_client
from support.ppp_frames import COMPRESSED, IPV4, in_the_clear, ppp_frames
from support.pptp_peers import HOME, HOME_TOO, ISP, MPPE, PORT, PptpdServer, second_address, wire
from support.setups import PASSWORD, USER, connected
from support.transfer import transfer
from support.wait import wait_for

THERE, HERE = "10.3.0.1", "10.3.0.10"
NAME = "pptp-out1"


def at_pptpd(lab, *options, **properties):
    isp, home = wire(lab)
    peer = PptpdServer(lab, isp, USER, PASSWORD, "require-mschap-v2", *options)
    return isp, home, peer, lab.daemon(home, *pptp_client(**properties))


def callers(isp):
    """Whose control connections the server has."""
    lines = isp.run("ss", "-Htn", "state", "established", f"sport = :{PORT}").stdout.splitlines()
    return {line.split()[-1].rsplit(":", 1)[0] for line in lines}


def test_connects_in_the_clear_is_hung_up_on_and_dials_again(lab):
    isp, home, peer, daemon = at_pptpd(lab, "nomppe", "ms-dns 10.3.0.53", add_default_route=True)
    status = connected(daemon, NAME)
    assert (status["local-address"], status["remote-address"]) == (HERE, THERE)
    assert not status["encoding"] and "10.3.0.53" in status["dns"]
    capture = lab.capture(isp, expression="proto gre")
    home.ping(THERE, count=3)
    home.ping(THERE, "-s", 1472, "-M", "dont")
    wait_for(lambda: in_the_clear(capture.frames()), 5, "packets anybody can read")
    # The way to the server is not through the tunnel.
    assert home.ip("route", "get", ISP)[0]["dev"] == "eth0"
    assert home.ip("route", "get", "198.51.100.1")[0]["dev"] == NAME

    daemon.expect_warning(f"^{NAME}: peer-terminated: ")
    isp.run("pkill", "-TERM", "-x", "pppd")
    daemon.wait_log(f"{NAME}: peer-terminated: ", 15)
    connected(daemon, NAME)
    assert callers(isp) == {HOME}
    daemon.pppctl("set", "pptp-client", NAME, f"source-address={second_address(home)}", json=False)
    daemon.wait_log(f"{NAME}: config-changed: ", 15)
    connected(daemon, NAME)
    wait_for(lambda: callers(isp) == {HOME_TOO}, 10, "the control connection of the other address alone")
    home.ping(THERE)
    wait_for(lambda: socket.inet_aton(HOME_TOO) in {frame.source for frame in in_the_clear(capture.frames())}, 5,
             "GRE from the other address")
    daemon.pppctl("down", NAME, json=False)
    wait_for(lambda: "rcvd [LCP TermReq" in peer.output(), 10, "pppd to hear our Terminate-Request")
    wait_for(lambda: not isp.run("pgrep", "-x", "pptpctrl", check=False).stdout, 10, "its control connection to end")


def test_a_wrong_password_is_told(lab):
    isp, _, _, daemon = at_pptpd(lab, "nomppe", password="guessed")
    daemon.expect_warning(f"^{NAME}: auth-failed: ")
    said = daemon.wait_log(rf"{NAME}: auth-failed: (.*) PPP_OBJECT=", 30).group(1)
    assert USER in said and "guessed" not in said
    wait_for(lambda: not isp.run("pgrep", "-x", "pptpctrl", check=False).stdout, 10, "its control connection to end")


def test_is_encrypted_as_the_server_demands_and_carries_data_each_way(lab):
    isp, home, peer, daemon = at_pptpd(lab, "nomppe", encryption="required", disabled=True)
    for encoding, options in MPPE.items():
        peer.demand("require-mschap-v2", *options)
        capture = lab.capture(isp, expression="proto gre")
        daemon.pppctl("enable", NAME, json=False)
        status = connected(daemon, NAME)
        assert status["encoding"] == encoding
        home.ping(THERE, count=3)
        seen = {frame.protocol for frame in ppp_frames(capture.frames())}
        assert COMPRESSED in seen and IPV4 not in seen, f"{encoding}: {seen}"
        capture.stop()
        transfer(lab, home, isp, THERE, 1)
        transfer(lab, isp, home, status["local-address"], 1)
        assert daemon.pppctl("status", NAME)["since"] == status["since"]
        daemon.pppctl("disable", NAME, json=False)
        wait_for(lambda: not isp.links("ppp"), 10, "pppd to be gone")


def test_without_the_encryption_that_is_required_nothing_leaves(lab):
    isp, home, peer, daemon = at_pptpd(lab, "nomppe", encryption="required")
    capture = lab.capture(isp, expression="proto gre")
    home.run("ip", "route", "add", "default", "via", ISP)
    ping = lab.process(home, "ping", "-n", "-i", "0.1", THERE)  # takes the tunnel as soon as there is one
    daemon.expect_warning(f"^{NAME}: encryption-failed: ")
    daemon.wait_log(f"{NAME}: encryption-failed: .*{NAME}", 40)
    ping.terminate()
    assert "CHAP authentication succeeded" in peer.output() or "rcvd [CHAP Response" in peer.output()
    assert not in_the_clear(capture.frames())
