// Simulated time: int64 nanoseconds since 2000-01-01T00:00:00Z, on a clock that cannot be asked
// for the time. The one now() is World's.
#pragma once

#include <chrono>
#include <cstdint>

#include "sim/wide.h"

namespace replsim::sim {

struct SimClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;
};

using Duration = SimClock::duration;
using Instant = SimClock::time_point;

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::int64_t ns(Duration d) {
  return d.count();
}
constexpr std::int64_t ns(Instant t) {
  return t.time_since_epoch().count();
}

/// Time that `bytes` take at `bytes_per_second`, rounded up; zero bandwidth means unlimited.
constexpr Duration transfer_time(std::uint64_t bytes, std::uint64_t bytes_per_second) {
  if (bytes_per_second == 0) return Duration{0};
  const auto wide = static_cast<Wide>(bytes) * 1'000'000'000u + bytes_per_second - 1;
  return Duration{static_cast<std::int64_t>(wide / bytes_per_second)};
}

}  // namespace replsim::sim
