#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a PPPoE session costs a server: ours beside pppoe-server with pppd, in the same guest and the same run; and what
a PPTP session carries (bench_pptp.py).

Run in the guest by `./dev bench`, whose clock counts instructions: one microsecond of CPU time is a fixed number of
them, whatever the host does meanwhile. CPU time is that of the server's own control group, kernel work included; memory
is the proportional set size (PSS) of its processes. The same clients dial both servers. Only ratios mean anything.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "scenarios"))
from support.bus import Bus                                     # noqa: E402
from support.namespace import Namespace, cable, run            # noqa: E402
from support.process import Process                             # noqa: E402
from support.wait import wait_for                               # noqa: E402

import bench_pptp                                               # noqa: E402

BUILD = Path(os.environ.get("PPPMANAGER_BUILD", "build/release"))
RESULTS = Path(os.environ.get("PPPMANAGER_RESULTS", "."))
CGROUPS = Path("/sys/fs/cgroup")
INSTRUCTIONS_PER_MICROSECOND = 500  # -icount shift=1: two nanoseconds an instruction
MAX_CPU = 1 / 17
MAX_MEMORY = 1 / 100
MAX_KEEPING = 0.05
# pppd sessions slow each other down in user mode; one that is alone costs this much. We are held to both.
PPPD_ALONE = {"set-up CPU": 11.6e6 / INSTRUCTIONS_PER_MICROSECOND, "memory": 830}


class ControlGroup:
    """A cgroup whose members' CPU time and memory are counted together."""

    def __init__(self, name: str):
        self.path = CGROUPS / name
        self.path.mkdir(exist_ok=True)

    def join(self) -> None:
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def cpu(self) -> int:
        """Microseconds of CPU time so far, of members that ended too."""
        return int((self.path / "cpu.stat").read_text().split()[1])

    def memory(self) -> int:
        """PSS of all members in KiB."""
        total = 0
        for pid in (self.path / "cgroup.procs").read_text().split():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total


class Ours:
    """pppmanagerd as the server, with a keeper of its sessions."""

    name = "pppmanagerd"
    kept = True

    def __init__(self, namespace: Namespace, directory: Path, group: ControlGroup, sessions: int):
        self.bus = Bus(directory, directory / "bus.log")
        self.keeper = None
        state = directory / "run" if self.kept else None
        if state:
            state.mkdir()
            self.keeper = Process([BUILD / "daemon" / "pppmanager-keeper", "--socket", state / "keeper.sock"],
                                  directory / "keeper.log", enter=entering(namespace, group))
            wait_for((state / "keeper.sock").exists, 60, "the keeper")
        start_daemon(self, namespace, directory, group, self.bus, {
            "pppoe-server": {"bench": {"interface": "eth0", "service-name": "bench", "authentication": "pap",
                                       "default-profile": "bench", "keepalive-timeout": 0, "disabled": False}},
            "profile": {"bench": {"local-address": "10.0.0.1", "remote-address": "bench", "use-ipv6": False}},
            "pool": {"bench": {"ranges": "10.1.0.0/16"}},
            "secret": {"bench": {}}}, {"secret": {"bench": {"password": "bench"}}}, state)
        self.process.wait_output("listening")

    def stop(self) -> None:
        self.process.terminate(60)
        if self.keeper:
            self.keeper.terminate(60)
        self.bus.cleanup()


class Unkept(Ours):
    """The same, whose sessions end with it: what keeping costs is the difference."""

    name = "pppmanagerd without a keeper"
    kept = False


class PppoeServer:
    """Debian's pppoe-server in user mode, with a pppd for each session."""

    name = "pppoe-server + pppd"

    def __init__(self, namespace: Namespace, directory: Path, group: ControlGroup, sessions: int):
        Path("/etc/ppp/pap-secrets").write_text("bench * bench *\n")
        options = directory / "options"
        options.write_text("\n".join(["require-pap", "nodefaultroute", "noipv6", "noccp", "novj", "nobsdcomp",
                                      "nodeflate", "lcp-echo-interval 0", "mtu 1492", "mru 1492", ""]))
        self.process = Process(["pppoe-server", "-F", "-I", "eth0", "-C", "bench", "-S", "bench", "-L", "10.0.0.1",
                                "-R", "10.1.0.1", "-N", str(sessions + 50), "-O", options], directory / "log",
                               enter=entering(namespace, group))
        time.sleep(1)

    def stop(self) -> None:
        self.process.terminate(60)
        wait_for(lambda: not run("pgrep", "-x", "pppd", check=False).stdout, 120, "all pppd to end")


