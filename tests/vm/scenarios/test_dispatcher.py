# SPDX-License-Identifier: GPL-2.0-or-later
"""on-up, on-down and dispatcher.d: what runs when sessions come and go, with which values, and what a hang costs."""

import os

import pytest

from support.daemon import BUILD
from support.setups import client, clients, connected, server
from support.wait import wait_for

PROGRAM = BUILD / "dbus" / "dispatcher" / "pppmanager-dispatcher"


def script(path, body, mode=0o755):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(mode)
    return path


def dispatch(lab, daemon, *options):
    """The dispatcher of one daemon, and the directory of its programs."""
    directory = lab.scratch / f"dispatcher-{daemon.namespace}"
    directory.mkdir(exist_ok=True)
    process = lab.service(daemon.namespace, PROGRAM, "--directory", directory, *options, env=daemon.environment)
    process.wait_output("waiting for its sessions")
    return process, directory


def values(path):
    """The environment that `env > FILE` has written, once it is whole."""
    wait_for(path.exists, 15, f"{path.name} to be written")
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def with_hooks(parts, profile, up, down):
    parts[0].setdefault("profile", {}).setdefault(profile, {}).update({"on-up": f"{up}", "on-down": f"{down} bye"})
    return parts


@pytest.mark.deadline(240)
def test_both_ends_run_their_hooks_with_the_values_of_the_session(lab):
    isp, home = lab.pair("isp", "home")
    file = f"{lab.scratch}/$PPP_KIND.$PPP_EVENT"
    hook = script(lab.scratch / "hook", f'env > {file}.new; mv {file}.new {file}; echo "$0 $*"')
    ac = lab.daemon(isp, *with_hooks(server(), "homes", hook, hook))
    cpe = lab.daemon(home, *with_hooks(client(**{"use-peer-dns": True}), "default", hook, hook))
    theirs, directory = dispatch(lab, ac)
    script(directory / "10-last", f'echo "$1 $2" >> {lab.scratch}/all')
    ours, _ = dispatch(lab, cpe)
    # Sessions that were up before have no on-up: dial again.
    connected(cpe)
    cpe.pppctl("down", "pppoe-out1", json=False)
    for name in ("pppoe-client.down", "pppoe-server.down", "all"):
        wait_for((lab.scratch / name).exists, 15, f"{name} of the first session")
        (lab.scratch / name).unlink()
    cpe.pppctl("up", "pppoe-out1", json=False)

    row = ac.pppctl("active")[0]
    at_home, at_isp = values(lab.scratch / "pppoe-client.up"), values(lab.scratch / "pppoe-server.up")
    common = {"PPP_USER": "bob", "PPP_MTU": str(row["mtu"]), "PPP_DNS": "10.0.0.53 10.0.0.54", "PPP_EVENT": "up",
              "DNS1": "10.0.0.53", "PPP_SERVICE": "pppoe"}
    expected = {**common, "PPP_INTERFACE": "pppoe-out1", "PPP_OBJECT": "pppoe-out1", "PPP_PROFILE": "default",
                "PPP_LOCAL_ADDRESS": "10.0.0.2", "PPP_REMOTE_ADDRESS": "10.0.0.1", "CALL_FILE": "pppoe-out1"}
    assert {name: at_home.get(name) for name in expected} == expected
    expected = {**common, "PPP_INTERFACE": row["interface"], "PPP_OBJECT": "fibre", "PPP_PROFILE": "homes",
                "PPP_SESSION": str(row["id"]), "PPP_CALLER_ID": row["caller-id"], "PEERNAME": "bob",
                "PPP_LOCAL_ADDRESS": "10.0.0.1", "PPP_REMOTE_ADDRESS": "10.0.0.2", "IPREMOTE": "10.0.0.2"}
    assert {name: at_isp.get(name) for name in expected} == expected
    assert "PPP_REASON" not in at_isp and "HOME" not in at_isp

    # The session keeps the on-down that it began with.
    cpe.pppctl("set", "profile", "default", "!on-down", json=False)
    home.ping("10.0.0.1", count=3)
    cpe.pppctl("down", "pppoe-out1", json=False)
    at_home, at_isp = values(lab.scratch / "pppoe-client.down"), values(lab.scratch / "pppoe-server.down")
    assert (at_home["PPP_REASON"], at_isp["PPP_REASON"]) == ("user-request", "peer-terminated")
    assert at_isp["PPP_INTERFACE"] == row["interface"] and at_isp["PPP_REMOTE_ADDRESS"] == "10.0.0.2"
    octets = [int(end[name]) for end in (at_home, at_isp) for name in ("PPP_OCTETS_IN", "BYTES_SENT")]
    assert all(count >= 3 * 84 for count in octets), octets
    ours.wait_output(f"'{hook}': {hook} bye")
    wait_for(lambda: (lab.scratch / "all").exists() and (lab.scratch / "all").read_text() ==
             f"up {row['interface']}\ndown {row['interface']}\n", 15, "the directory's program to have run twice")
    for process in (ours, theirs):
        assert process.terminate() == 0


