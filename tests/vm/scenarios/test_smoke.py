# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest itself: its kernel has PPP, its namespaces can talk, what a scenario needs works."""

import fcntl
import os
import struct

import pytest

from support.namespace import run

PPPIOCNEWUNIT = 0xC004743E  # _IOWR('t', 62, int), include/uapi/linux/ppp-ioctl.h


MODULES = ["ppp_generic", "pppox", "pppoe", "pptp", "ppp_async", "ppp_mppe", "nf_tables"]


@pytest.mark.parametrize("module", MODULES)
def test_the_kernel_loads(module):
    run("modprobe", module)
    assert os.path.isdir(f"/sys/module/{module}")


def test_dev_ppp_makes_a_unit_that_ends_with_its_file():
    device = os.open("/dev/ppp", os.O_RDWR | os.O_CLOEXEC)
    try:
        answer = fcntl.ioctl(device, PPPIOCNEWUNIT, struct.pack("i", -1))
        name = f"ppp{struct.unpack('i', answer)[0]}"
        assert name in os.listdir("/sys/class/net")
    finally:
        os.close(device)
    assert name not in os.listdir("/sys/class/net")


def test_two_namespaces_ping_each_other_over_a_cable(lab):
    left, right = lab.pair(mtu=1508)
    left.run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth0")
    right.run("ip", "addr", "add", "192.0.2.2/24", "dev", "eth0")
    capture = lab.capture(right, "eth0", "icmp")
    left.ping("192.0.2.2", count=3)
    capture.stop()
    assert sum(frame.octets[12:14] == b"\x08\x00" for frame in capture.frames()) == 6
    assert left.ip("link", "show", "dev", "eth0")[0]["mtu"] == 1508
