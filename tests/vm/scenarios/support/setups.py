# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations that many scenarios share, as Python values."""

from typing import Any

USER, PASSWORD = "bob", "correct horse"


def server(authentication: str = "mschap2,mschap1,chap,pap", service: str = "", ipv6: bool = True,
           **properties: Any) -> tuple[dict, dict]:
    """One Access-Concentrator on eth0 with one user, as (config, secrets)."""
    config = {
        "pppoe-server": {"fibre": {"interface": "eth0", "service-name": service, "ac-name": "our-ac",
                                   "authentication": authentication, "default-profile": "homes", "disabled": False,
                                   **properties}},
        "profile": {"homes": {"local-address": "10.0.0.1", "remote-address": "homes", "use-ipv6": ipv6,
                              "dns-server": "10.0.0.53,10.0.0.54"}},
        "pool": {"homes": {"ranges": "10.0.0.2-10.0.0.9"}},
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
