# SPDX-License-Identifier: GPL-2.0-or-later
"""MPPE: with pppd in both roles, required against who will not, and a wire on which nothing is in the clear."""

import signal
import sys
from pathlib import Path

import pytest

from support.announced import ENDS
from support.peers import REQUIRE, PppdClient, PppoeServer
from support.setups import PASSWORD, USER, client, connected, server
from support.wait import wait_for

ATTACK = Path(__file__).parent / "support" / "ccp_attack.py"
SESSION_STAGE = b"\x88\x64"
ENCRYPTED = "MPPE128 stateless"


def encrypted_server(wish="required"):
    config, secrets = server(authentication="mschap2")
    config["profile"]["homes"]["use-encryption"] = wish
    return config, secrets


def encrypted_client(wish="required"):
    config, secrets = client()
    config["profile"] = {"secure": {"use-encryption": wish}}
    config["pppoe-client"]["pppoe-out1"]["profile"] = "secure"
    return config, secrets


def mac(namespace):
    return namespace.ip("link", "show", "dev", "eth0")[0]["address"]


def protocols(capture, sender=None):
    """The PPP protocol of each session frame seen so far, of one sender or of all."""
    source = bytes.fromhex(mac(sender).replace(":", "")) if sender else b""
    return [int.from_bytes(frame.octets[20:22], "big") for frame in capture.frames()
            if frame.octets[12:14] == SESSION_STAGE and frame.octets[6:12].startswith(source)]


def plaintext(capture, sender=None):
    """Session frames that are neither control protocols nor encrypted."""
    return [f"{protocol:#06x}" for protocol in protocols(capture, sender)
            if protocol < 0x8000 and protocol != 0xfd]


def guard(namespace):
    return "table netdev pppmanager" in namespace.run("nft", "list", "tables").stdout


@pytest.mark.parametrize("bits", [128, 40])
def test_pppd_encrypts_with_our_server(lab, bits):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *encrypted_server())
    capture = lab.capture(home, expression="pppoes")
    peer = PppdClient(lab, home, USER, PASSWORD, f"require-mppe-{bits}")
    peer.wait_connected()
    home.ping("10.0.0.1", count=3)
    isp.ping("10.0.0.2", count=3)
    row = daemon.pppctl("active")[0]
    assert (row["encoding"], row["mtu"]) == (f"MPPE{bits} stateless", 1476)
    assert isp.ip("link", "show", "dev", row["interface"])[0]["mtu"] == row["mtu"]
    assert guard(isp)
    peer.process.terminate()
    wait_for(lambda: not guard(isp), 10, "the guard to go with the last session")
    assert protocols(capture).count(0xfd) >= 12
    assert not plaintext(capture, isp)


def test_our_client_encrypts_with_pppd(lab):
    isp, home = lab.pair("isp", "home")
    PppoeServer(lab, isp, USER, PASSWORD, *REQUIRE["mschap2"], "require-mppe-128")
    capture = lab.capture(home, expression="pppoes")
    daemon = lab.daemon(home, *encrypted_client())
    status = connected(daemon)
    assert status["encoding"] == ENCRYPTED
    home.ping("10.2.0.1", count=3)
    assert protocols(capture).count(0xfd) >= 6
    assert not plaintext(capture, home)


def test_a_peer_that_will_not_encrypt_is_refused_or_served_in_the_clear(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *encrypted_server())
    capture = lab.capture(home, expression="pppoes")
    refused = PppdClient(lab, home, USER, PASSWORD, "nomppe")
    daemon.wait_log("session 1 failed: .*encryption-failed: ", 40)
    refused.process.wait(20)
    assert not plaintext(capture, isp)
    config, secrets = encrypted_server("yes")
    daemon.write(config, secrets)
    daemon.reload()
    peer = PppdClient(lab, home, USER, PASSWORD, "nomppe")
    peer.wait_connected()
    home.ping("10.0.0.1", count=3)
    row = daemon.pppctl("active")[0]
    assert (row["encoding"], row["mtu"]) == ("", 1480)


