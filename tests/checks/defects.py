#!/usr/bin/env python3
# defects.py ROOT BINARY: every planted defect is caught by each invariant that its row names, in
# the scenario that defects.txt gives for it; without it no invariant is broken there.
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 120


def scenarios():
    """Name -> arguments of `run`."""
    table = {}
    for line in (Path(__file__).parent / "defects.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, *arguments = line.split("  ")
            table.setdefault(name, []).append(arguments)
    return table


def broken(root, binary, arguments):
    """Rules that failures of the runs name."""
    environment = dict(os.environ, REPLSIM_FIXTURES=os.path.join(root, "fixtures"))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "record.json")
        subprocess.run(
            [binary, "run", *arguments, "--json", path], cwd=root, env=environment,
            capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=SECONDS,
        )  # fmt: skip
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
    return {failure["rule"] for run in record["scenarios"] for failure in run["failures"]}


def names(binary):
    listed = subprocess.run(
        [binary, "explain", "--list", "defects"], capture_output=True, text=True, check=True,
    )  # fmt: skip
    return listed.stdout.split()


def caught_by(binary, name):
    told = subprocess.run(
        [binary, "explain", name], capture_output=True, text=True, check=True,
    )  # fmt: skip
    line = next(line for line in told.stdout.splitlines() if "caught by" in line)
    return set(line.split("caught by ")[1].split())


def main(root, binary):
    table = scenarios()
    listed = names(binary)
    problems = [f"{name}: no scenario in defects.txt" for name in listed if name not in table]
    problems += [f"{name}: no such defect" for name in table if name not in listed]
    for name in [name for name in listed if name in table]:
        seen = set()
        for arguments in table[name]:
            clean = broken(root, binary, arguments)
            if clean:
                problems.append(f"{name}: {sorted(clean)} without it")
            seen |= broken(root, binary, [*arguments, "--defect", name])
        missed = caught_by(binary, name) - seen
        if missed:
            problems.append(f"{name}: not caught by {sorted(missed)}; broken: {sorted(seen)}")
    for problem in problems:
        print(problem)
    print(f"{len(listed)} defects, {len(problems)} problems")
    return 1 if problems or not listed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
