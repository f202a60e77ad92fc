#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the scenarios on this machine's own kernel, in network namespaces, after checking that it can.
set -euo pipefail

cannot() {
    echo "the running kernel ($(uname -r)) cannot run the scenarios: $1" >&2
    echo "'./dev test --vm' boots one that can" >&2
    exit 1
}

[[ $EUID -eq 0 ]] || cannot "this needs root"
for module in ppp_generic pppoe veth; do
    [[ -d /sys/module/$module ]] || modprobe -q "$module" 2>/dev/null || cannot "it has no module $module"
done
{ : <>/dev/ppp; } 2>/dev/null || cannot "/dev/ppp cannot be opened"
ip netns add pppmanager-probe 2>/dev/null || cannot "it makes no network namespaces"
ip netns del pppmanager-probe
mkdir -p "${PPPMANAGER_RESULTS:?where the results go}"
exec "$(dirname "${BASH_SOURCE[0]}")/scenarios.sh" scenarios scenarios "$@"
