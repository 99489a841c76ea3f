// A run as a story: when, what kind of thing, and what happened, in the order of simulated time.
#pragma once

#include <string>
#include <vector>

#include "harness/record/run_record.h"

namespace replsim::reports {

/// One line of a timeline.
struct TimelineEntry {
  std::int64_t at_ns = 0;
  std::string kind;  ///< "call", "state", "job", "loss", or the kind of a moment ("fault").
  std::string text;
  bool operator==(const TimelineEntry&) const = default;
};

/// Everything that the record tells, by time; what happened in one instant keeps this order:
/// moments (faults among them), calls, states, jobs, losses.
std::vector<TimelineEntry> timeline(const record::ScenarioRecord& scenario);

/// The timeline as lines, times right-aligned in seconds.
std::string timeline_text(const record::ScenarioRecord& scenario);

}  // namespace replsim::reports
