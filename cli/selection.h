// From the files that a person named to the runs that are made: loads, checks, expands, filters.
// Everything wrong in any file is found before the first run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "harness/language/scenario.h"
#include "harness/record/run_record.h"

namespace replsim::cli {

/// What a set of files holds.
struct Loaded {
  std::vector<harness::Run> runs;                ///< In the order of files, cells and cases.
  std::vector<harness::Diagnostic> diagnostics;  ///< Errors and warnings, in the order of files.
  std::vector<std::string> unreadable;           ///< What could not be read at all.
  std::vector<std::string> notes;                ///< What the command line asks in vain.
  std::vector<std::string> inputs;               ///< Every file that was read, included ones too.
  std::map<std::string, std::vector<std::string>> params;  ///< Names, of each scenario's file.
  std::size_t files = 0;
  std::size_t scenarios = 0;

  std::size_t errors() const;  ///< Diagnostics that are errors, and unreadable paths.
  std::size_t warnings() const;
};

/// Loads all files and expands their scenarios. Two scenarios of one name are an error.
Loaded load_all(const std::vector<std::string>& paths, const harness::ExpandOptions& options);

/// The messages as lines, the unreadable paths first.
std::string diagnostics_text(const Loaded& loaded);

/// Only the runs that filters, tags and cases select.
std::vector<harness::Run> select(std::vector<harness::Run> runs,
                                 const std::vector<std::string>& filters,
                                 const std::vector<std::string>& tags,
                                 const std::vector<std::string>& cases);

/// What the record of a run says before it has run.
record::ScenarioRecord identity_of(const harness::Run& run);

}  // namespace replsim::cli
