# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios of a booted machine are written with, besides tests/vm/scenarios/support."""
