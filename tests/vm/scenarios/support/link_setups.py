# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations of servers and clients over PPTP and serial lines that many scenarios share."""

from typing import Any

from .pptp_peers import ISP
from .setups import PASSWORD, USER

SERVED = "10.8.0.1"


def pptp_server(encryption: str = "no", authentication: str = "mschap2", pool: str = "10.8.0.2-10.8.0.60",
                **properties: Any) -> tuple[dict, dict]:
    """Our PPTP server with one user, as (config, secrets)."""
    config = {"pptp-server": {"server": {"authentication": authentication, "default-profile": "office",
                                         "disabled": False, **properties}},
              **_users("pptp", encryption, pool)}
    return config, {"secret": {USER: {"password": PASSWORD}}}


def pptp_client(*names: str, encryption: str = "no", password: str = PASSWORD,
                **properties: Any) -> tuple[dict, dict]:
    """PPTP clients of ours, one called pptp-out1 where no other name is given, as (config, secrets)."""
    return _clients("pptp-client", names or ("pptp-out1",), encryption, password,
                    lambda _: {"connect-to": ISP, **properties})


def serial_server(*ports: str, encryption: str = "no", authentication: str = "mschap2",
                  pool: str = "10.8.0.2-10.8.0.60", **properties: Any) -> tuple[dict, dict]:
    """A server of ours on each port, called ppp-in1, ppp-in2 and so on, as (config, secrets)."""
    servers = {f"ppp-in{number}": {"port": port, "authentication": authentication, "profile": "office",
                                   "null-modem": True, "disabled": False, **properties}
               for number, port in enumerate(ports, 1)}
    return ({"ppp-server": servers, **_users("ppp", encryption, pool)},
            {"secret": {USER: {"password": PASSWORD}}})


def serial_client(*ports: str, encryption: str = "no", password: str = PASSWORD,
                  **properties: Any) -> tuple[dict, dict]:
    """A client of ours on each port, called ppp-out1, ppp-out2 and so on, as (config, secrets)."""
    named = {f"ppp-out{number}": port for number, port in enumerate(ports, 1)}
    return _clients("ppp-client", tuple(named), encryption, password,
                    lambda name: {"port": named[name], "null-modem": True, **properties})


def _users(service: str, encryption: str, pool: str) -> dict:
    return {"profile": {"office": {"local-address": SERVED, "remote-address": "office", "use-ipv6": False,
                                   "use-encryption": encryption, "dns-server": "10.8.0.53"}},
            "pool": {"office": {"ranges": pool}}, "secret": {USER: {"service": service}}}


def _clients(kind: str, names: tuple[str, ...], encryption: str, password: str,
             properties: Any) -> tuple[dict, dict]:
    config = {kind: {name: {"user": USER, "profile": "outside", "disabled": False, **properties(name)}
                     for name in names},
              "profile": {"outside": {"use-ipv6": False, "use-encryption": encryption}}}
    return config, {kind: {name: {"password": password} for name in names}}
