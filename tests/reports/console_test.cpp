// Console text against golden files, and the line that repeats a run.
#include "reports/console.h"

#include "reports/timeline.h"
#include "tests/catch.h"
#include "tests/reports/golden.h"
#include "tests/reports/sample.h"

namespace replsim::reports {
namespace {

std::string whole(const ConsoleOptions& options) {
  const record::Record record = sample();
  std::string text;
  for (const auto& scenario : record.scenarios) {
    text += scenario_text(scenario, record.options, options);
  }
  return text + summary_text(record, options);
}

}  // namespace

TEST_CASE("the console shows runs, failures and the tally", "[reports][console]") {
  check_golden("console.txt", whole({}));
}

TEST_CASE("with a timeline each run is told as a story", "[reports][console]") {
  check_golden("timeline.txt", scenario_text(told_scenario(), {}, {.timeline = true}));
}

TEST_CASE("colour appears only when asked for", "[reports][console]") {
  const std::string plain = whole({.timeline = true});
  CHECK(plain.find('\x1b') == std::string::npos);
  const std::string coloured = whole({.colour = true});
  CHECK(coloured.find("\x1b[31mfail") != std::string::npos);
  CHECK(coloured.find("\x1b[32mpass") != std::string::npos);
}

TEST_CASE("the last line is the tally", "[reports][console]") {
  // EVIDENCE: issue "last line `N passed, N failed, N skipped, N inconclusive`"
  record::Record record = sample();
  CHECK(summary_text(record, {}).ends_with("2 passed, 2 failed, 1 skipped, 0 inconclusive\n"));
  record.options.strict = true;
  CHECK(summary_text(record, {}).ends_with("1 passed, 3 failed, 1 skipped, 0 inconclusive\n"));
  record.interrupted = true;
  CHECK(summary_text(record, {}).starts_with("interrupted"));
}

TEST_CASE("the repeating line quotes what a shell would split", "[reports][console]") {
  record::RunOptions run;
  run.set = {{"size", "4 KiB"}, {"name", "it's"}};
  CHECK(repeat_line(told_scenario(), run) ==
        "replsim run scenarios/failover/planned.yaml --case 'mode=Synchronous/cut first' --seed 7 "
        "--set 'size=4 KiB' --set 'name=it'\\''s'");
}

TEST_CASE("what all runs of a file did is repeated by the whole file", "[reports][console]") {
  // EVIDENCE: language/4 evidence is judged over all runs of a file
  record::ScenarioRecord s = failed_scenario();
  s.cell = "n=1";
  s.failures = {{.file = "a.yaml", .rule = "evidence"}, {.file = "a.yaml", .rule = "expect"}};
  const std::string text = scenario_text(s, {}, {});
  CHECK(text.find("repeat:   replsim run " + s.file + "\n") != std::string::npos);
  CHECK(text.find("--case n=1 --seed") != std::string::npos);
  CHECK(repeat_line(s, {.seed = 9}, Scope::WholeFile) == "replsim run " + s.file + " --seed 9");
}

TEST_CASE("a seed of the matrix is repeated by its cell alone", "[reports][console]") {
  record::ScenarioRecord s;
  s.file = "a.yaml";
  s.cell = "mode=Synchronous,seed=3";
  s.seed = 3;
  CHECK(repeat_line(s, {}) == "replsim run a.yaml --case mode=Synchronous,seed=3");
}

TEST_CASE("the repeating line does not make an option of a file", "[reports][console]") {
  record::ScenarioRecord s = told_scenario();
  s.file = "-x.yaml";
  CHECK(repeat_line(s, {}).starts_with("replsim run ./-x.yaml "));
}

TEST_CASE("each begin and end of a fault is told once, in its place", "[reports][timeline]") {
  record::ScenarioRecord s;
  s.moments = {
      {5, "write", "w"}, {5, "fault", "link.cut l begins"}, {9, "fault", "link.cut l ends"}};
  s.faults = {{.name = "link.cut l", .at_ns = 5, .ended_ns = 9, .fired = 1, .hits = 1}};
  const auto entries = timeline(s);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].text == "w");
  CHECK(entries[1].text == "link.cut l begins");
  CHECK(entries[2].text == "link.cut l ends, met 1 event");
}

TEST_CASE("things of one instant keep their order in a timeline", "[reports][timeline]") {
  record::ScenarioRecord s;
  s.transitions = {{5, "r", "east", "A", "B", ""}, {5, "r", "east", "B", "C", ""}};
  s.moments = {{5, "crash", "down"}, {4, "note", "before"}};
  const auto entries = timeline(s);
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].text == "before");
  CHECK(entries[1].text == "down");
  CHECK(entries[2].text == "r at east: A -> B");
  CHECK(entries[3].text == "r at east: B -> C");
}

}  // namespace replsim::reports
