// Collects the records of each file; see the header.
#include "cli/file_evidence.h"

#include <algorithm>
#include <iterator>

#include "harness/run_evidence.h"

namespace replsim::cli {

FileEvidence::FileEvidence(const std::map<std::string, std::size_t>& runs_of_files,
                           const std::vector<harness::Run>& selected) {
  for (const harness::Run& run : selected) files_[run.file].runs.push_back(&run);
  for (auto& [name, file] : files_) {
    const auto all = runs_of_files.find(name);
    file.whole = all != runs_of_files.end() && all->second == file.runs.size();
  }
}

void FileEvidence::take(record::ScenarioRecord& record) {
  const auto found = files_.find(record.file);
  if (found == files_.end() || !found->second.whole) return;
  File& file = found->second;
  file.ended.emplace_back();
  file.ended.back().verdict = record.verdict;
  file.ended.back().evidence = record.evidence;
  if (file.ended.size() != file.runs.size()) return;
  std::vector<record::ScenarioRecord*> ended;
  for (record::ScenarioRecord& one : file.ended) ended.push_back(&one);
  auto failures = harness::judge_evidence(file.runs, ended);
  if (failures.empty()) return;
  std::ranges::move(failures, std::back_inserter(record.failures));
  record.verdict = record::verdict_of_failures(record);
}

std::map<std::string, std::size_t> runs_of_files(const std::vector<harness::Run>& runs) {
  std::map<std::string, std::size_t> counts;
  for (const harness::Run& run : runs) ++counts[run.file];
  return counts;
}

}  // namespace replsim::cli
