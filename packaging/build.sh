#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the Debian and the RPM package of the tree as it is, in build/package; ./dev package calls it.
#
# Usage: packaging/build.sh [deb|rpm]... [--check]; without a kind both. --check builds each once more, compares the
# octets, and lets lintian or rpmlint and an installation into an empty root judge.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly out=$PWD/build/package
# One directory for every build: what the compiler cache knows of one kind serves the other.
readonly source=$out/source
version=$(sed -nE 's/^project\(pppmanager VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
readonly version
kinds=() check=''
for word in "$@"; do
    case $word in
        deb | rpm) kinds+=("$word") ;;
        --check) check=1 ;;
        *) echo "package: no '$word'; there are deb, rpm and --check" >&2 && exit 2 ;;
    esac
done
((${#kinds[@]})) || kinds=(deb rpm)

# debhelper builds with a home of its own, in which a cache would not last.
if command -v ccache >/dev/null; then
    CCACHE_DIR=$(ccache --get-config cache_dir)
    export CCACHE_DIR
fi
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l packaging/debian/changelog -S Timestamp)
# Two processors are the least that builds of this size are made for.
export SOURCE_DATE_EPOCH DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:-} parallel=$(nproc)"

# The files of the repository, as they are now, also those not yet added.
copy_source() {
    rm -rf "$source"
    mkdir -p "$source"
    git ls-files --cached --others --exclude-standard --deduplicate -z |
        tar --create --null --files-from=- --ignore-failed-read 2>/dev/null | tar --extract --directory="$source"
    # Where Debian's tools look.
    mv "$source/packaging/debian" "$source/debian"
}

# deb DIRECTORY: binary and source packages into it.
deb() {
    local made
    made=$(dpkg-parsechangelog -l packaging/debian/changelog -S Version)
    [[ $made == "$version" ]] || { echo "the changelog says $made and CMakeLists.txt $version" >&2 && return 1; }
    rm -f "$out"/pppmanager*_"$version"[._]*
    copy_source
    (cd "$source" && dpkg-buildpackage --build=full --no-sign --no-pre-clean)
    mkdir -p "$1"
    mv "$out"/pppmanager*_"$version"[._]* "$1/"
}

# rpm DIRECTORY: binary packages into it. The flags are those of the Debian package.
rpm() {
    copy_source
    flags() { make -s -f debian/rules "$1" | tr '\n' ' '; }
    (
        cd "$source"
        rpmbuild -bb --build-in-place --nodeps --define "_topdir $out/rpmbuild" --define "_rpmdir $1" \
            --define "optflags $(flags compiler-flags)" --define "build_ldflags $(flags linker-flags)" \
            --define "version_of_tree $version" packaging/rpm/pppmanager.spec
    )
    rm -rf "$out/rpmbuild"
}

mkdir -p "$out"
for kind in "${kinds[@]}"; do
    rm -rf "${out:?}/$kind"
    "$kind" "$out/$kind"
done
rm -rf "$source"
