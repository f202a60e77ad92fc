# SPDX-License-Identifier: GPL-2.0-or-later
"""The field's own programs as peers over Ethernet: pppd as a client, and pppoe-server with a pppd a session."""

import os
import re
import signal
from pathlib import Path

from .lab import Lab
from .namespace import Namespace
from .process import Process
from .wait import wait_for

# pppd 2.4.9 calls it rp-pppoe.so, 2.5 pppoe.so with a link under the old name.
PLUGIN = "rp-pppoe.so"
# Spells what the server demands in pppd's options.
REQUIRE = {"pap": ["require-pap"], "chap": ["require-chap"], "mschap1": ["require-mschap"],
           "mschap2": ["require-mschap-v2"]}


class PppServices:
    """A directory in place of /etc/ppp with the secrets of one user and one pppd log, for a server's own pppds."""

    def __init__(self, lab: Lab, name: str, user: str, password: str):
        self.log: Path = lab.results / f"{name}-pppd.log"
        self.directory = lab.scratch / f"etc-ppp-{name}"
        self.directory.mkdir()
        for file in ("pap-secrets", "chap-secrets"):
            (self.directory / file).write_text(f'"{user}" * "{password}" *\n')
            (self.directory / file).chmod(0o600)
        (self.directory / "options").write_text("")

    def write_options(self, name: str, *options: str) -> Path:
        path = self.directory / name
        path.write_text("\n".join(["nodefaultroute", "debug", f"logfile {self.log}", "lcp-echo-interval 0",
                                   *options, ""]))
        return path

    def command(self, *words: object) -> list[object]:
        """The words in a mount namespace where the directory is /etc/ppp."""
        return ["unshare", "--mount", "sh", "-c", f'mount --bind {self.directory} /etc/ppp && exec "$@"', "sh",
                *words]

    def output(self) -> str:
        """What its pppds logged."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Pppd:
    """A pppd in the foreground. `options` are pppd's own, the device among them; `services` are whom it serves."""

    def __init__(self, lab: Lab, namespace: Namespace, *options: object, interface: str = "ppp7",
                 services: PppServices | None = None):
        self.namespace = namespace
        words = ["pppd", "nodetach", "debug", "nodefaultroute", "ifname", interface, *options]
        self.process: Process = lab.process(namespace, *(services.command(*words) if services else words))

    def wait_connected(self, deadline: float = 30) -> None:
        self.process.wait_output(r"remote IP address [\d.]+", deadline)

    @property
    def address(self) -> str:
        """Our own address as pppd printed it."""
        return re.findall(r"local  IP address ([\d.]+)", self.process.output())[-1]


class PppdClient(Pppd):
    """pppd dialling over eth0, by its kernel plugin or in user mode by pppoe(8). `options` are pppd's own."""

    def __init__(self, lab: Lab, namespace: Namespace, user: str, password: str, *options: object,
                 service: str | None = None, user_mode: bool = False, interface: str = "ppp7"):
        wanted = ["rp_pppoe_service", service] if service is not None else []
        device = ["pty", "pppoe -I eth0"] if user_mode else ["plugin", PLUGIN, *wanted, "eth0"]
        super().__init__(lab, namespace, "noauth", "noipdefault", *device, "user", user, "password", password,
                         "maxfail", 1, *options, interface=interface)


class PppoeServer:
    """Debian's pppoe-server in user mode on eth0; its pppds take `options` and know one user."""

    def __init__(self, lab: Lab, namespace: Namespace, user: str, password: str, *options: str,
                 service: str | None = None, address: str = "10.2.0.1", first: str = "10.2.0.10",
                 sessions: int = 8):
        services = PppServices(lab, "peer", user, password)
        services.write_options("pppoe-server-options", *options)
        named = ["-S", service] if service else []
        self._lab, self._namespace, self.output = lab, namespace, services.output
        self._command = services.command("pppoe-server", "-F", "-I", "eth0", "-C", "peer-ac", "-L", address,
                                         "-R", first, "-N", sessions, *named)
        self.start()

    def start(self) -> None:
        """Starts it, also after kill(); it listens when this returns."""
        process: Process = self._lab.process(self._namespace, *self._command)
        wait_for(lambda: process.status is None and self._listens(), 15, "pppoe-server to listen")

    def kill(self) -> None:
        """Ends it and all its sessions at once, as a crash of the machine would."""
        for pid in self._namespace.pids():
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self._listens(), 15, "pppoe-server to be gone")

    def _listens(self) -> bool:
        return "8863" in self._namespace.run("cat", "/proc/net/packet").stdout
