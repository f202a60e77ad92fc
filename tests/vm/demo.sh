#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What ./dev demo shows, run in the guest as root.
set -euo pipefail

echo "kernel: $(uname -r)"
modprobe -a ppp_generic pppox pppoe
lsmod | grep -E '^(ppp|slhc)'
ls -l /dev/ppp
