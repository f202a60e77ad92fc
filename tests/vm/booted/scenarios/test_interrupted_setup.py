# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon killed at every step of a session's set-up: the session is up afterwards, or it is cleanly gone."""

import socket
import struct
import threading
from pathlib import Path

import pytest

from installed.machine import SERVICE
from support.namespace import cable, run
from support.peers import PppdClient, PppoeServer
from support.setups import PASSWORD, USER
from support.wait import wait_for

ETH_P_ALL = 3
PPPOE = (0x8863, 0x8864)
# Discovery takes four frames, LCP four, the authentication three, IPCP and IPV6CP some ten more.
FRAMES = range(1, 22, 5)
# A pppd that is quick to ask again and quick to give up.
QUICK = ("lcp-echo-interval", 1, "lcp-echo-failure", 3, "lcp-restart", 1, "lcp-max-configure", 4, "chap-restart", 1,
         "ipcp-restart", 1, "ipcp-max-configure", 4, "ipv6cp-restart", 1, "pppoe-padi-timeout", 1)


class Wire:
    """Sees the frames of PPPoE at the peer's end of a cable, from the moment it is made."""

    def __init__(self, namespace):
        # A socket belongs to the namespace of the thread that makes it.
        maker = threading.Thread(target=self._open, args=(namespace,))
        maker.start()
        maker.join()
        self._socket.settimeout(30)

    def _open(self, namespace):
        namespace.enter()
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.bind(("eth0", 0))

    def wait_frames(self, count):
        """Returns with the `count`-th frame, in either direction."""
        while count:
            frame = self._socket.recv(2048)
            count -= int.from_bytes(frame[12:14], "big") in PPPOE

    def close(self):
        self._socket.close()


def traces(machine):
    """What a session leaves on this machine, wherever one could be left."""
    return {"interfaces": machine.host.links("ppp"),
            "routes": [route for family in ("-4", "-6")
                       for route in machine.host.ip(family, "route", "show", "table", "all")
                       if route.get("dev") not in ("lo", "wan0", "lan0")],
            "tables": run("nft", "list", "tables").stdout,
            "sockets": run("cat", "/proc/net/pppoe").stdout.splitlines()[1:],
            "journalled": journalled(Path("/run/pppmanager/state").read_bytes())}


def journalled(state):
    """The numbers of the sessions that the service's journal tells of (daemon/session/state_journal.cpp)."""
    magic = b"pppmanager state 1\n"
    assert state.startswith(magic)
    at, found = len(magic), set()
    while at < len(state):
        octets, _, kind, number = struct.unpack_from("!IIBQ", state, at)
        (found.add if kind == 1 else found.discard)(number)
        at += 8 + octets
    assert 0 in found, "a journal in which not even the numbers are reserved is not read rightly"
    return sorted(found - {0, 2 ** 64 - 1})


def leases(machine):
    """Addresses that the pool has given away."""
    return sum(pool["used"] for pool in machine.pppctl("statistics")["pools"].values())


@pytest.fixture
def world(service, lab):
    """A provider and a customer, each on a cable of its own; nothing dials yet."""
    isp, home = lab.namespace("isp"), lab.namespace("home")
    cable(service.host, "wan0", isp, "eth0")
    cable(service.host, "lan0", home, "eth0")
    PppoeServer(lab, isp, USER, PASSWORD, "lcp-echo-interval 1", "lcp-echo-failure 5", sessions=64)
    service.manager().add_all({
        "pool": {"homes": {"ranges": "10.0.0.2-10.0.0.99"}},
        "profile": {"homes": {"local-address": "10.0.0.1", "remote-address": "homes"}},
        "secret": {USER: {"service": "pppoe", "profile": "homes", "password": PASSWORD}},
        "pppoe-server": {"fibre": {"interface": "lan0", "disabled": "no"}},
        "pppoe-client": {"out": {"interface": "wan0", "user": USER, "password": PASSWORD, "disabled": "yes"}}})
    return isp, home


def killed_at(machine, namespace, count, begin):
    """Kills the daemon at that frame of the set-up that `begin` starts, and waits until it serves again."""
    wire = Wire(namespace)
    try:
        begin()
        wire.wait_frames(count)
        machine.kill(SERVICE)
    finally:
        wire.close()
    machine.wait_ready()


@pytest.mark.deadline(400)
def test_a_client_killed_at_any_frame_of_its_set_up_is_up_afterwards_and_leaves_nothing(service, world):
    isp, _ = world
    service.expect_crash(SERVICE)
    # What the peer makes of a session whose other end vanished is its own affair.
    service.allow_warning("^out: (peer-terminated|no-answer|negotiation-failed|auth-timeout|echo-timeout): ")
    clean = traces(service)
    for count in FRAMES:
        killed_at(service, isp, count, lambda: service.pppctl("enable", "out", json=False))
        status = wait_for(lambda: (now := service.pppctl("status", "out"))["state"] == "connected" and now, 60,
                          f"the client to be up, killed at frame {count}")
        assert [row["session-id"] for row in service.pppctl("active")] == [status["session-id"]]
        assert service.host.links("ppp") == ["out"]
        service.host.ping("10.2.0.1", count=2)
        service.pppctl("disable", "out", json=False)
        wait_for(lambda: traces(service) == clean, 15, f"nothing to be left, killed at frame {count}")


@pytest.mark.deadline(400)
def test_a_server_killed_at_any_frame_of_a_set_up_keeps_the_session_or_leaves_nothing(service, world, lab):
    _, home = world
    service.expect_crash(SERVICE)
    clean, none = traces(service), leases(service)
    for count in FRAMES:
        dialled = []
        killed_at(service, home, count, lambda: dialled.append(
            PppdClient(lab, home, USER, PASSWORD, *QUICK)))
        peer = dialled[0].process
        # A set-up that was interrupted ends at the peer, which gives up or is told; one that was through is kept.
        wait_for(lambda: peer.status is not None or home.links("ppp") == ["ppp7"] and
                 len(service.pppctl("active")) == 1, 60, f"a decision, killed at frame {count}")
        if peer.status is None:
            home.ping("10.0.0.1", count=2)
            assert leases(service) == none + 1
            peer.terminate()
        wait_for(lambda: not service.pppctl("active") and traces(service) == clean and leases(service) == none, 15,
                 f"nothing to be left, killed at frame {count}")
