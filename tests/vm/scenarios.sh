#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs scenarios on the running kernel, as root: in a guest, or by native.sh.
#
# Usage: scenarios.sh DIRECTORY NAME [PYTEST-OPTION...]; the results are NAME.xml in $PPPMANAGER_RESULTS.
set -euo pipefail

results=${PPPMANAGER_RESULTS:?where the results go}
cd "$(dirname "${BASH_SOURCE[0]}")"
directory=${1:?usage: scenarios.sh DIRECTORY NAME [PYTEST-OPTION...]} name=${2:?NAME}
shift 2
# Debian's Python, and no plugin that happens to be installed: the tests mean the same everywhere.
export PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=$PWD:$PWD/scenarios
exec /usr/bin/python3 -m pytest -c pytest.ini --rootdir=. -p support.rules --junitxml="$results/$name.xml" \
    -o junit_suite_name="$name" "$@" "$directory"
