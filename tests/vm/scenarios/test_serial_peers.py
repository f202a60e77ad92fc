# SPDX-License-Identifier: GPL-2.0-or-later
"""Our serial client and server with pppd at the other end of a null-modem cable, and at modems of a scripted exchange."""

import re

import pytest

from support import modem
from support.lines import Telephone
from support.link_setups import SERVED, serial_client, serial_server
from support.peers import PppServices, Pppd
from support.setups import PASSWORD, USER, connected
from support.wait import wait_for

NAME = "ppp-out1"
THERE, HERE = "10.6.0.1", "10.6.0.2"
PIN = "4711"
ACCOUNT = ("user", USER, "password", PASSWORD)


def as_provider(lab, namespace, device, name="provider"):
    """A pppd that waits for somebody to dial in, again and again."""
    return Pppd(lab, namespace, device, "115200", "local", "passive", "persist", "auth", "require-mschap-v2",
                "name", "peer", f"{THERE}:{HERE}", services=PppServices(lab, name, USER, PASSWORD))


def test_our_client_at_pppd_over_a_cable(lab):
    isp, home = lab.pair("isp", "home")
    lines = Telephone(lab, home, "cable:in:out")
    peer = as_provider(lab, isp, lines.device("in"))
    daemon = lab.daemon(home, *serial_client(lines.port("out")))
    status = connected(daemon, NAME)
    assert (status["local-address"], status["remote-address"], status["mtu"]) == (HERE, THERE, 1500)
    home.ping(THERE, "-s", 1472, "-M", "do", count=3)
    home.ping(THERE, "-s", 1400, "-i", "0.01", count=100, deadline=30)
    said = peer.process.output()
    assert "rcvd [LCP ConfReq" in said and "<asyncmap" in said and "<pcomp>" in said and "<accomp>" in said
    daemon.pppctl("down", NAME, json=False)
    wait_for(lambda: "rcvd [LCP TermReq" in peer.process.output(), 10, "pppd to hear our Terminate-Request")
    daemon.pppctl("up", NAME, json=False)
    connected(daemon, NAME)
    daemon.expect_warning(f"^{NAME}: lost-carrier: ")
    lines.order("unplug", "out")
    daemon.wait_log(f"{NAME}: lost-carrier: ", 10)
    lines.order("plug", "out")
    connected(daemon, NAME)
    home.ping(THERE)


@pytest.mark.parametrize("encryption", ["no", "required"])
def test_pppd_at_our_server_over_a_cable(lab, encryption):
    isp, home = lab.pair("isp", "home")
    lines = Telephone(lab, home, "cable:in:out")
    daemon = lab.daemon(isp, *serial_server(lines.port("in"), encryption=encryption))
    mppe = ("require-mppe-128",) if encryption == "required" else ("nomppe",)

    def dials(password=PASSWORD):
        return Pppd(lab, home, lines.device("out"), "115200", "local", "noauth", "noipdefault", "user", USER,
                    "password", password, *mppe)
    peer = dials()
    peer.wait_connected()
    home.ping(SERVED, "-s", 1400, count=3)
    row, = daemon.pppctl("active")
    assert (row["name"], row["service"], row["caller-id"]) == (USER, "ppp", lines.port("in"))
    assert row["interface"] == "ppp-in1"
    assert row["encoding"] == ("MPPE128 stateless" if encryption == "required" else "")
    home.ping(SERVED, "-s", 1400, "-i", "0.01", count=100, deadline=30)
    peer.process.terminate()
    daemon.wait_log("session 1 closed: .*peer-terminated")
    if encryption == "required":
        return
    refused = dials("guessed")
    assert "guessed" not in daemon.wait_log(f"session 2 failed: .*auth-failed: (.*{USER}.*)", 30).group(1)
    refused.process.terminate()
    peer = dials()  # and the server waits again
    peer.wait_connected(40)
    daemon.pppctl("kick", daemon.pppctl("active")[0]["id"], json=False)
    peer.process.wait_output(r"rcvd \[LCP TermReq")


def dialling(lines, **properties):
    return serial_client(lines.port("gsm"), **{"null-modem": False, "apn": "internet", "phone": "*99***1#",
                                               "modem-init": "ATZ", **properties})


