// Console text of a run record. A failure shows the step, expected and seen, the relation's
// history around it, and the one line that repeats it. Source: issue "Reports".
#include "reports/console.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text.h"
#include "reports/timeline.h"

namespace replsim::reports {
namespace {

using record::Failure;
using record::Record;
using record::RunOptions;
using record::ScenarioRecord;
using record::Verdict;

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Pass: return "32";
    case Verdict::Differs: return "33";
    case Verdict::Skipped: return "36";
    case Verdict::Inconclusive: return "33";
    case Verdict::Fail: return "31";
    case Verdict::Environment: return "31";
    case Verdict::Error: return "35";
  }
  return "0";
}

std::string paint(std::string_view text, std::string_view colour, bool on) {
  return on ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string{text};
}

/// A reason of several lines: the first as it is, the others indented below.
std::string indented(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return printable(text);
  return printable(text.substr(0, end)) + "\n    " + indented(text.substr(end + 1));
}

std::string scenario_line(const ScenarioRecord& scenario, bool colour) {
  const std::string word = fmt::format("{:<12}", record::name(scenario.verdict));
  std::string line = paint(word, colour_of(scenario.verdict), colour) + ' ' +
                     printable(record::full_name(scenario));
  const bool ran = scenario.verdict != Verdict::Skipped && scenario.events > 0;
  if (ran) {
    line += fmt::format("  {} simulated, {}", duration_text(scenario.simulated_ns),
                        count_text(scenario.events, "event"));
  }
  if (!scenario.reason.empty()) line += ": " + indented(scenario.reason);
  return line + '\n';
}

std::string place(const Failure& failure) {
  if (failure.line == 0) return printable(failure.file);
  return fmt::format("{}:{}:{}", printable(failure.file), failure.line, failure.column);
}

std::string source_lines(const Failure& failure) {
  std::string text;
  for (const auto& line : failure.step) {
    text += fmt::format("    {:>5} | {}\n", line.number, printable(line.text));
    if (line.number != failure.line || failure.column == 0) continue;
    text += fmt::format("    {:>5} | {:>{}}\n", "", "^", failure.column);
  }
  return text;
}

std::string failure_text(const Failure& failure, const std::string& repeat, bool colour) {
  const bool fails = record::binding(failure.confidence);
  std::string text = fmt::format("  {}: {} [{}, {}] at {} s\n    {}\n", place(failure),
                                 paint(fails ? "failed" : "differs", fails ? "31" : "33", colour),
                                 printable(failure.rule), record::name(failure.confidence),
                                 time_text(failure.at_ns, true), printable(failure.message));
  text += source_lines(failure);
  if (!failure.expected.empty()) text += "    expected: " + printable(failure.expected) + '\n';
  if (!failure.seen.empty()) text += "    seen:     " + printable(failure.seen) + '\n';
  if (!failure.history.empty()) text += "    history:\n";
  for (const auto& line : failure.history) text += "      " + printable(line) + '\n';
  return text + "    repeat:   " + repeat + '\n';
}

/// A word as a shell takes it: single quotes where needed.
std::string shell_word(std::string_view word) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=:,@+%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) {
    return std::string{word};
  }
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + '\'';
}

/// The cell gives the seed: another one on the command line changes nothing.
bool has_seed_axis(const ScenarioRecord& scenario) {
  return scenario.cell.starts_with("seed=") || scenario.cell.find(",seed=") != std::string::npos;
}

}  // namespace

std::string repeat_line(const ScenarioRecord& scenario, const RunOptions& run, Scope scope) {
  // A name that begins with - would be taken for an option.
  const std::string folder = scenario.file.starts_with('-') ? "./" : "";
  std::string line = "replsim run " + shell_word(folder + scenario.file);
  if (scope == Scope::OneRun) {
    const std::string label = record::case_label(scenario);
    if (!label.empty()) line += " --case " + shell_word(label);
    if (!has_seed_axis(scenario)) line += fmt::format(" --seed {}", scenario.seed);
  } else if (run.seed) {
    line += fmt::format(" --seed {}", *run.seed);
  }
  for (const auto& [name, value] : run.set) line += " --set " + shell_word(name + '=' + value);
  for (const auto& defect : run.defects) line += " --defect " + shell_word(defect);
  if (!run.strict) line += " --no-strict";
  return printable(line);
}

std::string scenario_text(const ScenarioRecord& scenario, const RunOptions& run,
                          const ConsoleOptions& options) {
  std::string text = scenario_line(scenario, options.colour);
  if (options.timeline && !scenario.title.empty()) {
    text += "  " + printable(scenario.title) + '\n';
  }
  for (const auto& warning : scenario.warnings) text += "  warning: " + printable(warning) + '\n';
  if (options.timeline) text += timeline_text(scenario);
  for (const auto& [name, value] : scenario.measures) {
    text += fmt::format("  measure: {} = {}\n", printable(name), printable(value));
  }
  const std::string repeat = repeat_line(scenario, run);
  for (const auto& failure : scenario.failures) {
    // What all runs of the file did between them is judged only when all are selected.
    const bool of_file = failure.rule == "evidence" || failure.rule == "allow";
    text += failure_text(failure, of_file ? repeat_line(scenario, run, Scope::WholeFile) : repeat,
                         options.colour);
  }
  const bool broken = scenario.verdict == Verdict::Error ||
                      scenario.verdict == Verdict::Inconclusive ||
                      scenario.verdict == Verdict::Fail;
  if (broken && scenario.failures.empty()) text += "    repeat:   " + repeat + '\n';
  return text;
}

std::string summary_text(const Record& record, const ConsoleOptions& options) {
  const auto counts = record::tally(record);
  std::string text;
  if (record.interrupted) {
    text += paint("interrupted: the runs above are those that had ended\n", "33", options.colour);
  }
  if (counts.differs > 0) {
    text += fmt::format("{} {} from rules that no specification states (counted as {})\n",
                        counts.differs, counts.differs == 1 ? "differs" : "differ",
                        record.options.strict ? "failed" : "passed");
  }
  return text + fmt::format("{} passed, {} failed, {} skipped, {} inconclusive\n", counts.passed,
                            counts.failed, counts.skipped, counts.inconclusive);
}

}  // namespace replsim::reports
