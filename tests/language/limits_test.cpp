// What bounds a file: the time to read it, and the runs that it makes.
#include <string>

#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {

// EVIDENCE: language.md, section 1: at most 1 MiB, 100,000 nodes
TEST_CASE("a line of a megabyte is read in time that its length explains", "[language][limits]") {
  std::string text = "version: 1\nscenario: long\ntags: [";
  for (int i = 0; i < 90'000; ++i) text += "abcdefg, ";
  text += "last]\nsteps: [{expect: {east/pool1.free: 0 B}}]\n";
  // Counting columns from the line's start for every node took minutes.
  const Outcome outcome = check(text);
  CHECK(outcome.load.scenario->tags.size() == 90'001);
}

TEST_CASE("columns stay right on a line of many places", "[language][limits]") {
  CHECK(check("version: 1\nscenario: x\ntags: [\"\xC3\xA4\xC3\xB6\", b, 5, c]\n"
              "steps: [{expect: {east/pool1.free: 0 B}}]\n")
            .brief()
            .find("3:17 wrong-type: `5` where text belongs") != std::string::npos);
}

// EVIDENCE: language.md, section 9: all errors before any run
TEST_CASE("the runs of a file are bounded together", "[language][limits]") {
  std::string values;
  for (int i = 0; i < 500; ++i) values += "1 s, ";
  const Outcome outcome =
      check(scenario("  - repeat: {over: {$x: [" + values +
                         "1 s]}}\n    steps: [{wait: $x}]\n  - {expect: {east/pool1.free: 0 B}}\n",
                     "matrix: {$seed: 1..10000}\n"));
  CHECK(outcome.brief() ==
        "4:9 too-many-nodes: the runs of this file have more than 2,000,000 steps and values "
        "together");
  CHECK(outcome.expansion.runs.empty());
}

TEST_CASE("names that double each other do not make values without end", "[language][limits]") {
  std::string params = "params:\n  $p0: 1\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "$p" + std::to_string(i - 1);
    params += "  $p" + std::to_string(i) + ": [" + before + ", " + before + "]\n";
  }
  CHECK(check(scenario("  - {call: GetReplicationRelationships, raw: {Type: $p40}, returns: 5}\n",
                       params))
            .has("too-many-nodes"));
}

}  // namespace replsim::harness::test
