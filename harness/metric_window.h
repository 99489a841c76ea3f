// A window: where a step started, and what the counters stood at then. What is asked `since` a step
// is the difference to now. Taken only at steps whose name some `since` refers to.
// Source: language.md sections 5 and 6.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/workload.h"
#include "sim/time.h"

namespace replsim::harness {

/// Counters of a relation at an instant.
struct PairCounters {
  std::uint64_t copied_bytes = 0;
  std::uint64_t indications = 0;
  std::uint64_t received = 0;  ///< Of them.
};

struct Window {
  sim::Instant start{};
  std::uint64_t mark = 0;  ///< The trace's event count.
  std::map<std::uint64_t, PairCounters> pairs;
  std::map<std::string, std::uint64_t> volume_writes;                    ///< By path.
  std::map<std::pair<std::string, std::string>, std::uint64_t> numbers;  ///< Path and metric.
  std::vector<std::pair<const Workload*, WorkloadCounters>> workloads;   ///< In order of birth.
};

/// Values of gauges that some statistic asks for, one a second of simulated time.
struct Sample {
  sim::Instant time{};
  std::uint64_t value = 0;
};
using Samples = std::map<std::pair<std::string, std::string>, std::vector<Sample>>;

}  // namespace replsim::harness