class Clients:
    """The same load for every server: one pppmanagerd with as many clients as there shall be sessions."""

    def __init__(self, namespace: Namespace, directory: Path, sessions: int):
        self.namespace = namespace
        self.bus = Bus(directory, directory / "bus.log")
        self.directory = directory
        self.config = {"pppoe-client": {f"c{n}": {"interface": f"m{n}", "user": "bench", "allow": "pap",
                                                  "keepalive-timeout": 0, "disabled": True}
                                        for n in range(sessions)},
                       "profile": {"default": {"use-ipv6": False}}}
        secrets = {"pppoe-client": {f"c{n}": {"password": "bench"} for n in range(sessions)}}
        start_daemon(self, namespace, directory, ControlGroup("clients"), self.bus, self.config, secrets)
        # Both daemons share the pages of one program: the server's share must not change while it is measured.
        time.sleep(3)

    def dial(self) -> None:
        for client in self.config["pppoe-client"].values():
            client["disabled"] = False
        (self.directory / "config.json").write_text(json.dumps(self.config))
        self.process.send(signal.SIGHUP)

    def stop(self) -> None:
        self.process.terminate(120)
        self.bus.cleanup()


def entering(namespace: Namespace, group: ControlGroup):
    def enter() -> None:
        group.join()
        namespace.enter()
    return enter


def start_daemon(owner, namespace: Namespace, directory: Path, group: ControlGroup, bus: Bus, config: dict,
                 secrets: dict, state: Path | None = None) -> None:
    """@param state what outlasts the daemon's process is kept there; None: nothing is."""
    (directory / "config.json").write_text(json.dumps(config))
    (directory / "secrets.json").touch(mode=0o600)
    (directory / "secrets.json").write_text(json.dumps(secrets))
    owner.process = Process([BUILD / "daemon" / "pppmanagerd", "--config", directory, "--state", directory / "state",
                             "--run", state or ""],
                            directory / "log", env={"DBUS_SYSTEM_BUS_ADDRESS": bus.address},
                            enter=entering(namespace, group))


def hand_over(sender: Namespace, receiver: Namespace) -> None:
    """Lets a kernel thread of its own receive at the clients' end of the cable.

    Else a veth delivers within the sender's system call, and the server would pay for the clients' reception. The
    thread is used for frames of a sender without segmentation offload (drivers/net/veth.c).
    """
    sender.run("ethtool", "-K", "eth0", "tso", "off")
    receiver.run("ethtool", "-K", "eth0", "gro", "on")
    receiver.run("ip", "netns", "exec", str(receiver), "sh", "-c", "echo 1 > /sys/class/net/eth0/threaded")


def hosts(namespace: Namespace, count: int) -> None:
    """An interface with its own MAC address for each client: as many hosts on one segment."""
    lines = "".join(f"link add link eth0 name m{n} type macvlan mode private\nlink set m{n} up\n"
                    for n in range(count))
    namespace.run("ip", "-batch", "-", stdin=lines, deadline=600)


def up(namespace: Namespace) -> int:
    """PPP interfaces that have an address, as the kernel lists them."""
    return namespace.run("ip", "-4", "-o", "address").stdout.count(" peer ")


