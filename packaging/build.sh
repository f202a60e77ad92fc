#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the Debian and the RPM package of the tree as it is, in build/package/deb and build/package/rpm.
#
# Usage: packaging/build.sh [deb|rpm]... [--check] [--programs DIRECTORY]; without a kind both. --check builds each once
# more without the compiler cache, compares the octets, and lets packaging/check.sh judge. --programs packs what is
# built in that directory already, such as build/dev: the Debian package in seconds, for tests.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly out=$PWD/build/package
# One directory for every build: what the compiler cache knows of one kind serves the other.
readonly source=$out/source
version=$(sed -nE 's/^project\(pppmanager VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
readonly version
kinds=() check='' build=full
while (($#)); do
    case $1 in
        deb | rpm) kinds+=("$1") ;;
        --check) check=1 ;;
        --programs)
            PPPMANAGER_PROGRAMS=$(readlink -e "${2:?--programs needs a directory}")
            export PPPMANAGER_PROGRAMS
            kinds=(deb) build=binary
            shift
            ;;
        *) echo "package: no '$1'; there are deb, rpm, --check and --programs DIRECTORY" >&2 && exit 2 ;;
    esac
    shift
done
((${#kinds[@]})) || kinds=(deb rpm)

# debhelper builds with a home of its own, in which a cache would not last.
if command -v ccache >/dev/null; then
    CCACHE_DIR=$(ccache --get-config cache_dir)
    export CCACHE_DIR
    # rpmbuild and debhelper set different ones, and no compiler's output depends on it.
    export CCACHE_SLOPPINESS=locale
fi
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l packaging/debian/changelog -S Timestamp)
DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:+$DEB_BUILD_OPTIONS }parallel=$(nproc)"
export SOURCE_DATE_EPOCH DEB_BUILD_OPTIONS

# The files of the repository, as they are now, also those not yet added.
copy_source() {
    rm -rf "$source"
    mkdir -p "$source"
    git ls-files --cached --others --exclude-standard --deduplicate -z |
        grep -zvxFf <(git ls-files --deleted) |
        tar --create --null --files-from=- | tar --extract --directory="$source"
    # Where Debian's tools look.
    mv "$source/packaging/debian" "$source/debian"
}

build_deb() {
    local made
    made=$(dpkg-parsechangelog -l packaging/debian/changelog -S Version)
    [[ $made == "$version" ]] || { echo "the changelog says $made, CMakeLists.txt $version" >&2 && return 1; }
    copy_source
    rm -f "$out"/pppmanager*  # of a build that was interrupted
    (cd "$source" && dpkg-buildpackage --build="$build" --no-sign --no-pre-clean)
    mkdir -p "$1"
    mv "$out"/pppmanager*_"$version"[._]* "$1/"
}

# The compiler's flags are those of the Debian package.
build_rpm() {
    local compiler linker
    copy_source
    compiler=$(cd "$source" && make -s -f debian/rules compiler-flags | tr '\n' ' ')
    linker=$(cd "$source" && make -s -f debian/rules linker-flags)
    # What it is built with are packages of Debian, of which rpm knows nothing; and the scripts that would compress and
    # strip need another shell than Debian's, so the package does both itself.
    (cd "$source" && rpmbuild -bb --build-in-place --nodeps --define "_topdir $out/rpmbuild" --define "_rpmdir $1" \
        --define "optflags $compiler" --define "build_ldflags $linker" --define "version_of_tree $version" \
        --define '__os_install_post %{nil}' \
        packaging/rpm/pppmanager.spec)
    find "$1" -mindepth 2 -name '*.rpm' -exec mv -t "$1" {} +
    find "$1" -mindepth 1 -type d -empty -delete
    rm -rf "$out/rpmbuild"
}

# same_octets DIRECTORY AGAIN: of what is installed, and of the source package.
same_octets() {
    local file
    for file in "$1"/*.{deb,dsc,tar.*,rpm}; do
        [[ ! -e $file ]] || cmp "$file" "$2/${file##*/}" || return 1
    done
    echo "two builds, one with and one without the compiler cache, are equal"
}

for kind in "${kinds[@]}"; do
    rm -rf "${out:?}/$kind"
    mkdir -p "$out"
    "build_$kind" "$out/$kind"
    if [[ -n $check ]]; then
        CCACHE_DISABLE=1 "build_$kind" "$out/again"
        same_octets "$out/$kind" "$out/again"
        rm -rf "$out/again"
        packaging/check.sh "$kind" "$out/$kind"
    fi
done
rm -rf "$source"
ls -1 "${kinds[@]/#/build/package/}"
