#!/usr/bin/env python3
# Proves each rule of the lint: snippets that it must flag and snippets that it must let pass. A
# rule without both fails, so none can be added that never fires.
import sys

from rules import FILE_LIMIT, FUNCTION_LIMIT, LINE_LIMIT, MARKS, RULES, WORKPLACE
from source import code_only

HEAD = "// What this is.\n"

BAD = [
    ("clock", "sim/a.cpp", "auto t = std::chrono::steady_clock::now();"),
    ("clock", "harness/a.cpp", "using C = std::chrono::system_clock;"),
    ("clock", "model/engine/a.cpp", "auto t = time(nullptr);"),
    ("chance", "model/engine/a.cpp", "std::random_device entropy;"),
    ("chance", "sim/a.cpp", "int x = rand() % 6;"),
    ("chance", "sim/a.cpp", "std::uniform_int_distribution<int> d;"),
    ("environment", "harness/a.cpp", 'auto* home = std::getenv("HOME");'),
    ("float", "sim/a.cpp", "double rate = 0.5;"),
    ("float", "model/store/a.h", "#include <cmath>"),
    ("pointer-order", "harness/a.cpp", "std::map<const Node*, int> order;"),
    ("static-state", "sim/a.cpp", "void f() {\n  static int count = 0;\n}"),
    ("static-state", "model/engine/a.cpp", "static std::vector<int> all;"),
    ("static-state", "model/engine/a.cpp", "int counter = 0;"),
    ("static-state", "sim/a.cpp", "thread_local World* current;"),
    ("one-await", "model/engine/a.cpp", "f(co_await a(), co_await b());"),
    ("one-await", "model/engine/a.cpp", "f(Pair{co_await a(), 1}, co_await b());"),
    ("one-draw", "sim/a.cpp", "x = stream.below(6) + stream.below(6);"),
    ("one-draw", "sim/a.cpp", "f(a.next(), b->next());"),
    ("one-draw", "sim/a.cpp", "if (s.below(6) < s.below(6)) f();"),
    ("coroutine-trap", "sim/a.cpp", "co_await spawn([name] { return name; });"),
    ("coroutine-trap", "sim/a.cpp", "auto r = co_await f(1, [&x](int i) {\n  return i;\n});"),
    ("coroutine-trap", "sim/a.cpp", "co_await f({.name = s});"),
    ("coroutine-trap", "sim/a.cpp", "co_await f(1, {s, t});"),
    ("coroutine-trap", "sim/a.cpp", "co_await f(Call{.name = s});"),
    ("coroutine-trap", "sim/a.cpp", "try {\n} catch (const E& e) {\n  co_await undo();\n}"),
    ("unordered", "sim/a.cpp", "std::unordered_map<int, int> m_;\nfor (auto& x : m_) f(x);"),
    ("switch-default", "model/engine/a.cpp", "switch (s) {\n  default: break;\n}"),
    ("heavy-header", "reports/a.h", "#include <nlohmann/json.hpp>"),
    ("file-length", "sim/a.cpp", "\n" * FILE_LIMIT),
    ("line-length", "sim/a.cpp", "//" + "x" * (LINE_LIMIT - 1)),
    ("line-length", "tools/a.sh", "#" + "x" * LINE_LIMIT),
    ("line-length", "sim/a.cpp", "// clang-format off\n" + "x" * 161),
    ("line-length", "sim/a.cpp", "// clang-format off\n// clang-format on\n" + "x" * 101),
    ("function-length", "sim/a.cpp", "int f() {\n" + "  g();\n" * (FUNCTION_LIMIT - 1) + "}"),
    ("mark", "sim/a.cpp", "// " + MARKS[0] + ": later"),
    ("mark", "README.md", MARKS[1]),
    ("workplace", "README.md", "see " + WORKPLACE[0]),
    ("source-target", "sim/a.cpp", "int src = 1;"),
    ("source-target", "sim/a.cpp", "copy(volume_dst, dst_block);"),
    ("pragma-once", "sim/a.h", "int f();"),
]

