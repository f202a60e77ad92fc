# SPDX-License-Identifier: GPL-2.0-or-later
"""The package on a machine: installed, used, removed and purged."""

import re
from pathlib import Path

import pytest

from installed.machine import NAME, SERVICE
from support.capture import Capture
from support.namespace import cable
from support.peers import PppdClient, PppoeServer
from support.pppoe import PADT, discovery
from support.setups import PASSWORD, USER, connected
from support.wait import wait_for


def add_with_password(machine, *words):
    done = machine.try_pppctl("add", *words, "password", stdin=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr


def dialled(machine, lab):
    """A provider of others on a cable, and a client of ours connected to it."""
    isp = lab.namespace("isp")
    cable(machine.host, "wan0", isp, "eth0")
    peer = PppoeServer(lab, isp, USER, PASSWORD)
    add_with_password(machine, "pppoe-client", "pppoe-out1", "interface=wan0", f"user={USER}", "disabled=no")
    return isp, peer, connected(machine)


@pytest.mark.deadline(240)
def test_installed_it_is_up_at_once_and_connects_in_both_roles(machine, lab, tell):
    if machine.installed:
        machine.purge()
    machine.read_dependencies()
    machine.install()
    first = machine.start_time()
    machine.systemctl("restart", SERVICE)
    machine.wait_ready()
    tell(f"ready {first:.2f} s after its start when installed, {machine.start_time():.2f} s when restarted")
    assert first < 2 and machine.start_time() < 2
    assert machine.systemctl("is-enabled", SERVICE) == "enabled"

    isp, peer, now = dialled(machine, lab)
    assert (now["remote-address"], now["local-address"]) == ("10.2.0.1", "10.2.0.10")
    machine.host.ping("10.2.0.1", count=3)
    isp.ping("10.2.0.10", count=3)

    home = lab.namespace("home")
    cable(machine.host, "lan0", home, "eth0")
    machine.pppctl("add", "pool", "homes", "ranges=10.0.0.2-10.0.0.9", json=False)
    machine.pppctl("add", "profile", "homes", "local-address=10.0.0.1", "remote-address=homes", json=False)
    add_with_password(machine, "secret", USER, "service=pppoe", "profile=homes")
    machine.pppctl("add", "pppoe-server", "fibre", "interface=lan0", "disabled=no", json=False)
    client = PppdClient(lab, home, USER, PASSWORD)
    client.wait_connected()
    assert client.address == "10.0.0.2"
    home.ping("10.0.0.1", count=3)
    assert len(machine.pppctl("active")) == 2
    machine.manager().reset()
    client.process.wait(20)
    assert not machine.host.links("ppp")


def test_removed_it_says_goodbye_keeps_its_configuration_and_comes_back(machine, lab):
    machine.ensure_installed()
    isp, peer, now = dialled(machine, lab)
    kept = Path("/etc/pppmanager/config.json").read_text()
    capture: Capture = lab.capture(isp, expression="pppoed")
    machine.apt("remove", NAME)
    wait_for(lambda: now["session-id"] in [p.session for p in discovery(capture) if p.code == PADT], 5, "a PADT")
    assert re.search(r"rcvd \[LCP TermReq", peer.output()), "no Terminate-Request before it"
    assert not machine.host.links("ppp")
    assert Path("/etc/pppmanager/config.json").read_text() == kept
    assert machine.systemctl("is-active", SERVICE, check=False) == "inactive"
    capture.stop()

    machine.install()
    after = connected(machine)
    machine.host.ping("10.2.0.1", count=3)
    assert after["since"] > now["since"]
    machine.manager().reset()
    wait_for(lambda: not machine.host.links("ppp"), 10, "the interface to go")


def test_purged_it_leaves_nothing(machine):
    machine.ensure_installed()
    machine.pppctl("add", "pool", "homes", "ranges=10.0.0.2-10.0.0.9", json=False)
    added = machine.files() - machine.pristine
    assert "/usr/bin/pppctl" in added and "/etc/pppmanager/config.json" in added
    machine.purge()
    after = machine.files()
    assert sorted(after - machine.pristine) == [] and sorted(machine.pristine - after) == []
    assert not Path("/run/pppmanager").exists()
    listed = machine.systemctl("list-units", "--all", "--plain", "--no-legend", "pppmanager*")
    assert listed == "", listed
