#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# All checks of ./dev lint, each run to its end; fails when one found something. Needs build/lint configured.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
checks=(format layers files documents spelling shell xml manuals tidy)
# clang-tidy on a machine that has no results yet takes longer than all other checks and builds.
[[ ${1:-} != --quick ]] || checks=("${checks[@]/tidy/}")
[[ -n ${checks[-1]} ]] || unset 'checks[-1]'
readonly checks
failed=()

# Files of the repository that are not ignored, by pathspec; also those not yet added.
files() {
    local path
    git ls-files --cached --others --exclude-standard --deduplicate -- "$@" | while read -r path; do
        [[ ! -f $path ]] || echo "$path"
    done
}

shell_files() {
    local path
    while read -r path; do
        case $path in
            *.sh | *.bash) echo "$path" ;;
            *) [[ $(head -c 64 "$path" | head -n 1 | tr -d '\0') =~ ^#!.*sh$ ]] && echo "$path" ;;
        esac
    done < <(files) || true
}

check_format() { files '*.cpp' '*.hpp' | xargs -r clang-format --dry-run -Werror; }
check_layers() { /usr/bin/python3 tests/check_layers.py; }
check_files() { files | /usr/bin/python3 tests/lint/files.py; }
check_documents() { /usr/bin/python3 tests/lint/documents.py; }
check_spelling() { files ':!tests/fuzz/corpus' | xargs -r codespell --ignore-words tests/lint/words; }
check_shell() { shell_files | xargs -r shellcheck --external-sources; }
check_xml() { files 'dbus/*.xml' | xargs -r xmllint --noout --nonet; }
check_manuals() {
    local page warnings
    for page in packaging/man/*; do
        # groff says what is wrong and succeeds all the same.
        warnings=$(groff -t -man -ww -z -Tutf8 "$page" 2>&1)
        [[ -z $warnings ]] || { echo "$warnings" && return 1; }
    done
}
check_tidy() { /usr/bin/python3 tests/lint/tidy.py "$@"; }

number=0
for check in "${checks[@]}"; do
    number=$((number + 1))
    begin=$SECONDS
    echo "[$number/${#checks[@]}] $check ..."
    if "check_$check" "$@"; then
        echo "[$number/${#checks[@]}] $check: clean after $((SECONDS - begin)) s"
    else
        failed+=("$check")
        echo "[$number/${#checks[@]}] $check: FAILED after $((SECONDS - begin)) s"
    fi
done
if ((${#failed[@]})); then
    echo "lint: failed: ${failed[*]}" >&2
    exit 1
fi
