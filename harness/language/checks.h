// Checks of a whole run after it was built: what needs more than one step to be seen.
// Source: language.md section 9.
#pragma once

#include "harness/language/report.h"
#include "harness/language/scenario.h"

namespace replsim::harness {

/// Overlapping cuts, waits before expectations, faults longer than the run; nothing expected only
/// when the run is `complete`: a step that could not be built may have been the expectation.
void check_run(const Run& run, bool complete, Report& report);

/// True when `a` and `b` name the same thing.
bool same_subject(const Subject& a, const Subject& b);

}  // namespace replsim::harness
