// Collects what the checkers found.
#include "harness/check_findings.h"

#include <fmt/format.h>

#include <utility>

namespace replsim::harness {

void CheckFindings::add(Check check, Finding finding) {
  const CheckRow& row = check_row(check);
  violations_.push_back({.rule = std::string(row.number),
                         .confidence = finding.confidence.value_or(row.confidence),
                         .message = std::move(finding.message),
                         .expected = std::move(finding.expected),
                         .seen = std::move(finding.seen),
                         .at_ns = sim::ns(world_.now()),
                         .pair = finding.pair,
                         .entity = std::move(finding.entity),
                         .severity = row.severity});
}

std::vector<Violation> CheckFindings::list() const {
  std::vector<Violation> all = violations_;
  for (const CheckRow& row : check_table) {
    const std::uint64_t total = violations(row.id);
    if (total <= kept) continue;
    for (auto at = all.rbegin(); at != all.rend(); ++at) {
      if (at->rule != row.number) continue;
      at->message += fmt::format(" (and {} more violations of {})", total - kept, row.number);
      break;
    }
  }
  return all;
}

std::map<std::string, std::uint64_t> CheckFindings::by_number() const {
  std::map<std::string, std::uint64_t> counts;
  for (const CheckRow& row : check_table) {
    if (row.now) counts.emplace(row.number, evaluations(row.id));
  }
  return counts;
}

}  // namespace replsim::harness
