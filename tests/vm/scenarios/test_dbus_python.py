# SPDX-License-Identifier: GPL-2.0-or-later
"""The bus interface used from another language, by root and by ordinary users, with polkit and without."""

import json
from pathlib import Path

import pytest

from support.daemon import PPPCTL
from support.namespace import run
from support.setups import PASSWORD, USER, client, server
from support.wait import wait_for

PROGRAM = Path(__file__).with_name("support") / "desktop_program.py"
POLICY = Path(__file__).resolve().parents[3] / "packaging" / "polkit" / "org.pppmanager1.policy"
REFUSED = "org.pppmanager1.Error.NotPermitted"
# What an administrator writes who lets one user dial.
RULE = """polkit.addRule(function(action, subject) {
    if (action.id == "org.pppmanager1.control" && subject.user == "games") return polkit.Result.YES;
});
"""


def program(daemon, *words, user=None, stdin=""):
    """Runs it to its end; its events."""
    become = ["setpriv", f"--reuid={user}", "--regid=nogroup", "--clear-groups"] if user else []
    done = run(*become, "/usr/bin/python3", PROGRAM, daemon.bus.address, *words, stdin=stdin, deadline=90)
    return [json.loads(line) for line in done.stdout.splitlines()]


def attempt(daemon, user):
    events = program(daemon, "attempt", "pppoe-out1", user=user)
    assert events[:2] == [{"event": "read", "state": "stopped"}, {"event": "password", "is_flag": True}]
    return {event["event"]: event["error"] for event in events[2:]}


def polkit(lab, home, daemon):
    """The real polkitd on the daemon's bus, with our policy and one rule, seen by it alone."""
    actions, rules = lab.scratch / "actions", lab.scratch / "rules.d"
    for directory in (actions, rules):
        directory.mkdir()
    (actions / POLICY.name).write_bytes(POLICY.read_bytes())
    (rules / "10-dialling.rules").write_text(RULE)
    lab.process(home, "unshare", "--mount", "sh", "-c",
                f"mount --bind {actions} /usr/share/polkit-1/actions && mount --bind {rules} "
                "/etc/polkit-1/rules.d && exec /usr/lib/polkit-1/polkitd --no-debug", env=daemon.environment)
    owner = ("call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
             "s", "org.freedesktop.PolicyKit1")
    wait_for(lambda: daemon.bus.busctl(*owner)["data"][0], 30, "polkitd to be on the bus")


def test_a_program_in_python_adds_a_client_and_follows_it_to_connected_by_signals_alone(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    cpe = lab.daemon(home, {}, {})
    events = program(cpe, "dial", "pppoe-out1", "interface=eth0", f"user={USER}", "disabled=no",
                     "use-peer-dns=yes", stdin=PASSWORD)
    kinds = [event["event"] for event in events]
    assert "error" not in kinds
    assert {"report", "added", "answered", "changed", "opened"} <= set(kinds) and kinds[-1] == "properties"
    by_kind = {event["event"]: event for event in events}
    assert by_kind["report"]["changes"] == ["pppoe-client 'pppoe-out1' added"]
    assert by_kind["added"]["path"] == "/org/pppmanager1/client/pppoe_2dout1"
    states = [event["state"] for event in events if event.get("state")]
    assert states[-2:] == ["connected", "connected"] and "discovery" in states
    assert by_kind["opened"] == {"event": "opened", "user": USER, "server": "pppoe-out1",
                                 "interface": "pppoe-out1"}
    assert by_kind["properties"] == {"event": "properties", "local": "10.0.0.2", "remote": "10.0.0.1",
                                     "mtu": by_kind["properties"]["mtu"], "state": "connected",
                                     "interface": "pppoe-out1", "dns": ["10.0.0.53", "10.0.0.54"]}
    assert home.ip("address", "show", "dev", "pppoe-out1")[0]["mtu"] == by_kind["properties"]["mtu"]


@pytest.mark.deadline(240)
def test_ordinary_users_read_and_polkit_decides_what_else_they_may(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    cpe = lab.daemon(home, *client(), guarded=True)
    for directory in (lab.scratch, cpe.directory):
        directory.chmod(0o755)  # the way to the bus's socket
    cpe.pppctl("down", "pppoe-out1", json=False)
    assert attempt(cpe, "nobody") == {"Connect": REFUSED, "Add": REFUSED}  # nobody to ask

    polkit(lab, home, cpe)
    assert attempt(cpe, "nobody") == {"Connect": REFUSED, "Add": REFUSED}
    assert cpe.pppctl("status", "pppoe-out1")["state"] == "stopped"
    assert attempt(cpe, "games") == {"Connect": "", "Add": REFUSED}
    wait_for(lambda: cpe.pppctl("status", "pppoe-out1")["state"] == "connected", 20, "the session")
    assert cpe.pppctl("status")["clients"][0]["name"] == "pppoe-out1" and \
        len(cpe.pppctl("status")["clients"]) == 1
    refused = run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "env",
                  f"DBUS_SYSTEM_BUS_ADDRESS={cpe.bus.address}", PPPCTL, "down", "pppoe-out1", check=False)
    assert refused.returncode == 6 and "org.pppmanager1.control is not permitted" in refused.stderr
