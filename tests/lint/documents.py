#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the documents to the code: each path they name exists, each function named beside a path is in that
file, the end reasons and journal fields are those of the code, the table of layers is tests/check_layers.py's."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from check_layers import MAY_SEE  # noqa: E402

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PATH = re.compile(r"`((?:daemon|netlink|dbus|tests|docs|packaging)(?:/[\w.*+-]+)*)/?`")
FUNCTION = re.compile(r"`(?:\w+::)*(\w+)\(\)`")
LINK = re.compile(r"\]\(([^)#:]+)[^)]*\)")
LAYER = re.compile(r"^\| `([a-z/]+)` \| ([^|]+) \|", re.MULTILINE)


def stale_names(document: Path) -> list[str]:
    found = []
    for number, line in enumerate(document.read_text().splitlines(), 1):
        here = f"{document.relative_to(ROOT)}:{number}: "
        named = {name: sorted(ROOT.glob(name)) for name in PATH.findall(line)}
        found += [f"{here}there is no {name}" for name, files in named.items() if not files]
        found += [f"{here}there is no {name}" for name in LINK.findall(line) if not (document.parent / name).exists()]
        code = "".join(f.read_text() for files in named.values() for f in files if f.is_file())
        found += [f"{here}{name}() is not in the file beside it" for name in FUNCTION.findall(line)
                  if code and not re.search(rf"\b{name}\b", code)]
    return found


def difference(what: str, documented: set, real: set) -> list[str]:
    return [f"{what}: only the document has {sorted(documented - real)}, only the code {sorted(real - documented)}"
            ] if documented != real else []


def main() -> int:
    found = [problem for document in DOCUMENTS for problem in stale_names(document)]
    logging = (ROOT / "docs" / "logging.md").read_text()
    reasons = re.findall(r'return "([\w-]+)";', (ROOT / "daemon" / "link" / "end_reason.cpp").read_text())
    found += difference("docs/logging.md: end reasons", set(re.findall(r"^\| `([a-z-]+)` \|", logging, re.MULTILINE)),
                        set(reasons) - {"unknown"})
    code = "".join(f.read_text() for top in ("daemon", "dbus") for f in sorted((ROOT / top).rglob("*.cpp")))
    found += difference("docs/logging.md: fields", set(re.findall(r"^\| `(PPP_\w+)` \|", logging, re.MULTILINE)),
                        set(re.findall(r'with\("(PPP_\w+)"', code)))
    table = {(layer, sees.strip()) for layer, sees in LAYER.findall((ROOT / "docs" / "architecture.md").read_text())}
    found += difference("docs/architecture.md: layers", table, {
        (layer, ", ".join(sees) or "nothing") for layer, sees in MAY_SEE.items() if sees is not None})
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
