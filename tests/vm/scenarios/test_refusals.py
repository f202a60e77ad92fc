# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be: one sentence that names the object, the same in the log, on D-Bus and in pppctl."""

import re
from pathlib import Path

import pytest

from support.daemon import BUILD
from support.namespace import run
from support.setups import client, clients, connected, server
from support.wait import wait_for

CONCENTRATOR = Path(__file__).parent / "support" / "concentrator.py"
BAD_CONFIG = 78  # EX_CONFIG of sysexits.h


def last_error(daemon, name):
    """LastError as busctl(1) reads it."""
    return daemon.bus.busctl("get-property", "org.pppmanager1", f"/org/pppmanager1/client/{name}",
                             "org.pppmanager1.Client", "LastError")["data"]


def assert_said_everywhere(daemon, name, pattern):
    """`pppctl up` fails with a sentence that matches; the log, D-Bus and `pppctl status` say the same."""
    done = daemon.try_pppctl("up", name, deadline=60)

    def everywhere():
        # A retry between two of these readings may end with another session's number.
        sentence = daemon.pppctl("status", name)["last-error"]
        texts = (last_error(daemon, name), daemon.pppctl("status", name, json=False),
                 daemon.pppctl("status", json=False))
        logged = re.search(rf">{name}: .*{re.escape(sentence)} PPP_OBJECT={name}", daemon.process.output())
        return sentence if logged and all(sentence in text for text in texts) else None
    sentence = wait_for(everywhere, 10, f"{name} to be explained everywhere alike")
    assert re.search(pattern, sentence), sentence
    assert done.returncode == 1 and without_numbers(sentence) in without_numbers(done.stderr), done.stderr


def without_numbers(text):
    return re.sub(r"\d+", "N", text)


@pytest.mark.deadline(300)
def test_what_fails_is_said_in_one_sentence_everywhere(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, *server(service="internet", pool="10.0.0.2"))
    first = client("first")
    cpe = lab.daemon(home, *first)
    before = connected(cpe, "first")

    cpe.write(*clients(first, client("second"), client("wrong", password="guessed"),
                       client("nobody", user="ann"), client("tv", **{"service-name": "television"}),
                       client("nowhere", interface="eth9")))
    for name, reason in (("second", "peer-terminated"), ("wrong", "auth-failed"), ("nobody", "auth-failed"),
                         ("tv", "no-answer")):
        cpe.expect_warning(f"^{name}: {reason}: ")
    cpe.reload()
    assert_said_everywhere(cpe, "wrong", "bob")
    assert_said_everywhere(cpe, "nobody", "ann")
    full = "pool 'homes' is full: all 1 addresses are in use"
    assert_said_everywhere(cpe, "second", f"^the peer terminated the link: {full}$")
    assert_said_everywhere(cpe, "tv", "television")
    assert_said_everywhere(cpe, "nowhere", "^interface eth9 does not exist$")
    ac.wait_log("failed: .*auth-failed: .*wrong password for secret 'bob' PPP_OBJECT=fibre")
    ac.wait_log("failed: .*auth-failed: .*'ann' does not exist PPP_OBJECT=fibre")
    ac.wait_log(f"session \\d+ failed: (user bob .*limit-reached: {full}) PPP_OBJ")
    shown = ac.pppctl("status", "fibre")["last-failure"]
    assert shown in re.findall(r"session \d+ failed: (.*) PPP_OBJECT", ac.process.output())
    assert "guessed" not in cpe.process.output() + ac.process.output()
    after = cpe.pppctl("status", "first")
    assert (after["state"], after["since"]) == ("connected", before["since"])

    done = cpe.try_pppctl("up", "third")
    assert done.returncode != 0 and "there is no client or server 'third'" in done.stderr
    done = cpe.try_pppctl("scan", "eth9", "--seconds", 1)
    assert done.returncode != 0 and "eth9" in done.stderr, done.stderr


def test_a_session_id_in_use_is_named(lab):
    isp, home = lab.pair("isp", "home")
    concentrator = lab.process(isp, "/usr/bin/python3", CONCENTRATOR, "eth0", 7)
    concentrator.wait_output("listening")
    cpe = lab.daemon(home, *client("first"))
    wait_for(lambda: cpe.pppctl("status", "first")["state"] == "establish", 20, "first to have session 7")
    cpe.expect_warning("^second: kernel-error: ")
    table = home.run("cat", "/proc/net/pppoe").stdout
    cpe.write(*clients(client("first"), client("second")))
    cpe.reload()
    assert_said_everywhere(cpe, "second", "^PPPoE session 7 with [0-9A-F:]{17} on eth0: "
                                          "the session id is already in use$")
    assert cpe.pppctl("status", "first")["state"] == "establish"
    assert home.run("cat", "/proc/net/pppoe").stdout == table
    concentrator.terminate()


TEN_MISTAKES = {
    "pppoe-client": {"a": {"interfce": "eth0", "interface": "eth0", "user": "u", "disabled": "perhaps",
                           "max-mtu": 9, "profile": "none", "allow": ["mschap3"]}},
    "pppoe-server": {"b": {"interface": "eth0", "max-sessions": -1, "pado-delay": "long"}},
    "pool": {"p": {"ranges": "10.0.0.9-10.0.0.2"}},
    "secret": {"s": {"service": "pigeon"}},
}


def test_a_file_with_ten_mistakes_is_refused_with_all_ten(lab):
    isp, home = lab.pair("isp", "home")
    ac = lab.daemon(isp, TEN_MISTAKES, {}, start=False)
    ac.expect_warning("the configuration is not usable:")
    ac.launch().assert_exit(BAD_CONFIG)
    checked = run(BUILD / "daemon" / "pppmanagerd", "--config", ac.directory / "config", "--check",
                  check=False)
    mistakes = checked.stderr.splitlines()
    assert checked.returncode == BAD_CONFIG and len(mistakes) == 10, checked.stderr
    assert all(re.match(r"(config|secrets)\.json: /\S+: .", line) for line in mistakes), mistakes
    assert "\n".join(mistakes) in ac.process.output()
    assert not ac.notified("READY=1")

    ac.write(*server())
    ac.start()
    cpe = lab.daemon(home, *client())
    before = connected(cpe)
    ac.write(TEN_MISTAKES, {})
    ac.process.mark()
    ac.expect_warning("the configuration was not reloaded, the running one goes on:")
    ac.expect_warning("the configuration was edited and is not usable, the running one goes on:")
    ac.reload()
    ac.wait_log(re.escape("\n".join(mistakes)))
    done = ac.try_pppctl("reload")
    assert done.returncode != 0 and all(line in done.stderr for line in mistakes), done.stderr
    home.ping("10.0.0.1", count=3)
    after = cpe.pppctl("status", "pppoe-out1")
    assert (after["state"], after["since"]) == ("connected", before["since"])
    assert len(ac.pppctl("active")) == 1
