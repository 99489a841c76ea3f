// A latency: constant, or a shifted exponential given by its mean and 99th percentile.
#pragma once

#include "sim/time.h"

namespace replsim::sim {

struct Latency {
  Duration mean{};
  Duration p99{};  ///< Zero: constant.
  bool operator==(const Latency&) const = default;
};

}  // namespace replsim::sim
