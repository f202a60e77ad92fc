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

# What a machine that lives for minutes has no use for; each would be a process that takes emulated seconds.
readonly masked=(apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
    fstrim.timer man-db.timer logrotate.timer serial-getty@ttyS0.service serial-getty@hvc0.service getty@tty1.service
    systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-hwdb-update.service ldconfig.service)

mapfile -t needed < <(dependencies)
mapfile -t packages < <(printf '%s\n' "${packages[@]}" "${needed[@]}" | sort -u)
digest=$({ cat "$here"/{image,sources}.sh && echo "$suite" "${packages[@]}"; } | sha256sum | cut -c1-16)
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
masks=$(printf ' "$1"/etc/systemd/system/%s' "${masked[@]}")
options=(--variant=apt --format=tar --include="$include" --aptopt="$work/apt.conf"
    --aptopt='Apt::Install-Recommends "false"' --dpkgopt=force-unsafe-io
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*'
    --dpkgopt='path-exclude=/usr/share/man/*'
    # In the guest, dpkg and apt shall be as they are anywhere.
    --customize-hook='rm -f "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap "$1"/etc/apt/apt.conf.d/99mmdebstrap'
    --customize-hook="for unit in $masks; do ln -sf /dev/null \"\$unit\"; done"
    # Without an identity of its own the machine would begin as one that boots for the first time.
    --customize-hook='printf "%032x\n" 4 >"$1"/etc/machine-id; echo guest >"$1"/etc/hostname'
    --customize-hook='printf "127.0.0.1 localhost guest\n::1 localhost\n" >"$1"/etc/hosts')
echo "making an image of $suite with ${#packages[@]} packages (a minute)" >&2
trap 'cat "$work/log" >&2' ERR
as_root mmdebstrap "${options[@]}" "$suite" "$work/root.tar" "$work/sources.list" >"$work/log" 2>&1
# Not compressed: the emulator would spend more time on that than it reads.
mksquashfs - "$work/root.squashfs" -tar -quiet -no-progress -noI -noD -noF -noX <"$work/root.tar" >>"$work/log" 2>&1
mv "$work/root.squashfs" "$image"
find "$cache" -maxdepth 1 -name "booted-$suite-*.squashfs" ! -path "$image" -mtime +7 -delete
echo "$image"
