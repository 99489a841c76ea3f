// `replsim run`: loads and selects, then runs and reports. Any error in any file, and any output
// that can not be written, ends it before the first run.
#include <algorithm>
#include <utility>

#include "cli/commands.h"
#include "cli/file_evidence.h"
#include "cli/run_one.h"
#include "cli/run_report.h"
#include "cli/selection.h"
#include "reports/console.h"

namespace replsim::cli {
namespace {

cim::DefectSet planted(const std::vector<std::string>& names) {
  cim::DefectSet defects;
  for (const std::string& name : names) {
    if (const cim::DefectRow* row = cim::find_defect(name)) defects.plant(row->id);
  }
  return defects;
}

}  // namespace

record::ExitCode run_command(const RunOptions& options, const Terminal& terminal) {
  Loaded loaded = load_all(options.paths, {.sets = options.set, .seed = options.seed});
  print_error(diagnostics_text(loaded));
  if (loaded.errors() > 0) return record::ExitCode::Usage;
  if (loaded.runs.empty()) {
    print_error("replsim: nothing to run: no scenario in these files\n");
    return record::ExitCode::Usage;
  }
  const auto all = runs_of_files(loaded.runs);
  const auto runs = select(std::move(loaded.runs), options.filters, options.tags, options.cases);
  FileEvidence evidence(all, runs);
  // A run is repeated with the settings that its own file has.
  const auto options_of = [&](const record::ScenarioRecord& record) {
    record::RunOptions asked = recorded_options(options);
    std::erase_if(asked.set, [&](const auto& set) {
      const auto& params = loaded.params[record.file];
      return std::ranges::find(params, set.first) == params.end();
    });
    return asked;
  };
  const auto one = [&](std::size_t index) {
    const auto identity = identity_of(runs[index]);
    const auto recipe = reports::repeat_line(identity, options_of(identity));
    return run_one(runs[index], {.trace = options.trace,
                                 .db = options.db,
                                 .command_line = recipe,
                                 .defects = planted(options.defects)});
  };
  const Selection selection{
      .runs = runs.size(),
      .run_one = one,
      .identity = [&](std::size_t index) { return identity_of(runs[index]); },
      .file_verdict = [&](record::ScenarioRecord& record) { evidence.take(record); },
      .options_of = options_of,
      .inputs = std::move(loaded.inputs)};
  return run_and_report(options, selection, terminal);
}

}  // namespace replsim::cli
