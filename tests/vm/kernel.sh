#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Downloads and unpacks Debian's kernel package for the test guest; prints the directory it stands in.
#
# The package is unpacked, never installed: the machine that tests keeps its own kernel. A copy unpacked
# before is used as it is, also when the package archive cannot be reached.
set -euo pipefail

readonly cache=${1:?usage: kernel.sh CACHE-DIRECTORY}
mkdir -p "$cache"

newest_unpacked() { find "$cache" -maxdepth 1 -name 'kernel-*' -type d | sort -V | tail -n 1; }

# linux-image-amd64 is an empty package that depends on the real one, whose name carries the ABI number.
package=$(apt-cache depends linux-image-amd64 2>/dev/null |
    sed -nE 's/^ *Depends: (linux-image-[0-9].*-amd64)$/\1/p' | head -n 1)
if [[ -z $package ]]; then
    kernel=$(newest_unpacked)
    if [[ -z $kernel ]]; then
        echo "kernel.sh: apt knows no linux-image-amd64; run 'apt-get update' on a Debian machine first" >&2
        exit 1
    fi
    echo "$kernel"
    exit 0
fi
version=$(apt-cache policy "$package" | sed -nE 's/^ *Candidate: *//p')
kernel=$cache/kernel-$version

if [[ ! -d $kernel ]]; then
    work=$(mktemp -d "$cache/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    chmod 0755 "$work"
    echo "downloading $package $version (about 70 MB)" >&2
    if ! (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package" >&2); then
        kernel=$(newest_unpacked)
        if [[ -z $kernel ]]; then
            echo "kernel.sh: cannot download $package, and no kernel was unpacked before" >&2
            exit 1
        fi
        echo "kernel.sh: cannot download $package; using $kernel" >&2
        echo "$kernel"
        exit 0
    fi
    echo "unpacking $package" >&2
    dpkg-deb -x "$work"/*.deb "$work/root"
    [[ -e $work/root/lib ]] || ln -s usr/lib "$work/root/lib"  # packages of a merged /usr carry no /lib
    release=$(basename "$work"/root/lib/modules/*)
    # The package makes modules.dep when it is installed; we do it here.
    "$(command -v depmod || echo /sbin/depmod)" -b "$work/root" "$release"
    mv "$work/root" "$kernel"
fi
echo "$kernel"
