#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A program of somebody else on the bus, in Python, as a desktop's network settings would be one.

usage: desktop_program.py BUS dial NAME KEY=VALUE...   adds a client, connects it, follows it by signals alone
       desktop_program.py BUS attempt NAME             reads its status, then tries to connect it and to add one
Standard input of `dial` is the password. Each event is a line of JSON on standard output.
"""

import json
import sys

import dbus
import dbus.bus
import dbus.mainloop.glib
from gi.repository import GLib

NAME, ROOT = "org.pppmanager1", "/org/pppmanager1"
MANAGER, CLIENT = "org.pppmanager1.Manager", "org.pppmanager1.Client"
PROPERTIES, OBJECTS = "org.freedesktop.DBus.Properties", "org.freedesktop.DBus.ObjectManager"


def tell(event: str, **values: object) -> None:
    print(json.dumps({"event": event, **values}), flush=True)


class Dialling:
    """From nothing to a session. State is learnt from signals; a property is read once, at the end."""

    def __init__(self, bus: dbus.bus.BusConnection, name: str, properties: dict[str, str]):
        self.bus, self.name = bus, name
        self.loop = GLib.MainLoop()
        self.path, self.state, self.opened = "", "", False
        bus.add_signal_receiver(self.added, "InterfacesAdded", OBJECTS, NAME, ROOT)
        bus.add_signal_receiver(self.changed, "PropertiesChanged", PROPERTIES, NAME, path_keyword="path")
        bus.add_signal_receiver(self.session_opened, "SessionOpened", MANAGER, NAME, ROOT)
        manager = dbus.Interface(bus.get_object(NAME, ROOT, introspect=False), MANAGER)
        manager.Subscribe()
        values = {"name": name, **properties}
        report = manager.Add("pppoe-client", dbus.Dictionary(values, signature="sv"))
        tell("report", changes=list(report["Changes"]), revision=int(report["Revision"]))

    def client(self, interface: str) -> dbus.Interface:
        return dbus.Interface(self.bus.get_object(NAME, self.path, introspect=False), interface)

    def added(self, path: str, interfaces: dict) -> None:
        if CLIENT not in interfaces or interfaces[CLIENT]["Name"] != self.name:
            return
        self.path, self.state = str(path), str(interfaces[CLIENT]["State"])
        tell("added", path=path, state=self.state)
        self.client(CLIENT).Connect(reply_handler=lambda: tell("answered"),
                                    error_handler=lambda error: tell("error", name=error.get_dbus_name()))
        self.look()

    def changed(self, interface: str, changed: dict, _: list, path: str = "") -> None:
        if interface != CLIENT or path != self.path:
            return
        tell("changed", names=sorted(changed), state=str(changed.get("State", "")))
        self.state = str(changed.get("State", self.state))
        self.look()

    def session_opened(self, session: dict) -> None:
        tell("opened", user=session["Name"], server=session["Server"], interface=session["Interface"])
        self.opened = True
        self.look()

    def look(self) -> None:
        if self.state == "connected" and self.opened:
            now = self.client(PROPERTIES).GetAll(CLIENT)
            tell("properties", local=now["LocalAddress"], remote=now["RemoteAddress"], mtu=int(now["Mtu"]),
                 state=now["State"], interface=now["NetworkInterface"], dns=list(now["Dns"]))
            self.loop.quit()


def attempt(bus: dbus.bus.BusConnection, name: str) -> None:
    """What an ordinary user may do and may not."""
    manager = dbus.Interface(bus.get_object(NAME, ROOT, introspect=False), MANAGER)
    objects = dbus.Interface(bus.get_object(NAME, ROOT, introspect=False), OBJECTS).GetManagedObjects()
    [path] = [path for path, interfaces in objects.items()
              if CLIENT in interfaces and interfaces[CLIENT]["Name"] == name]
    tell("read", state=objects[path][CLIENT]["State"])
    secret = manager.Get("pppoe-client", name)["password"]
    tell("password", is_flag=isinstance(secret, dbus.Boolean))
    client = dbus.Interface(bus.get_object(NAME, path, introspect=False), CLIENT)
    new = dbus.Dictionary({"name": "mine", "interface": "eth0"}, signature="sv")
    for verb, call in (("Connect", client.Connect), ("Add", lambda: manager.Add("pppoe-client", new))):
        try:
            call()
            tell(verb, error="")
        except dbus.DBusException as error:
            tell(verb, error=error.get_dbus_name(), text=error.get_dbus_message())


def main() -> None:
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.bus.BusConnection(sys.argv[1])
    if sys.argv[2] == "attempt":
        return attempt(bus, sys.argv[3])
    properties = dict(word.split("=", 1) for word in sys.argv[4:])
    properties["password"] = sys.stdin.read().strip()
    dialling = Dialling(bus, sys.argv[3], properties)
    GLib.timeout_add_seconds(60, dialling.loop.quit)
    dialling.loop.run()


if __name__ == "__main__":
    main()
