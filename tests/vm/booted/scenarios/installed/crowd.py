# SPDX-License-Identifier: GPL-2.0-or-later
"""Fifty sessions of both roles with others' peers, and what must not happen to any of them."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from support.capture import Capture
from support.lab import Lab
from support.namespace import Host, cable
from support.peers import PppdClient, PppoeServer
from support.setups import PASSWORD, USER
from support.wait import wait_for

from .machine import Machine

EACH = 25
AT_ONCE = 5
PINGER = Path(__file__).with_name("pinger.py")
# Peers that ask once a second and hang up when five in a row were not answered.
ECHO = ("lcp-echo-interval", "1", "lcp-echo-failure", "5")
PPPOES, LCP, ECHO_REPLY = 0x8864, 0xc021, 0x0a


class Identity(NamedTuple):
    """What makes a session the same one as before."""

    id: int
    interface: str
    index: int
    session_id: int
    began: float  # seconds since the machine was booted


class Crowd:
    """Clients of ours at a pppoe-server, and pppds at a server of ours, all up."""

    def __init__(self, machine: Machine, lab: Lab):
        self.machine = machine
        self.isp, self.home = lab.namespace("isp"), lab.namespace("home")
        cable(machine.host, "wan0", self.isp, "eth0")
        cable(machine.host, "lan0", self.home, "eth0")
        self._lab = lab
        self.server = PppoeServer(lab, self.isp, USER, PASSWORD, " ".join(ECHO[:2]), " ".join(ECHO[2:]),
                                  sessions=64)
        machine.manager().add_all({
            "pool": {"homes": {"ranges": "10.0.0.2-10.0.0.99"}},
            "profile": {"homes": {"local-address": "10.0.0.1", "remote-address": "homes"}},
            "secret": {USER: {"service": "pppoe", "profile": "homes", "password": PASSWORD}},
            "pppoe-server": {"fibre": {"interface": "lan0", "disabled": "no"}}})
        self.pppds: list[PppdClient] = []
        # A few at a time: emulated, the processes of fifty peers would keep each other from answering in time.
        for first in range(0, EACH, AT_ONCE):
            self._connect(range(first, first + AT_ONCE))
        self._captures: list[Capture] = []

    def _connect(self, numbers: range) -> None:
        """Another few of both roles."""
        self.machine.manager().add_all({"pppoe-client": {
            f"out{number:02}": {"interface": "wan0", "user": USER, "password": PASSWORD, "disabled": "no"}
            for number in numbers}})
        dialled = [PppdClient(self._lab, self.home, USER, PASSWORD, *ECHO, interface=f"in{number:02}")
                   for number in numbers]
        for pppd in dialled:
            pppd.wait_connected()
        self.pppds += dialled
        wait_for(lambda: len(self.machine.pppctl("active")) == 2 * len(self.pppds), 60,
                 f"{2 * len(self.pppds)} sessions")

    def identities(self) -> dict[str, Identity]:
        """The sessions by interface."""
        now = float(Path("/proc/uptime").read_text().split()[0])
        index = {link["ifname"]: link["ifindex"] for link in self.machine.host.ip("link", "show")}
        return {row["interface"]: Identity(row["id"], row["interface"], index[row["interface"]],
                                           row["session-id"], now - row["uptime"])
                for row in self.machine.pppctl("active")}

    def pingers(self) -> list[Any]:
        """Traffic through every session, from our end of the clients' and from the far end of the servers'."""
        ours = [f"out{number:02}" for number in range(EACH)]
        theirs = [f"in{number:02}" for number in range(EACH)]
        running = [self._lab.process(where, "/usr/bin/python3", PINGER, address, *names) for where, address, names
                   in ((Host(), "10.2.0.1", ours), (self.home, "10.0.0.1", theirs))]
        for process in running:
            process.wait_output("pinging", 30)
        return running

    @staticmethod
    def lost(pingers: list[Any]) -> tuple[int, dict[str, Any], float]:
        """Ends them; how many echoes were sent, the interfaces that lost any, the longest wait of an answer."""
        told: dict[str, Any] = {}
        for process in pingers:
            assert process.terminate(30) == 0
            told.update(json.loads(process.output().splitlines()[-1]))
        return (sum(one["sent"] for one in told.values()),
                {name: one for name, one in told.items() if one["lost"] or one["refused"]},
                max(one["longest"] for one in told.values()))

    def listen(self) -> None:
        """Begins to look for LCP Echo-Replies of ours at the peers' ends."""
        expression = f"ether proto {PPPOES:#x} and ether[20:2] = {LCP:#x} and ether[22] = {ECHO_REPLY}"
        self._captures = [self._lab.capture(where, "eth0", expression) for where in (self.isp, self.home)]

    def first_echo_reply(self, where: Capture, after: float, source: bytes) -> float | None:
        return next((frame.time for frame in where.frames()
                     if frame.time > after and frame.octets[6:12] == source), None)

    def silence(self, dead: float, deadline: float = 10) -> float:
        """Seconds from `dead`, a time of day, until one of ours answered an echo of a peer in each role."""
        ours = [bytes.fromhex(self.machine.host.ip("link", "show", "dev", name)[0]["address"].replace(":", ""))
                for name in ("wan0", "lan0")]

        def answered() -> list[float] | None:
            found = [self.first_echo_reply(capture, dead, source)
                     for capture, source in zip(self._captures, ours)]
            return [time for time in found if time is not None] if None not in found else None

        return max(wait_for(answered, deadline, "an answered echo in each role")) - dead
