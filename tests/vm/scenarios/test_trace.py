# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be known afterwards: the packets of sessions, the reasons of those that are over, the journal."""

import json
import time

from support.daemon import BUILD
from support.namespace import run
from support.setups import PASSWORD, USER, client, connected, server
from support.wait import wait_for

JOURNAL_REMOTE = "/lib/systemd/systemd-journal-remote"


def texts(trace):
    return [packet["packet"] for packet in trace["packets"]]


def test_a_login_that_failed_is_traced_by_name_on_both_sides(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server(authentication="pap,mschap2"))
    cpe = lab.daemon(home, *client(password="guessed", allow="mschap2"))
    cpe.expect_warning("^pppoe-out1: auth-failed: ")
    wait_for(lambda: cpe.pppctl("status", "pppoe-out1")["last-reason"] == "auth-failed", 40, "the refusal")

    trace = cpe.pppctl("trace", "pppoe-out1")
    assert (trace["role"], trace["reason"], trace["phase"]) == ("client", "auth-failed", "authenticate"), trace
    assert trace["ended"] >= trace["begun"] > 0 and trace["opened"] is False
    packets = texts(trace)
    for begin in ("[PADI ", "[PADO ", "[PADR ", "[PADS ", "[LCP ConfReq ", "[CHAP Challenge ", "[CHAP Failure "):
        assert any(packet.startswith(begin) for packet in packets), (begin, packets)
    moments = [packet["time"] for packet in trace["packets"]]
    assert moments == sorted(moments) and abs(moments[-1] / 1e6 - time.time()) < 120

    # The provider finds it by the name that the home gave, by its server, and in the list.
    assert ac.pppctl("trace", USER)["reason"] == "auth-failed"
    failed = ac.pppctl("trace", "fibre")
    assert failed["name"] == USER and any(packet.startswith("[CHAP Response ") for packet in texts(failed))
    rows = ac.pppctl("ended", "where", "opened=no", f"name={USER}")
    assert failed["id"] in [row["id"] for row in rows] and rows[0]["phase"] == "authenticate", rows
    shown = ac.pppctl("trace", "fibre", json=False)
    assert "in phase authenticate: auth-failed: " in shown and "<hidden>" in shown, shown
    statistics = ac.pppctl("statistics")
    assert statistics["server-failed"]["auth-failed"] >= 1 and statistics["server-opened"] == 0, statistics
    assert statistics["padr"] >= 1 and statistics["pools"]["homes"] == {"used": 0, "size": 8}, statistics


def test_a_password_of_pap_is_in_no_trace(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server(authentication="pap"))
    cpe = lab.daemon(home, *client(allow="pap"))
    connected(cpe)
    for daemon, name in ((cpe, "pppoe-out1"), (ac, USER)):
        shown = daemon.pppctl("trace", name, json=False)
        assert f'[PAP AuthReq id=0x1 user="{USER}" password=<hidden>]' in shown, shown
        assert PASSWORD not in shown and PASSWORD.encode().hex(" ") not in shown


def test_a_live_session_is_traced_and_its_end_is_signalled_with_its_packets(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server())
    cpe = lab.daemon(home, *client())
    connected(cpe)
    session = ac.pppctl("active")[0]["id"]
    live = ac.pppctl("trace", session)
    assert (live["phase"], live["reason"], live["ended"], live["opened"]) == ("running", "none", 0, True), live
    assert any(packet.startswith("[IPCP ConfAck ") for packet in texts(live)), texts(live)

    monitor = lab.process(isp, "busctl", f"--address={ac.bus.address}", "--json=short", "monitor",
                          "org.pppmanager1")
    monitor.wait_output("Monitoring bus")
    subscriber = lab.process(isp, "python3", "-c", SUBSCRIBER, ac.bus.address)
    subscriber.wait_output("subscribed")
    cpe.expect_warning("^pppoe-out1: peer-terminated: ")
    ac.pppctl("kick", session, json=False)
    message = json.loads(monitor.wait_output(r'^\{.*"member":"SessionClosed".*\}$').group(0))
    closed = {key: value["data"] for key, value in message["payload"]["data"][0].items()}
    assert closed["Reason"] == "user-request" and closed["Phase"] == "running", closed
    assert any("sent [LCP TermReq " in packet for packet in closed["Packets"]), closed
    assert 1 <= len(closed["Packets"]) <= 8
    over = ac.pppctl("trace", session)
    assert over["ended"] > 0 and over["reason"] == "user-request" and over["opened"] is True
    connected(cpe)
    assert ac.pppctl("statistics")["server-closed"] == {"user-request": 1}


