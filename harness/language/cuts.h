// Cuts of links in time, as far as their times are sure before the run.
//   A time is sure within an epoch: from a step whose start the run decides, over waits, to the
//   next such step. Epoch 0 is counted from the start of the run.
// Source: language.md section 9, overlapping cuts of one link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "harness/language/scenario.h"

namespace replsim::harness {

/// (parallel, branch) around a step, outermost first.
using Branches = std::vector<std::pair<int, int>>;

/// A `link.cut` step and when it is in force.
struct Cut {
  const FaultStep* fault = nullptr;
  std::optional<SlotId> as;
  Branches branches;
  int epoch = 0;
  bool at = false;  ///< Begins at a time of the run, not when its step is reached.
  sim::Duration begin{};
  std::uint64_t times = 1;               ///< As often as the run's limit has room for.
  std::optional<sim::Duration> stopped;  ///< By `stop`, in the same epoch.
  std::size_t lifted = SIZE_MAX;         ///< By `stop` at a time not sure: before this cut.
  Location location;
};

class Cuts {
 public:
  explicit Cuts(sim::Duration limit) : limit_(limit) {}

  /// In order of their steps.
  void add(Cut cut);
  /// `stop` of what the slot names.
  void stop(SlotId slot, int epoch, sim::Duration now);
  /// Cuts that are sure to begin while an earlier one of the link is in force, or the other way.
  std::vector<Cut> overlapping();

 private:
  bool overlap(std::size_t earlier, std::size_t later);
  bool meet_in_time(const Cut& a, const Cut& b);

  sim::Duration limit_;
  std::vector<Cut> cuts_;
  std::uint64_t compared_ = 0;  ///< Bounded: a file can hold thousands of cuts.
};

}  // namespace replsim::harness
