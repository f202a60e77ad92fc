# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of pppctl(1) for fish: pppctl itself says what may come next.

function __pppctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete $words[2..] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end

complete -c pppctl -f -a '(__pppctl_complete)'
