# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The Debian packages that each verb of ./dev needs, and their installation. Sourced, never run.

declare -rA package_groups=(
    [build]="build-essential cmake ninja-build ccache pkg-config libsdbus-c++-dev libsdbus-c++-bin
        libsystemd-dev libnl-3-dev libnl-route-3-dev libmnl-dev libnftables-dev nettle-dev nlohmann-json3-dev libfmt-dev
        libcli11-dev libexpected-dev doctest-dev python3"
    [sanitizers]="clang libclang-rt-dev"
    [unit]="bash zsh fish systemd-journal-remote"
    [lint]="git clang clang-format clang-tidy codespell shellcheck libxml2-utils
        groff-base"
    [guest]="qemu-system-x86 busybox-static kmod cpio xz-utils zstd"
    [package]="debhelper dpkg-dev lintian rpm rpmlint systemd git"
    [booted]="mmdebstrap squashfs-tools debian-archive-keyring"
    [scenarios]="python3 python3-pytest iproute2 iputils-ping procps dbus-daemon dbus-bin systemd
        tcpdump ethtool ppp pppoe nftables pptpd pptp-linux network-manager network-manager-pptp python3-dbus python3-gi
        polkitd systemd-journal-remote"
)

# Peers that only the tests may start: on the machine they would take over its network or listen on it.
declare -rA peer_services=(
    [pptpd]=pptpd.service
    [network-manager]="NetworkManager.service NetworkManager-wait-online.service"
)

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "this needs root and there is no sudo: $*" >&2
        return 1
    fi
}

# Fetches the package lists, once per process tree that asks.
update_package_lists() {
    [[ -z ${PPPMANAGER_APT_UPDATED:-} ]] || return 0
    export PPPMANAGER_APT_UPDATED=1
    echo "fetching Debian's package lists" >&2
    as_root apt-get -qq update >&2
}

# need_packages GROUP...: installs what is missing of the named groups; silent when nothing is.
need_packages() {
    local group package service missing=()
    if ! command -v apt-get >/dev/null; then
        echo "packages are only installed by apt; elsewhere install these: ${package_groups[*]}" >&2
        return 0
    fi
    for group in "$@"; do
        for package in ${package_groups[$group]}; do
            # Of several architectures one is enough; "not-installed" is none.
            if ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
                missing+=("$package")
            fi
        done
    done
    ((${#missing[@]})) || return 0
    echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
    update_package_lists || true # without a network the lists at hand may do
    for package in "${missing[@]}"; do
        for service in ${peer_services[$package]:-}; do
            echo "masking $service: $package is wanted as a peer of tests, not as a service"
            # On a machine without systemd the folder may not be there yet.
            as_root install -d /etc/systemd/system || return
            as_root ln -sfT /dev/null "/etc/systemd/system/$service" || return
        done
    done
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 install \
        --no-install-recommends "${missing[@]}"
}
