// The files that a run writes. They are opened or proved usable before the run, and none may take
// the place of a file that the run reads, or of another output.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/output_file.h"
#include "harness/record/run_record.h"
#include "reports/junit.h"

namespace replsim::cli {

/// The outputs of a run: those that are made here are open, the others proved usable.
class Outputs final {
 public:
  /// False, with a message for each, when one can not be used. `inputs` are the files that were
  /// read; nothing is touched before all names are known to be good.
  bool open(const RunOptions& options, const std::vector<std::string>& inputs);

  /// False, with a message for each, when a report could not be written.
  bool write(const record::Record& record, const reports::OptionsOf& options_of = {});

 private:
  std::optional<OutputFile> json_;
  std::optional<OutputFile> junit_;
};

}  // namespace replsim::cli