@pytest.mark.deadline(240)
def test_a_hook_that_hangs_is_killed_and_delays_nobody_else(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    cpe = lab.daemon(home, *clients(client("one"), client("two")))
    for name in ("one", "two"):
        connected(cpe, name)
        cpe.pppctl("down", name, json=False)
    process, directory = dispatch(lab, cpe, "--timeout", 40)
    process.warnings.expect("did not end in 40 s and was killed")
    script(directory / "hook", f'[ $2.$1 = one.up ] && {{ echo $$ > {lab.scratch}/pid; exec sleep 1000; }}\n'
           f'touch {lab.scratch}/$2.$1')
    cpe.pppctl("up", "one", json=False)
    wait_for((lab.scratch / "pid").exists, 10, "the hook to hang")
    cpe.pppctl("down", "one", json=False)
    cpe.pppctl("up", "two", json=False)
    wait_for((lab.scratch / "two.up").exists, 10, "the other interface's hook")
    assert cpe.pppctl("status", "two")["state"] == "connected"
    assert not (lab.scratch / "one.down").exists() and "did not end" not in process.output()
    process.wait_output("for up of one did not end in 40 s and was killed", 60)
    wait_for((lab.scratch / "one.down").exists, 10, "down of the interface whose up was killed")
    assert not os.path.exists(f"/proc/{(lab.scratch / 'pid').read_text().strip()}")


def test_what_is_not_root_s_alone_and_what_is_no_program_is_not_run(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    loose = script(lab.scratch / "loose", f"touch {lab.scratch}/ran", mode=0o777)
    cpe = lab.daemon(home, *client())
    connected(cpe)
    cpe.pppctl("down", "pppoe-out1", json=False)
    process, _ = dispatch(lab, cpe)
    process.warnings.expect("not run for up of pppoe-out1: ")
    cpe.pppctl("set", "profile", "default", f"on-up={loose}", json=False)
    cpe.pppctl("up", "pppoe-out1", json=False)
    process.wait_output(f"not run for up of pppoe-out1: '{loose}' may be written by others than root")
    said = cpe.pppctl("set", "profile", "default", 'on-down=:log info "down"', json=False)
    assert "note: profile 'default': on-down is not run: RouterOS script" in said
    assert ':log info "down" (not run: RouterOS script)' in cpe.pppctl("show", "profile", "default", json=False)
    cpe.pppctl("down", "pppoe-out1", json=False)
    refused = cpe.try_pppctl("set", "profile", "default", 'on-up=/bin/x "y')
    assert refused.returncode == 1 and "on-up" in refused.stderr, refused.stderr
    assert not (lab.scratch / "ran").exists()
    assert process.terminate() == 0


def test_sessions_that_end_with_the_service_still_run_their_on_down(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    cpe = lab.daemon(home, *client())
    connected(cpe)
    process, directory = dispatch(lab, cpe)
    script(directory / "hook", f'echo "$1 $PPP_REASON" >> {lab.scratch}/said')
    cpe.stop()
    wait_for((lab.scratch / "said").exists, 10, "on-down of a session that was up before")
    assert (lab.scratch / "said").read_text() == "down shutdown\n"
    process.wait_output("pppmanagerd is gone")
    cpe.start()
    process.wait_output("waiting for its sessions\n(.*\n)*.*waiting for its sessions")
    wait_for(lambda: (lab.scratch / "said").read_text() == "down shutdown\nup \n", 30, "on-up of the new session")
