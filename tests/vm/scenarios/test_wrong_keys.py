# SPDX-License-Identifier: GPL-2.0-or-later
"""Two ends whose MPPE keys differ, as somebody in the middle makes it seem: both find out, and none hangs."""

from pathlib import Path

import pytest

from support import middleman
from support.link_setups import pptp_client, pptp_server
from support.namespace import cable
from support.ppp_frames import in_the_clear
from support.pptp_peers import HOME, ISP
from support.setups import client, server
from support.wait import wait_for


def pppoe():
    serves, dials = server(authentication="mschap2", ipv6=False), client(ipv6=False)
    serves[0]["profile"]["homes"]["use-encryption"] = "required"
    dials[0]["profile"]["default"]["use-encryption"] = "required"
    return serves, dials, "pppoe-out1"


def pptp():
    return pptp_server(encryption="required"), pptp_client(encryption="required"), "pptp-out1"


@pytest.mark.parametrize("link", [pppoe, pptp], ids=lambda link: link.__name__)
def test_both_ends_say_that_encryption_failed(lab, link):
    isp, home, street = (lab.namespace(name) for name in ("isp", "home", "street"))
    for end, address in ((isp, ISP), (home, HOME)):
        cable(end, "eth0", street, str(end))
        end.run("ip", "address", "add", f"{address}/24", "dev", "eth0")
        # The one in the middle passes on what it sees: checksums, and no more than one packet at a time.
        end.run("ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off", "gro", "off")
    between = lab.process(street, "/usr/bin/python3", Path(middleman.__file__), str(isp), str(home))
    between.wait_output("listening", 30)
    serves, dials, name = link()
    server_of, client_of = lab.daemon(isp, *serves), lab.daemon(home, *dials, start=False)
    client_of.expect_warning(f"^{name}: encryption-failed: ")
    capture = lab.capture(isp)
    home.run("ip", "route", "add", "default", "via", ISP)
    ping = lab.process(home, "ping", "-n", "-i", "0.1", serves[0]["profile"][next(iter(serves[0]["profile"]))][
        "local-address"])
    client_of.start()
    client_of.wait_log(f"{name}: encryption-failed: ", 60)
    server_of.wait_log("session 1 closed: .*(encryption-failed|peer-terminated)", 20)
    assert " 0 received" in stopped(ping)
    # That pings leave is proved by what was encrypted; outside of the session they are no concern.
    assert not [frame for frame in in_the_clear(capture.frames()) if frame.payload]
    client_of.pppctl("down", name, json=False)
    wait_for(lambda: not home.links("ppp") and not isp.links("ppp"), 10, "the interfaces to go")


def stopped(ping):
    ping.send(2)
    return ping.wait_output(r"\d+ packets transmitted.*")[0]
