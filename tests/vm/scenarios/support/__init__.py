# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios are written with: namespaces, cables, processes, a daemon on a bus of its own, captures.

A scenario takes the `lab` fixture and asks it for these; the lab ends all of them, last made first.
"""
