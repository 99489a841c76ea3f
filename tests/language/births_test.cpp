// Names that are given values: in which order they are born, and values that use themselves.
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

constexpr std::string_view waits =
    "  - {wait: $a}\n  - {flush: east/vol1}\n  - {expect: {east/pool1.free: 0 B}}\n";

/// The diagnostics of a scenario with these lines before its steps, which are `text`.
std::string with_names(std::string_view lines, std::string_view text = waits) {
  return check(scenario(text, lines)).brief();
}

}  // namespace

// EVIDENCE: language.md, section 2: used before birth or born twice is an error
TEST_CASE("a value that uses itself is refused where it stands", "[language][births]") {
  CHECK(with_names("params: {$a: $a}\n") ==
        "4:14 before-birth: the value of `$a` uses `$a` itself");
  CHECK(with_names("params: {$a: [1 s, {not: $a.count}]}\n") ==
        "4:26 before-birth: the value of `$a` uses `$a` itself");
  CHECK(with_names("params: {$a: $b, $b: $a}\n")
            .find("4:14 before-birth: `$b` is used before its birth") == 0);
  CHECK(with_names("params: {$a: $b, $b: 5 s}\n") ==
        "4:14 before-birth: `$b` is used before its birth");
  CHECK(with_names("params: {$b: 5 s, $a: $b}\n").find("error") == std::string::npos);
  CHECK(with_names("matrix: {$a: [1 s, $a]}\n") ==
        "4:20 before-birth: the value of `$a` uses `$a` itself");
  CHECK(with_names("cases: [{name: x, $a: $a}]\n") ==
        "4:23 before-birth: the value of `$a` uses `$a` itself");
  CHECK(with_names("params: {$a: $b}\nmatrix: {$b: [1 s]}\n") ==
        "4:14 before-birth: `$b` is used before its birth");
  CHECK(with_names("runbooks: {r: {params: {$a: {$a.CopyState: Split}}, steps: [{wait: $a}]}}\n",
                   "  - {use: r}\n  - {expect: {east/pool1.free: 0 B}}\n")
            .find("before-birth: the value of `$a` uses `$a` itself") != std::string::npos);
}

TEST_CASE("a subject that leads back to itself ends no process", "[language][births]") {
  const std::string mirror(make_mirror());
  for (const char* value : {"$a", "{not: $a}", "[$a, Split]", "$a.CopyState"}) {
    CAPTURE(value);
    const std::string params = "params: {$a: " + std::string(value) + "}\n";
    const auto found =
        check(scenario(mirror + "  - {expect: {$mirror.CopyState: $a}}\n", params)).brief();
    CHECK(found.find("before-birth: the value of `$a` uses `$a` itself") != std::string::npos);
  }
  const auto repeat = [&](const std::string& values) {
    return check(scenario(mirror + "  - repeat: {over: {$x: " + values +
                          "}}\n    steps: [{expect: {$mirror.CopyState: $x}}]\n"))
        .expansion.runs.empty();
  };
  CHECK(check(scenario("  - repeat: {over: {$x: [1 s, [$x]]}}\n    steps: [{wait: $x}]\n"))
            .brief()
            .find("5:32 before-birth: the value of `$x` uses `$x` itself") == 0);
  CHECK(repeat("[$x]"));
  CHECK(repeat("[{not: $x}]"));
  CHECK(repeat("[$y]"));
}

TEST_CASE("values lead through at most 64 names", "[language][births]") {
  std::string params = "params:\n  $p0: Split\n";
  for (int i = 1; i <= 100; ++i)
    params += "  $p" + std::to_string(i) + ": {not: $p" + std::to_string(i - 1) + "}\n";
  const std::string mirror(make_mirror());
  const auto at = [&](int last) {
    return check(scenario(
        mirror + "  - {expect: {$mirror.CopyState: $p" + std::to_string(last) + "}}\n", params));
  };
  CHECK(at(100).has("too-deep"));
  CHECK(at(60).expansion.runs.size() == 1);
}

// EVIDENCE: language.md, section 3: range is written 1..20, in matrix and plans
TEST_CASE("an axis takes a range of whole numbers only", "[language][births]") {
  CHECK(check(scenario(waits, "matrix: {$a: 1 ms .. 20 ms}\n")).hint("wrong-type") ==
        "write the values as a list: [1 ms, 5 ms, 20 ms]");
  CHECK(with_names("matrix: {$a: 1 ms .. 20 ms}\n")
            .find("4:14 wrong-type: `1 ms .. 20 ms` has no cells; an axis takes a range of whole "
                  "numbers only: 1..20") == 0);
  CHECK(with_names("matrix: {$a: 1..x}\n").find("4:14 wrong-type: `1..x` has no cells") == 0);
  CHECK(with_names("matrix: {$a: 5..1}\n").find("4:14 out-of-range: an axis takes a range") == 0);
  CHECK(with_names("matrix: {$a: 1..20000}\n").find("4:14 out-of-range: an axis takes a range") ==
        0);
  CHECK(with_names("matrix: {$a: 5..1}\nexclude: [{$a: 3}]\n").find("there is no axis") ==
        std::string::npos);
}

TEST_CASE("a value stands once on an axis", "[language][births]") {
  CHECK(with_names("matrix: {$a: [1 s, 2 s, 1 s]}\n") ==
        "4:25 name-twice: `$a` has the value `1 s` twice");
}

// EVIDENCE: language.md, section 4: each cell of the matrix that is not excluded is a run
TEST_CASE("a file whose cells are all excluded has no run, and says so", "[language][births]") {
  CHECK(with_names("matrix: {$a: [1 s]}\nexclude: [{$a: 1 s}]\n") ==
        "5:10 out-of-range: every cell of the matrix is excluded: there is no run");
}

TEST_CASE("steps are written out, not named", "[language][births]") {
  CHECK(with_names("params: {$r: [{wait: 1 s}], $a: 1 s}\n",
                   "  - repeat: {times: 2}\n    steps: $r\n  - {wait: $a}\n"
                   "  - {expect: {east/pool1.free: 0 B}}\n")
            .find("7:12 wrong-type: `$r` where a list of steps belongs") == 0);
}

}  // namespace replsim::harness::test
