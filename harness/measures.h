// `measure`: the numbers that a scenario asks for, read while it runs.
// Source: language.md section 4.
#pragma once

#include "harness/run_context.h"

namespace replsim::harness {

/// The step of this name has ended: reads what is measured until then. In a repeat the last round
/// counts.
void measure_until(RunContext& context, SlotId ended);
/// The steps have ended, all of them: reads the rest, writes all into the record, and adds a
/// failure for what has no value.
void measure_rest(RunContext& context);

}  // namespace replsim::harness
