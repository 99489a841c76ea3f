#!/usr/bin/env python3
# Writes random scenarios: operations at both ends of a mirror that both sides write to, while links
# and arrays fail. They expect nothing of a call but an answer that the documents know; the
# invariants that every run checks are the judge. The scenario of a number is always the same.

import random
import sys
from pathlib import Path

OPERATIONS = [
    "Abort", "Activate", "Deactivate", "Failback", "Failover", "Fracture", "Restore from Replica",
    "Resume", "Resync Replica", "Reverse Roles", "Split", "Suspend", "Unprepare",
]
# What crosses most: an operation of each end while the other's is under way.
CROSSING = ["Failback", "Failover", "Resume", "Reverse Roles", "Suspend"]
ANSWERS = "[0, 1, 2, 3, 4, 5, 6, 4096, 4097, no-answer, CIM_ERR_FAILED, CIM_ERR_NOT_FOUND]"
LINK_FAULTS = [
    "link.cut, target: east-west",
    "link.cut, target: east-west",
    "link.loss, target: east-west, rate: 30%",
    "link.latency, target: east-west, add: 300 ms",
]
ARRAY_FAULTS = ["array.crash", "array.power-loss", "array.pause"]

HEAD = """\
version: 1
scenario: chaos-{number}
title: Random operations, faults and writes at both ends
topology: std:two-arrays
provider: east
steps:
  - call: CreateElementReplica
    with:
      SyncType: Mirror
      SourceElement: east/vol1
      TargetPool: west/pool1
      WaitForCopyState: Synchronized
    save: {{Synchronization: $mirror, TargetElement: $copy}}
    within: 60 s
"""


def workload(draw: random.Random, name: str, host: str, volume: str) -> str:
    rate = draw.choice([20, 100, 300])
    range_end = draw.choice([1, 16])  # A small one is written over and over.
    return (f"  - {{workload: random, as: {name}, host: {host}, volume: {volume}, size: 8 KiB, "
            f"rate: {rate}/s, range: 0 B .. {range_end} MiB}}")


def pause(draw: random.Random) -> str:
    """Within a message's way, a call, a time-out; or long enough for all to settle."""
    unit, most = draw.choice([(1000, 20), (10_000, 50), (1_000_000, 30), (1_000_000, 14)])
    return f"  - {{wait: {unit * draw.randint(1, most)} us}}"


def call(draw: random.Random) -> str:
    operation = draw.choice(CROSSING if draw.random() < 0.35 else OPERATIONS)
    force = ", Force: true" if draw.random() < 0.4 else ""
    provider = draw.choice(["east", "west"])
    return (f"  - call: ModifyReplicaSynchronization\n"
            f"    provider: {provider}\n"
            f"    with: {{Operation: {operation}, Synchronization: $mirror{force}}}\n"
            f"    returns: {ANSWERS}")


def array_fault(draw: random.Random, name: str) -> str:
    fault = draw.choice(ARRAY_FAULTS)
    duration = draw.choice([draw.randint(1, 40) * 100, draw.randint(5, 30) * 1000])
    array = draw.choice(["east", "west"])
    return (f"  - {{fault: {fault}, target: {array}, for: {duration} ms, as: {name}, "
            f"may-miss: true}}")


def scenario(number: int) -> str:
    draw = random.Random(number)
    lines = [
        HEAD.format(number=number).rstrip(),
        workload(draw, "$a", "h1", "east/vol1"),
        workload(draw, "$b", "h2", "$copy"),
        call(draw),
    ]
    link = ""  # The link's present fault.
    for step in range(draw.randint(8, 25)):
        lines.append(pause(draw))
        kind = draw.random()
        if kind < 0.55:
            lines.append(call(draw))
        elif kind < 0.8 and link:
            lines.append(f"  - {{stop: {link}}}")
            link = ""
        elif kind < 0.8:
            link = f"$f{step}"
            fault = draw.choice(LINK_FAULTS)
            lines.append(f"  - {{fault: {fault}, as: {link}, may-miss: true}}")
        elif kind < 0.95:
            lines.append(array_fault(draw, f"$f{step}"))
    return "\n".join(lines) + "\n"


def main() -> int:
    if len(sys.argv) != 4 or not all(value.isdigit() for value in sys.argv[2:]):
        print("usage: chaos_scenarios.py FOLDER FIRST COUNT", file=sys.stderr)
        return 2
    folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        (folder / f"chaos-{number}.yaml").write_text(scenario(number))
    return 0


if __name__ == "__main__":
    sys.exit(main())
