#!/usr/bin/env bash
# tools/hashes.sh BINARY: runs every scenario and prints `name hash`, sorted. Two builds of the same
# sources, whatever compiler and options, print the same lines.
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")/.."
report=$(mktemp)
trap 'rm -f "$report"' EXIT
code=0
"$binary" run scenarios --jobs "$(nproc)" --json "$report" >/dev/null || code=$?
if [ ! -s "$report" ]; then
  echo "tools/hashes.sh: no report, the run ended with code $code" >&2
  exit 1
fi
python3 - "$report" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as report:
    scenarios = json.load(report)["scenarios"]
lines = []
for scenario in scenarios:
    name = scenario["name"] + (" " + scenario["case"] if scenario["case"] else "")
    lines.append(f'{name} seed={scenario["seed"]} {scenario["verdict"]} {scenario["hash"]}')
print("\n".join(sorted(lines)))
PYTHON
if [ "$code" -ne 0 ]; then
  echo "tools/hashes.sh: not every run passed (code $code)" >&2
  exit 1
fi
