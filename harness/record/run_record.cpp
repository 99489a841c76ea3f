// Names of runs. They hold nothing that an edit elsewhere in the file would change.
#include "harness/record/run_record.h"

namespace replsim::record {

std::string case_label(const ScenarioRecord& scenario) {
  std::string text = scenario.cell;
  if (!text.empty() && !scenario.case_name.empty()) text += '/';
  return text + scenario.case_name;
}

std::string full_name(const ScenarioRecord& scenario) {
  std::string text = scenario.name;
  if (!scenario.cell.empty()) text += '[' + scenario.cell + ']';
  if (!scenario.case_name.empty()) text += '/' + scenario.case_name;
  return text;
}

}  // namespace replsim::record
