# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon's D-Bus interface by python3-dbus, inside the test's own process: quicker than busctl."""

import json
from typing import Any, Iterable

import dbus
import dbus.bus

from .wait import wait_for

NAME = ROOT = "org.pppmanager1"
MANAGER, CLIENT, SERVER = (f"{NAME}.{part}" for part in ("Manager", "Client", "Server"))
PROPERTIES = "org.freedesktop.DBus.Properties"


def escaped(name: str) -> str:
    """As sd_bus_path_encode(3) does it."""
    return "".join(c if c.isascii() and (c.isalpha() or (c.isdigit() and at)) else
                   "".join(f"_{octet:02x}" for octet in c.encode()) for at, c in enumerate(name)) or "_"


def spelled(value: Any) -> str:
    """A value of the bus as the command line writes it."""
    if isinstance(value, dbus.Boolean):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ",".join(str(part) for part in value)
    return str(value)


class Manager:
    """A daemon's bus interface, every call blocking. `address` is the bus, like DBUS_SYSTEM_BUS_ADDRESS."""

    def __init__(self, address: str):
        self._bus = dbus.bus.BusConnection(address)
        self._bus.set_exit_on_disconnect(False)

    def close(self) -> None:
        self._bus.close()

    def _call(self, path: str, interface: str, method: str, *arguments: Any) -> Any:
        return getattr(self._bus.get_object(NAME, path, introspect=False), method)(
            *arguments, dbus_interface=interface)

    def call(self, method: str, *arguments: Any) -> Any:
        return self._call("/org/pppmanager1", MANAGER, method, *arguments)

    def objects(self, kind: str = "") -> list[dict[str, Any]]:
        """The first page of the configuration's objects."""
        return list(self.call("List", kind, dbus.UInt32(0), dbus.UInt32(0)))

    def object(self, kind: str, name: str) -> dict[str, str] | None:
        """The configured values of an object, spelled as on the command line; None when there is none."""
        for row in self.objects(kind):
            if row["Name"] == name:
                values = {str(key): spelled(value) for key, value in row["Properties"].items()}
                return {**values, "acting": spelled(row["Acting"])}
        return None

    def add(self, kind: str, **values: str) -> None:
        self.call("Add", kind, dbus.Dictionary(values, signature="sv"))

    def set(self, kind: str, name: str, **values: str) -> None:
        self.call("Set", kind, name, dbus.Dictionary(
            {key.replace("_", "-"): dbus.String(value) for key, value in values.items()}, signature="sv"))

    def add_all(self, objects: dict[str, dict[str, dict[str, str]]]) -> None:
        """Objects by kind and name, in one transaction, spelled as on the command line."""
        edits = [("add", kind, name, dbus.Dictionary({key: dbus.String(value) for key, value in values.items()},
                                                     signature="sv"))
                 for kind, named in objects.items() for name, values in named.items()]
        self.call("Edit", dbus.Array(edits, signature="(sssa{sv})"), dbus.Dictionary({}, signature="sv"))

    def set_all(self, kind: str, names: Iterable[str], **values: str) -> None:
        """The same values of several objects, in one transaction."""
        changes = dbus.Dictionary({key.replace("_", "-"): dbus.String(value) for key, value in values.items()},
                                  signature="sv")
        self.call("Edit", dbus.Array([("set", kind, name, changes) for name in names], signature="(sssa{sv})"),
                  dbus.Dictionary({}, signature="sv"))

    def remove(self, *objects: tuple[str, str]) -> None:
        """In one transaction."""
        nothing = dbus.Dictionary({}, signature="sv")
        self.call("Edit", dbus.Array([("remove", kind, name, nothing) for kind, name in objects],
                                     signature="(sssa{sv})"), nothing)

    def reset(self, config: dict | None = None) -> None:
        """Another configuration in one transaction; none is an empty one."""
        self.call("Commit", json.dumps(config or {}), dbus.Dictionary({}, signature="sv"))

    def client(self, name: str) -> dict[str, Any]:
        """The live properties of a client."""
        path = f"/org/pppmanager1/client/{escaped(name)}"
        return dict(self._call(path, PROPERTIES, "GetAll", CLIENT))

    def server(self, name: str) -> dict[str, Any]:
        path = f"/org/pppmanager1/server/{escaped(name)}"
        return dict(self._call(path, PROPERTIES, "GetAll", SERVER))

    def wait_client(self, name: str, state: str = "connected", deadline: float = 30, **values: Any) -> dict:
        """Waits until a client has this state and these properties; returns all of them."""
        def there() -> dict | None:
            now = self.client(name)
            good = now["State"] == state and all(now[key] == value for key, value in values.items())
            return now if good else None
        return wait_for(there, deadline, f"client {name} to be {state} {values or ''}")

    def session_count(self) -> int:
        return int(self._call("/org/pppmanager1", PROPERTIES, "Get", MANAGER, "SessionCount"))

    def sessions(self, **conditions: str) -> list[dict[str, Any]]:
        return list(self.call("ListSessions", dbus.Dictionary(conditions, signature="sv"),
                              dbus.UInt32(0), dbus.UInt32(0)))
