#!/usr/bin/env python3
# lint.py ROOT: every rule of rules.py over every file of the tree. One line a finding, as a
# compiler prints it; fails when there is one.
import os
import sys

from rules import findings
from source import code_only, is_script, tree_files, CODE, TEXT


def main():
    root = sys.argv[1]
    count = files = 0
    for path in tree_files(root):
        if not path.endswith(CODE + TEXT) and not is_script(path):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        files += 1
        for line, rule, message in findings(path, text, code_only(text)):
            print(f"{path}:{line}: {rule}: {message}")
            count += 1
    print(f"{files} files, {count} findings")
    return 1 if count or not files else 0


if __name__ == "__main__":
    sys.exit(main())
