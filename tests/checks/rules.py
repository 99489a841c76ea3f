# The rules of the lint, as data where a pattern says it, as a function where it takes more.
# A rule is a function of (path, text, code) that yields (line, message). Source: DESIGN 3,
# style/STYLE.md, style/gcc12-coroutines.md.
import re

from source import CODE, after_co_await, blocks_after, full_expressions, is_script

FILE_LIMIT = 400
LINE_LIMIT = 100
TABLE_LIMIT = 160  # A row of a table between `clang-format off` and `on`.
FUNCTION_LIMIT = 60
# Spelled in parts, so that this file does not break its own rules.
MARKS = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
WORKPLACE = ["/wo" + "rk/main", "/wo" + "rk/shared", "/wo" + "rk/notes"]


def is_code(path):
    return path.endswith(CODE)


def within(*folders):
    return lambda path: is_code(path) and path.startswith(folders)


def simulated(path):
    """Code that may not see the real world: all but cli/ and what drives it from outside."""
    real = ("cli/", "tests/cli/", "tests/bench/", "tests/fuzz/")
    return is_code(path) and not path.startswith(real)


def words(applies, pattern, message):
    compiled = re.compile(pattern)

    def rule(path, _text, code):
        if not applies(path):
            return
        for number, line in enumerate(code.split("\n"), 1):
            found = compiled.search(line)
            if found:
                yield number, f"{message}: {found.group(0).strip()}"

    return rule


STATIC = re.compile(r"^\s*(?:inline\s+)?(?:static|thread_local)\s+(?:thread_local\s+)?(.*)")
CONSTANT = re.compile(r"^(?:inline\s+)?(?:constexpr|const|consteval|constinit\s+const)\b")
GLOBAL = re.compile(
    r"^(?:inline\s+|constinit\s+)*[A-Za-z_][\w:<>,&* ]*[\w>&*] \w+(?:\s*=.*|\{.*\})?;$"
)
NOT_GLOBAL = re.compile(
    r"^(?:inline\s+|__extension__\s+)?(?:constexpr|const|using|namespace|return|class|struct|"
    r"concept|enum|union|extern|template|typedef|friend|static|static_assert|goto|throw)\b"
)


def static_state(path, _text, code):
    if not is_code(path):
        return
    for number, line in enumerate(code.split("\n"), 1):
        found = STATIC.match(line)
        if found and not CONSTANT.match(found.group(1)):
            # A function has its parenthesis before any initialiser.
            head = re.split(r"[={;]", found.group(1))[0]
            if "(" not in head and line.rstrip().endswith((";", "{", "=")):
                yield number, "mutable static state: " + line.strip()
        elif GLOBAL.match(line) and not NOT_GLOBAL.match(line):
            yield number, "mutable global: " + line.strip()


DRAW = re.compile(r"(?:\.|->)(?:next\(\)|(?:below|chance|between|exponential|draw)\()")


def one_per_expression(pattern, what):
    def rule(path, _text, code):
        if not is_code(path):
            return
        for number, piece in full_expressions(code):
            if len(re.findall(pattern, piece)) > 1:
                yield number, f"more than one {what} in a full expression"

    return rule


def coroutine_traps(path, _text, code):
    if not is_code(path):
        return
    for number, operand in after_co_await(code):
        if re.search(r"(?<![\w\])])\[[^\]]+\]\s*(?:[({]|mutable)", operand):
            yield number, "lambda with captures inside a co_await expression (g++ 12)"
        if re.search(r"[(,]\s*\{|\{\s*\.\w", operand):
            yield number, "braced aggregate inside a co_await expression (g++ 12)"
    for number, body in blocks_after(code, r"\bcatch\s*\("):
        if "co_await" in body:
            yield number, "co_await inside a catch block"


def unordered_iteration(path, _text, code):
    if not is_code(path):
        return
    names = re.findall(r"unordered_(?:map|set)<[^;{}()]*>\s+(\w+)", code)
    for number, line in enumerate(code.split("\n"), 1):
        loop = re.search(r"\bfor \(.*:\s*(?:\w+(?:\.|->))*(\w+)\)", line)
        if loop and loop.group(1) in names:
            yield number, f"iteration over the unordered {loop.group(1)}"


