# SPDX-License-Identifier: GPL-2.0-or-later
"""The field's own programs as peers over PPTP: pptpd, pptp-linux and NetworkManager, each with a pppd a session."""

import uuid
from pathlib import Path

from .bus import Bus
from .lab import Lab
from .namespace import Namespace
from .peers import PppServices, Pppd
from .process import Process
from .wait import wait_for

PORT = 1723
# What pppd is told so that a session is encoded like this.
# pppd may be allowed to be stateful, but asks for it as little as we do: the contract tests have two ends that are.
MPPE = {"MPPE128 stateless": ["require-mppe-128", "mppe-stateful"], "MPPE40 stateless": ["require-mppe-40"]}
ISP, HOME, HOME_TOO = "192.0.2.1", "192.0.2.2", "192.0.2.3"


def wire(lab: Lab, left: str = "isp", right: str = "home") -> tuple[Namespace, Namespace]:
    """Two namespaces joined by a cable, ISP on the left and HOME on the right."""
    ends = lab.pair(left, right)
    for end, address in zip(ends, (ISP, HOME)):
        end.run("ip", "address", "add", f"{address}/24", "dev", "eth0")
    return ends


def second_address(home: Namespace) -> str:
    """One more on the same cable, which no route prefers."""
    home.run("ip", "address", "add", f"{HOME_TOO}/24", "dev", "eth0")
    return HOME_TOO


def listens(namespace: Namespace, port: int = PORT) -> bool:
    return bool(namespace.run("ss", "-Hltn", f"sport = :{port}").stdout.strip())


class PptpdServer:
    """Debian's pptpd: control connection and GRE by pptpctrl in user mode; its pppds take `options`."""

    def __init__(self, lab: Lab, namespace: Namespace, user: str, password: str, *options: str,
                 sessions: int = 30):
        self._services = services = PppServices(lab, "pptpd", user, password)
        path = self.demand(*options)
        configuration = lab.scratch / "pptpd.conf"
        configuration.write_text(f"option {path}\nlocalip 10.3.0.1\nremoteip 10.3.0.10-{9 + sessions}\n"
                                 f"connections {sessions}\n")
        self._lab, self._namespace, self.output = lab, namespace, services.output
        self._command = services.command("pptpd", "-f", "-c", configuration, "-p", lab.scratch / "pptpd.pid")
        self.start()

    def demand(self, *options: str) -> Path:
        """Other options for the sessions to come."""
        return self._services.write_options("pptpd-options", "auth", "name peer", *options)

    def start(self) -> None:
        self.process: Process = self._lab.process(self._namespace, *self._command)
        wait_for(lambda: listens(self._namespace), 15, "pptpd to listen")


class PptpLinuxClient(Pppd):
    """pptp-linux as the pseudo terminal of a pppd: GRE in user mode. `options` are pppd's own."""

    def __init__(self, lab: Lab, namespace: Namespace, user: str, password: str, *options: object,
                 server: str = ISP, interface: str = "ppp7"):
        super().__init__(lab, namespace, "noauth", "noipdefault", "pty",
                         f"pptp {server} --nolaunchpppd --nohostroute", "user", user, "password", password,
                         "maxfail", 1, *options, interface=interface)


CONFIGURATION = """[main]
plugins=keyfile
auth-polkit=false
dns=none
no-auto-default=*
[keyfile]
unmanaged-devices=*,except:interface-name:eth0
[logging]
level=DEBUG
domains=VPN,PPP,CORE
"""

CABLE = """[connection]
id=cable
uuid={uuid}
type=ethernet
interface-name=eth0
[ipv4]
method=manual
address1={address}/24,{server}
[ipv6]
method=disabled
"""

OFFICE = """[connection]
id=office
uuid={uuid}
type=vpn
autoconnect=false
[vpn]
service-type=org.freedesktop.NetworkManager.pptp
gateway={server}
user={user}
password-flags=0
{values}
[vpn-secrets]
password={password}
[ipv4]
method=auto
never-default=true
[ipv6]
method=disabled
"""


class NetworkManager:
    """NetworkManager with its PPTP plugin, alone with eth0 of a namespace and with a bus of its own.

    Its directories are the test's, and /sys is read-only, as in a container: there is no udev to wait for.
    `values` are the plugin's own, see nm-settings-pptp(5).
    """

    def __init__(self, lab: Lab, namespace: Namespace, user: str, password: str, server: str = ISP,
                 address: str = HOME, **values: str):
        directory: Path = lab.scratch / "network-manager"
        for part in ("etc/system-connections", "run", "var"):
            (directory / part).mkdir(parents=True)
        (directory / "etc" / "NetworkManager.conf").write_text(CONFIGURATION)
        spelled = "\n".join(f"{key.replace('_', '-')}={value}" for key, value in values.items())
        # A VPN is dialled over the connection that has the default route.
        self._write(directory, "cable", CABLE.format(uuid=uuid.uuid4(), address=address, server=server))
        self._write(directory, "office", OFFICE.format(uuid=uuid.uuid4(), server=server, user=user,
                                                       password=password, values=spelled))
        self.namespace = namespace
        self._bus = Bus(directory, lab.results / "bus-network-manager.log")
        lab.own(self._bus)
        self._environment = {"DBUS_SYSTEM_BUS_ADDRESS": self._bus.address, "NM_PPP_DEBUG": "1",
                             "NM_VPN_LOG_LEVEL": "7"}
        mounts = " && ".join(f"mount --bind {directory / part} {target}" for part, target in
                             (("etc", "/etc/NetworkManager"), ("run", "/run/NetworkManager"),
                              ("var", "/var/lib/NetworkManager")))
        self.process: Process = lab.process(
            namespace, "unshare", "--mount", "sh", "-c",
            f"mkdir -p /run/NetworkManager /var/lib/NetworkManager && {mounts} && "
            "mount -t sysfs -o ro sysfs /sys && exec NetworkManager --debug", env=self._environment)
        wait_for(lambda: "cable" in self._active(), 40, "NetworkManager to have its cable up")

    @staticmethod
    def _write(directory: Path, name: str, text: str) -> None:
        path = directory / "etc" / "system-connections" / f"{name}.nmconnection"
        path.write_text(text)
        path.chmod(0o600)

    def _active(self) -> str:
        return self.nmcli("-t", "-f", "NAME,STATE", "connection", "show", "--active", check=False)

    def nmcli(self, *arguments: object, check: bool = True) -> str:
        done = self.namespace.run("nmcli", *arguments, check=check, env=self._environment, deadline=90)
        return done.stdout

    def up(self) -> None:
        """Dials; connected when this returns."""
        self.nmcli("--wait", "60", "connection", "up", "office")

    def down(self) -> None:
        self.nmcli("--wait", "30", "connection", "down", "office")
