# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU as the test guest needs it: its command line, an end when we end, and the choice of accelerator."""

import ctypes
import lzma
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

BINARY = "qemu-system-x86_64"
PROBE_SECONDS = 8
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Kernel:
    """An unpacked kernel package and the initramfs made for it."""

    directory: Path
    initramfs: Path

    @property
    def image(self) -> Path:
        """The kernel as an ELF file if we can unpack it: inside an emulator that takes seconds each time."""
        plain = self.directory / "vmlinux"
        if plain.is_file():
            return plain
        packed = next((self.directory / "boot").glob("vmlinuz-*"))
        data = unpack_kernel(packed.read_bytes())
        if data is None:
            return packed
        with tempfile.NamedTemporaryFile(dir=self.directory, delete=False) as file:
            file.write(data)
        os.replace(file.name, plain)
        return plain

    @property
    def identity(self) -> str:
        return self.directory.name


def unpack_kernel(image: bytes) -> bytes | None:
    """The ELF file inside a bzImage (x86 boot protocol, payload_offset), or None if packed in another way."""
    setup_sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    payload = image[start:start + length]
    if payload.startswith(b"\xfd7zXZ"):
        data = lzma.LZMADecompressor().decompress(payload)
    elif payload.startswith(b"\x1f\x8b"):
        data = zlib.decompressobj(31).decompress(payload)
    else:
        return None
    return data if data.startswith(b"\x7fELF") else None


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Asks the kernel for a signal when the process that started us ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def readable(descriptor: int) -> select.poll:
    """A poller that waits for data or the end of data on one descriptor."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return poller


@dataclass(frozen=True)
class Machine:
    """What the guest runs on. With `icount` it has one emulated CPU whose clock counts instructions, of 2^icount
    nanoseconds each, so that CPU time repeats from run to run; `accel` and `smp` have no say then."""

    accel: str  # "kvm" or "tcg"
    icount: int | None = None
    memory: int = 2048  # MiB
    smp: int = 2

    def arguments(self) -> list[str]:
        counted = self.icount is not None
        kvm = self.accel == "kvm" and not counted
        result = ["-machine", "q35,usb=off,smbus=off,sata=off,hpet=off", "-m", f"{self.memory}M"]
        result += ["-smp", "1" if counted else str(self.smp)]
        result += ["-cpu", "host" if kvm else "qemu64,+rdrand,+ssse3,+sse4.1,+sse4.2,+popcnt,+aes"]
        if counted:
            return [*result, "-accel", "tcg,thread=single", "-icount", f"shift={self.icount},sleep=off"]
        return [*result, "-accel", "kvm" if kvm else "tcg,thread=multi,tb-size=512"]


def base_command(kernel: Kernel, machine: Machine, words: list[str]) -> list[str]:
    """Everything but the character devices and shares; kernel messages are the caller's -serial."""
    append = ["console=ttyS0", "quiet", "loglevel=5", "panic=-1", "random.trust_cpu=on", "mitigations=off"]
    append += ["cryptomgr.notests", "apparmor=0", "nowatchdog", "8250.nr_uarts=1", "no_timer_check"]
    append += ["tsc=reliable", *words]
    result = [BINARY, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    result += ["-kernel", str(kernel.image), "-initrd", str(kernel.initramfs), "-append", " ".join(append)]
    return result + machine.arguments()


def choose_accelerator(kernel: Kernel, cache: Path) -> str:
    """kvm where it really runs a guest, else tcg. /dev/kvm may exist and hang: it is tried, with a deadline.

    The answer is kept in `cache`, beside the kernel it was found with; PPPMANAGER_VM_ACCEL overrides it.
    """
    forced = os.environ.get("PPPMANAGER_VM_ACCEL", "")
    if forced in ("kvm", "tcg"):
        return forced
    if forced:
        sys.exit(f"PPPMANAGER_VM_ACCEL is '{forced}', but must be kvm or tcg")
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    known = cache.read_text().split() if cache.is_file() else []
    if len(known) == 2 and known[1] == kernel.identity:
        return known[0]
    print(f"trying KVM (at most {PROBE_SECONDS} s)", flush=True)
    answer = "kvm" if kvm_works(kernel) else "tcg"
    cache.write_text(f"{answer} {kernel.identity}\n")
    print(f"using {answer}; PPPMANAGER_VM_ACCEL=kvm|tcg overrides", flush=True)
    return answer


def kvm_works(kernel: Kernel) -> bool:
    """Boots the guest as far as its own init under KVM and says whether it got there in time."""
    with tempfile.TemporaryDirectory() as scratch:
        serial = Path(scratch) / "serial"
        command = base_command(kernel, Machine("kvm", memory=512, smp=1), ["vm.probe"])
        command += ["-serial", f"file:{serial}"]
        nothing = subprocess.DEVNULL
        try:
            subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, timeout=PROBE_SECONDS,
                           preexec_fn=die_with_parent, check=False)
        except subprocess.TimeoutExpired:
            return False
        return serial.is_file() and "guest: probe" in serial.read_text(errors="replace")
