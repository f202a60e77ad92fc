# SPDX-License-Identifier: GPL-2.0-or-later
"""What a hostile or broken peer does to our PPTP server and client: each is refused for one reason, others go on."""

import os
import resource
import socket
import struct

import pytest

from support import pptp_wire as pptp
from support.link_setups import SERVED, pptp_client, pptp_server
from support.pptp_peers import HOME, ISP, PORT, wire
from support.setups import connected
from support.wait import wait_for

# All of them are the home's: a route is one command, twenty addresses are twenty.
STRANGERS = "192.0.2.96/27"
ATTACKER = "192.0.2.99"
CROWD = [f"192.0.2.{host}" for host in range(100, 120)]
HALF_OPEN = 1000
LATER = "pptp-out2"


def dialled(namespace, source=HOME):
    with namespace.inside():
        return pptp.Control(socket.create_connection((ISP, PORT), 10, (source, 0)))


@pytest.fixture(name="served", scope="module")
def make_served(module_lab):
    """A server of ours with one client of ours that stays connected throughout; strangers' addresses beside it."""
    isp, home = wire(module_lab)
    home.run("ip", "route", "add", "local", STRANGERS, "dev", "eth0")
    daemon = module_lab.daemon(isp, *pptp_server(), start=False).start("--verbose")
    config, secrets = pptp_client("pptp-out1", LATER)
    config["pptp-client"][LATER]["disabled"] = True
    client = module_lab.daemon(home, config, secrets)
    since = connected(client, "pptp-out1")["since"]
    yield daemon, home, client
    home.ping(SERVED)
    assert connected(client, "pptp-out1")["since"] == since


def started(control):
    control.send(pptp.start_request())
    body = control.expect(pptp.SCCRP)
    assert struct.unpack_from("!HB", body) == (0x0100, 1)
    return control


HARMLESS = {
    "octet by octet": lambda control: control.send_in_pieces(pptp.start_request()),
    "two at once": lambda control: control.send(pptp.start_request(), pptp.echo_request()),
}
REFUSED = {
    "a wrong cookie": pptp.start_request(cookie=0x1a2b3c4e),
    "a length beyond any message": pptp.message(pptp.SCCRQ, bytes(144), length=0xffff),
    "a length below the header's": pptp.message(pptp.SCCRQ, bytes(144), length=11),
    "a start request cut short": pptp.message(pptp.SCCRQ, bytes(20)),
    "a call before the start": pptp.call_request(1),
    "a reply to what nobody asked": pptp.start_reply(),
    "an unknown message": pptp.message(99, bytes(8)),
    "something else than PPTP": b"GET / HTTP/1.1\r\nHost: pptp\r\n\r\n",
    "noise": os.urandom(512),
}


@pytest.mark.parametrize("how", HARMLESS)
def test_messages_are_understood_that_come(served, how):
    _, home, _ = served
    control = dialled(home)
    HARMLESS[how](control)
    control.expect(pptp.SCCRP)
    if how == "two at once":
        assert struct.unpack_from("!IB", control.expect(pptp.ECHOED)) == (7, 1)
    control.close()


def test_a_connection_ends_with_one_reason_after(served):
    daemon, home, _ = served
    for what, octets in REFUSED.items():
        daemon.process.mark()
        control = dialled(home, ATTACKER)
        control.send(octets)
        control.expect_end()
        control.close()
        said = daemon.wait_log(rf"came to nothing: (.*{ATTACKER}.*)$", 10).group(1)
        print(f"{what}: {said}")
    assert len(daemon.pppctl("active")) == 1


def test_calls_that_come_to_nothing_leave_nothing(served):
    daemon, home, _ = served
    links = daemon.namespace.links("ppp")
    control = started(dialled(home, ATTACKER))
    for call in range(1, 6):
        control.send(pptp.call_request(call))
        body = control.expect(pptp.OCRP)
        assert struct.unpack_from("!H", body, 2) == (call,)
    control.send(pptp.message(pptp.CLEAR, struct.pack("!HH", 3, 0)))
    control.expect(pptp.DISCONNECTED)
    control.close()
    wait_for(lambda: daemon.namespace.links("ppp") == links and len(daemon.pppctl("active")) == 1, 15,
             "the other calls to go with their connection")


def test_gre_to_a_foreign_call_and_from_a_foreign_address_is_ignored(served):
    daemon, home, _ = served
    terminate = b"\xff\x03\xc0\x21\x05\x01\x00\x04"
    with home.inside():
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, pptp.IPPROTO_GRE)
    with raw:
        raw.bind((ATTACKER, 0))
        for call in range(0, 0x10000, 7):
            raw.sendto(pptp.gre(call, 0xfffffff0, terminate), (ISP, 0))
    home.ping(SERVED, count=3)
    assert len(daemon.pppctl("active")) == 1


def test_a_thousand_connections_of_twenty_addresses_that_say_nothing_keep_nobody_out(served):
    daemon, home, client = served
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * HALF_OPEN, hard), hard))
    held = []
    try:
        with home.inside():
            for number in range(HALF_OPEN):
                opened = socket.socket()
                held.append(opened)
                opened.setblocking(False)
                opened.bind((CROWD[number % len(CROWD)], 0))
                opened.connect_ex((ISP, PORT))
        client.pppctl("enable", LATER, json=False)
        connected(client, LATER)
        descriptors = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
        assert descriptors < HALF_OPEN // 2, f"{descriptors} files open"
    finally:
        for opened in held:
            opened.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    client.pppctl("disable", LATER, json=False)
    wait_for(lambda: len(daemon.pppctl("active")) == 1, 10, "the later client's session to end")


class Server:
    """A scripted server for our client: each connection of it is one Control."""

    def __init__(self, namespace):
        with namespace.inside():
            self._listener = socket.create_server((ISP, PORT))
        self._listener.settimeout(30)

    def accept(self):
        return pptp.Control(self._listener.accept()[0])

    def close(self):
        self._listener.close()


def test_our_client_says_why_when_the_server(lab):
    isp, home = wire(lab, "office", "road")
    server = Server(isp)
    daemon = lab.daemon(home, *pptp_client())

    def reason(expected):
        daemon.expect_warning(f"^pptp-out1: {expected}: ")
        said = daemon.wait_log(rf"pptp-out1: ({expected}: .*) PPP_OBJECT=", 45).group(1)
        daemon.process.mark()
        print(said)
        return said

    def refuses_to_start(control):
        control.expect(pptp.SCCRQ)
        control.send(pptp.start_reply(result=4))

    def refuses_the_call(control):
        control.expect(pptp.SCCRQ)
        control.send(pptp.start_reply())
        asked = struct.unpack_from("!H", control.expect(pptp.OCRQ))[0]
        control.send(pptp.call_reply(77, asked, result=4))

    def speaks_nonsense(control):
        control.expect(pptp.SCCRQ)
        control.send(b"\xff" * 64)

    def closes(control):
        control.expect(pptp.SCCRQ)

    table = ((refuses_to_start, "service-refused"), (refuses_the_call, "service-refused"),
             (speaks_nonsense, "negotiation-failed"), (closes, "no-answer"))
    for behaves, expected in table:
        control = server.accept()
        behaves(control)
        if behaves is not closes:
            control.expect_end()
        control.close()
        assert ISP in reason(expected)
    silent = server.accept()  # never answers
    assert ISP in reason("no-answer")
    silent.close()
    server.close()
