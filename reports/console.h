// What a person reads in a terminal: one line a run, a block for each broken rule, a tally.
// Pure functions of the record: where the text goes and whether it may have colour the caller says.
#pragma once

#include <cstdint>
#include <string>

#include "harness/record/run_record.h"

namespace replsim::reports {

struct ConsoleOptions {
  bool colour = false;
  bool timeline = false;  ///< Tell each run as a story under its line.
};

/// One run: its line, its warnings, its measures, its timeline if asked for, and a block for each
/// failure.
std::string scenario_text(const record::ScenarioRecord& scenario, const record::RunOptions& run,
                          const ConsoleOptions& options);

/// What a failure takes to come again: its run, or all runs of its file.
enum class Scope : std::uint8_t { OneRun, WholeFile };

/// The command line that repeats one run. Words that a shell would split are quoted.
std::string repeat_line(const record::ScenarioRecord& scenario, const record::RunOptions& run,
                        Scope scope = Scope::OneRun);

/// `N passed, N failed, N skipped, N inconclusive`, with what `differs` on a line before it.
std::string summary_text(const record::Record& record, const ConsoleOptions& options);

}  // namespace replsim::reports
