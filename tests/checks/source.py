# Reading C++ for the lint: which files there are, code without its comments and literals, and where
# full expressions begin and end. A reader of shapes, not a compiler.
import os
import re

FOLDERS = ("sim", "model", "harness", "reports", "cli", "tests", "tools", ".ci")
CODE = (".h", ".cpp")
SCRIPT = (".py", ".sh", ".cmake")
TEXT = (".md", ".yaml", ".json", ".txt")
SKIPPED = {"build", "out", ".git", "__pycache__", "corpus", "golden"}


def tree_files(root):
    """Paths from the root of all files that are checked, sorted."""
    found = []
    for name in os.listdir(root):
        if os.path.isfile(os.path.join(root, name)):
            found.append(name)
    for folder in FOLDERS:
        for path, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = [name for name in folders if name not in SKIPPED]
            found += [os.path.relpath(os.path.join(path, name), root) for name in names]
    return sorted(found)


def is_script(path):
    name = os.path.basename(path)
    return path.endswith(SCRIPT) or name == "CMakeLists.txt" or path == ".ci/run"


TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r"|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)


def code_only(text):
    """The text with comments blank and literals empty; every line keeps its number."""

    def blank(match):
        whole = match.group(0)
        kept = "\n" * whole.count("\n")
        return kept if whole.startswith("/") else '""' + kept

    return TOKEN.sub(blank, text)


CONTROL_BEFORE = re.compile(r"\b(?:if|if constexpr|while|for|switch)\s*$")
BLOCK_BEFORE = re.compile(r"(?:[)\]]|\b(?:else|do|try|mutable|noexcept|const)|->\s*[\w:<>]+)\s*$")


def full_expressions(code):
    """(line, text) of each stretch between semicolons, block braces and the heads of control
    statements. Braces of initialisers inside parentheses do not end one."""
    pieces, start, depth, braces, controls = [], 0, 0, [], set()
    for place, character in enumerate(code):
        ends = character == ";"
        if character == "(":
            depth += 1
            if CONTROL_BEFORE.search(code[max(0, place - 20) : place]):
                controls.add((len(braces), depth))
        elif character == ")":
            ends = (len(braces), depth) in controls
            controls.discard((len(braces), depth))
            depth = max(depth - 1, 0)
        elif character == "{":
            block = depth == 0 or BLOCK_BEFORE.search(code[max(0, place - 60) : place]) is not None
            braces.append((block, depth))
            ends = block
            if block:
                depth = 0
        elif character == "}":
            ends, depth = braces.pop() if braces else (True, 0)
        if ends:
            pieces.append((start, code[start:place]))
            start = place + 1
    return [
        (code.count("\n", 0, begin + len(text) - len(text.lstrip())) + 1, text)
        for begin, text in pieces
    ]


def after_co_await(code):
    """(line, text) from each co_await to the end of its own operand."""
    for match in re.finditer(r"\bco_await\b", code):
        depth, place = 0, match.end()
        while place < len(code):
            character = code[place]
            if character in "([{":
                if character == "{" and depth == 0 and code[place - 1] == " ":
                    break
                depth += 1
            elif character in ")]}":
                depth -= 1
            if depth < 0 or (depth == 0 and character in ";,"):
                break
            place += 1
        yield code.count("\n", 0, match.start()) + 1, code[match.end() : place]


def blocks_after(code, head):
    """(line, body) of each brace block whose head matches the pattern."""
    for match in re.finditer(head, code):
        begin = code.find("{", match.end())
        depth, place = 0, begin
        while 0 <= place < len(code):
            depth += {"{": 1, "}": -1}.get(code[place], 0)
            if depth == 0:
                break
            place += 1
        yield code.count("\n", 0, match.start()) + 1, code[begin:place]
