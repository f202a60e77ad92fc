# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends a file by TCP between two namespaces and compares what arrived by its checksum."""

import hashlib
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
    """Carries `megabytes` MB to `address`, an address of the receiver; the checksums must be equal."""
    path = lab.scratch / f"{megabytes}M"
    if not path.exists():
        noise = os.urandom(CHUNK - 8)  # making all of it would take long; the number tells the pieces apart
        with open(path, "wb") as out:
            for number in range(megabytes):
                out.write(number.to_bytes(8, "big") + noise)
    program = Path(__file__)
    receiving = lab.process(receiver, "/usr/bin/python3", program, "receive", address)
    receiving.wait_output("listening", 60)
    sending = lab.process(sender, "/usr/bin/python3", program, "send", address, path)
    sending.assert_exit(0, deadline)
    receiving.assert_exit(0, deadline)
    sent, received = (process.output().split()[-1] for process in (sending, receiving))
    assert sent == received, f"{megabytes} MB to {address}: sent {sent}, received {received}"


def send(address: str, path: str) -> str:
    with socket.create_connection((address, PORT), timeout=60) as connection, open(path, "rb") as source:
        connection.sendfile(source)
        source.seek(0)
        return hashlib.file_digest(source, "sha1").hexdigest()


def receive(address: str) -> str:
    with socket.create_server((address, PORT)) as listener:
        print("listening", flush=True)
        listener.settimeout(60)
        connection, _ = listener.accept()
        digest = hashlib.sha1()
        with connection:
            while octets := connection.recv(CHUNK):
                digest.update(octets)
        return digest.hexdigest()


if __name__ == "__main__":
    print(send(sys.argv[2], sys.argv[3]) if sys.argv[1] == "send" else receive(sys.argv[2]))
