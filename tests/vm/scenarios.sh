#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the scenarios on the running kernel, as root: in the guest, or by native.sh. Takes pytest's options.
set -euo pipefail

results=${PPPMANAGER_RESULTS:?where the results go}
cd "$(dirname "${BASH_SOURCE[0]}")"
# Debian's Python, and no plugin that happens to be installed: the tests mean the same everywhere.
export PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
exec /usr/bin/python3 -m pytest -c pytest.ini --rootdir=. --junitxml="$results/scenarios.xml" "$@" scenarios
