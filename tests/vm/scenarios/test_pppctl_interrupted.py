# SPDX-License-Identifier: GPL-2.0-or-later
"""pppctl when something ends under its hands: the daemon, or the pipe that it writes to."""

from support.daemon import PPPCTL
from support.namespace import run
from support.setups import client
from support.announced import ENDS


def test_a_daemon_that_dies_meanwhile_is_told_at_once(lab):
    home = lab.pair("isp", "home")[1]
    cpe = lab.daemon(home, *client(disabled=True))
    cpe.pppctl("enable", "pppoe-out1", json=False)
    cpe.pppctl("down", "pppoe-out1", json=False)
    up = lab.process(home, PPPCTL, "up", "pppoe-out1", env=cpe.environment)
    watcher = lab.process(home, PPPCTL, "/interface", "pppoe-client", "monitor", "pppoe-out1", env=cpe.environment)
    watcher.assert_exit(0)  # not on a terminal it shows once
    up.wait_output("pppoe-out1: discovery")
    cpe.kill()
    up.assert_exit(3)
    assert "pppmanagerd has stopped" in up.output()
    for words in (["status"], ["add", "pool", "homes", "ranges=10.0.0.2"], ["/ip", "pool", "print"]):
        done = cpe.try_pppctl(*words)
        assert done.returncode == 3 and "pppmanagerd is not running" in done.stderr, done
    assert cpe.try_pppctl("/ping", "127.0.0.1", "count=1").returncode == 0  # needs nobody


def test_a_pipe_that_nobody_reads_any_more_ends_the_monitor(lab):
    home = lab.pair("isp", "home")[1]
    cpe = lab.daemon(home, *client())
    cpe.tolerate(ENDS)  # nobody answers
    line = run("env", f"DBUS_SYSTEM_BUS_ADDRESS={cpe.bus.address}", "sh", "-c",
               f"{PPPCTL} --json monitor pppoe-out1 | head -n 1", deadline=60).stdout
    assert line.startswith('{"time":') and '"name":"pppoe-out1"' in line
