// The frame around a set of runs; see the header.
#include "cli/run_report.h"

#include <string>

#include "cli/build_id.h"
#include "cli/outputs.h"
#include "reports/console.h"
#include "reports/progress.h"

namespace replsim::cli {
namespace {

using record::ExitCode;
using record::Record;
using record::ScenarioRecord;

Record empty_record(const RunOptions& options) {
  Record record;
  record.version = version();
  record.build = build_id();
  record.options = recorded_options(options);
  return record;
}

/// Runs everything; each result is printed as soon as those before it are.
void run_all(const RunOptions& options, const Selection& selection, const Terminal& terminal,
             Record& record) {
  const reports::ConsoleOptions console{.colour = terminal.colour_out,
                                        .timeline = options.timeline};
  reports::Progress progress(selection.runs,
                             {.terminal = terminal.progress_bar,
                              .colour = terminal.colour_error,
                              .columns = terminal.columns},
                             [](std::string_view text) { print_error(text); });
  const auto ended = [&](const ScenarioRecord& scenario) { progress.ended(scenario); };
  const auto ordered = [&](ScenarioRecord& scenario) {
    if (selection.file_verdict) selection.file_verdict(scenario);
    progress.finished(scenario, options.strict);
    progress.hide();
    const auto asked = selection.options_of ? selection.options_of(scenario) : record.options;
    print_out(reports::scenario_text(scenario, asked, console));
    flush_out();
  };
  progress.start();
  const WorkerOptions workers{.runs = selection.runs,
                              .workers = options.jobs,
                              .fail_fast = options.fail_fast,
                              .strict = options.strict};
  auto result = run_in_workers(workers, selection.run_one, selection.identity,
                               {.ended = ended, .ordered = ordered});
  progress.hide();
  record.scenarios = std::move(result.records);
  record.interrupted = result.interrupted;
  print_out(reports::summary_text(record, console));
}

}  // namespace

record::RunOptions recorded_options(const RunOptions& options) {
  record::RunOptions recorded;
  recorded.set = options.set;
  recorded.seed = options.seed;
  recorded.strict = options.strict;
  recorded.defects = options.defects;
  return recorded;
}

ExitCode run_and_report(const RunOptions& options, const Selection& selection,
                        const Terminal& terminal) {
  if (selection.runs == 0) {
    complain("nothing selected: no run matches --filter, --tag and --case");
    return ExitCode::Usage;
  }
  if (selection.runs > 1 && (options.db || options.trace)) {
    complain(std::string{options.db ? "--db" : "--trace"} + " keeps one run, but " +
             std::to_string(selection.runs) + " are selected: narrow them by --filter or --case");
    return ExitCode::Usage;
  }
  Outputs outputs;
  if (!outputs.open(options, selection.inputs)) return ExitCode::Usage;
  Record record = empty_record(options);
  run_all(options, selection, terminal, record);
  ExitCode code = record::exit_code(record);
  if (!outputs.write(record, selection.options_of) || !flush_out())
    code = worse(code, ExitCode::Environment);
  return code;
}

}  // namespace replsim::cli
