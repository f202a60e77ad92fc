#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds our package on another release of Debian, with its compiler and libraries, from the source package.
#
# Usage: package-for.sh CACHE-DIRECTORY SUITE SOURCE.dsc; prints the path of the package.
set -euo pipefail

readonly cache=${1:?usage: package-for.sh CACHE-DIRECTORY SUITE SOURCE.dsc} suite=${2:?SUITE} source=${3:?SOURCE.dsc}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/vm/packages.sh
source "$here/../packages.sh"
# shellcheck source=tests/vm/booted/sources.sh
source "$here/sources.sh"

readonly out=$cache/$suite/package
rm -rf "$out"
mkdir -p "$out"
write_sources "$suite" "$out"
mkdir "$out/source"
cp "$(dirname "$source")"/"$(basename "$source" .dsc)"* "$out/source/"

echo "building the package on $suite (ten minutes)" >&2
# The root is thrown away: what it is for happens in its hooks.
# shellcheck disable=SC2016 # the hook's own variables
as_root mmdebstrap --variant=apt --format=null --include=build-essential,fakeroot --aptopt="$out/apt.conf" \
    --aptopt='Apt::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --customize-hook="copy-in $out/source /" \
    --customize-hook='chroot "$1" sh -euc "
        cd /source
        apt-get -y -q build-dep ./*.dsc
        dpkg-source -x ./*.dsc tree
        cd tree
        DEB_BUILD_OPTIONS=\"nocheck parallel=$(nproc)\" dpkg-buildpackage --build=binary --no-sign
        mkdir /made
        mv ../pppmanager_*.deb /made/"' \
    --customize-hook="sync-out /made $out" \
    "$suite" /dev/null "$out/sources.list" >"$out/log" 2>&1 || {
    tail -n 60 "$out/log" >&2
    exit 1
}
find "$out" -maxdepth 1 -name 'pppmanager_*.deb'
