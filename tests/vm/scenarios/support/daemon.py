# SPDX-License-Identifier: GPL-2.0-or-later
"""pppmanagerd under test: its files, its bus, its readiness, and what it must not leave behind."""

import json
import os
import re
import signal
import socket
from pathlib import Path

from .bus import Bus
from .commanded import Commanded
from .manager import Manager
from .namespace import Namespace
from .process import Process
from .wait import wait_for
from .announced import Warnings

BUILD = Path(os.environ.get("PPPMANAGER_BUILD", "build/dev"))
PPPCTL = BUILD / "dbus" / "pppctl" / "pppctl"
FOREIGN_ROUTES = ("kernel", "boot", "static", "ra")


class Daemon(Commanded):
    """A pppmanagerd in a namespace, with a directory and a bus of its own.

    Started and ready when start() returns. `config` and `secrets` are the two configuration files as Python
    values; a `guarded` bus denies as the system bus does. An error or warning in its log fails the test when it
    ends, however it ends, unless expect_warning() announced it.
    """

    def __init__(self, namespace: Namespace, directory: Path, results: Path, config: dict,
                 secrets: dict | None = None, guarded: bool = False):
        self.namespace = namespace
        self.directory = directory
        self.results = results
        self.log = results / f"pppmanagerd-{namespace}.log"
        self._warnings = Warnings()
        self._process: Process | None = None
        self._notify: socket.socket | None = None
        self._must_run = False
        self._keeper: Process | None = None
        self._manager: Manager | None = None
        for part in ("config", "state", "run"):
            (directory / part).mkdir(parents=True)
        self.write(config, secrets)
        super().__init__(PPPCTL, namespace.inside)
        self.bus = Bus(directory, results / f"bus-{namespace}.log", guarded)

    def write(self, config: dict, secrets: dict | None = None) -> None:
        """Writes config.json, and secrets.json where given. A running daemon is not told."""
        (self.directory / "config" / "config.json").write_text(json.dumps(config, indent=2))
        if secrets is not None:
            path = self.directory / "config" / "secrets.json"
            path.touch(mode=0o600)
            path.write_text(json.dumps(secrets, indent=2))

    @property
    def environment(self) -> dict[str, str]:
        return {"DBUS_SYSTEM_BUS_ADDRESS": self.bus.address}

    @property
    def process(self) -> Process:
        assert self._process is not None, "the daemon was not started"
        return self._process

    def manager(self) -> Manager:
        """Its bus interface, within our own process."""
        self._manager = self._manager or Manager(self.bus.address)
        return self._manager

    def launch(self, *options: object) -> Process:
        """Starts it without waiting, its end left to the test: for what must fail to start."""
        path = self.directory / "notify"
        path.unlink(missing_ok=True)
        if self._notify:
            self._notify.close()
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._notify.bind(str(path))
        arguments = [BUILD / "daemon" / "pppmanagerd"]
        for part in ("config", "state", "run"):
            arguments += [f"--{part}", self.directory / part]
        env = {**self.environment, "NOTIFY_SOCKET": str(path)}
        self._process = Process([*arguments, *options], self.log, env=env, enter=self.namespace.enter_with_sys)
        self._process.mark()
        return self._process

    def start_keeper(self) -> Process:
        """Starts the keeper of its sessions, or another one in place of one that was killed."""
        socket_path = self.directory / "run" / "keeper.sock"
        self._keeper = Process([BUILD / "daemon" / "pppmanager-keeper", "--socket", socket_path],
                               self.results / f"keeper-{self.namespace}.log", inside=self.namespace.inside)
        wait_for(lambda: accepts(socket_path), 10, "the keeper to listen")
        return self._keeper

    @property
    def keeper(self) -> Process:
        assert self._keeper is not None, "it has no keeper"
        return self._keeper

    def kill_keeper(self) -> None:
        self.keeper.kill()

    def start(self, *options: object, deadline: float = 20) -> "Daemon":
        """Starts it and waits until it says READY=1 by sd_notify(3)."""
        process = self.launch(*options)
        self._must_run = True

        def ready() -> bool:
            ended = process.status is not None
            found = self.notified("READY=1")
            assert found or not ended, f"pppmanagerd ended before it was ready:\n{process.tail()}"
            return found

        wait_for(ready, deadline, f"pppmanagerd in {self.namespace} to be ready")
        return self

    def notified(self, message: str) -> bool:
        """Whether an unread sd_notify(3) datagram holds this line; datagrams before it are forgotten."""
        assert self._notify is not None
        while True:
            try:
                if message in self._notify.recv(4096).decode().splitlines():
                    return True
            except BlockingIOError:
                return False

    def reload(self) -> None:
        """Tells it by SIGHUP to read its files again and waits until it has."""
        self.process.send(signal.SIGHUP)
        wait_for(lambda: self.notified("READY=1"), 15, "the reload to be finished")

    def expect_warning(self, pattern: str) -> None:
        """Announces an error or warning: the test fails if no such line comes, not if one does."""
        self._warnings.expect(pattern)

    def tolerate(self, pattern: str) -> None:
        """Lets such warnings pass, whether they come or not: ENDS where sessions end all the time, on purpose."""
        self._warnings.tolerate(pattern)

    def wait_log(self, pattern: str, deadline: float = 15) -> re.Match:
        """Waits for a line in the log since the last start, or since process.mark()."""
        return self.process.wait_output(pattern, deadline)

    def stop(self, deadline: float = 30) -> None:
        """Ends it by SIGTERM and checks all it owes: exit status 0, a quiet log, a clean namespace."""
        self._must_run = False
        status = self.process.terminate(deadline)
        assert status == 0, f"pppmanagerd ended with {status}:\n{self.process.tail()}"
        self.check_log()
        self.check_leftovers()

    def kill(self) -> None:
        """SIGKILL, as a crash would end it; leftovers are then for the next start to clear."""
        self._must_run = False
        self.process.kill()

    def check_log(self) -> None:
        """Every serious line must be announced, and every announced one must have come."""
        self._warnings.check(self.process.output(), "pppmanagerd")

    def check_leftovers(self) -> None:
        """No PPP interface, no route of a protocol that is ours, no PPPoE session in the kernel's table."""
        left = [f"interface {name}" for name in self.namespace.links("ppp")]
        for family in ("-4", "-6"):
            left += [f"route {route}" for route in self.namespace.ip(family, "route", "show", "table", "all")
                     if route.get("protocol", "kernel") not in FOREIGN_ROUTES]
        sessions = self.namespace.run("cat", "/proc/net/pppoe").stdout.splitlines()[1:]
        left += [f"PPPoE session {line}" for line in sessions]
        assert not left, "pppmanagerd left behind: " + "; ".join(left)

    def cleanup(self) -> None:
        """Ends it with all checks of stop(), and its bus. A daemon that ended unasked fails the test.

        One that was killed or that ended by itself owes a quiet log all the same.
        """
        try:
            if self._must_run:
                status = self.process.status
                assert status is None, f"pppmanagerd ended unasked with {status}:\n{self.process.tail()}"
                self.stop()
            elif self._process is not None:
                self.check_log()
        finally:
            if self._process is not None:
                self._process.kill()
            if self._notify is not None:
                self._notify.close()
            if self._keeper is not None:
                self._keeper.kill()
            if self._manager is not None:
                self._manager.close()
            self.bus.cleanup()


def accepts(path: Path) -> bool:
    """Whether somebody listens on this SOCK_SEQPACKET socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