def file_length(path, text, _code):
    count = text.count("\n")
    if (is_code(path) or is_script(path)) and count > FILE_LIMIT:
        yield count, f"{count} lines, more than {FILE_LIMIT}"


def line_length(path, text, _code):
    if not is_code(path) and not is_script(path):
        return
    limit = LINE_LIMIT
    for number, line in enumerate(text.split("\n"), 1):
        if "// clang-format o" in line:
            limit = TABLE_LIMIT if line.rstrip().endswith("off") else LINE_LIMIT
        if len(line) > limit:
            yield number, f"{len(line)} columns, more than {limit}"


FUNCTION_START = re.compile(r"^(?!namespace|struct|class|enum|union|extern|#|//)[A-Za-z_\[]")


def function_length(path, _text, code):
    if not is_code(path):
        return
    start = 0
    for number, line in enumerate(code.split("\n"), 1):
        if FUNCTION_START.match(line):
            start = number
        elif line == "}" and start and number - start >= FUNCTION_LIMIT:
            yield start, f"a function of {number - start + 1} lines, more than {FUNCTION_LIMIT}"


def plain_text(pattern, message, skip=()):
    compiled = re.compile(pattern)

    def rule(path, text, _code):
        if path in skip:
            return
        for number, line in enumerate(text.split("\n"), 1):
            found = compiled.search(line)
            if found:
                yield number, f"{message}: {found.group(0)}"

    return rule


def pragma_once(path, text, _code):
    if path.endswith(".h") and "\n#pragma once\n" not in text:
        yield 1, "no #pragma once"


def leading_comment(path, text, _code):
    if is_code(path) and not text.startswith("//"):
        yield 1, "no leading comment that says what this file is"
    if is_script(path):
        lines = text.split("\n")
        first = lines[1] if text.startswith("#!") and len(lines) > 1 else lines[0]
        if not first.startswith("#"):
            yield 1, "no leading comment that says what this file is"


RULES = {
    "clock": words(
        simulated,
        r"\b(?:system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime)\b"
        r"|[Cc]lock::now\s*\(|\btime\s*\(\s*(?:nullptr|NULL|0|&)",
        "real time outside cli/",
    ),
    "chance": words(
        simulated,
        r"\brandom_device\b|\bs?rand\s*\(|\bstd::\w+_distribution\b|\bmt19937|\bdefault_random_eng",
        "chance that is not the World's",
    ),
    "environment": words(simulated, r"\b(?:secure_)?getenv\s*\(", "environment outside cli/"),
    "float": words(
        within("sim/", "model/"),
        r"\b(?:float|double)\b|#include <(?:cmath|math\.h|complex|random)>",
        "floating point in a simulated layer",
    ),
    "pointer-order": words(
        simulated,
        r"\bstd::(?:map|set|multimap|multiset)<\s*(?:const\s+)?[\w:]+\s*\*",
        "order by address",
    ),
    "static-state": static_state,
    "one-await": one_per_expression(r"\bco_await\b", "co_await"),
    "one-draw": one_per_expression(DRAW, "draw"),
    "coroutine-trap": coroutine_traps,
    "unordered": unordered_iteration,
    "switch-default": words(
        within("sim/", "model/", "harness/", "reports/", "cli/"),
        r"^\s*default\s*:",
        "a switch names every case",
    ),
    "heavy-header": words(
        lambda path: path.endswith(".h"),
        r"#include <(?:CLI/|yaml-cpp/|nlohmann/json\.hpp)",
        "a heavy header belongs into one source file",
    ),
    "file-length": file_length,
    "line-length": line_length,
    "function-length": function_length,
    "mark": plain_text(r"\b(?:" + "|".join(MARKS) + r")\b", "unfinished"),
    "workplace": plain_text("|".join(WORKPLACE), "a path of one machine"),
    "source-target": words(
        is_code, r"\b(?:\w+_)?(?:src|dst)(?:_\w*)?\b", "say source and target"
    ),
    "pragma-once": pragma_once,
    "leading-comment": leading_comment,
}


def findings(path, text, code):
    """(line, rule, message) of everything that is wrong with one file."""
    for name, rule in RULES.items():
        for line, message in rule(path, text, code):
            yield line, name, message
