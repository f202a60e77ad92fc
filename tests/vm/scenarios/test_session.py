# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions with both ends ours: up, looked at, disturbed and ended; every tool says the same of them."""

import json
import signal

import pytest

from support.daemon import BUILD
from support.namespace import cable
from support.pppoe import PADI, PADT, discovery
from support.setups import Street, client, clients, connected, server
from support.wait import wait_for

CLIENT = "org.pppmanager1.Client"
# Measured when they are read: two readings differ.
MEASURED = {"echo-rtt", "idle-time", "octets-in", "octets-out", "packets-in", "packets-out", "uptime"}


def kebab(name):
    return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


def on_the_bus(daemon, path="pppoe_2dout1"):
    """The properties of a client as busctl(1) reads them, named as pppctl names them."""
    answer = daemon.bus.busctl("call", "org.pppmanager1", f"/org/pppmanager1/client/{path}",
                               "org.freedesktop.DBus.Properties", "GetAll", "s", CLIENT)
    return {kebab(name): value["data"] for name, value in answer["data"][0].items()}


def mac_of(namespace):
    """Of its eth0, written as pppctl writes it."""
    return namespace.ip("link", "show", "dev", "eth0")[0]["address"].upper()


def still(properties):
    return {name: value for name, value in properties.items() if name not in MEASURED}


def test_a_session_is_the_same_to_the_kernel_to_pppctl_and_to_busctl(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server(authentication="mschap2", service="internet",
                                 **{"max-mtu": "auto", "max-mru": "auto"}))
    cpe = lab.daemon(home, *client(**{"add-default-route": True, "default-route-distance": 7,
                                      "use-peer-dns": True}))
    now = connected(cpe)
    expected = {"status": "connected", "local-address": "10.0.0.2", "remote-address": "10.0.0.1", "mtu": 1492,
                "mru": 1492, "ac-name": "our-ac", "service-name": "internet",
                "network-interface": "pppoe-out1", "dns": ["10.0.0.53", "10.0.0.54"],
                "last-error": "", "last-reason": "none", "active-links": 1,
                "ac-mac": mac_of(isp)}
    assert {name: now[name] for name in expected} == expected
    assert still(on_the_bus(cpe)) == still(now)
    shown = cpe.pppctl("status", "pppoe-out1", json=False)
    for value in ("connected", "10.0.0.2", "10.0.0.1", "our-ac", "internet", "1492"):
        assert value in shown, shown
    assert cpe.try_pppctl("up", "pppoe-out1").stdout.startswith("pppoe-out1 is already connected")

    routes = home.ip("route", "show", "default")
    assert [(r["dev"], r["metric"], r["protocol"]) for r in routes] == [("pppoe-out1", 7, "80")]
    address = home.ip("address", "show", "dev", "pppoe-out1")[0]
    inet = [(a["local"], a["address"], a["prefixlen"]) for a in address["addr_info"] if a["family"] == "inet"]
    assert (address["mtu"], inet) == (1492, [("10.0.0.2", "10.0.0.1", 32)])
    home.ping("10.0.0.1", count=3)
    home.ping("10.0.0.1", "-M", "do", "-s", "1464")  # 1464 + 28 octets of headers fill the MTU
    isp.ping("10.0.0.2", count=3)
    wait_for(lambda: cpe.pppctl("status", "pppoe-out1")["remote-ipv6-address"], 10, "IPv6 as well")
    home.ping(cpe.pppctl("status", "pppoe-out1")["remote-ipv6-address"] + "%pppoe-out1")

    theirs, ours = ac.pppctl("active")[0], cpe.pppctl("active")[0]
    assert (theirs["name"], theirs["caller-id"], theirs["address"]) == ("bob", mac_of(home), "10.0.0.2")
    assert (ours["name"], ours["address"], ours["session-id"]) == ("bob", "10.0.0.1", theirs["session-id"])
    assert theirs["octets-in"] > 3 * 84 and ours["octets-out"] > 3 * 84
    assert ac.pppctl("active", "name=bob") and not ac.pppctl("active", "name=ann")
    assert [(s["name"], s["listening"], s["session-count"]) for s in ac.pppctl("status")["servers"]] == \
        [("fibre", True, 1)]

    cpe.pppctl("down", "pppoe-out1", json=False)
    assert not home.links("ppp") and not home.ip("route", "show", "default")
    ac.wait_log("session 1 closed: user bob .*peer-terminated")
    down = cpe.pppctl("status", "pppoe-out1")
    assert (down["state"], down["last-reason"], down["last-error"]) == ("stopped", "user-request", "")


