# SPDX-License-Identifier: GPL-2.0-or-later
"""pppctl doctor: silent where all is well, and names what was broken with what to do."""

import pytest

from support.commanded import parse
from support.daemon import BUILD
from support.namespace import run
from support.setups import Street, client, connected, server
from support.wait import wait_for

PPPCTL = BUILD / "dbus" / "pppctl" / "pppctl"
NOBODY = 65534


def doctor(daemon, *arguments, user=None):
    """What it says in the daemon's namespace, and its exit status."""
    settings = [f"{name}={value}" for name, value in daemon.environment.items()]
    demoted = [] if user is None else ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    done = daemon.namespace.run(*demoted, "env", *settings, PPPCTL, "--json", "doctor", *arguments, check=False)
    print(done.stdout + done.stderr)
    said = parse(done.stdout)
    assert done.returncode == (1 if said["problems"] else 0), done.stderr
    return said


def problems(said):
    """The sentences of all problems, and what to do about each."""
    return [(f["area"], f["text"], f["remedy"]) for f in said["findings"] if f["verdict"] == "problem"]


def one_problem(said, area, text, remedy):
    found = problems(said)
    assert len(found) == 1, found
    assert found[0][0] == area and text in found[0][1] and remedy in found[0][2], found


@pytest.mark.deadline(480)
def test_doctor_names_what_was_broken(lab):
    street = Street(lab)
    isp, home = street.left, street.right
    lab.daemon(isp, *server())
    settings = {"add-default-route": True, "use-peer-dns": True}
    cpe = lab.daemon(home, *client(**settings))
    connected(cpe)
    assert problems(doctor(cpe)) == []
    lab.scratch.chmod(0o755)
    seen = doctor(cpe, user=NOBODY)
    assert problems(seen) == []
    assert any(f["verdict"] == "warning" and "polkit" in f["text"] for f in seen["findings"])

    home.run("ip", "link", "add", "dsl", "type", "dummy")
    home.run("ip", "link", "set", "dsl", "up")
    home.run("ip", "route", "add", "default", "dev", "dsl")
    one_problem(doctor(cpe), "client pppoe-out1", "packets take another default route, dsl (metric 0)",
                "sudo ip route del default dev dsl")
    home.run("ip", "route", "del", "default", "dev", "dsl")

    rival = lab.process(home, "pppd", "nodetach", "noauth", "plugin", "rp-pppoe.so", "eth0", "user", "nobody",
                        "rp_pppoe_service", "television", "maxfail", 0)
    wait_for(lambda: run("cat", f"/proc/{rival.pid}/comm").stdout == "pppd\n", 10, "pppd to run")
    one_problem(doctor(cpe), "neighbours", f"pppd (process {rival.pid}) runs on eth0, the line of client pppoe-out1",
                f"sudo kill {rival.pid}")
    rival.kill()

    cpe.expect_warning("pppoe-out1: lost-carrier: ")
    street.pull(home)
    cpe.wait_log("pppoe-out1: lost-carrier: ", 10)
    found = problems(doctor(cpe, "pppoe-out1"))
    assert any("eth0 has no carrier" in text and "is the cable in" in remedy for _, text, remedy in found), found
    street.put_back(home)
    connected(cpe)

    cpe.expect_warning("pppoe-out1: auth-failed: ")
    cpe.write(*client(password="guessed", **settings))
    cpe.reload()
    cpe.wait_log("pppoe-out1: auth-failed: ", 30)
    wait_for(lambda: cpe.pppctl("status", "pppoe-out1")["state"] == "waiting-to-retry", 10, "it to wait")
    one_problem(doctor(cpe), "client pppoe-out1", "The user name or the password is wrong",
                "pppctl set pppoe-out1 user=NAME password")

    cpe.stop()
    one_problem(doctor(cpe), "daemon", "pppmanagerd is not running", "systemctl start pppmanager")
