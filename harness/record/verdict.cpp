// Words and exit codes of verdicts: one table each, the rest follows.
#include "harness/record/verdict.h"

#include <algorithm>
#include <array>

#include "harness/record/run_record.h"

namespace replsim::record {
namespace {

struct VerdictRow {
  Verdict verdict;
  std::string_view word;
  ExitCode code;
};

// Source: DESIGN 8.
constexpr std::array verdict_rows{
    VerdictRow{Verdict::Pass, "pass", ExitCode::Pass},
    VerdictRow{Verdict::Differs, "differs", ExitCode::Pass},
    VerdictRow{Verdict::Skipped, "skipped", ExitCode::Pass},
    VerdictRow{Verdict::Inconclusive, "inconclusive", ExitCode::Inconclusive},
    VerdictRow{Verdict::Fail, "fail", ExitCode::Fail},
    VerdictRow{Verdict::Environment, "environment", ExitCode::Environment},
    VerdictRow{Verdict::Error, "error", ExitCode::Internal},
};

constexpr std::array confidences{Confidence::Spec, Confidence::SpecDerived, Confidence::Vendor,
                                 Confidence::Inferred};

constexpr std::array worst_first{ExitCode::Interrupted, ExitCode::Internal, ExitCode::Environment,
                                 ExitCode::Usage,       ExitCode::Fail,     ExitCode::Inconclusive,
                                 ExitCode::Pass};

constexpr const VerdictRow& row(Verdict verdict) {
  return verdict_rows[static_cast<std::size_t>(verdict)];
}

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < verdict_rows.size(); ++i) {
    if (static_cast<std::size_t>(verdict_rows[i].verdict) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order(), "row() finds a verdict by its position");

}  // namespace

std::string_view name(Verdict verdict) {
  return row(verdict).word;
}

std::optional<Verdict> verdict_from(std::string_view word) {
  const auto found = std::ranges::find(verdict_rows, word, &VerdictRow::word);
  if (found == verdict_rows.end()) return std::nullopt;
  return found->verdict;
}

std::optional<Confidence> confidence_from(std::string_view word) {
  for (const Confidence confidence : confidences) {
    if (name(confidence) == word) return confidence;
  }
  return std::nullopt;
}

bool binding(Confidence confidence) {
  return confidence == Confidence::Spec || confidence == Confidence::SpecDerived;
}

Verdict verdict_of_failures(const ScenarioRecord& scenario) {
  if (scenario.failures.empty()) return Verdict::Pass;
  const bool fails = std::ranges::any_of(scenario.failures, binding, &Failure::confidence);
  return fails ? Verdict::Fail : Verdict::Differs;
}

ExitCode exit_code(Verdict verdict, bool strict) {
  if (verdict == Verdict::Differs && strict) return ExitCode::Fail;
  return row(verdict).code;
}

ExitCode worse(ExitCode a, ExitCode b) {
  return std::ranges::find(worst_first, a) < std::ranges::find(worst_first, b) ? a : b;
}

ExitCode exit_code(const Record& record) {
  if (record.interrupted) return ExitCode::Interrupted;
  if (record.scenarios.empty()) return ExitCode::Usage;
  ExitCode result = ExitCode::Pass;
  for (const auto& scenario : record.scenarios) {
    result = worse(result, exit_code(scenario.verdict, record.options.strict));
  }
  return result;
}

Tally tally(const Record& record) {
  Tally result;
  for (const auto& scenario : record.scenarios) {
    switch (scenario.verdict) {
      case Verdict::Pass: ++result.passed; break;
      case Verdict::Differs:
        ++result.differs;
        ++(record.options.strict ? result.failed : result.passed);
        break;
      case Verdict::Skipped: ++result.skipped; break;
      case Verdict::Inconclusive: ++result.inconclusive; break;
      case Verdict::Fail:
      case Verdict::Environment:
      case Verdict::Error: ++result.failed; break;
    }
  }
  return result;
}

}  // namespace replsim::record
