// The wall clock of a node: what it shows at an instant of true time. Hardware: it outlives
// crashes. Timers know nothing of it; they run on true time.
//   W1  shows = t + offset + what it gained by drift + jumps, where t stands still while frozen.
//   W2  Faults are an overlay: overlaps add up, and when one is lifted the clock is set right by
//       what that one made of it. A jump stays.
// Source: fault catalogue, clock (TimeSim's coefficients); language.md section 11.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/fault.h"
#include "sim/time.h"

namespace replsim::sim {

/// A fault of a wall clock: one row may carry several of them.
struct ClockFault {
  FaultId id;
  Instant begun{};
  Duration add{};              ///< While it lasts.
  std::int64_t drift_ppb = 0;  ///< Gained since it began.
  bool frozen = false;         ///< Time stands still since it began.
};

class WallClock {
 public:
  WallClock() = default;
  WallClock(Duration offset, std::int64_t drift_ppb) : offset_(offset), drift_ppb_(drift_ppb) {}

  /// Nanoseconds since 2000 that it shows; may lie before.
  std::int64_t at(Instant time) const;

  void add_fault(ClockFault fault) { faults_.push_back(fault); }
  void remove_fault(FaultId id);
  /// It is set, for good.
  void jump(Duration by) { offset_ += by; }

 private:
  Duration offset_{};
  std::int64_t drift_ppb_ = 0;  ///< Since the start of the world.
  std::vector<ClockFault> faults_;
};

}  // namespace replsim::sim
