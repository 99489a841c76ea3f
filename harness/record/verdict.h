// Verdicts, the weight of a broken rule, and the exit codes made from them.
// Order of the worst: 70 > 74 > 2 > 1 > 3 > 0. Source: DESIGN 8, rulings R15.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/cim/enumerations.h"

namespace replsim::record {

struct Record;
struct ScenarioRecord;

/// Outcome of one run.
enum class Verdict : std::uint8_t {
  Pass,
  Differs,       ///< Only rules that no specification states were broken (R15).
  Skipped,       ///< The provider lacks what the scenario requires; the reason says what.
  Inconclusive,  ///< The run ended before it could be judged.
  Fail,
  Environment,  ///< The machine failed: disk full, unwritable output.
  Error,        ///< replsim itself failed.
};

/// Lower-case word of reports: "pass", "differs", ...
std::string_view name(Verdict verdict);
/// The reverse of name().
std::optional<Verdict> verdict_from(std::string_view word);

/// How sure the rule is that was broken (R15), and its name.
using cim::Confidence;
using cim::name;

/// The reverse of name() of a confidence.
std::optional<Confidence> confidence_from(std::string_view word);
/// True when breaking such a rule fails a run even without `--strict`.
bool binding(Confidence confidence);

/// What the process returns.
enum class ExitCode : std::uint8_t {
  Pass = 0,
  Fail = 1,
  Usage = 2,  ///< Also an invalid scenario and nothing selected.
  Inconclusive = 3,
  Internal = 70,
  Environment = 74,
  Interrupted = 130,
};

/// Verdict that the failures of a run give: Fail when one is binding, else Differs, else Pass.
Verdict verdict_of_failures(const ScenarioRecord& scenario);
/// Exit code of one verdict; Differs is Fail under `strict`, else Pass.
ExitCode exit_code(Verdict verdict, bool strict);
/// The worse of two; an interruption is reported whatever else happened.
ExitCode worse(ExitCode a, ExitCode b);
/// Exit code of a whole run. No scenario at all is a usage error.
ExitCode exit_code(const Record& record);

/// How many runs ended how; `differs` counts as failed under `strict`, else as passed.
struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;  ///< Errors of replsim and of the machine are failures here.
  std::size_t skipped = 0;
  std::size_t inconclusive = 0;
  std::size_t differs = 0;  ///< Already counted in `passed` or `failed`.
  bool operator==(const Tally&) const = default;
};

/// Counts the runs of a record.
Tally tally(const Record& record);

}  // namespace replsim::record
