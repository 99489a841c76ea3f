// From selected runs to an exit code: opens the outputs, runs everything in worker processes, shows
// progress and results, writes the reports. Knows neither the language nor the model: what a run is
// comes in as functions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/workers.h"
#include "harness/record/verdict.h"
#include "reports/junit.h"

namespace replsim::cli {

/// What was selected.
struct Selection {
  std::size_t runs = 0;
  RunOne run_one;     ///< In a worker process.
  Identity identity;  ///< In the parent.
  /// In the parent, for each record in order, before it is shown: what all runs of its file did
  /// between them may change the verdict of the last one. May be empty.
  std::function<void(record::ScenarioRecord&)> file_verdict = {};
  /// How one run was asked for, for the line that repeats it. May be empty: as all of them.
  reports::OptionsOf options_of = {};
  std::vector<std::string> inputs = {};  ///< Files that were read: no output may replace one.
};

/// What the record keeps of the command line.
record::RunOptions recorded_options(const RunOptions& options);

/// Runs and reports. Outputs that can not be written are named before the first run (Usage); those
/// that fail at the end give Environment.
record::ExitCode run_and_report(const RunOptions& options, const Selection& selection,
                                const Terminal& terminal);

}  // namespace replsim::cli
