#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Judges built packages: what lintian and rpmlint say, whether an empty root takes them, what their units allow.
#
# Usage: packaging/check.sh deb|rpm DIRECTORY
set -euo pipefail

readonly kind=${1:?usage: check.sh deb|rpm DIRECTORY} directory=${2:?DIRECTORY}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

check_deb() {
    lintian --fail-on error,warning --display-info --tag-display-limit 0 --allow-root "$directory"/*.changes
    dpkg-deb --extract "$directory"/pppmanager_*.deb "$root"
}

check_rpm() {
    local package
    rpmlint --config packaging/rpm/rpmlint.toml "$directory"/*.rpm
    for package in "$directory"/*.rpm; do
        # Debian's packages are what it depends on; in an empty root there is no shell for its scripts.
        rpm --install --test --nodeps --noscripts --root "$root" --dbpath /rpmdb "$package"
        rpm --install --nodeps --noscripts --root "$root" --dbpath /rpmdb "$package"
        rpm --query --package --scripts "$package" | sed 's/^[a-z]* scriptlet (using .*/# &/' | sh -n
    done
    rpm --verify --all --nodeps --noscripts --nouser --nogroup --root "$root" --dbpath /rpmdb
}

# Nothing may become laxer unnoticed.
check_units() {
    local unit most
    for unit in pppmanager:20 pppmanager-keeper:5; do
        most=${unit#*:} unit=$(find "$root" -name "${unit%:*}.service" -path '*/systemd/system/*')
        systemd-analyze security --offline=true --threshold="$most" --no-pager "$unit" | tail -n 1
    done
}

"check_$kind"
check_units
