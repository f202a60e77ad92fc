# SPDX-License-Identifier: GPL-2.0-or-later
"""Two ends whose MPPE keys differ, as somebody in the middle makes it seem: both say so, and neither hangs."""

from pathlib import Path

import pytest

from support import middleman
from support.link_setups import SERVED, pptp_client, pptp_server
from support.namespace import cable
from support.ppp_frames import in_the_clear
from support.pptp_peers import HOME, ISP
from support.setups import client, server
from support.wait import wait_for


def pppoe():
    serves, dials = server(authentication="mschap2", ipv6=False), client(ipv6=False)
    serves[0]["profile"]["homes"]["use-encryption"] = "required"
    dials[0]["profile"]["default"]["use-encryption"] = "required"
    return serves, dials, "pppoe-out1", "10.0.0.1"


def pptp():
    return pptp_server(encryption="required"), pptp_client(encryption="required"), "pptp-out1", SERVED


ENDS = "encryption-failed: "


@pytest.mark.parametrize("link", [pppoe, pptp], ids=lambda link: link.__name__)
def test_a_session_ends_whose_ends_do_not_understand_each_other(lab, link):
    isp, home, street = (lab.namespace(name) for name in ("isp", "home", "street"))
    for end, address in ((isp, ISP), (home, HOME)):
        cable(end, "eth0", street, str(end))
        end.run("ip", "address", "add", f"{address}/24", "dev", "eth0")
        # The one in the middle passes on what it sees: checksums, and no more than one packet at a time.
        end.run("ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off", "gro", "off")
    between = lab.process(street, "/usr/bin/python3", Path(middleman.__file__), str(isp), str(home))
    between.wait_output("listening", 30)
    serves, dials, name, there = link()
    capture = lab.capture(isp)
    provider, customer = lab.daemon(isp, *serves), lab.daemon(home, *dials)
    customer.expect_warning(f"^{name}: {ENDS}")
    wait_for(lambda: home.ip("-4", "address", "show", "dev", name), 40, "an address")
    pings = [lab.process(end, "ping", "-n", "-i", "0.1", address)
             for end, address in ((home, there), (isp, provider.pppctl("active")[0]["address"]))]
    customer.wait_log(f"{name}: {ENDS}", 30)
    provider.wait_log(f"session 1 closed: .*{ENDS}", 10)
    assert not any("bytes from" in ping.output() for ping in pings)
    assert not in_the_clear(capture.frames())
    customer.pppctl("down", name, json=False)
    wait_for(lambda: not home.links("ppp") and not isp.links("ppp"), 10, "the interfaces to go")
