// Evidence is judged over all runs of a file.
// EVIDENCE: language.md/4 evidence: one that no run of the file exercised fails the file
#include "cli/file_evidence.h"

#include "cli/selection.h"
#include "tests/catch.h"

namespace replsim::cli {
namespace {

using record::ScenarioRecord;
using record::Verdict;

std::vector<harness::Run> two_runs() {
  harness::Run run;
  run.scenario = run.name = "s";
  run.file = "a.yaml";
  run.evidence.push_back({.name = "A1", .location = {}});
  run.allow.push_back({.name = "A23", .location = {}});
  return {run, run};
}

ScenarioRecord ended(std::vector<std::string> evidence, Verdict verdict = Verdict::Pass) {
  ScenarioRecord record;
  record.file = "a.yaml";
  record.verdict = verdict;
  record.evidence = std::move(evidence);
  return record;
}

/// The verdict of the second run after both were taken.
ScenarioRecord second_of(ScenarioRecord first, ScenarioRecord second, std::size_t all = 2) {
  const auto runs = two_runs();
  FileEvidence files({{"a.yaml", all}}, runs);
  files.take(first);
  CHECK(first.failures.empty());
  files.take(second);
  return second;
}

}  // namespace

TEST_CASE("one run of the file with the evidence is enough", "[cli][evidence]") {
  CHECK(second_of(ended({"A1"}), ended({"allow A23"})).verdict == Verdict::Pass);
  CHECK(second_of(ended({"A1", "allow A23"}), ended({})).verdict == Verdict::Pass);
}

TEST_CASE("evidence that no run has fails the last run of the file", "[cli][evidence]") {
  const auto none = second_of(ended({}), ended({}));
  CHECK(none.verdict == Verdict::Fail);
  REQUIRE(none.failures.size() == 2);
  CHECK(none.failures[0].rule == "evidence");
  CHECK(none.failures[1].rule == "allow");
  CHECK(second_of(ended({"A1"}), ended({})).failures.size() == 1);
}

TEST_CASE("a failure of evidence shows the line that names it", "[cli][evidence]") {
  auto runs = two_runs();
  const auto file = harness::make_source_file("a.yaml", "scenario: s\nevidence: [A1]\n");
  for (auto& run : runs) run.evidence.front().location = {file, 2, 12};
  FileEvidence files({{"a.yaml", 2}}, runs);
  ScenarioRecord record = ended({"allow A23"});
  files.take(record);
  files.take(record);
  REQUIRE(record.failures.size() == 1);
  REQUIRE(record.failures[0].step.size() == 1);
  CHECK(record.failures[0].step[0] == record::SourceLine{2, "evidence: [A1]"});
}

TEST_CASE("evidence is not judged when not all runs were selected or conclusive",
          "[cli][evidence]") {
  CHECK(second_of(ended({}), ended({}), 3).verdict == Verdict::Pass);
  CHECK(second_of(ended({}, Verdict::Fail), ended({})).verdict == Verdict::Pass);
  CHECK(second_of(ended({}, Verdict::Skipped), ended({}, Verdict::Skipped)).verdict ==
        Verdict::Skipped);
  CHECK(second_of(ended({}, Verdict::Skipped), ended({})).verdict == Verdict::Fail);
}

}  // namespace replsim::cli
