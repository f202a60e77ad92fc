# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/first-steps.md: every command in it is typed, and prints what the document shows."""

from pathlib import Path

import pytest

from support import transcript
from support.daemon import PPPCTL
from support.namespace import cable
from support.setups import server
from support.announced import ENDS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "first-steps.md"
CUSTOMERS = {"ann": "ann 1", "bob": "bob 2", "eve": "eve 3"}
MACS = {("isp", "eth0"): 1, ("home", "eth1"): 2, ("isp", "eth2"): 3, ("office", "eth2"): 4}


def provider():
    """The newcomer's provider, which is also where the customers of the office dial from."""
    config, secrets = server(service="internet", ipv6=False)
    config["pppoe-client"] = {user: {"interface": "eth2", "user": user, "disabled": True} for user in CUSTOMERS}
    secrets["pppoe-client"] = {user: {"password": password} for user, password in CUSTOMERS.items()}
    return config, secrets


def customers_dial(manager):
    """One after the other, so that they have their session's numbers in this order."""
    for user in CUSTOMERS:
        manager.set("pppoe-client", user, disabled="no")
        manager.wait_client(user)


@pytest.mark.deadline(240)
def test_what_the_first_steps_show_is_what_happens(lab):
    isp, home, office = lab.namespace("isp"), lab.namespace("home"), lab.namespace("office")
    cable(isp, "eth0", home, "eth1")
    cable(isp, "eth2", office, "eth2")
    for (machine, port), number in MACS.items():
        namespace = {"isp": isp, "home": home, "office": office}[machine]
        namespace.run("ip", "link", "set", port, "address", f"02:00:00:00:00:{number:02}")
    provides = lab.daemon(isp, *provider())
    daemons = {"isp": provides, "home": lab.daemon(home, {}, {}), "office": lab.daemon(office, {}, {})}
    for daemon in (provides, *daemons.values()):
        daemon.tolerate(ENDS)
    text = DOCUMENT.read_text()
    dialling = text.count("\n", 0, text.index("<!-- the customers dial -->"))
    differences, dialled = [], False
    for step in transcript.steps(text):
        if step.line > dialling and not dialled:
            dialled = True
            customers_dial(provides.manager())
        daemon = daemons[step.machine]
        path = {"PATH": f"{PPPCTL.resolve().parent}:/usr/sbin:/usr/bin:/sbin:/bin"}
        shown = transcript.run(step, daemon.namespace.enter, {**daemon.environment, **path}, lab.scratch)
        if not transcript.matches(step.expected, shown):
            differences.append("\n".join([f"line {step.line}: {step.command}", *step.expected,
                                          "--- but it printed ---", *shown]))
    (lab.results / "differences.txt").write_text("\n\n".join(differences))
    assert not differences, "\n\n".join(differences)
