# SPDX-License-Identifier: GPL-2.0-or-later
"""Passwords that are kept as NT hashes or sealed, with pppd and with ourselves at the other end."""

import subprocess
from pathlib import Path

from support.peers import PppdClient
from support.setups import PASSWORD, USER, client, connected, server
from support.wait import wait_for

ONLY = {"mschap2": ["refuse-pap", "refuse-chap", "refuse-mschap", "refuse-eap"],
        "pap": ["refuse-chap", "refuse-mschap", "refuse-mschap-v2", "refuse-eap"],
        "chap": ["refuse-pap", "refuse-mschap", "refuse-mschap-v2", "refuse-eap"]}


def files(daemon):
    """What is on the disk of the daemon, in all files of its configuration."""
    return "".join(path.read_text() for path in sorted((daemon.directory / "config").iterdir()))


def make_key(directory: Path) -> str:
    """A key as systemd delivers it: encrypted and decrypted by systemd-creds where that works in this guest."""
    directory.mkdir()
    raw = directory / "raw"
    raw.write_bytes(bytes(range(32)))
    sealed, key = directory / "sealed", directory / "pppmanager.key"
    made = subprocess.run(["sh", "-c", "mount -t tmpfs none /var/lib/systemd && systemd-creds --with-key=host "
                           f"--name=pppmanager.key encrypt {raw} {sealed} && "
                           f"systemd-creds --name=pppmanager.key decrypt {sealed} {key}"],
                          check=False, capture_output=True, text=True)
    if made.returncode == 0:
        assert key.read_bytes() == raw.read_bytes()
        return "systemd-creds"
    key.write_bytes(raw.read_bytes())
    return "a file"


def test_a_user_kept_as_a_hash_logs_in_by_mschap2_and_pap_and_not_by_chap(lab):
    isp, home = lab.pair("isp", "home")
    daemon = lab.daemon(isp, *server())
    daemon.pppctl("set", "secret", USER, "password-storage=nt-hash", json=False)
    assert PASSWORD not in files(daemon) and '"nt-hash"' in files(daemon)
    assert daemon.pppctl("show", "secret", USER)["serves"] == ["mschap2", "mschap1", "pap"]
    for method in ("mschap2", "pap"):
        peer = PppdClient(lab, home, USER, PASSWORD, *ONLY[method])
        peer.wait_connected()
        peer.process.terminate()
        wait_for(lambda: not daemon.pppctl("active"), 10, "the session to end")
    refused = PppdClient(lab, home, USER, PASSWORD, *ONLY["chap"])
    daemon.wait_log("auth-failed: .*secret 'bob' is stored as an NT hash, which cannot serve the method chap")
    assert refused.process.wait(20) != 0
    assert PASSWORD not in daemon.process.output()


def test_a_client_with_a_sealed_password_connects_and_the_disk_does_not_know_it(lab, monkeypatch):
    isp, home = lab.pair("isp", "home")
    lab.daemon(isp, *server())
    print("the key came by", make_key(lab.scratch / "credentials"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(lab.scratch / "credentials"))
    cpe = lab.daemon(home, *client())
    before = connected(cpe)
    cpe.pppctl("set", "pppoe-out1", "password-storage=sealed", json=False)
    assert PASSWORD not in files(cpe) and '"sealed"' in files(cpe)
    assert connected(cpe)["since"] == before["since"]  # it is the same password
    cpe.stop()
    cpe.start()
    connected(cpe)
    home.ping("10.0.0.1")
    cpe.stop()

    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    cpe.expect_warning("/pppoe-client/pppoe-out1/password: is sealed, and there is no key")
    cpe.start()
    now = cpe.pppctl("status", "pppoe-out1")
    assert now["state"] == "stopped" and "does not dial: the seal of its password" in now["last-error"]
    assert PASSWORD not in cpe.process.output()
