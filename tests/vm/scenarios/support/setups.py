# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations and worlds that many scenarios share."""

from typing import Any

from .daemon import Daemon
from .lab import Lab
from .namespace import Namespace, cable
from .wait import wait_for

USER, PASSWORD = "bob", "correct horse"


def server(authentication: str = "mschap2,mschap1,chap,pap", service: str = "", ipv6: bool = True,
           pool: str = "10.0.0.2-10.0.0.9", **properties: Any) -> tuple[dict, dict]:
    """One Access-Concentrator on eth0 with one user, as (config, secrets)."""
    config = {
        "pppoe-server": {"fibre": {"interface": "eth0", "service-name": service, "ac-name": "our-ac",
                                   "authentication": authentication, "default-profile": "homes",
                                   "disabled": False, **properties}},
        "profile": {"homes": {"local-address": "10.0.0.1", "remote-address": "homes", "use-ipv6": ipv6,
                              "dns-server": "10.0.0.53,10.0.0.54"}},
        "pool": {"homes": {"ranges": pool}},
        "secret": {USER: {"service": "pppoe"}},
    }
    return config, {"secret": {USER: {"password": PASSWORD}}}


def client(name: str = "pppoe-out1", password: str = PASSWORD, ipv6: bool = True,
           **properties: Any) -> tuple[dict, dict]:
    """One client on eth0, as (config, secrets)."""
    config = {"pppoe-client": {name: {"interface": "eth0", "user": USER, "disabled": False, **properties}}}
    if not ipv6:
        config["profile"] = {"default": {"use-ipv6": False}}
    return config, {"pppoe-client": {name: {"password": password}}}


def clients(*parts: tuple[dict, dict]) -> tuple[dict, dict]:
    """Several client() as one configuration."""
    config, secrets = ({"pppoe-client": {name: value for part in parts
                                         for name, value in part[which]["pppoe-client"].items()}}
                       for which in (0, 1))
    return config, secrets


def connected(daemon: Daemon, name: str = "pppoe-out1", deadline: float = 40) -> dict[str, Any]:
    """Waits until the client is connected and returns its status."""
    manager = daemon.manager()

    def status() -> dict[str, Any] | None:
        # Asked by a program, it would take longer to ask than to connect.
        if manager.client(name)["State"] != "connected":
            return None
        now = daemon.pppctl("status", name)
        return now if now["state"] == "connected" else None
    return wait_for(status, deadline, f"{name} to be connected")


class Street:
    """Two namespaces with a switch between them: one end's cable can be pulled while the other's stays in."""

    def __init__(self, lab: Lab, left: str = "isp", right: str = "home"):
        self.left, self.right, self._middle = (lab.namespace(name) for name in (left, right, "street"))
        self._middle.run("ip", "link", "add", "switch", "type", "bridge", "forward_delay", "0")
        self._middle.run("ip", "link", "set", "switch", "up")
        for end in (self.left, self.right):
            cable(end, "eth0", self._middle, str(end))
            self._middle.run("ip", "link", "set", str(end), "master", "switch")

    def pull(self, end: Namespace) -> None:
        self._middle.run("ip", "link", "set", str(end), "down")
        wait_for(lambda: "LOWER_UP" not in end.ip("link", "show", "dev", "eth0")[0]["flags"], 5, "no carrier")

    def put_back(self, end: Namespace) -> None:
        self._middle.run("ip", "link", "set", str(end), "up")
        wait_for(lambda: "LOWER_UP" in end.ip("link", "show", "dev", "eth0")[0]["flags"], 5, "the carrier")
