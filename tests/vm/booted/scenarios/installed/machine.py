# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine itself: our package on it, its service, what its journal says meanwhile."""

import os
import re
import select
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import journal_rules
from support.commanded import Commanded
from support.manager import Manager
from support.namespace import Host, run
from support.wait import wait_for

NAME = "pppmanager"
PROGRAMS = ("usr/sbin/pppmanagerd", "usr/sbin/pppmanager-keeper", "usr/sbin/pppmanager-dispatcher")
SERVICE, KEEPER = f"{NAME}.service", f"{NAME}-keeper.service"
SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket"
# Written by whoever installs anything, whatever it is: logs, and the lists that apt, dpkg and shadow keep beside
# their own files.
NOT_OURS = re.compile(r"^/(var/log/|var/cache/(apt|debconf|ldconfig)/|var/lib/apt/|var/lib/(dpkg|systemd)/[^/]*$|"
                      r"var/lib/dpkg/(triggers|updates)/|etc/(passwd|group|shadow|gshadow)-$|"
                      r"var/lib/deb-systemd-helper$|tmp/|var/tmp/|root/)")


class Ending:
    """The end of a running process, watched from now on by a thread: when it was, by the time of day."""

    def __init__(self, pid: int):
        assert pid, "it does not run"
        self.pid = pid
        self.time = 0.0
        self._process = os.pidfd_open(pid)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        select.select([self._process], [], [])
        self.time = time.time()
        os.close(self._process)

    def wait(self, what: str, deadline: float = 30) -> float:
        self._watcher.join(deadline)
        assert self.time, f"waited {deadline} s for {what}"
        return self.time


