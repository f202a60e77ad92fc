#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As tests/vm/kernel.sh, with the kernel of a release. Usage: kernel.sh CACHE-DIRECTORY SUITE
set -euo pipefail

readonly cache=${1:?usage: kernel.sh CACHE-DIRECTORY SUITE} suite=${2:?SUITE}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ $suite == "$(. /etc/os-release && echo "$VERSION_CODENAME")" ]]; then
    exec "$here/../kernel.sh" "$cache"
fi
# shellcheck source=tests/vm/booted/sources.sh
source "$here/sources.sh"
use_release "$suite" "$cache/$suite/apt"
exec "$here/../kernel.sh" "$cache/$suite"
