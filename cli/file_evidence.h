// What the runs of one file did between them: `evidence` that none exercised and `allow` that none
// needed fail the file. Judged only when all runs of the file were selected and have ended; the
// failures go to the record of its last run.
// Source: language.md section 4.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/language/scenario.h"
#include "harness/record/run_record.h"

namespace replsim::cli {

class FileEvidence {
 public:
  /// Of all runs of the files, and of those among them that are selected; both in order. `selected`
  /// must outlive this.
  FileEvidence(const std::map<std::string, std::size_t>& runs_of_files,
               const std::vector<harness::Run>& selected);

  /// Takes the record of a run that ended; the last one of a file gets the file's failures.
  void take(record::ScenarioRecord& record);

 private:
  struct File {
    std::vector<const harness::Run*> runs;
    std::vector<record::ScenarioRecord> ended;  ///< Verdict and evidence alone.
    bool whole = false;                         ///< All its runs are selected.
  };
  std::map<std::string, File> files_;
};

/// How many runs each file has.
std::map<std::string, std::size_t> runs_of_files(const std::vector<harness::Run>& runs);

}  // namespace replsim::cli
