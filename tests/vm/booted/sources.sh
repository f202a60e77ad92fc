# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Where Debian's packages come from: what this machine's own apt says, for any release. Sourced, never run.

readonly keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# write_sources SUITE DIRECTORY: the files sources.list and apt.conf, for an apt that shall install SUITE.
write_sources() {
    local origin uri release component native
    native=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016 # apt's own variables
    # One line a source of Debian's; those of others have no say in what Debian is.
    apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        while read -r origin uri release component; do
            [[ $origin == Debian && $component == main ]] || continue
            echo "deb [signed-by=$keyring] $uri ${release/#$native/$1} $component"
        done | sort -u >"$2/sources.list"
    if [[ ! -s $2/sources.list ]]; then
        echo "apt of this machine knows no source of Debian's packages" >&2
        return 1
    fi
    # How it fetches them (proxies, checks of dates), but not what.
    apt-config dump | grep -E '^Acquire::' | grep -vE '^Acquire::(IndexTargets|cdrom|Changelogs|Compression|Languages|Gzip)' \
        >"$2/apt.conf" || true
}

# use_release SUITE DIRECTORY: from here on apt of this process and its children knows SUITE and nothing else, with
# lists of its own in DIRECTORY; it can tell and download packages, and installs none.
use_release() {
    local root=$2
    mkdir -p "$root"/{state/lists/partial,cache/archives/partial}
    write_sources "$1" "$root" || return
    : >"$root/status"
    cat >>"$root/apt.conf" <<END
Dir::State "$root/state";
Dir::State::status "$root/status";
Dir::Cache "$root/cache";
Dir::Etc::SourceList "$root/sources.list";
Dir::Etc::SourceParts "/dev/null";
Acquire::Languages "none";
APT::Sandbox::User "root";
END
    export APT_CONFIG=$root/apt.conf
}
