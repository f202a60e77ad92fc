#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs clang-tidy on the sources of daemon/, netlink/ and dbus/, as many at a time as there are processors.

A result is remembered under a hash of all that went into it: the source, the project's headers that it
reaches, its compiler command, .clang-tidy and the version of clang-tidy. It is kept per user, as ccache keeps
its own, so that a fresh clone profits too. Usually it looks for mistakes, waste and wrong names, which takes a
third of the time; --deep runs all that .clang-tidy names, the static analyzer among them.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "lint"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pppmanager-tidy"
QUICK = [
    "--checks=-cert-*,-clang-analyzer-*,-misc-*,-modernize-*,-portability-*,-readability-*,readability-identifier-naming"
]
INCLUDE_ROOTS = [ROOT / "daemon", ROOT, BUILD / "dbus" / "generated"]
SUBJECTS = ("daemon/", "netlink/", "dbus/")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


@cache
def included(path: Path) -> frozenset[Path]:
    """The project's headers that a file names, itself not among them."""
    found = set()
    for name in INCLUDE.findall(path.read_text(errors="replace")):
        for base in [path.parent, *INCLUDE_ROOTS]:
            if (base / name).is_file():
                found.add((base / name).resolve())
                break
    return frozenset(found)


def reached(path: Path) -> list[Path]:
    """A file and all headers of the project that it includes, however far away."""
    seen, todo = set(), [path]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo.extend(included(current))
    return sorted(seen)


def key(path: Path, command: str, common: bytes) -> str:
    digest = hashlib.sha256(common + command.replace(str(ROOT), ".").encode())
    for file in reached(path):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def tidy(path: Path, result: Path, options: list[str]) -> tuple[str, float]:
    """Runs clang-tidy on one file, remembers and returns what it found (empty: nothing)."""
    begin = time.monotonic()
    command = ["clang-tidy", "--quiet", "-p", str(BUILD), "--extra-arg=-Wno-unknown-warning-option", *options]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    text = "" if done.returncode == 0 else (done.stdout or done.stderr).replace(f"{ROOT}/", "")
    temporary = result.with_suffix(f".{os.getpid()}")
    temporary.write_text(text)
    temporary.rename(result)
    return text, time.monotonic() - begin


def diagnostics(text: str) -> list[str]:
    """The single diagnostics in what clang-tidy printed, each with the lines that explain it."""
    parts = re.split(r"^(?=\S+:\d+:\d+: (?:error|warning):)", text, flags=re.MULTILINE)
    return [part.rstrip() for part in parts if part.strip()]


def main() -> int:
    # Sources include what is generated from the interface XML.
    generate = ["cmake", "--build", str(BUILD), "--target", "ppp_dbus_headers"]
    if subprocess.run(generate, stdout=subprocess.DEVNULL, check=False).returncode:
        print("  cannot generate the headers of the D-Bus interfaces")
        return 1
    CACHE.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    options = [] if "--deep" in sys.argv[1:] else QUICK
    common = version + (ROOT / ".clang-tidy").read_bytes() + " ".join(options).encode()
    results = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if path.is_file() and str(path.relative_to(ROOT)).startswith(SUBJECTS):
            results[path] = CACHE / key(path, entry["command"], common)
    known = {path: result.read_text() for path, result in results.items() if result.is_file()}
    todo = sorted(results.keys() - known.keys())
    print(f"  {len(results)} files, {len(todo)} of them changed")
    bad = [text for text in known.values() if text]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(tidy, path, results[path], options): path for path in todo}
        for number, job in enumerate(concurrent.futures.as_completed(jobs), 1):
            text, seconds = job.result()
            bad += [text] if text else []
            verdict = "found something" if text else "clean"
            name = jobs[job].relative_to(ROOT)
            print(f"  [{number}/{len(todo)}] {name}: {verdict} ({seconds:.0f} s)", flush=True)
    # A header is seen from many sources; what is wrong with it is said once.
    for finding in dict.fromkeys(finding for text in bad for finding in diagnostics(text)):
        print(finding)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
