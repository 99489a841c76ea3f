// Trace events in words, for internal errors and for people who look at the last lines.
#pragma once

#include <string>
#include <vector>

#include "sim/trace.h"
#include "sim/world.h"

namespace replsim::harness {

/// `   1.500 s  east:1  state-change from=4 to=9 pair=1`.
std::string describe(const sim::TraceEvent& event, const sim::Trace& trace);

/// The last `most` events of the run, kept ones and I/O together, oldest first.
std::vector<std::string> last_events(const sim::World& world, std::size_t most);

}  // namespace replsim::harness
