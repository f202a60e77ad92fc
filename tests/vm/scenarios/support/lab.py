# SPDX-License-Identifier: GPL-2.0-or-later
"""The workbench of one scenario: makes things and ends them all, last made first."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .capture import Capture
from .daemon import Daemon
from .namespace import Namespace, cable
from .process import Process, Service


class Lab:
    """Makes namespaces, cables, processes, captures and daemons for one test; their logs are in `results`, and at
    the end in the directory it was made with."""

    def __init__(self, kept: Path):
        self._kept = kept
        self._stack = ExitStack()
        # Not on a share of the host: sockets cannot live there, and each line of a log would wait for it.
        self.results = Path(tempfile.mkdtemp(prefix="pppmanager-results-"))
        self.scratch = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="pppmanager-")))
        self._made = 0

    def own(self, thing: Any) -> Any:
        """Lets the thing be cleaned up at the end, before what was made before it."""
        self._stack.callback(thing.cleanup)
        return thing

    def _count(self) -> int:
        self._made += 1
        return self._made

    def namespace(self, name: str) -> Namespace:
        return self.own(Namespace(name))

    def pair(self, left: str = "left", right: str = "right",
             mtu: int | None = None) -> tuple[Namespace, Namespace]:
        """Two new namespaces joined by a cable; its ends are called eth0 on both sides."""
        ends = self.namespace(left), self.namespace(right)
        cable(ends[0], "eth0", ends[1], "eth0", mtu)
        return ends

    def process(self, namespace: Namespace, *arguments: object, env: dict[str, str] | None = None) -> Process:
        """Starts a program in a namespace; its log is NUMBER-PROGRAM.log in the results."""
        return self.own(Process(arguments, self._log(arguments), env=env, inside=namespace.inside))

    def service(self, namespace: Namespace, *arguments: object, env: dict[str, str] | None = None) -> Service:
        """As process(), of a program of ours whose warnings have to be announced."""
        return self.own(Service(arguments, self._log(arguments), env=env, inside=namespace.inside))

    def _log(self, arguments: tuple[object, ...]) -> Path:
        return self.results / f"{self._count()}-{Path(str(arguments[0])).name}.log"

    def capture(self, namespace: Namespace, interface: str = "eth0", expression: str = "") -> Capture:
        """Starts tcpdump; the file is NUMBER-NAMESPACE-INTERFACE.pcap in the results."""
        path = self.results / f"{self._count()}-{namespace}-{interface}.pcap"
        return self.own(Capture(namespace, interface, path, expression))

    def daemon(self, namespace: Namespace, config: dict, secrets: dict | None = None,
               start: bool = True, guarded: bool = False) -> Daemon:
        """A pppmanagerd in a namespace, ready to be used; with start=False only its files and its bus."""
        directory = self.scratch / f"daemon-{namespace}"
        daemon = self.own(Daemon(namespace, directory, self.results, config, secrets, guarded))
        return daemon.start() if start else daemon

    def logs(self) -> list[Path]:
        return sorted(self.results.glob("*.log"))

    def close(self) -> None:
        """Ends everything. What a daemon owed at its end and did not do is raised here."""
        try:
            self._stack.close()
        finally:
            shutil.copytree(self.results, self._kept, dirs_exist_ok=True)
            shutil.rmtree(self.results)
            self.results = self._kept
