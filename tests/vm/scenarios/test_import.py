# SPDX-License-Identifier: GPL-2.0-or-later
"""A peers file with its chap-secrets: pppd connects with it, and after `pppctl import` our daemon does."""

import pytest

from support.setups import PASSWORD, USER, connected, server
from support.wait import wait_for

PEERS = f"""# a line as the book has it
plugin rp-pppoe.so
nic-eth0
user "{USER}"
rp_pppoe_service internet
noauth
noipdefault
defaultroute
usepeerdns
mtu 1480
lcp-echo-interval 20
lcp-echo-failure 4
refuse-pap
"""


@pytest.mark.deadline(300)
def test_a_peers_file_that_pppd_connects_with_is_imported_and_connects(lab):
    isp, home = lab.pair("isp", "home")
    access = lab.daemon(isp, *server(service="internet"))
    etc = lab.scratch / "ppp"
    (etc / "peers").mkdir(parents=True)
    peers = etc / "peers" / "dsl"
    peers.write_text(PEERS)
    secrets = etc / "chap-secrets"
    secrets.write_text(f'# client server secret addresses\n{USER} * "{PASSWORD}" *\n')
    secrets.chmod(0o600)
    (etc / "options").write_text("")
    (etc / "pap-secrets").write_text("")

    # /etc/ppp is the test's own, for this pppd alone.
    pppd = lab.process(home, "unshare", "--mount", "sh", "-c", f'mount --bind {etc} /etc/ppp && exec "$@"',
                       "sh", "pppd", "call", "dsl", "nodetach", "debug")
    pppd.wait_output(r"remote IP address [\d.]+", 30)
    assert [row["name"] for row in access.pppctl("active")] == [USER]
    pppd.terminate()
    wait_for(lambda: not access.pppctl("active"), 20, "pppd's session to end")

    cpe = lab.daemon(home, {}, {})
    would = cpe.pppctl("import", str(peers), "--dry-run")
    assert {row["result"] for row in would["commands"]} == {"taken", "not-needed"}
    assert would["warnings"] == []
    said = cpe.pppctl("import", str(peers), json=False)
    assert f"{peers}:12  lcp-echo-failure 4  taken: keepalive-timeout=40s" in said
    assert f"{secrets}:2  {USER} * *** *  taken: the password of pppoe-client 'dsl'" in said
    assert PASSWORD not in said
    status = connected(cpe, "dsl")
    assert status["service-name"] == "internet"
    home.ping("10.0.0.1", count=3)
    again = cpe.try_pppctl("import", str(peers))
    assert again.returncode == 1 and "--replace" in again.stderr
    assert connected(cpe, "dsl")["since"] == status["since"]
    cpe.pppctl("import", "--replace", str(peers), json=False)
    assert connected(cpe, "dsl")["since"] == status["since"]  # nothing changed, so nothing ended