def two_of_ours(lab):
    isp, home = lab.pair("isp", "home")
    daemons = []
    for namespace, setup in ((isp, encrypted_server()), (home, encrypted_client())):
        daemon = lab.daemon(namespace, *setup, start=False)
        daemon.start_keeper()
        daemons.append(daemon.start())
    assert connected(daemons[1])["encoding"] == ENCRYPTED
    return daemons


def attack(lab, ac, cpe, rounds, *code):
    """CCP packets from the home's end of the wire to the provider's, until all are sent."""
    row = ac.pppctl("active")[0]
    run = lab.process(cpe.namespace, sys.executable, ATTACK, "eth0", mac(ac.namespace), row["session-id"],
                      rounds, *code)
    assert run.wait(30) == 0


@pytest.mark.deadline(120)
def test_whatever_ccp_packets_come_nothing_leaves_in_the_clear(lab):
    ac, cpe = two_of_ours(lab)
    capture = lab.capture(ac.namespace, expression="pppoes")
    flood = lab.process(ac.namespace, "ping", "-i", "0.002", "-q", "10.0.0.2")
    attack(lab, ac, cpe, 10)
    assert protocols(capture).count(0xfd) > 20
    assert not plaintext(capture)
    # It comes back, each time.
    wait_for(lambda: connected(cpe)["encoding"] == ENCRYPTED, 20, "encryption")
    cpe.namespace.ping("10.0.0.1", count=2)
    # The same without the guard: the wire shows what it held back.
    ac.namespace.run("nft", "delete", "table", "netdev", "pppmanager")
    attack(lab, ac, cpe, 10)
    assert plaintext(capture), "without the guard nothing leaked: this scenario would not see a leak"
    flood.terminate(number=signal.SIGINT)
    for daemon in (ac, cpe):
        daemon.tolerate(ENDS)


def test_a_terminate_request_for_ccp_ends_what_requires_encryption(lab):
    ac, cpe = two_of_ours(lab)
    capture = lab.capture(ac.namespace, expression="pppoes")
    flood = lab.process(ac.namespace, "ping", "-i", "0.002", "-q", "10.0.0.2")
    cpe.expect_warning(r"^pppoe-out1: ")
    attack(lab, ac, cpe, 1, 5)
    ac.wait_log("session 1 closed: .*encryption-failed: ")
    assert not plaintext(capture)
    flood.terminate(number=signal.SIGINT)


def test_a_killed_service_carries_encryption_on_without_losing_a_ping(lab):
    ac, cpe = two_of_ours(lab)
    capture = lab.capture(ac.namespace, expression="pppoes")
    ping = lab.process(cpe.namespace, "ping", "-i", "0.1", "10.0.0.1")
    ping.wait_output("icmp_seq=5 ", 15)
    for daemon in (cpe, ac):
        daemon.kill()
        assert guard(daemon.namespace)
        daemon.start()
        wait_for(lambda: "carrying on 1 session" in daemon.process.output(), 10, "the session to be carried on")
        assert daemon.pppctl("active")[0]["encoding"] == ENCRYPTED
        assert guard(daemon.namespace)
    ping.mark()
    ping.wait_output("icmp_seq=", 10)
    ping.send(signal.SIGINT)
    summary = ping.wait_output(r"(\d+) packets transmitted, (\d+) received", 10)
    assert summary[1] == summary[2], summary[0]
    assert not plaintext(capture)
    # CCP negotiated anew after the restart has its keys.
    attack(lab, ac, cpe, 1)
    wait_for(lambda: connected(cpe)["encoding"] == ENCRYPTED, 20, "encryption")
    cpe.namespace.ping("10.0.0.1", count=2)
    cpe.pppctl("down", "pppoe-out1", json=False)
    wait_for(lambda: not guard(ac.namespace) and not guard(cpe.namespace), 10, "the guards to go")
