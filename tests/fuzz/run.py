#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the fuzz targets of build/fuzz, two at a time, with a table at the end; fails on any finding.

The seeds of tests/fuzz/corpus/NAME are copied to build/fuzz/corpus/NAME, which grows with each run. What
makes a target fail is kept in build/fuzz/findings/NAME.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
SEEDS = ROOT / "tests" / "fuzz" / "corpus"
GRACE = 60  # seconds beyond the asked ones, for reading a grown corpus


@dataclass
class Outcome:
    name: str
    seconds: float
    runs: int
    coverage: int
    finding: str


def targets(name: str | None) -> list[Path]:
    built = (BUILD / "tests").glob("*_fuzz")
    found = sorted(path for path in built if path.is_file() and os.access(path, os.X_OK))
    if name is None:
        return found
    chosen = [path for path in found if path.name in (name, f"{name}_fuzz")]
    if not chosen:
        sys.exit(f"fuzz: no target {name}; there are: {', '.join(path.name for path in found) or 'none'}")
    return chosen


def fuzz(target: Path, seconds: int) -> Outcome:
    short = target.name.removesuffix("_fuzz")
    corpus, findings = BUILD / "corpus" / short, BUILD / "findings" / short
    corpus.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(findings, ignore_errors=True)
    findings.mkdir(parents=True)
    if (SEEDS / short).is_dir():
        shutil.copytree(SEEDS / short, corpus, dirs_exist_ok=True)
    command = [str(target), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
               "-print_final_stats=1", f"-artifact_prefix={findings}/", str(corpus)]
    dictionary = ROOT / "tests" / "fuzz" / f"{short}.dict"
    if dictionary.is_file():
        command.append(f"-dict={dictionary}")
    log, begin = findings / "log", time.monotonic()
    with open(log, "w") as output:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                  check=False, timeout=seconds + GRACE)
            status = done.returncode
        except subprocess.TimeoutExpired:
            status = -1
    text = log.read_text(errors="replace")
    runs = re.search(r"stat::number_of_executed_units: (\d+)", text)
    coverage = re.findall(r"\bcov: (\d+)", text)
    finding = "" if status == 0 else next(
        (line for line in text.splitlines() if re.search(r"ERROR:|runtime error|Assert|oracle", line)),
        "did not end" if status == -1 else f"exit status {status}")
    return Outcome(target.name, time.monotonic() - begin, int(runs[1]) if runs else 0,
                   int(coverage[-1]) if coverage else 0, finding)


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", help="one target, with or without _fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    options = parser.parse_args()
    chosen = targets(options.name)
    if not chosen:
        sys.exit("fuzz: no targets were built")
    print(f"  {len(chosen)} targets, {options.seconds} s each, two at a time", flush=True)
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(fuzz, target, options.seconds) for target in chosen]
        for number, job in enumerate(concurrent.futures.as_completed(jobs), 1):
            outcome = job.result()
            outcomes.append(outcome)
            found = outcome.finding or "nothing found"
            print(f"  [{number}/{len(chosen)}] {outcome.name}: {found}", flush=True)
    outcomes.sort(key=lambda outcome: outcome.name)
    width = max(len(outcome.name) for outcome in outcomes)
    print(f"\n{'target':{width}}  {'time':>6}  {'runs':>10}  {'covered':>7}  finding")
    for outcome in outcomes:
        print(f"{outcome.name:{width}}  {outcome.seconds:4.0f} s  {outcome.runs:10}  {outcome.coverage:7}  "
              f"{outcome.finding or '-'}")
    return 1 if any(outcome.finding for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
