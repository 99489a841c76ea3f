// A refused call changes nothing: no property, element, job or indication (invariant B2, rulings
// R1). What stood before the call is compared with what stands after its reply.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/run_context.h"
#include "model/cim/method.h"

namespace replsim::harness {

/// Management view of all arrays at an instant.
struct ManagementView {
  std::uint64_t mark = 0;
  std::uint64_t call = 0;  ///< Calls made up to then, this one included.
  bool whole = true;       ///< Every array ran: what a restart brings is no effect of a call.
  bool alone = false;      ///< No other call and no job was under way.
  bool loaded = false;     ///< Some workload was running.
  std::map<std::string, cim::Instance> relations;  ///< By array and path.
  std::map<std::string, cim::Instance> jobs;
  std::vector<std::string> volumes;
  std::map<std::uint64_t, std::uint64_t> indications;  ///< By pair.
};

ManagementView view_management(RunContext& context);

/// True when the answer says that the call was refused, not that it failed after acceptance.
bool is_refusal(const cim::MethodOutcome& outcome);

/// What changed since `before`, in words; empty when nothing did, or when something else than the
/// call can have changed it (another call, a running job, an event).
std::string refusal_effect(RunContext& context, const ManagementView& before);

}  // namespace replsim::harness