class Machine(Commanded):
    """Debian as it is booted. A scenario has it as a fixture, which judges the journal when it ends."""

    def __init__(self, package: Path, results: Path):
        super().__init__(Path("/usr/bin/pppctl"))
        self.host = Host()
        self.package = package
        self._results = results
        self._expected: list[str] = []
        self._possible: list[str] = []
        self._began = 0
        self.pristine = self.files()

    # The package.

    @property
    def installed(self) -> bool:
        done = run("dpkg-query", "-W", "-f", "${db:Status-Status}", NAME, check=False)
        return done.stdout == "installed"

    def apt(self, *arguments: object) -> subprocess.CompletedProcess:
        return run("apt-get", "-y", "-q", *arguments, deadline=120, env={"DEBIAN_FRONTEND": "noninteractive"})

    def read_dependencies(self) -> None:
        """From the disk into memory: this guest's clock leaps to the next timer while a disk is read."""
        depends = run("dpkg-deb", "--field", self.package, "Depends").stdout
        names = re.findall(r"(?:^|[,|]) *(lib[a-z0-9+.-]+)", depends)
        for line in run("dpkg-query", "-L", *names).stdout.split():
            path = Path(line)
            # Not what libc6 has for other character sets.
            if ".so" in path.name and path.parent.name.endswith("-linux-gnu"):
                path.read_bytes()

    def install(self, package: Path | None = None) -> None:
        """As the README says. The guest has no network: everything that it depends on is there."""
        self.apt("install", "--allow-downgrades", package or self.package)
        self.wait_ready()

    def ensure_installed(self) -> None:
        if not self.installed:
            self.install()
        self.wait_ready()

    def purge(self) -> None:
        self.apt("purge", NAME)

    def newer_package(self) -> Path:
        """The same files as a version above the installed one, for an upgrade."""
        version = run("dpkg-query", "-W", "-f", "${Version}", NAME).stdout
        made = Path("/var/tmp/newer")
        shutil.rmtree(made, ignore_errors=True)
        run("dpkg-deb", "-R", self.package, made, deadline=60)
        control = made / "DEBIAN" / "control"
        text, count = re.subn(r"(?m)^Version: .*$", f"Version: {version}+newer", control.read_text())
        assert count == 1, text
        control.write_text(text)
        # Programs that are not those before: the upgrade has to replace what runs.
        for program in PROGRAMS:
            with open(made / program, "ab") as file:
                file.write(b"newer")
        package = made.with_suffix(".deb")
        run("dpkg-deb", "--root-owner-group", "-Znone", "-b", made, package, deadline=60)
        return package

    def runs_what_is_installed(self, unit: str) -> bool:
        """Whether the unit's process executes the file that is on the disk now."""
        runs = os.stat(f"/proc/{self.main_pid(unit)}/exe")
        return any(os.path.samestat(runs, os.stat("/" + program)) for program in PROGRAMS)

    def files(self) -> set[str]:
        """Every path on the disk but those that anybody's installation changes."""
        found = run("find", "/", "-xdev", "-print", deadline=60).stdout.splitlines()
        return {path for path in found if not NOT_OURS.match(path)}

    # The service.

    def systemctl(self, *arguments: object, check: bool = True) -> str:
        return run("systemctl", *arguments, check=check, deadline=60).stdout.strip()

    def shows(self, unit: str, name: str) -> str:
        return self.systemctl("show", unit, f"--property={name}", "--value")

    def main_pid(self, unit: str = SERVICE) -> int:
        return int(self.shows(unit, "MainPID"))

    def wait_ready(self, deadline: float = 20) -> None:
        """Until the service runs and answers on the bus."""
        wait_for(lambda: self.shows(SERVICE, "ActiveState") == "active", deadline, f"{SERVICE} to be active")
        wait_for(lambda: self.try_pppctl("status").returncode == 0, deadline, "it to answer")

    def manager(self) -> Manager:
        return Manager(SYSTEM_BUS)

    def start_time(self, unit: str = SERVICE) -> float:
        """Seconds from the start of its first process until it was ready, by the machine's clock."""
        began, ready = (int(self.shows(unit, f"{name}TimestampMonotonic"))
                        for name in ("InactiveExit", "ActiveEnter"))
        return (ready - began) / 1e6

    def kill(self, unit: str) -> None:
        """SIGKILL to its main process, which is gone when this returns."""
        ending = Ending(self.main_pid(unit))
        os.kill(ending.pid, signal.SIGKILL)
        ending.wait(f"{unit} to end")

    # Its journal.

    def expect_warning(self, pattern: str) -> None:
        """Announces a message of priority warning or worse: the scenario fails if none comes."""
        self._expected.append(pattern)

    def allow_warning(self, pattern: str) -> None:
        """Announces one that may come or not: which of two ends notices first is not decided here."""
        self._possible.append(pattern)

    def expect_crash(self, unit: str) -> None:
        """What systemd says of a unit whose process was killed."""
        self.expect_warning(f"^{re.escape(unit)}: Main process exited, code=killed, status=9/KILL$")
        self.allow_warning(f"^{re.escape(unit)}: Failed with result 'signal'")

    def begin(self) -> None:
        self._expected, self._possible = [], []
        self._began = time.time_ns() // 1000

    def judge(self, scenario: str) -> None:
        """Fails on what the journal must not hold since begin(), or must and does not."""
        run("journalctl", "--sync")
        end = time.time_ns() // 1000
        announcements = [journal_rules.Announcement(scenario, pattern, self._began, end)
                         for pattern in self._expected + self._possible]
        journal_rules.announce(self._results, announcements)
        text = run("journalctl", "-p", "warning", "-o", "json", f"--since=@{self._began / 1e6:.6f}").stdout
        found = [entry for entry in journal_rules.entries(text) if entry.time >= self._began]
        unexpected = [str(entry) for entry in found if not journal_rules.is_expected(entry, announcements)]
        assert not unexpected, "unexpected in the journal:\n" + "\n".join(unexpected)
        missing = [pattern for pattern in self._expected
                   if not any(re.search(pattern, entry.text) for entry in found)]
        assert not missing, f"announced, but not in the journal: {missing}"
