// The seam between the runner and what judges a run: a set of oracles observes the trace and the
// images by itself; the runner makes it before the first step and asks at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/ledger.h"
#include "harness/provider/testbed.h"
#include "harness/record/run_record.h"
#include "harness/record/verdict.h"

namespace replsim::harness {

/// One broken rule, as an oracle saw it.
struct Violation {
  std::string rule;  ///< Number of the invariant, "A22", or the edge "Synchronized->Suspended".
  record::Confidence confidence = record::Confidence::Inferred;
  std::string message;
  std::string expected;  ///< May be empty.
  std::string seen;      ///< May be empty.
  std::int64_t at_ns = 0;
  std::optional<std::uint64_t> pair;  ///< Relation concerned, for the history of the failure.
  std::string entity;                 ///< Path of what is concerned; may be empty.
  char severity = 'M';                ///< H data loss or corruption, M protocol, L reporting.
  bool operator==(const Violation&) const = default;
};

/// What the runner needs of the checkers. They observe; they must not post, draw, send or throw.
class OracleSet {
 public:
  virtual ~OracleSet() = default;
  /// The run has ended (converged or not): judge what can only be judged at the end.
  virtual void finish() = 0;
  /// In the order in which they were found.
  virtual std::vector<Violation> violations() const = 0;
  /// Invariant -> evaluations with a non-trivial premise; 0 = not exercised.
  virtual std::map<std::string, std::uint64_t> evaluations() const = 0;
};

/// Makes the oracles of one run; the ledger already observes and stays ahead of them.
using OracleFactory =
    std::function<std::unique_ptr<OracleSet>(provider::Testbed& testbed, const Ledger& ledger)>;

}  // namespace replsim::harness
