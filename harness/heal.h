// The end of a run, `converge`: workloads stop, faults are lifted, the documented recovery calls
// are made, and every relation must come to rest with its data in agreement (A11, B17).
// Source: rulings R18, DESIGN 9, language.md section 4 (`end`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/run_context.h"
#include "model/cim/enumerations.h"
#include "sim/task.h"

namespace replsim::harness {

/// What the heal phase does with a relation in a state.
enum class Healing : std::uint8_t {
  Wait,      ///< It goes on by itself: UNS, PAR, RES, Mixed.
  Done,      ///< SYN.
  Rest,      ///< INI, PRE, INA, FRA, SPL, SKW, split brain: judged by A only.
  Resume,    ///< SUS
  Resync,    ///< BRK, ABO, INV without split brain
  Failback,  ///< FO
};

/// Source: rulings R18.
Healing healing(cim::CopyState state, bool split_brain);

/// Stops workloads and drains them, then lifts all faults and starts hosts that were stopped.
sim::Task<void> quiesce(sim::World& world, RunContext& context);

/// Recovery calls until all has converged, or run.converge_within is over: then adds the failures.
sim::Task<bool> converge(sim::World& world, RunContext& context);

}  // namespace replsim::harness
