// Judging the end of a run: what has not converged and what it waits for, and whether the data of
// synchronised relations agrees to the block.
#pragma once

#include <cstdint>

#include "harness/heal.h"

namespace replsim::harness {

/// What the heal phase calls for the relation as its merged view is now.
Healing healing_of(RunContext& context, std::uint64_t pair);

/// True when each end of the relation rests or is in SYN: the merged view hides the other one.
bool at_rest(RunContext& context, std::uint64_t pair);

/// One B17 failure for each relation and job that has not come to rest.
void report_not_converged(RunContext& context);

/// Compares source and target of each relation in SYN; adds A11 failures. True when all agree.
bool report_data(RunContext& context);

}  // namespace replsim::harness
