#!/usr/bin/env python3
# invariants.py ROOT BINARY [FOLDER...]: runs every scenario and adds up how often each invariant
# was evaluated with a non-trivial premise. One that no shipped scenario exercises is not checked
# by anybody (rulings R15): it fails. `invariants.py --selftest` proves the sum.
import collections
import json
import os
import subprocess
import sys
import tempfile

EXERCISED = (
    "A1 A2 A3 A5 A8 A9 A10 A11 A12 A14 A15 A22 A23 A24 A25 A26 A27 A29 A30 A31 A32 "
    "B1 B2 B4 B5 B6 B8 B11 B12 B14 B17 C1 C2 C3 C4 C6 C7 C8"
).split()
OTHERWISE = ["B16"]  # one run cannot count it; asked for once a record names it


def evaluations(record):
    """Number -> evaluations over all runs."""
    total = collections.Counter()
    for run in record["scenarios"]:
        total.update(run["invariants"])
    return total


def missing(total):
    wanted = EXERCISED + [number for number in OTHERWISE if number in total]
    return [number for number in wanted if total[number] == 0]


def run(root, binary, folders):
    environment = dict(os.environ, REPLSIM_FIXTURES=os.path.join(root, "fixtures"))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "record.json")
        done = subprocess.run(
            [binary, "run", *folders, "--json", path], cwd=root, env=environment,
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode != 0:
            print("\n".join(done.stdout.rstrip().split("\n")[-20:]))
            sys.exit(f"the scenarios do not pass: {binary} run {' '.join(folders)}")
        with open(path, encoding="utf-8") as file:
            return json.load(file)


def selftest():
    every = {number: 1 for number in EXERCISED}
    record = {"scenarios": [{"invariants": dict(every, A22=0)}, {"invariants": {"A22": 3}}]}
    assert evaluations(record)["A22"] == 3
    assert not missing(evaluations(record))
    assert missing(evaluations({"scenarios": [{"invariants": dict(every, A22=0)}]})) == ["A22"]
    assert missing(collections.Counter(dict(every, B16=0))) == ["B16"]


def main():
    if sys.argv[1:] == ["--selftest"]:
        selftest()
        return
    root, binary, *folders = sys.argv[1:]
    total = evaluations(run(root, binary, folders or ["scenarios"]))
    print(" ".join(f"{number}:{total[number]}" for number in EXERCISED))
    silent = missing(total)
    if silent:
        sys.exit(f"exercised by no scenario: {' '.join(silent)}")


if __name__ == "__main__":
    main()