GOOD = [
    ("clock", "cli/a.cpp", "auto t = std::chrono::steady_clock::now();"),
    ("clock", "sim/a.cpp", "// no steady_clock here\nauto t = world.now();"),
    ("clock", "sim/world.cpp", "Instant World::now() const { return now_; }"),
    ("chance", "model/engine/a.cpp", 'text("rand() and random_device");'),
    ("chance", "model/engine/a.cpp", "operand(1);"),
    ("environment", "cli/a.cpp", 'getenv("NO_COLOR");'),
    ("float", "harness/a.cpp", "double shown = 0.5;"),
    ("float", "sim/a.cpp", "// never a double\nint doubled = 2;"),
    ("pointer-order", "harness/a.cpp", "std::map<std::string, Node*> nodes;"),
    ("static-state", "sim/a.cpp", "static constexpr int limit = 4;\nstatic_assert(limit == 4);"),
    ("static-state", "sim/a.h", "struct A {\n  static Value boolean(bool v);\n};"),
    ("static-state", "sim/a.cpp", "static const Row* find(int key) {\n  return nullptr;\n}"),
    ("static-state", "sim/a.cpp", "constexpr int limit = 4;\nusing A = B;\nstruct C;\nint f();"),
    ("one-await", "model/engine/a.cpp", "auto x = co_await a();\nf(x, co_await b());"),
    ("one-await", "model/engine/a.cpp", "if (co_await a()) {\n  co_await b();\n}"),
    ("one-await", "sim/a.cpp", "run([](W& w) -> T { if (co_await a(w)) { co_await b(w); } });"),
    ("one-draw", "sim/a.cpp", "if (s.below(6) != 0) f(s.below(6));"),
    ("one-draw", "sim/a.cpp", "const auto a = s.below(6);\nconst auto b = s.below(6);"),
    ("coroutine-trap", "sim/a.cpp", "auto job = [name] { g(name); };\nco_await f(std::move(job));"),
    ("coroutine-trap", "sim/a.cpp", "co_await slots[i].wait();"),
    ("coroutine-trap", "sim/a.cpp", "if (auto r = co_await f(x); !r) {\n  g({.a = 1});\n}"),
    ("coroutine-trap", "sim/a.cpp", "co_await f([](int i) { return i; });"),
    ("coroutine-trap", "sim/a.cpp", "try {\n  co_await f();\n} catch (...) {\n  g();\n}"),
    ("unordered", "sim/a.cpp", "std::unordered_map<int, int> m_;\nreturn m_.find(3);"),
    ("switch-default", "model/engine/a.cpp", "A() = default;\nswitch (s) {\n  case S::A:\n}"),
    ("heavy-header", "reports/a.cpp", "#include <nlohmann/json.hpp>"),
    ("file-length", "sim/a.cpp", "\n" * (FILE_LIMIT - 1)),
    ("line-length", "sim/a.cpp", "//" + "ü" * (LINE_LIMIT - 2)),
    ("line-length", "sim/a.cpp", "// clang-format off\n" + "x" * 160),
    ("static-state", "sim/a.h", "__extension__ using Wide = unsigned __int128;"),
    ("function-length", "sim/a.cpp", "int f() {\n" + "  g();\n" * (FUNCTION_LIMIT - 2) + "}"),
    ("mark", "sim/a.cpp", "// what is left to do"),
    ("workplace", "README.md", "the workshop"),
    ("source-target", "sim/a.cpp", "int source = 1;\n// not src"),
    ("pragma-once", "sim/a.h", "#pragma once\nint f();"),
    ("leading-comment", "tools/a.sh", "#!/usr/bin/env bash\n# Does this."),
]


def flagged(rule, path, text):
    return list(RULES[rule](path, text, code_only(text)))


def main():
    wrong = []
    for rule, path, snippet in BAD:
        if not flagged(rule, path, HEAD + snippet):
            wrong.append(f"{rule} lets pass: {snippet!r}")
    for rule, path, snippet in GOOD:
        text = snippet if snippet.startswith("#!") else HEAD + snippet
        found = flagged(rule, path, text)
        if found:
            wrong.append(f"{rule} flags: {snippet!r}: {found}")
    if not flagged("leading-comment", "sim/a.cpp", "#include <map>\n"):
        wrong.append("leading-comment lets a bare file pass")
    if not flagged("leading-comment", "tools/a.sh", "#!/bin/sh\nset -e\n"):
        wrong.append("leading-comment lets a bare script pass")
    bad, good = {row[0] for row in BAD} | {"leading-comment"}, {row[0] for row in GOOD}
    for rule in RULES:
        if rule not in bad or rule not in good:
            wrong.append(f"{rule} has no snippet of each kind")
    print("\n".join(wrong) or f"{len(RULES)} rules proved by {len(BAD) + len(GOOD)} snippets")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
