# SPDX-License-Identifier: GPL-2.0-or-later
"""Megabytes through MPPE with keys of either length between pppd and our server, both with their links in the kernel."""

import pytest

from support.peers import PppdClient
from support.pptp_peers import MPPE
from support.rules import FULL
from support.setups import PASSWORD, USER, server
from support.transfer import transfer

MEGABYTES = 50 if FULL else 10  # each way


@pytest.mark.deadline(300)
@pytest.mark.parametrize("encoding", MPPE)
def test_megabytes_each_way_by(lab, encoding):
    isp, home = lab.pair("isp", "home")
    config, secrets = server(authentication="mschap2", ipv6=False)
    config["profile"]["homes"]["use-encryption"] = "required"
    daemon = lab.daemon(isp, config, secrets)
    peer = PppdClient(lab, home, USER, PASSWORD, *MPPE[encoding])
    peer.wait_connected()
    row, = daemon.pppctl("active")
    assert row["encoding"] == encoding
    transfer(lab, home, isp, "10.0.0.1", MEGABYTES)
    transfer(lab, isp, home, row["address"], MEGABYTES)
    assert daemon.pppctl("active")[0]["id"] == row["id"]
    home.ping("10.0.0.1", count=3)