def test_scan_monitor_and_kick(lab):
    isp, home = lab.pair("isp", "home")
    config, secrets = server(service="internet")
    config["pppoe-server"]["television"] = {**config["pppoe-server"]["fibre"], "service-name": "television"}
    ac = lab.daemon(isp, config, secrets)
    cpe = lab.daemon(home, *client(**{"service-name": "internet"}))
    connected(cpe)
    rows = cpe.pppctl("scan", "eth0", "--seconds", 1)
    assert sorted(row["service"] for row in rows) == ["internet", "television"]
    assert {(row["mac-address"], row["ac-name"]) for row in rows} == {(mac_of(isp), "our-ac")}

    monitor = lab.process(home, BUILD / "dbus" / "pppctl" / "pppctl", "--json", "monitor", "pppoe-out1",
                          env=cpe.environment)
    monitor.wait_output('"state":"connected"')
    monitor.mark()
    cpe.expect_warning("pppoe-out1: peer-terminated: ")
    ac.pppctl("kick", ac.pppctl("active")[0]["id"], json=False)
    ac.wait_log("session 1 closed: user bob .*user-request: closed by hand")
    monitor.wait_output('"last-reason":"peer-terminated"')
    monitor.wait_output('"state":"waiting-to-retry"|"state":"discovery"')
    monitor.wait_output('"state":"connected"', 30)
    assert monitor.terminate(number=signal.SIGINT) == 0
    lines = [json.loads(line) for line in monitor.output().splitlines()]
    assert all("time" in line for line in lines) and lines[0]["name"] == "pppoe-out1"
    done = ac.try_pppctl("kick", 4711)
    assert done.returncode != 0 and "there is no session 4711" in done.stderr


def test_a_cable_pulled_and_put_back(lab):
    street = Street(lab)
    isp, home = street.left, street.right
    lab.daemon(isp, *server())
    cpe = lab.daemon(home, *client())
    before = connected(cpe)
    street.pull(home)
    street.put_back(home)
    home.ping("10.0.0.1", count=3)
    kept = cpe.pppctl("status", "pppoe-out1")
    assert [kept[key] for key in ("state", "session-id", "since")] == \
        [before[key] for key in ("state", "session-id", "since")]

    cpe.expect_warning("pppoe-out1: lost-carrier: interface eth0 has no carrier")
    capture = lab.capture(isp, expression="pppoed")
    street.pull(home)
    cpe.wait_log("pppoe-out1: lost-carrier: ", 5 + 5)
    wait_for(lambda: cpe.pppctl("status", "pppoe-out1")["state"] == "waiting-for-parent", 10, "it to wait")
    error = cpe.pppctl("status", "pppoe-out1")["last-error"]
    assert error == "interface eth0 has no carrier: is the cable in?"
    assert not home.links("ppp")
    street.put_back(home)
    after = connected(cpe)
    assert after["last-error"] == "" and after["since"] > before["since"]
    home.ping("10.0.0.1", count=3)
    wait_for(lambda: len(isp.links("ppp")) == 1, 10, "the old session to end at the server too")
    first = next(packet for packet in discovery(capture) if packet.code in (PADI, PADT))
    assert (first.code, first.session) == (PADT, before["session-id"])


