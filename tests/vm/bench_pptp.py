#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Throughput of one PPTP session to our server: our client, whose GRE is in the kernel, beside pptp-linux with pppd.

Part of `./dev bench`. Where the guest's clock counts instructions, on its one processor that is never idle meanwhile,
the time of a transfer is what all of it costs: both ends of TCP, of PPP and of GRE. `bench_pptp.py send ADDRESS
OCTETS` and `bench_pptp.py receive ADDRESS` are the two ends of it.
"""

import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "scenarios"))
from support.lab import Lab                                     # noqa: E402
from support.link_setups import SERVED, pptp_client, pptp_server  # noqa: E402
from support.namespace import Namespace                         # noqa: E402
from support.pptp_peers import PptpLinuxClient, listens, wire   # noqa: E402
from support.setups import PASSWORD, USER                       # noqa: E402
from support.wait import wait_for                               # noqa: E402

PORT, CHUNK = 5001, 1 << 16
GIVEN = "10.8.0.2"
MIN_RATIO = 2
OURS, THEIRS = "pppmanagerd", "pptp-linux + pppd"
SIZES = {"max-mtu": 1400, "max-mru": 1400}
LONG = 600  # the guest's clock runs ahead while it waits for the host


def send(address: str, octets: int) -> None:
    with socket.create_connection((address, PORT), LONG) as connection:
        data = bytes(CHUNK)
        began = time.monotonic()
        for _ in range(octets // CHUNK):
            connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)  # the end of the other side: all has arrived
        print(time.monotonic() - began)


def receive(address: str) -> None:
    with socket.create_server((address, PORT)) as listener:
        print("listening", flush=True)
        connection, _ = listener.accept()
        with connection:
            # What comes is thrown away within the kernel: only the way here is compared.
            while connection.recv_into(bytearray(CHUNK), CHUNK, socket.MSG_TRUNC):
                pass


def carry(lab: Lab, source: Namespace, target: Namespace, address: str, octets: int) -> float:
    """Seconds that it took one way."""
    receiving = lab.process(target, "/usr/bin/python3", __file__, "receive", address)
    receiving.wait_output("listening", LONG)
    sending = lab.process(source, "/usr/bin/python3", __file__, "send", address, octets)
    sending.assert_exit(0, 100 * LONG)
    receiving.assert_exit(0, LONG)
    return float(sending.output())


def measure(results: Path, octets: int) -> dict[str, float]:
    """Octets a second of guest time by each client, as many octets in either direction."""
    lab = Lab(results / "pptp")
    try:
        isp, home = wire(lab)
        lab.daemon(isp, *pptp_server(**SIZES, **{"keepalive-timeout": 0}), start=False).start(deadline=LONG)
        wait_for(lambda: listens(isp), LONG, "our server")
        rates = {}
        for name, connect in ((OURS, ours), (THEIRS, theirs)):
            end = connect(lab, home)
            print(f"{name}: warming up, then {octets >> 20} MiB each way", flush=True)
            for size in (CHUNK, octets):
                took = carry(lab, home, isp, SERVED, size) + carry(lab, isp, home, GIVEN, size)
            rates[name] = 2 * octets / took
            print(f"  {rates[name] / 1e6:.2f} MB/s of guest time", flush=True)
            end()
            wait_for(lambda: not isp.links("ppp"), LONG, "the session to end")
        return rates
    finally:
        lab.close()


def ours(lab: Lab, home: Namespace):
    daemon = lab.daemon(home, *pptp_client(**SIZES, **{"keepalive-timeout": 0}), start=False)
    daemon.start(deadline=LONG)
    wait_for(lambda: home.ip("-4", "address", "show", "type", "ppp"), LONG, f"{OURS} to connect")
    return daemon.stop


def theirs(lab: Lab, home: Namespace):
    peer = PptpLinuxClient(lab, home, USER, PASSWORD, "nomppe", "noccp", "novj", "mtu", 1400, "mru", 1400)
    peer.wait_connected(LONG)
    return lambda: peer.process.terminate(LONG)


def verdict(results: Path, octets: int) -> bool:
    """Measures, prints, and says whether the ratio is what is wanted."""
    rates = measure(results, octets)
    ratio = rates[OURS] / rates[THEIRS]
    kept = ratio >= MIN_RATIO
    print(f"\n{OURS} : {THEIRS}, one PPTP session\n  {'throughput':<28} {ratio:.1f} : 1, at least {MIN_RATIO} : 1 "
          f"wanted: {'kept' if kept else 'MISSED'}")
    return kept


if __name__ == "__main__":
    if sys.argv[1] == "send":
        send(sys.argv[2], int(sys.argv[3]))
    else:
        receive(sys.argv[2])
