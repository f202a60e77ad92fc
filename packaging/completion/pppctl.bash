# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of pppctl(1) for bash: pppctl itself says what may come next.

_pppctl() {
    local line=${COMP_LINE:0:COMP_POINT} breaks='' prefix='' candidate
    local -a words
    # Blanks alone part words here: what bash cuts at = and : is one word to pppctl.
    read -r -a words <<<"$line"
    [[ $line != *[[:blank:]] ]] || words+=('')
    local current=${words[-1]}
    # Bash replaces only what follows its last cut, so that much is left out of each answer.
    [[ $COMP_WORDBREAKS != *=* ]] || breaks+='='
    [[ $COMP_WORDBREAKS != *:* ]] || breaks+=':'
    [[ -z $breaks || $current != *[$breaks]* ]] || prefix=${current%"${current##*["$breaks"]}"}
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        if [[ $candidate == :files ]]; then
            compopt -o default 2>/dev/null
            return
        fi
        [[ $candidate != *= ]] || compopt -o nospace 2>/dev/null
        COMPREPLY+=("${candidate#"$prefix"}")
    done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
}

complete -F _pppctl pppctl
