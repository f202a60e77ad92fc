# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces and the cables between them."""

import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Callable, Iterator

from .wait import wait_for

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC_SLAVE, MNT_DETACH = 0x84000, 2  # mount(2), umount2(2)
patience = 30.0  # seconds for a command, unless its caller knows better
Inside = Callable[[], AbstractContextManager[None]]  # such as Namespace.inside
SIOCGIFFLAGS, SIOCSIFFLAGS, IFREQ = 0x8913, 0x8914, "16sH22x"  # netdevice(7)
IFF_UP, IFF_RUNNING = 0x1, 0x40
_libc = ctypes.CDLL(None, use_errno=True)


def run(*command: object, check: bool = True, deadline: float | None = None, stdin: str | None = None,
        inside: Inside = nullcontext, env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """Runs a command to its end and returns it, its output as text; with `check` it must succeed.

    `env` is set besides what is in the environment. It is started within `inside`, and not entered by its child:
    a child that runs code of ours is a copy of all our memory, which takes as long as a small program.
    """
    words = [str(word) for word in command]
    with inside():
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, env={**os.environ, **(env or {})})
    with child:
        try:
            output, errors = child.communicate(stdin or "", deadline or patience)
        except BaseException:
            child.kill()
            raise
    done = subprocess.CompletedProcess(words, child.returncode, output, errors)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(words)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Namespace:
    """A named network namespace with its loopback up."""

    def __init__(self, name: str):
        self.name = name
        self.path = Path("/run/netns") / name
        run("ip", "netns", "add", name)
        self.set_up("lo")

    def __str__(self) -> str:
        return self.name

    def enter(self) -> None:
        """Moves the calling thread into the namespace: for a child process before it runs its program."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if _libc.setns(descriptor, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), f"setns {self.name}")
        finally:
            os.close(descriptor)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What the caller opens within stays in this namespace; the caller comes back."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.enter()
            yield
        finally:
            if _libc.setns(before, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns back")
            os.close(before)

    def enter_with_sys(self) -> None:
        """As enter(), with a /sys of this namespace's interfaces, as ip-netns(8) gives to a service."""
        self.enter()
        steps = (lambda: _libc.unshare(CLONE_NEWNS), lambda: _libc.mount(None, b"/", None, MS_REC_SLAVE, None),
                 lambda: _libc.umount2(b"/sys", MNT_DETACH),
                 lambda: _libc.mount(b"sys", b"/sys", b"sysfs", 0, None))
        if any(step() for step in steps):
            raise OSError(ctypes.get_errno(), f"/sys of {self.name}")

    def run(self, *command: object, **options: Any) -> subprocess.CompletedProcess:
        """As run(), in this namespace."""
        return run(*command, inside=self.inside, **options)

    def ip(self, *arguments: object) -> list[dict[str, Any]]:
        """`ip -json ARGUMENTS` as Python values."""
        text = self.run("ip", "-json", "-details", *arguments).stdout
        return [entry for entry in json.loads(text or "[]") if entry]

    def _flags(self, interface: str, change: Callable[[int], int] | None = None) -> int:
        """The flags of an interface, changed or as they are. By ioctl: each ip(8) takes a tenth of a second here."""
        with self.inside():
            asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with asked:
            answer = fcntl.ioctl(asked, SIOCGIFFLAGS, struct.pack(IFREQ, interface.encode(), 0))
            flags = struct.unpack(IFREQ, answer)[1]
            if change:
                fcntl.ioctl(asked, SIOCSIFFLAGS, struct.pack(IFREQ, interface.encode(), change(flags)))
        return flags

    def set_up(self, interface: str) -> None:
        self._flags(interface, lambda flags: flags | IFF_UP)

    def running(self, interface: str) -> bool:
        """Whether it is up and has a carrier."""
        return self._flags(interface) & IFF_RUNNING != 0

    def sysctl(self, name: str, value: object) -> None:
        self.run("sysctl", "-qw", f"{name}={value}")

    def links(self, kind: str) -> list[str]:
        """Names of the interfaces of one kind ("ppp", "veth"), in the kernel's order."""
        return [link["ifname"] for link in self.ip("link", "show")
                if link.get("linkinfo", {}).get("info_kind") == kind or link.get("link_type") == kind]

    def ping(self, address: str, *options: object, count: int = 1, deadline: float = 10) -> None:
        """Fails unless `count` echo requests are answered in time; `options` are ping's own."""
        self.run("ping", "-n", "-q", "-i", "0.2", "-c", count, "-w", int(deadline), *options, address,
                 deadline=deadline + 10)

    def pids(self) -> list[int]:
        """Processes in it, as ip-netns(8) finds them."""
        mine, found = os.stat(self.path).st_ino, []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.stat(process / "ns" / "net").st_ino == mine:
                    found.append(int(process.name))
            except FileNotFoundError:
                pass
        return found

    def cleanup(self) -> None:
        """Kills what still runs inside and removes the namespace with all its interfaces."""
        for pid in self.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_for(lambda: not self.pids(), 15, f"the last process in namespace {self.name} to end")
        run("ip", "netns", "del", self.name)


class Host(Namespace):
    """The machine's own network, for a guest that is a whole machine. It is never removed."""

    def __init__(self) -> None:
        self.name = "1"  # ip(8) takes a process where it takes the name of a namespace
        self.path = Path("/proc/1/ns/net")

    def enter(self) -> None:
        """Every process is in it already."""

    def cleanup(self) -> None:
        """What is joined to other namespaces goes with them."""


def cable(left: Namespace, left_name: str, right: Namespace, right_name: str, mtu: int | None = None) -> None:
    """Joins two namespaces by a veth pair, both ends up. The MTU is set before anything can use them."""
    size = ("mtu", mtu) if mtu else ()
    run("ip", "link", "add", left_name, *size, "netns", left, "type", "veth",
        "peer", "name", right_name, *size, "netns", right)
    for end, name in ((left, left_name), (right, right_name)):
        end.set_up(name)
    for end, name in ((left, left_name), (right, right_name)):
        wait_for(lambda end=end, name=name: end.running(name), 10, f"{end}:{name} to come up")
