#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the length and the licence line of the files named on standard input, one path a line."""

import re
import sys
from pathlib import Path

MOST_LINES = 400
SOURCES = {".cpp", ".hpp", ".py", ".sh", ".cmake"}
LICENCE = "SPDX-License-Identifier: GPL-2.0-or-later"


def is_source(path: Path, text: str) -> bool:
    script = re.match(r"#!.*(sh|python3?)\n", text) is not None
    return script or path.suffix in SOURCES or path.name == "CMakeLists.txt"


def problems(path: Path) -> list[str]:
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return []  # a capture or a corpus entry
    if not is_source(path, text):
        return []
    lines = text.splitlines()
    found = []
    if len(lines) > MOST_LINES:
        found.append(f"{path}: {len(lines)} lines; {MOST_LINES} is the most a file may have")
    if not any(LICENCE in line for line in lines[:3]):
        found.append(f"{path}: no line '{LICENCE}' among the first three")
    if path.suffix in (".cpp", ".hpp") and lines[:1] != [f"// {LICENCE}"]:
        found.append(f"{path}: the first line must be '// {LICENCE}'")
    return found


def main() -> int:
    found = [problem for line in sys.stdin for problem in problems(Path(line.rstrip("\n")))]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
