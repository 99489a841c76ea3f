// `replsim run`: loads and selects, then runs and reports. Any error in any file, and any output
// that can not be written, ends it before the first run.
#include "cli/commands.h"
#include "cli/file_evidence.h"
#include "cli/run_one.h"
#include "cli/run_report.h"
#include "cli/selection.h"

namespace replsim::cli {

record::ExitCode run_command(const RunOptions& options, const Terminal& terminal) {
  Loaded loaded = load_all(options.paths, {.sets = options.set, .seed = options.seed});
  print_error(diagnostics_text(loaded));
  if (loaded.errors() > 0) return record::ExitCode::Usage;
  const auto all = runs_of_files(loaded.runs);
  const auto runs = select(std::move(loaded.runs), options.filters, options.tags, options.cases);
  FileEvidence evidence(all, runs);
  const RunFiles files{.trace = options.trace, .db = options.db};
  const Selection selection{
      .runs = runs.size(),
      .run_one = [&](std::size_t index) { return run_one(runs[index], files); },
      .identity = [&](std::size_t index) { return identity_of(runs[index]); },
      .file_verdict = [&](record::ScenarioRecord& record) { evidence.take(record); }};
  return run_and_report(options, selection, terminal);
}

}  // namespace replsim::cli
