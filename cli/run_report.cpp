// The frame around a set of runs; see the header.
#include "cli/run_report.h"

#include <optional>
#include <set>
#include <string>

#include "cli/build_id.h"
#include "cli/output_file.h"
#include "reports/console.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/progress.h"

namespace replsim::cli {
namespace {

using record::ExitCode;
using record::Record;
using record::ScenarioRecord;

void complain(const std::string& text) {
  print_error("replsim: " + text + '\n');
}

/// The outputs of a run: those that are made here are open, the others proved writable.
class Outputs final {
 public:
  /// False, with a message for each, when one can not be written.
  bool open(const RunOptions& options) {
    std::set<std::string> names;
    bool good = true;
    for (const auto* path : {&options.json, &options.junit, &options.trace, &options.db}) {
      if (!*path) continue;
      if (names.insert(**path).second) continue;
      complain(**path + ": two outputs can not be the same file");
      good = false;
    }
    for (const auto* path : {&options.trace, &options.db}) {
      if (!*path) continue;
      const auto why = why_unwritable(**path);
      if (why) complain(*why);
      good = good && !why;
    }
    return open_one(options.json, json_) && open_one(options.junit, junit_) && good;
  }

  /// False, with a message for each, when a report could not be written.
  bool write(const Record& record) {
    const bool json = !json_ || commit(*json_, reports::to_json(record));
    const bool junit = !junit_ || commit(*junit_, reports::to_junit(record));
    return json && junit;
  }

 private:
  static bool open_one(const std::optional<std::string>& path, std::optional<OutputFile>& file) {
    if (!path) return true;
    auto opened = OutputFile::open(*path);
    if (!opened) {
      complain(opened.error());
      return false;
    }
    file.emplace(std::move(*opened));
    return true;
  }

  static bool commit(OutputFile& file, const std::string& content) {
    const auto done = file.commit(content);
    if (!done) complain(done.error());
    return done.has_value();
  }

  std::optional<OutputFile> json_;
  std::optional<OutputFile> junit_;
};

Record empty_record(const RunOptions& options) {
  Record record;
  record.version = version();
  record.build = build_id();
  record.options.set = options.set;
  record.options.seed = options.seed;
  record.options.strict = options.strict;
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
  const auto ended = [&](const ScenarioRecord& scenario) {
    progress.finished(scenario, options.strict);
  };
  const auto ordered = [&](ScenarioRecord& scenario) {
    if (selection.file_verdict) selection.file_verdict(scenario);
    progress.hide();
    print_out(reports::scenario_text(scenario, record.options, console));
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
  if (!outputs.open(options)) return ExitCode::Usage;
  Record record = empty_record(options);
  run_all(options, selection, terminal, record);
  ExitCode code = record::exit_code(record);
  if (!outputs.write(record) || !flush_out()) code = worse(code, ExitCode::Environment);
  return code;
}

}  // namespace replsim::cli
