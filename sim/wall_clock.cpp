// Folding what is wrong with a clock.
#include "sim/wall_clock.h"

#include <algorithm>

namespace replsim::sim {
namespace {

constexpr std::int64_t billion = 1'000'000'000;

/// What a clock of that drift gains in `elapsed`.
Duration gained(Duration elapsed, std::int64_t drift_ppb) {
  const std::int64_t whole = elapsed.count() / billion * drift_ppb;
  return Duration{whole + elapsed.count() % billion * drift_ppb / billion};
}

}  // namespace

std::int64_t WallClock::at(Instant time) const {
  for (const ClockFault& fault : faults_) {
    if (fault.frozen) time = std::min(time, fault.begun);
  }
  Duration error = offset_ + gained(time.time_since_epoch(), drift_ppb_);
  for (const ClockFault& fault : faults_) {
    error += fault.add + gained(std::max(Duration{0}, time - fault.begun), fault.drift_ppb);
  }
  return ns(time + error);
}

void WallClock::remove_fault(FaultId id) {
  std::erase_if(faults_, [id](const ClockFault& fault) { return fault.id == id; });
}

}  // namespace replsim::sim
