# SPDX-License-Identifier: GPL-2.0-or-later
"""What every kind of test guest shares: its options, its results, its end, and what is judged then.

A kind says what the guest's disks are and what else must hold at its end (tests/vm/guest.py,
tests/vm/booted/guest.py). Exit status: the command's own; 124 after the deadline; 125 when the guest died, its
kernel complained or something else that must hold did not.
"""

import argparse
import fcntl
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Protocol

import qemu

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = ROOT / "build" / "vm"
EXIT_DEADLINE = 124
EXIT_GUEST = 125
# What a healthy kernel never says. Stalls and soft lock-ups are not here: emulated, they tell of a busy host.
KERNEL_FAULT = re.compile(r"\bBUG:|\bOops\b|WARNING: CPU|Kernel panic|general protection fault|KASAN|UBSAN|"
                          r"unregister_netdevice: waiting|blocked for more than|refcount_t: ")


class Kind(Protocol):
    """What makes one kind of guest."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this kind."""

    def prepare(self, options: argparse.Namespace) -> None:
        """Makes what the guest boots from, before anything is started."""

    def kernel_directory(self) -> Path:
        """The unpacked kernel package."""

    def words(self) -> list[str]:
        """Of the kernel's command line, for tests/vm/init."""

    def disks(self) -> list[str]:
        """Of QEMU's command line: where the guest's files are."""

    def in_memory(self, options: argparse.Namespace) -> list[Path]:
        """What the guest takes into memory before the command, since it is opened all the time."""

    def complaints(self, results: Path) -> list[str]:
        """What did not hold at the guest's end, as sentences."""


def arguments(kind: Kind, description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--name", default="run", help="results go to build/vm/results/NAME")
    parser.add_argument("--deadline", type=int, default=900, metavar="SECONDS")
    parser.add_argument("--memory", type=int, default=2048, metavar="MIB")
    parser.add_argument("--smp", type=int, default=2)
    parser.add_argument("--icount", type=int, metavar="SHIFT",
                        help="one CPU whose clock counts instructions, of 2^SHIFT ns each")
    parser.add_argument("--interactive", action="store_true", help="the command gets this terminal")
    parser.add_argument("--fetch", metavar="FILE:COPY", help="a file of /results to copy at the end")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    kind.add_options(parser)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="after --")
    options = parser.parse_args()
    if options.command[:1] == ["--"]:
        del options.command[0]
    if not options.command:
        parser.error("no command given")
    if options.interactive and not sys.stdin.isatty():
        parser.error("--interactive needs a terminal")
    return options


def tool(*command: str) -> Path:
    """Runs a helper script and returns the path it prints; its progress goes to our stderr."""
    return Path(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())


