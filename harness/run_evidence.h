// What a run exercised, and what the runs of one file did between them: `evidence` and `allow`
// name rules that must have been exercised, or lifted, in some run of the file.
// Source: language.md section 4.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/language/scenario.h"
#include "harness/record/run_record.h"
#include "harness/run_context.h"

namespace replsim::harness {

/// Everything that the run exercised: methods, operations and codes of its calls, states entered,
/// edges taken, invariants evaluated.
std::set<std::string> exercised(const RunContext& context);

/// What goes into the record: the rules of `evidence` and `allow` that were exercised; allowed ones
/// as `allow A23`.
std::vector<std::string> evidence_of(const Run& run, const std::set<std::string>& exercised);

/// Over all runs of one file (in the same order): a failure for each `evidence` that no run
/// exercised and each `allow` that no run needed. None when every run was skipped or ended early.
std::vector<record::Failure> judge_evidence(const std::vector<const Run*>& runs,
                                            const std::vector<record::ScenarioRecord*>& records);

}  // namespace replsim::harness
