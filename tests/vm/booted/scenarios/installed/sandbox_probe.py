#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries what a service might be misused for and prints as JSON how each attempt ended: "done", or the error.

usage: sandbox_probe.py VICTIM-PID; nothing that is tried changes anything where it succeeds. Each attempt has a
process of its own: what the service may not do may end it.
"""

import ctypes
import errno
import json
import mmap
import os
import signal
import socket
import sys
import time
from typing import Callable

libc = ctypes.CDLL(None, use_errno=True)
SYS_INIT_MODULE, SYS_BPF = 175, 321  # x86-64
PTRACE_SEIZE = 0x4206
CLONE_NEWUSER = 0x10000000
AF_PPPOX = 24
NOT_A_MODULE = (errno.ENOEXEC, errno.EINVAL)


def checked(result: int, *tolerated: int) -> None:
    """Of a system call; `tolerated` are errors that show that it was allowed."""
    if result < 0 and ctypes.get_errno() not in tolerated:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def opened(path: str, flags: int) -> None:
    os.close(os.open(path, flags | os.O_CLOEXEC))


def write_kernel_setting() -> None:
    with open("/proc/sys/kernel/panic", "r+") as file:
        value = file.read()
        file.seek(0)
        file.write(value)


def mount() -> None:
    checked(libc.mount(b"none", b"/mnt", b"tmpfs", 0, None))
    checked(libc.umount2(b"/mnt", 0))


def see_home() -> None:
    if not os.path.exists("/home/somebody/letter"):
        raise FileNotFoundError(errno.ENOENT, "no such letter")


def load_module() -> None:
    checked(libc.syscall(SYS_INIT_MODULE, b"\0" * 64, 64, b""), *NOT_A_MODULE)


def trace() -> None:
    checked(libc.ptrace(PTRACE_SEIZE, int(sys.argv[1]), 0, 0))


def see_others() -> None:
    with open("/proc/1/cmdline", "rb") as file:
        file.read()


def writable_code() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def load_bpf() -> None:
    attributes = ctypes.create_string_buffer(128)  # BPF_MAP_CREATE of no type
    checked(libc.syscall(SYS_BPF, 0, attributes, 128), errno.EINVAL)


def real_time() -> None:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def set_clock() -> None:
    # A time before 1970 is refused by those who may, too, but as a mistake.
    try:
        time.clock_settime(time.CLOCK_REALTIME, -1)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise


def raw_socket() -> None:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()


def sockets(family: int, kind: int) -> Callable[[], None]:
    return lambda: socket.socket(family, kind, 0).close()


def speak_tcp() -> None:
    """Listens, connects and is heard."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), 5) as client:
            client.sendall(b"x")
            heard, _ = server.accept()
            with heard:
                heard.settimeout(5)
                heard.recv(1)


REFUSED: dict[str, Callable[[], None]] = {
    "write /etc/passwd": lambda: opened("/etc/passwd", os.O_WRONLY | os.O_APPEND),
    "read /etc/shadow": lambda: opened("/etc/shadow", os.O_RDONLY),
    "write a program": lambda: opened("/usr/bin/pppctl", os.O_WRONLY | os.O_APPEND),
    "see /home": see_home,
    "become root": lambda: os.setresuid(0, 0, 0),
    "mount": mount,
    "make a user namespace": lambda: checked(libc.unshare(CLONE_NEWUSER)),
    "load a module": load_module,
    "load a BPF program": load_bpf,
    "trace another process": trace,
    "see other processes": see_others,
    "end another process": lambda: os.kill(int(sys.argv[1]), signal.SIGCONT),
    "open a disk": lambda: opened("/dev/vda", os.O_RDONLY),
    "open the console": lambda: opened("/dev/hvc0", os.O_WRONLY | os.O_NOCTTY),
    "an AF_ALG socket": sockets(socket.AF_ALG, socket.SOCK_SEQPACKET),
    "an AF_VSOCK socket": sockets(socket.AF_VSOCK, socket.SOCK_STREAM),
    "writable code": writable_code,
    "real-time priority": real_time,
    "set the clock": set_clock,
    "set the host's name": lambda: socket.sethostname(socket.gethostname()),
    "write a kernel setting": write_kernel_setting,
}
# What the daemon lives on.
NEEDED: dict[str, Callable[[], None]] = {
    "open /dev/ppp": lambda: opened("/dev/ppp", os.O_RDWR),
    "a packet socket": raw_socket,
    "a PPPoE socket": sockets(AF_PPPOX, socket.SOCK_STREAM),
    "a netlink socket": sockets(socket.AF_NETLINK, socket.SOCK_RAW),
    "a PPTP control connection": speak_tcp,
}


def outcome(attempt: Callable[[], None]) -> str:
    """How it ends in a process of its own."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            attempt()
            said = "done"
        except OSError as error:
            said = errno.errorcode.get(error.errno or 0, str(error))
        os.write(theirs, said.encode())
        os._exit(0)
    os.close(theirs)
    _, status = os.waitpid(child, 0)
    said = os.read(ours, 100).decode()
    os.close(ours)
    return f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else said


if __name__ == "__main__":
    print(json.dumps({kind: {name: outcome(attempt) for name, attempt in attempts.items()}
                      for kind, attempts in (("refused", REFUSED), ("needed", NEEDED))}))
