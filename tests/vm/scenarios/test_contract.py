# SPDX-License-Identifier: GPL-2.0-or-later
"""What the ports promise holds for the real kernel as it does for the fakes: the contract tests, as root."""

import os
import re
from pathlib import Path

import pytest

CONTRACT = Path(os.environ.get("PPPMANAGER_BUILD", "build/dev")) / "tests" / "contract"


@pytest.mark.deadline(300)
def test_the_ports_keep_their_contracts_on_this_kernel(lab):
    run = lab.process(lab.namespace("contract"), CONTRACT)
    run.assert_exit(0, deadline=290)
    cases = re.search(r"test cases: *(\d+) \| *(\d+) passed \| *0 failed \| *0 skipped", run.output())
    assert cases and int(cases[1]) == int(cases[2]) > 0, run.tail()
