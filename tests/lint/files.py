#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the files named on standard input, one path a line: length, licence, seeds of each fuzz target."""

import re
import sys
from pathlib import Path

MOST_LINES = 400
SOURCES = {".cpp", ".hpp", ".py", ".sh", ".cmake"}
LICENCE = "SPDX-License-Identifier: GPL-2.0-or-later"
FUZZ = Path("tests/fuzz")


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


def seed_problems(paths: list[Path]) -> list[str]:
    """A target without seeds begins at nothing in every run; seeds without a target are never read."""
    targets = {path.stem.removesuffix("_fuzz") for path in paths
               if path.parent == FUZZ and path.name.endswith("_fuzz.cpp")}
    seeded = {path.parent.name for path in paths if path.parent.parent == FUZZ / "corpus"}
    return ([f"{FUZZ}/{name}_fuzz.cpp: no seed in {FUZZ}/corpus/{name}" for name in sorted(targets - seeded)]
            + [f"{FUZZ}/corpus/{name}: there is no {name}_fuzz.cpp" for name in sorted(seeded - targets)])


def main() -> int:
    paths = [Path(line.rstrip("\n")) for line in sys.stdin]
    found = [problem for path in paths for problem in problems(path)] + seed_problems(paths)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
