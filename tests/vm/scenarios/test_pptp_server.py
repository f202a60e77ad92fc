# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp-linux with pppd, and NetworkManager's plugin, as clients of our PPTP server."""

from support.link_setups import SERVED, pptp_server
from support.ppp_frames import COMPRESSED, IPV4, in_the_clear, ppp_frames
from support.pptp_peers import HOME, MPPE, NetworkManager, PptpLinuxClient, wire
from support.setups import PASSWORD, USER
from support.transfer import transfer
from support.wait import wait_for

GIVEN = "10.8.0.2"


def ended(daemon):
    wait_for(lambda: not daemon.pppctl("active") and not daemon.namespace.links("ppp"), 10, "the session to end")


def test_pptp_linux_connects_is_kicked_and_is_refused(lab):
    isp, home = wire(lab)
    daemon = lab.daemon(isp, *pptp_server())
    peer = PptpLinuxClient(lab, home, USER, PASSWORD, "nomppe", "usepeerdns")
    peer.wait_connected()
    assert peer.address == GIVEN and "primary   DNS address 10.8.0.53" in peer.process.output()
    home.ping(SERVED, count=3)
    isp.ping(GIVEN, count=3)
    row, = daemon.pppctl("active")
    assert (row["name"], row["service"], row["address"], row["caller-id"]) == (USER, "pptp", GIVEN, HOME)
    assert row["interface"] == f"<pptp-{USER}>"
    daemon.pppctl("kick", row["id"], json=False)
    peer.process.wait_output(r"rcvd \[LCP TermReq")
    peer.process.wait(20)
    ended(daemon)

    peer = PptpLinuxClient(lab, home, USER, PASSWORD, "nomppe")
    peer.wait_connected()
    peer.process.terminate()
    daemon.wait_log("session 2 closed: .*peer-terminated")
    ended(daemon)
    refused = PptpLinuxClient(lab, home, USER, "guessed", "nomppe")
    line = daemon.wait_log(rf"session 3 failed: .*auth-failed: (.*{USER}.*)").group(1)
    assert "guessed" not in line
    assert refused.process.wait(20) != 0
    ended(daemon)


def test_is_encrypted_as_the_client_demands_and_carries_data_each_way(lab):
    isp, home = wire(lab)
    daemon = lab.daemon(isp, *pptp_server(encryption="required"))
    for encoding, options in MPPE.items():
        capture = lab.capture(isp, expression="proto gre")
        peer = PptpLinuxClient(lab, home, USER, PASSWORD, *options)
        peer.wait_connected()
        home.ping(SERVED, count=3)
        row, = daemon.pppctl("active")
        assert row["encoding"] == encoding
        seen = {frame.protocol for frame in ppp_frames(capture.frames())}
        assert COMPRESSED in seen and IPV4 not in seen, f"{encoding}: {seen}"
        capture.stop()
        transfer(lab, home, isp, SERVED, 1)
        transfer(lab, isp, home, row["address"], 1)
        assert daemon.pppctl("active")[0]["id"] == row["id"]
        peer.process.terminate()
        ended(daemon)


def test_who_does_not_encrypt_though_it_is_required_gets_nothing_in_the_clear(lab):
    isp, home = wire(lab)
    daemon = lab.daemon(isp, *pptp_server(encryption="required"))
    capture = lab.capture(isp, expression="proto gre")
    peer = PptpLinuxClient(lab, home, USER, PASSWORD, "nomppe")
    daemon.wait_log("session 1 (failed|closed): .*encryption-failed: ", 40)
    assert peer.process.wait(20) != 0
    assert "CHAP authentication succeeded" in peer.process.output()
    assert not in_the_clear(capture.frames())
    ended(daemon)


def test_network_manager_connects_with_mppe_and_leaves(lab):
    isp, home = wire(lab)
    daemon = lab.daemon(isp, *pptp_server(encryption="required"))
    home.run("ip", "address", "flush", "dev", "eth0")  # it gives the address itself
    desk = NetworkManager(lab, home, USER, PASSWORD, require_mppe_128="yes", refuse_eap="yes")
    desk.up()
    home.ping(SERVED, count=3)
    row, = daemon.pppctl("active")
    assert (row["name"], row["encoding"], row["address"]) == (USER, "MPPE128 stateless", GIVEN)
    desk.down()
    daemon.wait_log("session 1 closed: .*peer-terminated")
    ended(daemon)
