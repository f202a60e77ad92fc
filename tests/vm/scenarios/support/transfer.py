# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends a file by TCP between two namespaces and compares what arrives with it."""

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # started as a program it has no package
    from .lab import Lab
    from .namespace import Namespace

PORT = 5001
CHUNK = 1 << 20


def transfer(lab: "Lab", sender: "Namespace", receiver: "Namespace", address: str, megabytes: int = 100,
             deadline: float = 300) -> None:
    """Carries `megabytes` MB to `address`, an address of the receiver; what arrives must be what was sent."""
    path = lab.scratch / f"{megabytes}M"
    if not path.exists():
        noise = os.urandom(CHUNK - 8)  # making all of it would take long; the number tells the pieces apart
        with open(path, "wb") as out:
            for number in range(megabytes):
                out.write(number.to_bytes(8, "big") + noise)
    program = Path(__file__)
    receiving = lab.process(receiver, "/usr/bin/python3", program, "receive", address, path)
    receiving.wait_output("listening", 60)
    sending = lab.process(sender, "/usr/bin/python3", program, "send", address, path)
    sending.assert_exit(0, deadline)
    receiving.assert_exit(0, deadline)


def send(address: str, path: str) -> None:
    with socket.create_connection((address, PORT), timeout=60) as connection, open(path, "rb") as source:
        connection.sendfile(source)


def receive(address: str, path: str) -> None:
    with socket.create_server((address, PORT)) as listener, open(path, "rb") as source:
        print("listening", flush=True)
        listener.settimeout(60)
        connection, _ = listener.accept()
        connection.settimeout(60)
        # Compared and not digested: emulated, a checksum of them takes longer than their way.
        with connection:
            while octets := connection.recv(CHUNK):
                if octets != source.read(len(octets)):
                    sys.exit(f"what came before octet {source.tell()} is not what was sent")
        if source.read(1):
            sys.exit(f"{source.tell() - 1} octets came, and more were sent")


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[1]](sys.argv[2], sys.argv[3])