def test_the_parent_interface_goes_comes_and_changes_its_size(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server())
    cpe = lab.daemon(home, *client())
    connected(cpe)
    for daemon in (ac, cpe):
        daemon.process.mark()
    ac.expect_warning("server fibre: stopped listening: ")
    cpe.expect_warning("pppoe-out1: (parent-missing|lost-carrier): ")
    home.run("ip", "link", "del", "eth0")
    ac.wait_log("server fibre: stopped listening")
    wait_for(lambda: cpe.pppctl("status", "pppoe-out1")["state"] == "waiting-for-parent", 10, "it to wait")
    assert cpe.pppctl("status", "pppoe-out1")["last-error"] == "interface eth0 does not exist"
    assert not home.links("ppp") and ac.pppctl("active") == []
    cable(isp, "eth0", home, "eth0")
    ac.wait_log("server fibre: listening on eth0")
    connected(cpe)
    home.ping("10.0.0.1", count=3)

    # The kernel ends all sessions of an Ethernet interface whose MTU changes.
    for end, mtu in ((home, 1400), (isp, 1300)):
        since = cpe.pppctl("status", "pppoe-out1")["since"]
        cpe.expect_warning("pppoe-out1: (lost-carrier|peer-terminated): ")
        end.run("ip", "link", "set", "eth0", "mtu", mtu)
        wait_for(lambda: cpe.pppctl("status", "pppoe-out1")["since"] > since, 10, "the session to end")
        now = connected(cpe)
        assert now["mtu"] == mtu - 8, now
        home.ping("10.0.0.1", "-M", "do", "-s", mtu - 8 - 28, count=3)
        wait_for(lambda: len(ac.pppctl("active")) == 1, 10, "the old session to end at the server")


NAMES = [f"out{number}" for number in range(1, 6)]


def test_sigterm_ends_five_sessions_politely_from_either_end(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server())
    cpe = lab.daemon(home, *clients(*(client(name) for name in NAMES)))
    ids = {connected(cpe, name)["session-id"] for name in NAMES}
    assert len(ids) == 5 and len(ac.pppctl("active")) == 5
    capture = lab.capture(isp, expression="pppoed")
    cpe.stop()
    wait_for(lambda: {p.session for p in discovery(capture) if p.code == PADT} == ids, 5, "five PADT")
    wait_for(lambda: not isp.links("ppp"), 10, "the server's five sessions to end")
    assert ac.process.output().count("peer-terminated: ") == 5

    cpe.start()
    ids = {connected(cpe, name)["session-id"] for name in NAMES}
    for name in NAMES:
        cpe.expect_warning(f"{name}: peer-terminated: ")
    capture = lab.capture(home, expression="pppoed")
    ac.stop()
    wait_for(lambda: ids <= {p.session for p in discovery(capture) if p.code == PADT}, 5, "five PADT")
    wait_for(lambda: not home.links("ppp"), 10, "the client's five sessions to end")
    ac.start()
    for name in NAMES:
        connected(cpe, name)


@pytest.mark.parametrize("victim", ["client", "server"])
def test_kill_9_of_one_end_and_a_new_start(lab, victim):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server(**{"keepalive-timeout": 3}))
    cpe = lab.daemon(home, *client(**{"keepalive-timeout": 3}))
    before = connected(cpe)["session-id"]
    capture = lab.capture(isp, expression="pppoed")
    if victim == "client":
        cpe.kill()
        cpe.start()
        connected(cpe)
        ours = [(p.code, p.session) for p in discovery(capture) if p.code in (PADI, PADT)]
        assert ours[:2] == [(PADT, before), (PADI, 0)], ours
        wait_for(lambda: len(ac.pppctl("active")) == 1, 10, "the killed one's session to end at the server")
        assert len(isp.links("ppp")) == 1
    else:
        cpe.expect_warning("pppoe-out1: (echo-timeout|peer-terminated): ")
        cpe.process.mark()
        ac.kill()
        ac.start()
        cpe.wait_log("pppoe-out1: (echo-timeout|peer-terminated): ", 2 * 3 + 1 + 5)
        connected(cpe)
    home.ping("10.0.0.1", count=3)
