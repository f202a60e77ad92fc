# SPDX-License-Identifier: GPL-2.0-or-later
"""A home with three ports to a provider, where the commands of tests/data/seed-commands.rsc are typed."""

import functools
import re
import signal
from typing import Any, Callable

import dbus

from .daemon import PPPCTL
from .lab import Lab
from .namespace import cable
from .seed import Table, shortened
from .announced import ENDS

USERS = {"your_username": "your_password", "username": "password", "correct_username": "correct_password",
         "user1": "pass1", "user2": "pass2", "vpn_user": "vpn_pass", "primary_user": "primary_password",
         "backup_user": "backup_password", "MT-User": "StrongPass"}
TUNNELS = {"pptp-hm": "123"}
OFFICE = "10.1.101.100"  # where the guide's PPTP server is


def provider() -> tuple[dict, dict]:
    """Its configuration: two services on each port and on VLAN 35 of the first; a dialler of its own."""
    common = {"default-profile": "homes", "max-mtu": "auto", "max-mru": "auto", "disabled": False}
    servers = {}
    for port, services in {"ether1": ["", "internet"], "ether2": ["", "pppoeservice"], "ether3": [""],
                           "vlan35": [""]}.items():
        for service in services:
            servers[f"{port}-{service}"] = {**common, "interface": port, "service-name": service,
                                            "ac-name": f"isp-{port}"}
    config = {"pppoe-server": servers,
              "pptp-server": {"server": {"default-profile": "tunnels", "max-mtu": 1460, "max-mru": 1460,
                                         "disabled": False}},
              "profile": {"homes": {"local-address": "10.9.0.1", "remote-address": "homes",
                                    "dns-server": "10.0.0.53", "use-ipv6": False},
                          "tunnels": {"local-address": "10.9.1.1", "remote-address": "10.9.1.2", "use-ipv6": False,
                                      "use-encryption": "yes"}},
              "pool": {"homes": {"ranges": "10.9.0.2-10.9.0.99"}},
              "secret": {**{user: {"service": "pppoe", "profile": "homes"} for user in USERS},
                         **{user: {"service": "pptp", "profile": "tunnels"} for user in TUNNELS}},
              "pppoe-client": {"customer": {"interface": "ether2", "user": "nobody", "disabled": True}}}
    secrets = {"secret": {user: {"password": password} for user, password in {**USERS, **TUNNELS}.items()},
               "pppoe-client": {"customer": {"password": "none"}}}
    return config, secrets


def noted(method: Callable) -> Callable:
    """What fails in a step is noted in the table, and the next command is typed: one run shows all faults."""
    @functools.wraps(method)
    def step(self: "Guide", *arguments: Any, **options: Any) -> Any:
        try:
            return method(self, *arguments, **options)
        except (AssertionError, dbus.DBusException) as error:
            self.table.fail(self._number, str(error))
            return ""
    return step


