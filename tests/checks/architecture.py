#!/usr/bin/env python3
# architecture.py ROOT [PAGE...]: every path that a page names in backquotes exists. A path is a
# word that begins with a top folder or has a known ending; `*` in it must match something.
import glob
import os
import re
import sys

QUOTED = re.compile(r"`([^`\s]+)`")
ENDING = (".h", ".cpp", ".py", ".sh", ".md", ".txt", ".yaml", ".csv", ".cmake")
TOP = (
    "sim", "model", "harness", "reports", "cli", "scenarios", "fixtures", "tests", "tools", ".ci",
)  # fmt: skip


def paths(text):
    """Words in backquotes that name files or folders of this project."""
    for match in QUOTED.finditer(text):
        word = match.group(1).removeprefix("./").rstrip("/")
        if "$" in word or "<" in word:
            continue
        if word.split("/")[0] in TOP or word.endswith(ENDING):
            yield word


def missing(root, text):
    return [word for word in paths(text) if not glob.glob(os.path.join(root, word))]


def main():
    root = sys.argv[1]
    pages = sys.argv[2:] or ["ARCHITECTURE.md"]
    assert missing(root, "`tests/checks` and `sim/nothing.cpp`") == ["sim/nothing.cpp"]
    wrong = count = 0
    for page in pages:
        with open(os.path.join(root, page), encoding="utf-8") as file:
            text = file.read()
        count += len(list(paths(text)))
        for word in missing(root, text):
            print(f"{page}: {word} does not exist")
            wrong += 1
    print(f"{count} paths in {', '.join(pages)}")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
