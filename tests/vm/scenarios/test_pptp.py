# SPDX-License-Identifier: GPL-2.0-or-later
"""Our PPTP client at our own PPTP server: both ends' control connection, GRE in the kernel of both."""

import signal

from support.link_setups import SERVED, pptp_client, pptp_server
from support.pptp_peers import HOME, HOME_TOO, ISP, second_address, wire
from support.setups import USER, connected
from support.wait import wait_for

NAME = "pptp-out1"


def tunnel(lab, keeper=False, **properties):
    """Server and client, the client connected."""
    isp, home = wire(lab)
    if "source-address" in properties:
        assert second_address(home) == properties["source-address"]
    daemons = []
    for namespace, setup in ((isp, pptp_server()), (home, pptp_client(**properties))):
        daemon = lab.daemon(namespace, *setup, start=False)
        if keeper:
            daemon.start_keeper()
        daemons.append(daemon.start())
    return daemons[0], daemons[1], connected(daemons[1], NAME)


def test_carries_packets_is_shown_and_is_closed_from_either_end(lab):
    server, client, status = tunnel(lab, **{"add-default-route": True})
    assert (status["kind"], status["interface"], status["remote-address"]) == ("pptp-client", ISP, SERVED)
    assert (status["mtu"], status["mru"]) == (1450, 1460)
    client.namespace.ping(SERVED, count=2)
    client.namespace.ping(SERVED, "-s", 1422, "-M", "do")
    # The way to the server is not through the tunnel; everything else's is.
    assert client.namespace.ip("route", "get", ISP)[0]["dev"] == "eth0"
    assert client.namespace.ip("route", "get", "198.51.100.1")[0]["dev"] == NAME
    row = server.pppctl("active")[0]
    assert (row["name"], row["service"], row["caller-id"]) == (USER, "pptp", HOME)
    trace = client.pppctl("trace", str(status["session"]), json=False)
    for message in ("Start-Control-Connection-Request", "Start-Control-Connection-Reply", "Outgoing-Call-Request",
                    "Outgoing-Call-Reply"):
        assert message in trace, trace
    assert "Outgoing-Call-Reply" in server.pppctl("trace", str(row["id"]), json=False)

    client.expect_warning(f"^{NAME}: peer-terminated: ")
    server.pppctl("kick", str(row["id"]), json=False)
    server.wait_log("session .* closed: ")
    client.wait_log(f"{NAME}: peer-terminated: ")
    connected(client, NAME)
    client.pppctl("down", NAME, json=False)
    wait_for(lambda: not server.pppctl("active"), 10, "the server's session to end")
    for daemon in (server, client):
        wait_for(lambda: not daemon.namespace.run("ss", "-Htn", "state", "established").stdout.strip(), 10,
                 "the control connection to be closed")


def test_says_why_it_cannot_connect(lab):
    isp, home = wire(lab)
    server = lab.daemon(isp, *pptp_server())
    client = lab.daemon(home, *pptp_client(password="guessed"))

    def says(pattern, **properties):
        client.process.mark()
        client.expect_warning(f"^{NAME}: {pattern}")
        for name, value in properties.items():
            client.pppctl("set", "pptp-client", NAME, f"{name.replace('_', '-')}={value}", json=False)
        client.wait_log(f"{NAME}: {pattern}", 45)

    says("auth-failed: ")
    server.stop()
    says("no-answer: .*192.0.2.1.*refused", connect_to="192.0.2.1")
    says("no-answer: .*198.51.100.1.*unreachable", connect_to="198.51.100.1")
    says("no-answer: .*no.such.name.invalid", connect_to="no.such.name.invalid")
    says("parent-missing: the source address 192.0.2.77 is not one of this host", connect_to="192.0.2.1",
         source_address="192.0.2.77")


def test_a_server_that_vanishes_ends_the_session_and_is_dialled_again(lab):
    server, client, _ = tunnel(lab)
    client.expect_warning(f"^{NAME}: peer-terminated: ")
    client.tolerate(f"^{NAME}: no-answer: ")
    server.kill()
    client.wait_log(f"{NAME}: peer-terminated: ", 15)
    server.start()
    connected(client, NAME)
    client.namespace.ping(SERVED, count=2)


def test_a_restart_of_either_end_drops_neither_the_session_nor_a_ping(lab):
    server, client, _ = tunnel(lab, keeper=True, **{"add-default-route": True, "source-address": HOME_TOO})
    assert server.pppctl("active")[0]["caller-id"] == HOME_TOO

    def identity():
        return [(row["id"], row["name"], row["caller-id"], row["address"], row["session-id"], row["interface"])
                for daemon in (server, client) for row in daemon.pppctl("active")]

    before = identity()
    assert len(before) == 2
    ping = lab.process(client.namespace, "ping", "-i", "0.1", SERVED)
    ping.wait_output("icmp_seq=5 ", 15)
    for daemon in (client, server):
        daemon.kill()
        daemon.start()
        wait_for(lambda: "carrying on 1 session" in daemon.process.output(), 10, "the session to be carried on")
    assert identity() == before
    ping.mark()
    ping.wait_output("icmp_seq=", 10)
    ping.send(signal.SIGINT)
    summary = ping.wait_output(r"(\d+) packets transmitted, (\d+) received", 10)
    assert summary[1] == summary[2], summary[0]
    # The control connection is as good as before: it ends the call, and the route to the server goes.
    client.pppctl("down", NAME, json=False)
    server.wait_log(f"closed: user {USER} .*peer-terminated")
    wait_for(lambda: not client.namespace.ip("route", "show", ISP), 10, "the route to the server to go")