class Guide:
    """Types one command after the other at home, and notes in `table` what was asserted of each."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self.table = Table()
        self._isp, self._home = lab.namespace("isp"), lab.namespace("home")
        for port in ("ether1", "ether2", "ether3"):
            cable(self._isp, port, self._home, port)
        self._isp.run("ip", "address", "add", "8.8.8.8/32", "dev", "lo")
        for end, address in ((self._isp, OFFICE), (self._home, "10.1.101.2")):
            end.run("ip", "address", "add", f"{address}/24", "dev", "ether1")
        self._link_vlan(self._isp, "vlan35", 35)
        provides, self.daemon = lab.daemon(self._isp, *provider()), lab.daemon(self._home, {}, {})
        self.isp, self.home = (daemon.manager() for daemon in (provides, self.daemon))
        for daemon in (provides, self.daemon):
            daemon.tolerate(ENDS)  # sessions end all the time, on purpose
        self._number = 0

    @staticmethod
    def _link_vlan(namespace: Any, name: str, number: int) -> None:
        namespace.run("ip", "link", "add", "link", "ether1", "name", name, "type", "vlan", "id", number)
        namespace.run("ip", "link", "set", name, "up")

    def vlan(self, name: str, number: int) -> None:
        self._link_vlan(self._home, name, number)

    def default_routes(self) -> dict[str, int]:
        """Distances by interface."""
        return {route["dev"]: route["metric"] for route in self._home.ip("-4", "route", "show", "default")}

    @noted
    def customer_dials(self, port: str, user: str, password: str, service: str) -> str:
        """The provider's own dialler calls the home's server; returns the address that it gets."""
        self.isp.set("pppoe-client", "customer", interface=port, user=user, password=password,
                     service_name=service, disabled="no")
        status = self.isp.wait_client("customer", ServiceName=service)
        return str(status["LocalAddress"])

    def also(self, what: str, found: Any = True, wanted: Any = True) -> None:
        """One thing more about the last command: that `found` is what is `wanted`."""
        kind, before = self.table.rows[self._number]
        self.table.rows[self._number] = (kind, f"{before}; {what}")
        if found != wanted:
            self.table.fail(self._number, f"{what}: {found!r}, not {wanted!r}")

    @noted
    def client_is(self, name: str, state: str = "connected", **values: Any) -> None:
        """The client gets there after the last command."""
        self.home.wait_client(name, state, **values)
        self.also(f"{name} is {state}" + "".join(f", {key} {value!r}" for key, value in values.items()))

    def _type(self, begin: str, status: int = 0) -> str:
        """Runs the next command; every third one by `import` of a file. Returns what was printed."""
        command = self._next(begin)
        return self._run(command, status)

    def _next(self, begin: str) -> str:
        self._number, command = self.table.take(begin)
        return command

    def _run(self, command: str, status: int = 0) -> str:
        script = self.lab.scratch / "command.rsc"
        script.write_text(command + "\n")
        imported = self._number % 3 == 0 or "\n" in command
        done = self.daemon.try_pppctl(*(["import", script] if imported else [command]))
        said = done.stdout + done.stderr
        assert done.returncode == status, f"{command}: exit status {done.returncode}\n{said}"
        if imported:  # the report repeats the command and indents what it shows
            said = "\n".join(re.sub("^    ", "", line) for line in said.splitlines()
                             if not re.match(r"line \d+: \w+: ", line))
        return said.strip("\n")

    def _compare(self, kind: str, name: str, wanted: dict[str, str]) -> str:
        there = self.home.object(kind, name)
        assert there is not None, f"there is no {kind} {name!r}"
        expected = {key.replace("_", "-"): value for key, value in wanted.items()}
        found = {key: there.get(key) for key in expected}
        assert found == expected, f"{kind} {name!r}: {found}, not {expected}"
        values = " ".join(f"{key}={value}" for key, value in expected.items() if key not in ("acting", "password"))
        return f"{kind} {name!r} {shortened(values, 90)}".strip()

    @noted
    def changes(self, begin: str, kind: str, name: str, **wanted: str) -> str:
        """The object has these values over the bus afterwards. Returns what was printed."""
        said = self._type(begin)
        self.table.effect(self._number, self._compare(kind, name, wanted))
        return said

    def kept(self, begin: str, kind: str, name: str, **wanted: str) -> None:
        """As changes(), of a kind that the daemon says it does nothing with yet."""
        self.changes(begin, kind, name, acting="no", **wanted)
        self.also("kept; its state says that nothing is done with it yet")

    @noted
    def connects(self, begin: str, name: str, **wanted: str) -> None:
        """As changes(), and the client is connected, by the kernel's word too."""
        self.changes(begin, begin.split()[1], name, **wanted)
        status = self.home.wait_client(name, LastError="")
        inet = self._home.ip("-4", "address", "show", "dev", name)[0]["addr_info"][0]
        assert (inet["local"], inet["address"]) == (status["LocalAddress"], status["RemoteAddress"])
        self.also(f"connected, {inet['local']} on the interface")

    @noted
    def prints(self, begin: str, *patterns: str) -> None:
        said = self._type(begin)
        for pattern in patterns:
            assert re.search(pattern, said, re.MULTILINE), f"no /{pattern}/ in:\n{said}"
        self.table.effect(self._number, "prints " + shortened(" | ".join(said.splitlines()[-2:]).strip(), 100))

    @noted
    def runs(self, begin: str, *patterns: str) -> None:
        """A command that goes on until Ctrl-C: it gets one once it has printed the first pattern."""
        command = self._next(begin)
        process = self.lab.process(self._home, PPPCTL, command, env=self.daemon.environment)
        found = process.wait_output(patterns[0], 20)[0]
        assert process.terminate(number=signal.SIGINT) == 0, process.tail()
        for pattern in patterns[1:]:
            assert re.search(pattern, process.output(), re.MULTILINE), process.output()
        self.table.effect(self._number, f"prints {found.strip()} …")

    @noted
    def named(self, begin: str, tool: str, *parts: str) -> None:
        """One line that names another tool; the configuration stays as it was."""
        before = self.home.objects()
        line = self._type(begin).removesuffix("nothing changes").strip()
        assert line.startswith(f"{tool}: ") and "\n" not in line, line
        for part in parts:
            assert part in line, line
        assert self.home.objects() == before
        self.table.named(self._number, line)

    @noted
    def log(self, begin: str) -> None:
        """The guest has no journal, which is said with what to look at instead; test_trace has a journal."""
        line = self._type(begin)
        assert line.startswith("there is no journal: ") and "journalctl -u pppmanager" in line, line
        self.table.named(self._number, line)

    @noted
    def placeholder(self, begin: str, word: str, value: str, refusal: str, before: Callable[[], None]) -> None:
        """A command with a word to be filled in: refused as it stands, and with a value it takes effect."""
        before()
        said = self._type(begin, status=1)
        assert re.search(refusal, said), said
        self._run(self.table.commands[self._number - 1].replace(word, value))
        self.table.effect(self._number, f"with {value} for {word}; as it stands: {said.splitlines()[-1]}")
