// The runner: drives one run of a scenario through a testbed and writes the run record.
//   before   oracles, ledger and history observe from the first event
//   steps    a main Task; background steps beside it
//   end      `converge` or `as-is`, then the oracles' last word
//   verdict  failures by their weight (R15); skipped, inconclusive (limit), error (replsim's own)
// Source: DESIGN 8 and 9, language.md.
#pragma once

#include <cstdint>
#include <functional>

#include "harness/language/scenario.h"
#include "harness/oracle.h"
#include "harness/provider/testbed.h"
#include "harness/record/run_record.h"
#include "harness/run_evidence.h"

namespace replsim::harness {

struct RunnerOptions {
  OracleFactory oracles;  ///< Empty: the run is judged by its own expectations alone.
  /// Called every some thousand instants with the simulated time and the events so far; false
  /// interrupts the run (verdict inconclusive). May be empty.
  std::function<bool(sim::Instant now, std::uint64_t events)> tick;
};

/// Runs a fresh testbed of the run's topology and seed. Never throws for what the model or a
/// scenario does; a bug of replsim is verdict Error with seed, time and the last trace lines.
record::ScenarioRecord run_scenario(const Run& run, provider::Testbed& testbed,
                                    const RunnerOptions& options = {});

/// The record of a run that needs no world: `run.skip` says why.
record::ScenarioRecord skipped(const Run& run);

}  // namespace replsim::harness
