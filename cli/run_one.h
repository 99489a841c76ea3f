// One run from its description to its record: builds the world, drives it, judges it. Called in a
// worker process.
#pragma once

#include <optional>
#include <string>

#include "harness/language/scenario.h"
#include "harness/record/run_record.h"
#include "model/cim/defects.h"

namespace replsim::cli {

/// What is kept of a run beside its record; files were proved writable before.
struct RunFiles {
  std::optional<std::string> trace;  ///< Every event as text: docs/trace.md.
  std::optional<std::string> db;     ///< The SQLite database.
  std::string command_line;          ///< What repeats the run, for the database.
  cim::DefectSet defects;            ///< Planted in every array.
};

/// The complete record of a run, `wall_ns` too. Throws for faults of replsim itself.
record::ScenarioRecord run_one(const harness::Run& run, const RunFiles& files);

}  // namespace replsim::cli
