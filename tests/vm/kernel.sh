#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Downloads and unpacks Debian's kernel package for the test guest; prints the directory it stands in.
#
# The package is unpacked, never installed: the machine that tests keeps its own kernel. A copy unpacked
# before is used as it is, also when the package archive cannot be reached.
set -euo pipefail

readonly cache=${1:?usage: kernel.sh CACHE-DIRECTORY}
# shellcheck source=tests/vm/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
mkdir -p "$cache"
readonly work=$cache/unpack.$$ current=$cache/kernel-current
trap 'rm -rf "$work"' EXIT

# linux-image-amd64 is an empty package that depends on the real one, whose name carries the ABI number.
newest_package() {
    { apt-cache depends linux-image-amd64 2>/dev/null || true; } |
        sed -nE 's/^ *Depends: (linux-image-[0-9].*-amd64)$/\1/p' | head -n 1
}

candidate() { apt-cache policy "$1" | sed -nE 's/^ *Candidate: *//p'; }

# unpack PACKAGE: downloads it and leaves it as $cache/kernel-VERSION.
unpack() {
    local release target
    rm -rf "$work"
    mkdir "$work"
    echo "downloading $1 (about 70 MB)" >&2
    (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1" >&2) || return
    echo "unpacking $1" >&2
    dpkg-deb -x "$work"/*.deb "$work/tree" || return
    [[ -e $work/tree/lib ]] || ln -s usr/lib "$work/tree/lib" # packages of a merged /usr carry no /lib
    release=$(basename "$work"/tree/lib/modules/*)
    # The package makes modules.dep when it is installed; we do it here.
    PATH=$PATH:/sbin depmod -b "$work/tree" "$release" || return
    target=$cache/kernel-$(candidate "$1")
    mv -T "$work/tree" "$target" || [[ -d $target ]] # another run may have been quicker
}

# finish DIRECTORY: remembers and prints the answer.
finish() {
    basename "$1" >"$current.$$"
    mv "$current.$$" "$current"
    echo "$1"
    exit 0
}

# Asking apt takes a second, so an answer is good for a day.
if [[ -n $(find "$current" -mmin -1440 2>/dev/null) && -d $cache/$(<"$current") ]]; then
    echo "$cache/$(<"$current")"
    exit 0
fi
package=$(newest_package)
if [[ -z $package ]]; then
    update_package_lists || true
    package=$(newest_package)
fi
if [[ -n $package ]]; then
    kernel=$cache/kernel-$(candidate "$package")
    if [[ -d $kernel ]] || unpack "$package"; then
        finish "$kernel"
    fi
    # The lists may be older than the archive, which keeps the newest version only.
    if update_package_lists && package=$(newest_package) && unpack "$package"; then
        finish "$cache/kernel-$(candidate "$package")"
    fi
fi
kernel=$(find "$cache" -maxdepth 1 -name 'kernel-[0-9]*' -type d | sort -V | tail -n 1)
if [[ -z $kernel ]]; then
    echo "kernel.sh: cannot download Debian's linux-image-amd64, and no kernel was unpacked before" >&2
    exit 1
fi
echo "kernel.sh: cannot download ${package:-linux-image-amd64}; using $kernel" >&2
echo "$kernel"
