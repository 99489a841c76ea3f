#!/usr/bin/env python3
# readme.py ROOT BINARY PAGE...: runs every command of the pages' ```console blocks and compares its
# output (standard output, then standard error) with what the page shows. `$ ` begins a command; a
# line `...` stands for any lines; `...` in a line for any text. `replsim` is BINARY; a block whose
# fence says `console no-run` is not run. `readme.py --selftest` proves the comparison.
import os
import re
import shlex
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```console[ ]*(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page):
    """(command, expected lines) of every block that is run."""
    found = []
    for block in BLOCK.finditer(page):
        if "no-run" in block.group(1):
            continue
        for line in block.group(2).rstrip("\n").split("\n"):
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found:
                found[-1][1].append(line)
    return found


def matches(expected, seen):
    """True when the lines are equal; `...` lines and parts match anything."""
    if not expected:
        return not seen
    if expected[0].strip() == "...":
        return any(matches(expected[1:], seen[count:]) for count in range(len(seen) + 1))
    if not seen:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].rstrip().split("..."))
    return bool(re.fullmatch(pattern, seen[0].rstrip())) and matches(expected[1:], seen[1:])


def run(command, root, binary):
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(binary, os.path.join(folder, "replsim"))
        environment = dict(os.environ, PATH=folder + ":" + os.environ["PATH"], NO_COLOR="1")
        done = subprocess.run(
            ["bash", "-c", command], cwd=root, env=environment, capture_output=True, text=True,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    # Progress is for the person who waits; it is not part of what a page shows.
    errors = [line for line in done.stderr.split("\n") if not re.match(r"\[\d+/\d+\] ", line)]
    return (done.stdout + "\n".join(errors)).rstrip("\n").split("\n")


def selftest():
    page = "```console\n$ a\none\n$ b\n```\n```console no-run\n$ c\n```\n```yaml\n$ d\n```\n"
    assert commands(page) == [("a", ["one"]), ("b", [])]
    assert matches(["a", "...", "d ... f"], ["a", "b", "c", "d e f"])
    assert matches(["a"], ["a  "])
    assert not matches(["a"], ["a", "b"])
    assert not matches(["a", "b"], ["a"])
    assert not matches(["a.c"], ["abc"])
    assert run("replsim 1 2", "/", "/bin/echo") == ["1 2"]


def main():
    selftest()
    if sys.argv[1] == "--selftest":
        return 0
    root, binary = sys.argv[1], os.path.realpath(sys.argv[2])
    wrong = count = 0
    for page in sys.argv[3:]:
        with open(os.path.join(root, page), encoding="utf-8") as file:
            listed = commands(file.read())
        for command, expected in listed:
            if shlex.split(command)[0] in ("./demo.sh", "./test.sh", ".ci/run", "tools/nightly.sh"):
                continue  # What runs this test.
            seen = run(command, root, binary)
            count += 1
            if not matches(expected or [""], seen):
                wrong += 1
                print(f"{page}: $ {command}\n-- the page says:\n" + "\n".join(expected))
                print("-- it prints:\n" + "\n".join(seen))
    print(f"{count} commands run, {wrong} differ")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
