#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packs the test guest's initramfs: busybox, the modules that reach the host's files, two init scripts.
#
# Usage: initramfs.sh KERNEL-DIRECTORY; prints the path of the image, made again only when its parts changed.
set -euo pipefail

readonly kernel=${1:?usage: initramfs.sh KERNEL-DIRECTORY}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
release=$(basename "$kernel"/lib/modules/*)
readonly release
readonly wanted=(virtio_pci virtio_console virtio_blk 9p 9pnet_virtio overlay squashfs)

digest=$(cat "$here"/{init,guest-init,run-orders,initramfs.sh} "$(command -v busybox)" | sha256sum | cut -c1-16)
readonly image=$kernel/initramfs-$digest.img
if [[ ! -f $image ]]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work"/tree/{bin,dev,proc,sys,modules,lower,upper,newroot}
    cp "$(command -v busybox)" "$work/tree/bin/busybox"
    install -m 0755 "$here"/{init,guest-init,run-orders} "$work/tree/"
    # modprobe names each module with those it needs before it; init only has to insert them in that order.
    number=100
    for module in "${wanted[@]}"; do
        while read -r _ path _; do
            name=$(basename "$path")
            compgen -G "$work/tree/modules/*-${name%%.ko*}.ko" >/dev/null && continue
            number=$((number + 1))
            target=$work/tree/modules/$number-${name%%.ko*}.ko
            case $name in
                *.ko) cp "$path" "$target" ;;
                *.ko.xz) xz -dc "$path" >"$target" ;;
                *.ko.zst) zstd -qdc "$path" >"$target" ;;
                *) echo "initramfs.sh: cannot read module $path" >&2 && exit 1 ;;
            esac
        done < <(PATH=$PATH:/sbin modprobe -d "$kernel" -S "$release" --show-depends "$module" |
            grep '^insmod')
    done
    (cd "$work/tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/image"
    mv "$work/image" "$image.$$"
    mv "$image.$$" "$image"
fi
echo "$image"