def claim_results(name: str):
    """An empty results directory that no other running guest uses, and the lock that keeps it ours."""
    base = CACHE / "results"
    base.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        directory = base / (name if number == 1 else f"{name}-{number}")
        lock = open(f"{directory}.lock", "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        shutil.rmtree(directory, ignore_errors=True)
        (directory / "guest").mkdir(parents=True)
        return directory, lock
    sys.exit(f"99 guests named {name} are running")


def write_orders(kind: Kind, directory: Path, options: argparse.Namespace) -> None:
    """Puts the command and the guest's settings where tests/vm/run-orders and guest-init read them."""
    (directory / "guest" / "in-memory").write_text("".join(f"{path}\n" for path in kind.in_memory(options)))
    size = os.get_terminal_size(0) if options.interactive else os.terminal_size((80, 24))
    settings = {"interactive": "1" if options.interactive else "",
                "columns": str(size.columns), "rows": str(size.lines)}
    (directory / "guest" / "settings").write_text(
        "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()))
    lines = ["export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8",
             "cd " + shlex.quote(str(ROOT))]
    lines += ["export " + shlex.quote(pair) for pair in options.env]
    lines += ["exec " + shlex.join(options.command)]
    (directory / "guest" / "run").write_text("\n".join(lines) + "\n")


def boot(kind: Kind, kernel: qemu.Kernel, directory: Path, options: argparse.Namespace) -> bool:
    """Runs the guest to its end, its output live on ours; false when the deadline ended it."""
    accel = qemu.choose_accelerator(kernel, CACHE / "accel")
    machine = qemu.Machine(accel, options.icount, options.memory, options.smp)
    command = qemu.base_command(kernel, machine, [f"vm.kernel={kernel.directory}", f"vm.source={ROOT}",
                                                   *kind.words()])
    command += [*kind.disks(),
                "-virtfs", f"local,path={directory},mount_tag=results,security_model=none,multidevs=remap",
                "-serial", f"file:{directory}/kernel.log", "-chardev", "stdio,id=console,signal=off",
                "-device", "virtio-serial-pci", "-device", "virtconsole,chardev=console"]
    terminal = termios.tcgetattr(0) if options.interactive else None
    log = open(directory / "qemu.log", "wb")
    process = subprocess.Popen(command, stdin=None if options.interactive else subprocess.DEVNULL,
                               stdout=None if options.interactive else subprocess.PIPE, stderr=log,
                               preexec_fn=qemu.die_with_parent, start_new_session=not options.interactive)
    ended = time.monotonic() + options.deadline
    try:
        if not options.interactive:
            relay(process, directory / "output.log", ended)
        process.wait(max(1.0, ended - time.monotonic()))
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        process.kill()
        process.wait()
        log.close()
        if terminal is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, terminal)


def relay(process: subprocess.Popen, copy: Path, ended: float) -> None:
    """Passes the guest's output on as it comes, with a copy to a file, until it closes or time is up."""
    source = process.stdout.fileno()
    os.set_blocking(source, False)
    poller = qemu.readable(source)
    with open(copy, "wb") as file:
        while (left := ended - time.monotonic()) > 0:
            if not poller.poll(left * 1000):
                continue
            data = os.read(source, 65536)
            if not data:
                return
            file.write(data)
            file.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


def kernel_faults(directory: Path) -> list[str]:
    """The lines in which the guest's kernel complained of itself, each once."""
    found = {}
    for name in ("kernel.log", "dmesg.log"):
        path = directory / name
        if path.is_file():
            for line in path.read_text(errors="replace").splitlines():
                if KERNEL_FAULT.search(line):
                    found[re.sub(r"^\[ *[0-9.]+\] ", "", line.strip())] = True
    return list(found)


def verdict(kind: Kind, directory: Path, in_time: bool, options: argparse.Namespace) -> int:
    """Says what went wrong, if anything did, and returns our exit status."""
    faults = kernel_faults(directory)
    for line in faults:
        print(f"guest: kernel: {line}", file=sys.stderr)
    if not in_time:
        print(f"guest: not finished after {options.deadline} s, killed; see {directory}", file=sys.stderr)
        return EXIT_DEADLINE
    try:
        status = int((directory / "guest" / "status").read_text())
    except (OSError, ValueError):
        print(f"guest: died before the command ended; see {directory}/kernel.log:", file=sys.stderr)
        log = directory / "kernel.log"
        lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
        lines += (directory / "qemu.log").read_text(errors="replace").splitlines()
        print("\n".join(lines[-15:]), file=sys.stderr)
        return EXIT_GUEST
    if options.interactive:
        status = 0  # what the last command of a person ended with is nobody's business
    if faults:
        print("guest: its kernel complained", file=sys.stderr)
    complaints = kind.complaints(directory)
    for line in complaints:
        print(f"guest: {line}", file=sys.stderr)
    if faults or complaints:
        status = status or EXIT_GUEST
    if status:
        print(f"guest: ended with status {status}; its logs are in {directory}", file=sys.stderr)
    return status


def main(kind: Kind, description: str) -> int:
    options = arguments(kind, description)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    qemu.die_with_parent(signal.SIGTERM)
    kind.prepare(options)
    directory = kind.kernel_directory()
    kernel = qemu.Kernel(directory, tool(str(HERE / "initramfs.sh"), str(directory)))
    results, lock = claim_results(options.name)
    with lock:
        write_orders(kind, results, options)
        in_time = boot(kind, kernel, results, options)
        if options.fetch:
            name, _, copy = options.fetch.partition(":")
            if (results / name).is_file():
                shutil.copyfile(results / name, copy)
        return verdict(kind, results, in_time, options)


def run(kind: Kind, description: str) -> None:
    """Runs main() as a program's body."""
    try:
        sys.exit(main(kind, description))
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
