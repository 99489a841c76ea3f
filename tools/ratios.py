#!/usr/bin/env python3
# tools/ratios.py BENCH.json PEERS.txt: replsim_bench beside its peers. PEERS.txt has lines
# `workload|system|items per second`; a workload is matched with the benchmark whose name holds it.
import json
import sys


def benchmarks(path):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["benchmarks"]
    return {row["name"]: row["items_per_second"] for row in rows if "items_per_second" in row}


def peers(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) >= 3:
                yield cells[0], cells[1], float(cells[2])


def main():
    ours = benchmarks(sys.argv[1])
    print(f'{"workload":24} {"peer":28} {"peer /s":>14} {"replsim /s":>14} {"ratio":>7}')
    for workload, system, rate in peers(sys.argv[2]):
        for name, own in ours.items():
            if workload in name:
                print(f"{workload:24} {system:28} {rate:14.0f} {own:14.0f} {own / rate:7.2f}")


if __name__ == "__main__":
    main()
