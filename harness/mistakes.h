// Which mistakes of the table a call or an I/O of a step is. They are counted, never judged: what
// must come of them, the scenario and the invariants say.
#pragma once

#include <set>
#include <string>

#include "harness/run_context.h"
#include "model/cim/method.h"

namespace replsim::harness {

/// Rules that this call exercises if it is made now: `operator/promote-twice`.
std::set<std::string> mistakes_of(RunContext& context, const cim::MethodCall& call);

/// Counts a write of a host that was refused at the target of a relation.
void note_refused_write(RunContext& context, const std::string& volume);

}  // namespace replsim::harness
