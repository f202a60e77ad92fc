# SPDX-License-Identifier: GPL-2.0-or-later
"""The field's own programs as peers: pppd as a client, and pppoe-server with a pppd a session."""

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


class PppdClient:
    """pppd dialling over eth0, by its kernel plugin or in user mode by pppoe(8). `options` are pppd's own."""

    def __init__(self, lab: Lab, namespace: Namespace, user: str, password: str, *options: object,
                 service: str | None = None, user_mode: bool = False, interface: str = "ppp7"):
        self.namespace = namespace
        wanted = ["rp_pppoe_service", service] if service is not None else []
        device = ["pty", "pppoe -I eth0"] if user_mode else ["plugin", PLUGIN, *wanted, "eth0"]
        self.process: Process = lab.process(
            namespace, "pppd", "nodetach", "debug", "noauth", "noipdefault", "nodefaultroute", *device,
            "user", user, "password", password, "ifname", interface, "maxfail", 1, *options)

    def wait_connected(self, deadline: float = 30) -> None:
        self.process.wait_output(r"remote IP address [\d.]+", deadline)

    @property
    def address(self) -> str:
        """Our own address as pppd printed it."""
        return re.findall(r"local  IP address ([\d.]+)", self.process.output())[-1]


class PppoeServer:
    """Debian's pppoe-server in user mode on eth0; its pppds take `options` and know one user.

    /etc/ppp is a directory of the test's own, seen by these processes alone.
    """

    def __init__(self, lab: Lab, namespace: Namespace, user: str, password: str, *options: str,
                 service: str | None = None, address: str = "10.2.0.1", first: str = "10.2.0.10",
                 sessions: int = 8):
        self.log: Path = lab.results / "peer-pppd.log"
        etc = lab.scratch / "etc-ppp"
        etc.mkdir()
        secrets = f'"{user}" * "{password}" *\n'
        for name in ("pap-secrets", "chap-secrets"):
            (etc / name).write_text(secrets)
            (etc / name).chmod(0o600)
        text = ["nodefaultroute", "debug", f"logfile {self.log}", "lcp-echo-interval 0", *options, ""]
        (etc / "pppoe-server-options").write_text("\n".join(text))
        (etc / "options").write_text("")
        named = ["-S", service] if service else []
        self._lab, self._namespace = lab, namespace
        self._command = ["unshare", "--mount", "sh", "-c", f'mount --bind {etc} /etc/ppp && exec "$@"', "sh",
                         "pppoe-server", "-F", "-I", "eth0", "-C", "peer-ac", "-L", address, "-R", first,
                         "-N", str(sessions), *named]
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

    def output(self) -> str:
        """What its pppds logged."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""
