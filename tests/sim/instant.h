// Instants as the kernel's tests write them.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace replsim::sim {

constexpr Instant at(std::int64_t nanoseconds_since_epoch) {
  return Instant{Duration{nanoseconds_since_epoch}};
}

}  // namespace replsim::sim
