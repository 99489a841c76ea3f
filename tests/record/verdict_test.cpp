// Exit codes, tallies and names of runs.
#include "harness/record/verdict.h"

#include "harness/record/run_record.h"
#include "tests/catch.h"

namespace replsim::record {
namespace {

ScenarioRecord with(Verdict verdict) {
  ScenarioRecord scenario;
  scenario.name = "s";
  scenario.verdict = verdict;
  return scenario;
}

Record of(std::initializer_list<Verdict> verdicts) {
  Record record;
  for (const Verdict verdict : verdicts) record.scenarios.push_back(with(verdict));
  return record;
}

}  // namespace

TEST_CASE("the worst verdict of a run decides its exit code", "[record][verdict]") {
  // EVIDENCE: DESIGN/8 "70 > 74 > 2 > 1 > 3 > 0"
  CHECK(exit_code(of({Verdict::Pass})) == ExitCode::Pass);
  CHECK(exit_code(of({Verdict::Pass, Verdict::Skipped})) == ExitCode::Pass);
  CHECK(exit_code(of({Verdict::Inconclusive, Verdict::Pass})) == ExitCode::Inconclusive);
  CHECK(exit_code(of({Verdict::Inconclusive, Verdict::Fail})) == ExitCode::Fail);
  CHECK(exit_code(of({Verdict::Environment, Verdict::Fail})) == ExitCode::Environment);
  CHECK(exit_code(of({Verdict::Environment, Verdict::Error, Verdict::Fail})) == ExitCode::Internal);
  CHECK(worse(ExitCode::Usage, ExitCode::Fail) == ExitCode::Usage);
  CHECK(worse(ExitCode::Usage, ExitCode::Environment) == ExitCode::Environment);
}

TEST_CASE("a run without any scenario is a usage error, an interrupted one says so",
          "[record][verdict]") {
  // EVIDENCE: DESIGN/8 "usage, invalid scenario or nothing selected 2 ... interrupted 130"
  CHECK(exit_code(Record{}) == ExitCode::Usage);
  Record record = of({Verdict::Fail});
  record.interrupted = true;
  CHECK(exit_code(record) == ExitCode::Interrupted);
}

TEST_CASE("differs fails only under strict", "[record][verdict]") {
  // EVIDENCE: rulings/R15
  Record record = of({Verdict::Differs, Verdict::Pass});
  record.options.strict = false;
  CHECK(exit_code(record) == ExitCode::Pass);
  CHECK(tally(record) == Tally{.passed = 2, .differs = 1});
  record.options.strict = true;
  CHECK(exit_code(record) == ExitCode::Fail);
  CHECK(tally(record) == Tally{.passed = 1, .failed = 1, .differs = 1});
}

TEST_CASE("a broken specified rule fails, a broken inferred one differs", "[record][verdict]") {
  // EVIDENCE: rulings/R15
  ScenarioRecord scenario;
  CHECK(verdict_of_failures(scenario) == Verdict::Pass);
  scenario.failures.push_back({.rule = "B2", .confidence = Confidence::Inferred});
  CHECK(verdict_of_failures(scenario) == Verdict::Differs);
  scenario.failures.push_back({.rule = "B2", .confidence = Confidence::Vendor});
  CHECK(verdict_of_failures(scenario) == Verdict::Differs);
  scenario.failures.push_back({.rule = "A1", .confidence = Confidence::Spec});
  CHECK(verdict_of_failures(scenario) == Verdict::Fail);
}

TEST_CASE("every verdict and confidence is read back from its word", "[record][verdict]") {
  for (int i = 0; i <= static_cast<int>(Verdict::Error); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    CHECK(verdict_from(name(verdict)) == verdict);
  }
  for (int i = 0; i <= static_cast<int>(Confidence::Inferred); ++i) {
    const auto confidence = static_cast<Confidence>(i);
    CHECK(confidence_from(name(confidence)) == confidence);
  }
  CHECK_FALSE(verdict_from("passed"));
  CHECK_FALSE(confidence_from(""));
}

TEST_CASE("a run's name says its matrix cell and its case", "[record][names]") {
  // EVIDENCE: language/4 "JUnit case name[axis=value,...]"
  ScenarioRecord scenario;
  scenario.name = "cut";
  CHECK(full_name(scenario) == "cut");
  CHECK(case_label(scenario).empty());
  scenario.case_name = "both-ways";
  CHECK(full_name(scenario) == "cut/both-ways");
  CHECK(case_label(scenario) == "both-ways");
  scenario.cell = "mode=Synchronous,hosts=2";
  CHECK(full_name(scenario) == "cut[mode=Synchronous,hosts=2]/both-ways");
  CHECK(case_label(scenario) == "mode=Synchronous,hosts=2/both-ways");
}

}  // namespace replsim::record