def with_pin(setup):
    setup[1]["ppp-client"][NAME]["pin"] = PIN
    return setup


def test_our_client_dials_with_a_modem_and_its_calls_end(lab):
    isp, home = lab.pair("isp", "home")
    lines = Telephone(lab, home, f"modem:gsm:{PIN}", "line:*99***1#")
    provider = as_provider(lab, isp, lines.device("*99***1#"))
    daemon = lab.daemon(home, *with_pin(dialling(lines)))
    connected(daemon, NAME)
    home.ping(THERE, count=3)
    said = lines.process.output()
    for line in ("gsm < ATZ", f"gsm < AT+CPIN={PIN}", 'gsm < AT+CGDCONT=1,"IP","internet"', "gsm < ATDT*99***1#",
                 "gsm > CONNECT 115200"):
        assert line in said.replace(f'"{PIN}"', PIN), f"{line} not in:\n{said}"
    assert PIN not in daemon.process.output()
    assert "115200" in daemon.pppctl("status", NAME)["dial-status"]

    daemon.expect_warning(f"^{NAME}: lost-carrier: ")
    lines.order("hang-up", "gsm")
    daemon.wait_log(f"{NAME}: lost-carrier: ", 10)
    # A hang-up takes a pseudo terminal away: pppd would wait for the old one for ever.
    provider.process.terminate()
    as_provider(lab, isp, lines.device("*99***1#"), "provider-again")
    connected(daemon, NAME, 60)
    lines.process.mark()
    daemon.pppctl("down", NAME, json=False)
    lines.process.wait_output(r"gsm and \S+ part")


FAILURES = {"100": "BUSY", "101": "NO CARRIER", "102": "NO DIALTONE", "103": "NO ANSWER",
            modem.GARBAGE: "NO CARRIER", modem.HANGS_UP: "lost-carrier", modem.CONNECTS_AND_HANGS_UP: "lost-carrier|loopback"}  # back in its command mode, it echoes


@pytest.mark.deadline(300)
def test_each_failure_of_a_modem_is_told(lab):
    home = lab.namespace("home")
    words = [f"modem:gsm{number}" for number in FAILURES]
    lines = Telephone(lab, home, *words)
    names = {f"ppp-out{index}": number for index, number in enumerate(FAILURES, 1)}
    config, secrets = serial_client(*(lines.port(f"gsm{number}") for number in FAILURES),
                                    **{"null-modem": False, "disabled": False})
    for name, number in names.items():
        config["ppp-client"][name]["phone"] = number
        config["ppp-client"][name]["dial-command"] = "ATDT"
    daemon = lab.daemon(home, config, secrets)
    for name, number in names.items():
        daemon.expect_warning(f"^{name}: ")
        said = daemon.wait_log(rf"{name}: ([a-z-]+: .*) PPP_OBJECT={name} ", 90).group(1)
        print(f"{number}: {said}")
        assert re.search(FAILURES[number], said) and len(said) < 300, said
    assert daemon.process.status is None


def test_a_caller_rings_twice_is_answered_and_the_next_one_is_too(lab):
    isp, home = lab.pair("isp", "home")
    lines = Telephone(lab, home, "modem:555", "modem:caller")
    daemon = lab.daemon(isp, *serial_server(lines.port("555"), **{
        "null-modem": False, "modem-init": "ATZ", "ring-count": 2}))
    lines.process.wait_output("555 > OK")
    for session in (1, 2):
        lines.process.mark()
        chat = "chat -v TIMEOUT 20 ABORT BUSY '' AT OK ATDT555 CONNECT ''"
        peer = Pppd(lab, home, lines.device("caller"), "115200", "local", "noauth", "noipdefault", *ACCOUNT,
                    "connect", chat)
        peer.wait_connected(40)
        home.ping(SERVED, count=2)
        assert lines.process.output().split("555 < ATA")[session - 1].count("555 > RING") >= 2
        if session == 1:
            peer.process.terminate()
            daemon.wait_log("session 1 closed: ")
            wait_for(lambda: not daemon.pppctl("active"), 10, "the session to end")
            lines.process.wait_output(r"(?s)and \S+ part.*555 > OK", 20)  # its modem is made ready again
        else:
            lines.order("hang-up", "555")
            daemon.wait_log("session 2 closed: .*lost-carrier")