def measure(kind, sessions: int, number: int) -> dict:
    """One server, set up and taken down; all figures are for one session."""
    namespaces = isp, home = Namespace(f"isp{number}"), Namespace(f"home{number}")
    cable(isp, "eth0", home, "eth0")
    hand_over(isp, home)
    hosts(home, sessions)
    work = Path(tempfile.mkdtemp())
    (work / "server").mkdir()
    (work / "clients").mkdir()
    group = ControlGroup(f"server{number}")
    server = kind(isp, work / "server", group, sessions)
    clients = Clients(home, work / "clients", sessions)
    cpu, memory, began = group.cpu(), group.memory(), time.monotonic()
    clients.dial()
    try:
        wait_for(lambda: up(isp) >= sessions, 120, f"{sessions} sessions at {kind.name}")
        took = time.monotonic() - began
        time.sleep(2)
        out = {"set-up CPU": (group.cpu() - cpu) / sessions, "memory": (group.memory() - memory) / sessions,
               "sessions/s": sessions / took}
        cpu = group.cpu()
        clients.stop()
        wait_for(lambda: up(isp) == 0, 300, "the sessions to end")
        time.sleep(2)
        out["tear-down CPU"] = (group.cpu() - cpu) / sessions
        return out
    finally:
        server.stop()
        for namespace in namespaces:
            namespace.cleanup()
        for name in ("server", "clients"):
            shutil.copy(work / name / "log", RESULTS / f"{number}-{name}.log")
        shutil.rmtree(work)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=8, help="what a PPTP session carries each way")
    parser.add_argument("--only", choices=["ours", "unkept", "pppd", "pptp"],
                        help="measure one server, or throughput alone")
    options = parser.parse_args()
    # The clock of the guest runs ahead while it waits for the host: deadlines are generous.
    # pppd makes the kernel look for modules four times a session: not what is to be compared.
    run("modprobe", "-a", "ppp_generic", "pppox", "pppoe", "pptp", "ppp_async", "ppp_synctty", "macvlan", deadline=3600)
    Path("/proc/sys/kernel/modprobe").write_text("\n")
    if options.only == "pptp":
        return int(not bench_pptp.verdict(RESULTS, options.megabytes << 20))
    kinds = {"ours": Ours, "unkept": Unkept, "pppd": PppoeServer}
    measured = {}
    for number, (key, kind) in enumerate(kinds.items()):
        if options.only not in (None, key):
            continue
        print(f"{kind.name}: warming up with 20 sessions, then {options.sessions}", flush=True)
        measure(kind, 20, 2 * number)
        measured[key] = out = measure(kind, options.sessions, 2 * number + 1)
        print(f"  set-up {out['set-up CPU'] * INSTRUCTIONS_PER_MICROSECOND / 1e6:.3f} M instructions a session, "
              f"tear-down {out['tear-down CPU'] * INSTRUCTIONS_PER_MICROSECOND / 1e6:.3f} M, "
              f"{out['memory']:.1f} KiB PSS a session, {out['sessions/s']:.0f} sessions/s of guest time", flush=True)
    if len(measured) < len(kinds):
        return 0
    ours, theirs = measured["ours"], measured["pppd"]
    print(f"\nours : pppd, {options.sessions} PPPoE sessions with PAP, one CPU")
    missed = False
    for name, limit in (("set-up CPU", MAX_CPU), ("memory", MAX_MEMORY)):
        for whose, pppd in (("", theirs[name]), (" of a pppd alone", PPPD_ALONE[name])):
            ratio = ours[name] / pppd
            verdict = "MISSED" if ratio > limit else "kept"
            missed = missed or ratio > limit
            print(f"  {name + whose:<28} 1 : {1 / max(ratio, 1e-9):.1f}, at most 1 : {1 / limit:.0f} wanted: {verdict}")
    keeping = ours["set-up CPU"] / measured["unkept"]["set-up CPU"] - 1
    missed = missed or keeping > MAX_KEEPING
    print(f"  {'set-up CPU for keeping':<28} {keeping:.1%}, at most {MAX_KEEPING:.0%} wanted: "
          f"{'MISSED' if keeping > MAX_KEEPING else 'kept'}")
    print(f"  {'tear-down CPU':<28} 1 : {theirs['tear-down CPU'] / ours['tear-down CPU']:.1f}")
    print(f"  {'sessions/s':<28} {ours['sessions/s'] / theirs['sessions/s']:.1f} : 1")
    missed = not bench_pptp.verdict(RESULTS, options.megabytes << 20) or missed
    return int(missed)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
