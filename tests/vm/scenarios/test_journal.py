# SPDX-License-Identifier: GPL-2.0-or-later
"""The journal's own protocol: fields, not text, where standard error is the journal's stream."""

import os
import socket
from contextlib import contextmanager
from pathlib import Path

from support.daemon import BUILD
from support.setups import client
from support.wait import wait_for

JOURNAL = Path("/run/systemd/journal/socket")


@contextmanager
def journal():
    """A stand-in for systemd-journald: what it is sent, one datagram an entry."""
    JOURNAL.parent.mkdir(parents=True, exist_ok=True)
    JOURNAL.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(JOURNAL))
        receiver.setblocking(False)
        yield receiver
    JOURNAL.unlink()


def entries(receiver):
    """The entries so far, as dictionaries; see systemd.io/JOURNAL_NATIVE_PROTOCOL."""
    found = []
    while True:
        try:
            lines = receiver.recv(65536).decode().splitlines()
        except BlockingIOError:
            return found
        found.append(dict(line.split("=", 1) for line in lines))


def test_entries_have_fields_where_standard_error_is_the_journal(lab):
    home = lab.namespace("home")
    cpe = lab.daemon(home, *client(interface="eth9"), start=False)
    stream = lab.results / "stderr"
    found = []
    with journal() as receiver, open(stream, "wb") as stderr:
        status = os.fstat(stderr.fileno())
        script = f'exec "$0" --config {cpe.directory}/config --state {cpe.directory}/state 2>>{stream}'
        daemon = lab.process(home, "sh", "-c", script, BUILD / "daemon" / "pppmanagerd",
                             env={**cpe.environment, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})

        def said():
            found.extend(entries(receiver))
            return [entry for entry in found if entry.get("PPP_OBJECT") == "pppoe-out1"]
        entry = wait_for(said, 15, "an entry about pppoe-out1")[0]
        assert "eth9" in entry["MESSAGE"] and entry["PRIORITY"] in "4567", entry
        daemon.terminate()
    assert stream.read_bytes() == b""
