# SPDX-License-Identifier: GPL-2.0-or-later
"""The configuration changed while sessions run: by pppctl, over the bus, and by an editor."""

import json
import os

from support.setups import PASSWORD, USER, client, clients, connected, server
from support.wait import wait_for


def pppctl_with_input(daemon, text, *arguments):
    """pppctl, with something to read on standard input."""
    done = daemon.try_pppctl(*arguments, stdin=text)
    assert done.returncode == 0, done.stderr


def test_a_provider_and_a_home_are_set_up_from_nothing_by_pppctl(lab):
    isp, home = lab.pair("isp", "home")
    ac, cpe = lab.daemon(isp, {}, {}), lab.daemon(home, {}, {})
    ac.pppctl("add", "pool", "homes", "ranges=10.0.0.2-10.0.0.9", json=False)
    ac.pppctl("add", "profile", "homes", "local-address=10.0.0.1", "remote-address=homes", json=False)
    pppctl_with_input(ac, PASSWORD + "\n", "add", "secret", USER, "password", "service=pppoe", "profile=homes")
    ac.pppctl("add", "pppoe-server", "fibre", "interface=eth0", "disabled=no", json=False)
    pppctl_with_input(cpe, PASSWORD + "\n", "add", "pppoe-client", "interface=eth0", f"user={USER}", "password",
                      "disabled=no")
    assert connected(cpe)["local-address"] == "10.0.0.2"
    home.ping("10.0.0.1", count=3)
    for daemon in (ac, cpe):
        config = daemon.directory / "config"
        assert PASSWORD not in (config / "config.json").read_text()
        assert PASSWORD in (config / "secrets.json").read_text()
        assert (config / "secrets.json").stat().st_mode & 0o077 == 0
        assert PASSWORD not in daemon.process.output()
    cpe.pppctl("remove", "pppoe-out1", json=False)
    wait_for(lambda: not home.links("ppp"), 10, "the removed client's interface to go")
    assert json.loads((cpe.directory / "config" / "config.json").read_text()) == {}


def test_a_change_touches_only_the_sessions_whose_own_values_changed(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server())
    cpe = lab.daemon(home, *clients(client("one"), client("two")))
    before = {name: connected(cpe, name)["since"] for name in ("one", "two")}
    would = cpe.pppctl("set", "two", "max-mtu=1400", "--dry-run")
    assert would["sessions-dropped"] == 1 and would["sessions"] == 2
    assert "client 'two'" in would["dropped"][0]
    assert connected(cpe, "two")["since"] == before["two"]
    done = cpe.pppctl("set", "two", "max-mtu=1400")
    assert (done["changes"], done["sessions-dropped"]) == (["pppoe-client 'two': max-mtu changed"], 1)
    wait_for(lambda: connected(cpe, "two")["since"] != before["two"], 30, "two to dial again")
    assert connected(cpe, "two")["mtu"] == 1400
    assert connected(cpe, "one")["since"] == before["one"]

    assert ac.pppctl("set", "pool", "homes", "comment=x", "--dry-run")["sessions-dropped"] == 0
    report = ac.pppctl("disable", "fibre", "--dry-run")
    assert report["sessions-dropped"] == 2 and all("'bob'" in line for line in report["dropped"])
    refused = ac.try_pppctl("remove", "profile", "homes")
    assert refused.returncode == 1 and "fibre" in refused.stderr
    assert len(ac.pppctl("active")) == 2


def test_a_file_edited_by_hand_is_in_force_a_moment_later(lab):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    cpe = lab.daemon(home, *client(), start=False)
    cpe.write({}, {})
    cpe.start()
    config, secrets = client()
    cpe.write(config, secrets)
    cpe.wait_log("the configuration was edited and is in force")
    before = connected(cpe)["since"]

    text = (cpe.directory / "config" / "config.json").read_text()
    cpe.expect_warning("the configuration was edited and is not usable, the running one goes on:")
    edited = cpe.directory / "config" / "config.json.edited"
    edited.write_text(text.replace("eth0", ""))
    os.rename(edited, cpe.directory / "config" / "config.json")
    cpe.wait_log("not usable, the running one goes on:\n.*interface")
    home.ping("10.0.0.1")
    cpe.write(config)
    cpe.process.mark()
    cpe.pppctl("reload", json=False)
    assert connected(cpe)["since"] == before
