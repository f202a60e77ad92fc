#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the root of a booted guest: Debian with systemd and all that our package depends on, but not our package.
#
# Usage: image.sh CACHE-DIRECTORY SUITE PACKAGE.deb; prints the path of the image, made again only when the list of
# its packages or this script changed. What the guest must have besides packages is laid over it by tests/vm/init.
set -euo pipefail

readonly cache=${1:?usage: image.sh CACHE-DIRECTORY SUITE PACKAGE.deb} suite=${2:?SUITE} package=${3:?PACKAGE.deb}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source=tests/vm/packages.sh
source "$here/../packages.sh"
# shellcheck source=tests/vm/booted/sources.sh
source "$here/sources.sh"

# Besides what is essential: a machine as people have it, peers and tools of the scenarios.
packages=(systemd systemd-sysv dbus dbus-bin polkitd systemd-resolved udev kmod iproute2 iputils-ping procps
    ppp pppoe tcpdump nftables python3 python3-pytest python3-dbus python3-gi)

# Its dependencies by name: of alternatives the first, without versions.
dependencies() {
    dpkg-deb -f "$package" Pre-Depends Depends |
        sed -E 's/^[A-Za-z-]+://; s/\([^)]*\)//g; s/\|[^,]*//g; s/:any//g' | tr ',' '\n' | tr -d ' ' | grep .
}

mapfile -t needed < <(dependencies)
mapfile -t packages < <(printf '%s\n' "${packages[@]}" "${needed[@]}" | sort -u)
digest=$({ cat "$here"/{image,sources,customise}.sh && echo "$suite" "${packages[@]}"; } | sha256sum | cut -c1-16)
readonly image=$cache/booted-$suite-$digest.squashfs
if [[ -f $image ]]; then
    echo "$image"
    exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/image.XXXXXX")
trap 'rm -rf "$work"' EXIT
write_sources "$suite" "$work"

include=$(IFS=, && echo "${packages[*]}")
options=(--variant=apt --format=tar --include="$include" --aptopt="$work/apt.conf"
    --aptopt='Apt::Install-Recommends "false"' --dpkgopt=force-unsafe-io
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*'
    --dpkgopt='path-exclude=/usr/share/man/*'
    --customize-hook="$here/customise.sh")
echo "making an image of $suite with ${#packages[@]} packages (a minute)" >&2
trap 'cat "$work/log" >&2' ERR
as_root mmdebstrap "${options[@]}" "$suite" "$work/root.tar" "$work/sources.list" >"$work/log" 2>&1
# Not compressed: the emulator would spend more time on that than it reads.
mksquashfs - "$work/root.squashfs" -tar -quiet -no-progress -noI -noD -noF -noX <"$work/root.tar" >>"$work/log" 2>&1
mv "$work/root.squashfs" "$image"
find "$cache" -maxdepth 1 -name "booted-$suite-*.squashfs" ! -path "$image" -mtime +7 -delete
echo "$image"
