# SPDX-License-Identifier: GPL-2.0-or-later
"""A D-Bus of a test's own, on which everything is allowed, or guarded as the system bus is."""

import json
from pathlib import Path
from typing import Any

from .namespace import run
from .process import Process
from .wait import wait_for

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
  </policy>
</busconfig>
"""

# What system.conf denies and allows, with the policies that the packages bring.
GUARDED = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
  </policy>
  <include>/usr/share/dbus-1/system.d/org.freedesktop.PolicyKit1.conf</include>
  <include>{ours}</include>
</busconfig>
"""
OURS = Path(__file__).resolve().parents[4] / "dbus" / "org.pppmanager1.conf"


class Bus:
    """A private dbus-daemon; `address` is what DBUS_SYSTEM_BUS_ADDRESS must be to use it."""

    def __init__(self, directory: Path, log: Path, guarded: bool = False):
        socket = directory / "bus"
        self.address = f"unix:path={socket}"
        configuration = directory / "bus.conf"
        template = GUARDED if guarded else CONFIGURATION
        configuration.write_text(template.format(socket=socket, ours=OURS))
        command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"]
        self._process = Process(command, log)
        wait_for(socket.exists, 15, "the bus")

    def busctl(self, *arguments: object) -> Any:
        """`busctl --json` on this bus, as Python values; None when it printed nothing."""
        text = run("busctl", f"--address={self.address}", "--json=short", *arguments).stdout
        return json.loads(text) if text.strip() else None

    def cleanup(self) -> None:
        self._process.cleanup()
