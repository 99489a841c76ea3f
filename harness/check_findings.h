// What the checkers found: evaluations and violations by invariant. The first ten violations of a
// number are kept with their texts, the rest are counted.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/check_table.h"
#include "harness/oracle.h"
#include "sim/world.h"

namespace replsim::harness {

/// What a checker says of one violation; number, severity and time are added.
struct Finding {
  std::string message;
  std::string expected = {};
  std::string seen = {};
  std::optional<std::uint64_t> pair = {};
  std::string entity = {};
  std::optional<record::Confidence> confidence = {};  ///< None: the row's own.
};

class CheckFindings {
 public:
  static constexpr std::uint64_t kept = 10;

  explicit CheckFindings(const sim::World& world) : world_(world) {}

  /// One evaluation with a non-trivial premise.
  void evaluated(Check check, std::uint64_t times = 1) { counts_[index(check)].seen += times; }
  /// True when a further violation of this number would still be kept: make its text only then.
  bool wants(Check check) const { return counts_[index(check)].broken < kept; }
  /// Counts a violation; `make` (called only while texts are kept) gives the Finding.
  template <class Make>
  void broken(Check check, Make&& make) {
    if (wants(check)) add(check, make());
    ++counts_[index(check)].broken;
  }

  std::uint64_t evaluations(Check check) const { return counts_[index(check)].seen; }
  std::uint64_t violations(Check check) const { return counts_[index(check)].broken; }
  /// In the order found; a number with more than `kept` says so in its last one.
  std::vector<Violation> list() const;
  /// Number -> evaluations of every invariant that is checked now.
  std::map<std::string, std::uint64_t> by_number() const;

 private:
  struct Count {
    std::uint64_t seen = 0;
    std::uint64_t broken = 0;
  };
  static constexpr std::size_t index(Check check) { return static_cast<std::size_t>(check); }
  void add(Check check, Finding finding);

  const sim::World& world_;
  std::array<Count, check_table.size()> counts_{};
  std::vector<Violation> violations_;
};

}  // namespace replsim::harness
