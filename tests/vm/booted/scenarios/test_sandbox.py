# SPDX-License-Identifier: GPL-2.0-or-later
"""The services may do what they live on and nothing else; the same attempts succeed outside their sandbox."""

import json
import re
import shutil
from pathlib import Path

import pytest

from installed import sandbox_probe
from installed.machine import KEEPER, SERVICE
from support.namespace import Host, run

PROBE = Path("/usr/local/bin/sandbox-probe")
UNIT = Path("/run/systemd/system/sandbox-probe.service")
RESULT = Path("/run/sandbox-probe.json")
# What makes a service run, and not what it may do.
LIFE = re.compile(r"^(Type|BusName|NotifyAccess|Watchdog\w*|Restart\w*|Exec\w+|KillSignal|Sockets|StandardOutput|"
                  r"RuntimeDirectory\w*)=")


def unit_like(machine, unit, victim):
    """A service with the sandbox of `unit` that runs the probe instead."""
    lines = machine.systemctl("cat", unit).splitlines()
    sections, section = {}, ""
    for line in lines:
        if line.startswith("["):
            section = line
        elif not line.startswith(("#", ";")) and line.strip():
            sections.setdefault(section, []).append(line)
    body = [line for line in sections["[Service]"] if not LIFE.match(line)]
    # The result is opened by systemd: the probe itself may write nowhere.
    return "\n".join(["[Service]", "Type=oneshot", f"ExecStart=/usr/bin/python3 {PROBE} {victim}",
                      f"StandardOutput=truncate:{RESULT}", *body, ""])


@pytest.fixture
def attempts(service, lab):
    """A function that runs the probe in a service that is like another, or in one without a sandbox."""
    shutil.copyfile(sandbox_probe.__file__, PROBE)
    letter = Path("/home/somebody/letter")
    letter.parent.mkdir(exist_ok=True)
    letter.write_text("not for everybody")
    victim = lab.process(Host(), "sleep", "1000").pid

    def run_probe(unit=None):
        UNIT.write_text(unit_like(service, unit, victim) if unit else
                        f"[Service]\nType=oneshot\nExecStart=/usr/bin/python3 {PROBE} {victim}\n"
                        f"StandardOutput=truncate:{RESULT}\n")
        service.systemctl("daemon-reload")
        service.systemctl("start", UNIT.name)
        return json.loads(RESULT.read_text())

    yield run_probe
    shutil.rmtree(letter.parent)
    for path in (PROBE, UNIT, RESULT):
        path.unlink(missing_ok=True)
    service.systemctl("daemon-reload")


def test_what_the_daemon_may_not_do_is_refused_and_what_it_needs_is_not(service, attempts):
    service.expect_warning("^Invalid ELF header magic")  # the module that is none, outside
    outside, inside = attempts(), attempts(SERVICE)
    for name, how in inside["refused"].items():
        print(f"{name}: {how} inside, {outside['refused'][name]} outside")
    assert [name for name, how in inside["refused"].items() if how == "done"] == []
    assert {name: how for name, how in outside["refused"].items() if how != "done"} == {}
    assert {name: how for name, how in inside["needed"].items() if how != "done"} == {}
    status = Path(f"/proc/{service.main_pid()}/status").read_text()
    user = int(run("id", "-u", "pppmanager").stdout)
    assert re.search(r"^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$", status, re.M).groups() == (str(user),) * 4
    capabilities = (1 << 12) | (1 << 13)  # CAP_NET_ADMIN, CAP_NET_RAW
    for kind in ("Prm", "Eff", "Bnd"):
        assert int(re.search(rf"^Cap{kind}:\t(\w+)$", status, re.M)[1], 16) == capabilities, status


def test_the_keeper_may_not_even_what_the_daemon_needs(service, attempts):
    inside = attempts(KEEPER)
    assert [name for kind in inside.values() for name, how in kind.items() if how == "done"] == []
    status = Path(f"/proc/{service.main_pid(KEEPER)}/status").read_text()
    assert int(re.search(r"^CapEff:\t(\w+)$", status, re.M)[1], 16) == 0


def test_systemd_finds_little_exposed(service, tell):
    for unit, most in ((SERVICE, 2.2), (KEEPER, 2.0)):
        text = run("systemd-analyze", "security", "--no-pager", unit).stdout
        exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", text)[1])
        tell(f"{unit}: exposure {exposure}")
        assert exposure <= most, text
