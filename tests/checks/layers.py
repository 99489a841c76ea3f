#!/usr/bin/env python3
# layers.py ROOT: checks every #include "..." against tests/layers.txt. Includes are from the root,
# name a file that exists, and stay within what the table allows. `layers.py --selftest` proves it.
import os
import re
import sys

from source import CODE, tree_files

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def read_table(text):
    """folder -> (layer, allowed layers); a row for a layer that is not declared is an error."""
    rows = {}
    for line in text.split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        head, _, allowed = line.partition(":")
        layer, folder = head.split()
        rows[folder] = (layer, set(allowed.split()))
    layers = {layer for layer, _ in rows.values()}
    for layer, allowed in rows.values():
        unknown = allowed - layers - {"*"}
        if unknown:
            raise ValueError(f"{layer} names unknown layers: {sorted(unknown)}")
    return rows


def row_of(table, path):
    folders = [folder for folder in table if path.startswith(folder + "/")]
    return table[max(folders, key=len)] if folders else None


def problems(table, path, text, exists):
    """Texts that say what is wrong with the includes of one file."""
    row = row_of(table, path)
    if row is None:
        yield f"{path}: belongs to no layer of tests/layers.txt"
        return
    layer, allowed = row
    for match in INCLUDE.finditer(text):
        include = match.group(1)
        place = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        target = row_of(table, include)
        if target is None or not exists(include):
            yield f'{place}: "{include}" is not a file from the root'
        elif target[0] != layer and "*" not in allowed and target[0] not in allowed:
            yield f"{place}: {layer} may not include {target[0]}: {include}"


def selftest():
    table = read_table("# c\nsim sim :\nengine model/engine : sim\nmodel model : sim\ncli cli : *")

    def count(path, include):
        text = f'#include <map>\n#include "{include}"\n'
        return len(list(problems(table, path, text, lambda name: "missing" not in name)))

    assert count("model/engine/a.cpp", "sim/world.h") == 0
    assert count("model/engine/a.cpp", "model/engine/a.h") == 0
    assert count("cli/a.cpp", "model/engine/a.h") == 0
    assert count("sim/a.cpp", "model/engine/a.h") == 1
    assert count("model/engine/a.cpp", "model/a.h") == 1
    assert count("model/a.cpp", "model/engine/a.h") == 1
    assert count("sim/a.cpp", "a.h") == 1
    assert count("sim/a.cpp", "sim/missing.h") == 1
    assert count("other/a.cpp", "sim/a.h") == 1
    try:
        read_table("sim sim : nobody")
    except ValueError:
        return
    raise AssertionError("a row with an unknown layer was taken")


def main():
    if sys.argv[1] == "--selftest":
        selftest()
        return 0
    root = sys.argv[1]
    with open(os.path.join(root, "tests/layers.txt"), encoding="utf-8") as file:
        table = read_table(file.read())
    found = []
    for path in tree_files(root):
        if path.endswith(CODE):
            with open(os.path.join(root, path), encoding="utf-8") as file:
                text = file.read()
            found += problems(table, path, text, lambda name: os.path.isfile(f"{root}/{name}"))
    print("\n".join(found) or "every include keeps to its layer")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
