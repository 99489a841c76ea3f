// From what a run saw to its verdict.
#pragma once

#include "harness/oracle.h"
#include "harness/run_context.h"

namespace replsim::harness {

/// Name, place, seed and cell of the run.
record::ScenarioRecord blank_record(const Run& run);

/// Turns the oracles' violations into failures, except allowed ones; adds their evaluations.
void take_oracles(RunContext& context, OracleSet& oracles);
/// A fault that met nothing fails the run, unless it may miss.
void judge_faults(RunContext& context);
/// Transitions, jobs, faults, losses, moments, hash, counters.
void fill_record(RunContext& context);
/// Verdict from the failures, turned round by `known`.
void decide(RunContext& context);

}  // namespace replsim::harness