# A subscription lasts as long as the connection that made it.
SUBSCRIBER = """
import signal, sys
import dbus
bus = dbus.bus.BusConnection(sys.argv[1])
manager = bus.get_object("org.pppmanager1", "/org/pppmanager1")
manager.Subscribe(dbus_interface="org.pppmanager1.Manager")
print("subscribed", flush=True)
signal.pause()
"""


def export(entries):
    """Journal Export Format: fields a line each, an empty line behind each entry."""
    text = ""
    for number, entry in enumerate(entries, 1):
        fields = {"__REALTIME_TIMESTAMP": 1_700_000_000_000_000 + number * 1_000_000,
                  "__MONOTONIC_TIMESTAMP": number * 1_000_000,
                  "_BOOT_ID": "0123456789abcdef0123456789abcdef", **entry}
        text += "".join(f"{name}={value}\n" for name, value in fields.items()) + "\n"
    return text


def test_log_filters_the_journal(lab):
    home = lab.namespace("home")
    ours = {"SYSLOG_IDENTIFIER": "pppmanagerd", "PRIORITY": 6}
    entries = [
        {**ours, "MESSAGE": "starting"},
        {**ours, "MESSAGE": "a: auth-failed: no", "PRIORITY": 4, "PPP_OBJECT": "a", "PPP_SESSION": 1},
        {"SYSLOG_IDENTIFIER": "pppd", "MESSAGE": "not ours", "PRIORITY": 6, "PPP_OBJECT": "a"},
        {**ours, "MESSAGE": "b: connected", "PPP_OBJECT": "b", "PPP_SESSION": 2},
        {**ours, "MESSAGE": "a: connected \x1b[31m", "PPP_OBJECT": "a", "PPP_SESSION": 3},
    ]
    source, journal = lab.scratch / "entries", lab.scratch / "test.journal"
    source.write_text(export(entries))
    run(JOURNAL_REMOTE, "-o", journal, source)

    def log(*arguments, check=True):
        return run(BUILD / "dbus" / "pppctl" / "pppctl", "log", "--file", journal, *arguments, check=check)

    def messages(*arguments):
        lines = [json.loads(line) for line in log("--json", *arguments).stdout.splitlines()]
        return [line["message"] for line in lines]
    assert messages() == ["starting", "a: auth-failed: no", "b: connected", "a: connected \x1b[31m"]
    assert messages("a") == ["a: auth-failed: no", "a: connected \x1b[31m"]
    assert messages("--lines", 1) == ["a: connected \x1b[31m"]
    assert messages("a", "--lines", 7) == messages("a")
    assert messages("2") == ["b: connected"]
    assert messages("--since", "2023-11-14") == messages()
    assert messages("--since", "1h") == []
    first = json.loads(log("--json", "1").stdout)
    assert first == {"time": 1_700_000_002_000_000, "level": "warning", "object": "a", "session": "1",
                     "message": "a: auth-failed: no"}
    text = log("a").stdout
    assert "warning: a: auth-failed: no\n" in text and "info: a: connected \\x1b[31m\n" in text, text

    grows = lab.scratch / "grows"
    grows.mkdir()
    follower = lab.process(home, BUILD / "dbus" / "pppctl" / "pppctl", "log", "a", "--json", "--follow",
                           "--directory", grows)
    run(JOURNAL_REMOTE, "-o", grows / "test.journal", source)
    follower.wait_output("a: connected")
    assert "b: connected" not in follower.output()
    follower.kill()


def test_log_without_a_journal_says_so(lab):
    home = lab.namespace("home")
    done = home.run(BUILD / "dbus" / "pppctl" / "pppctl", "log", check=False)
    assert done.returncode == 4 and "there is no journal" in done.stderr, done.stderr
