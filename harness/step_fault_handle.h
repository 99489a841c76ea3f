// A fault step while the run goes on: its activations, and how to end it.
// Source: language.md section 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/language/step.h"
#include "harness/provider/testbed.h"
#include "harness/record/run_record.h"
#include "sim/sync.h"

namespace replsim::harness {

struct FaultActivation {
  sim::FaultId id;
  sim::Instant begun{};
  std::optional<sim::Instant> ended;
};

/// Shared by the step, its background task and the scenario's name for it.
struct FaultHandle {
  const Step* step = nullptr;
  std::string name;    ///< Names the chance stream: the step's `as` or its place.
  std::string effect;  ///< "link.cut"
  std::string target;  ///< Path.
  std::vector<FaultActivation> activations;
  bool stopped = false;   ///< No further activation; the present one has been ended.
  bool finished = false;  ///< Its task is over.
  std::string error;      ///< The testbed refused to begin it.
  sim::Signal changed;    ///< An activation began or ended, or it was stopped.

  bool active() const { return !activations.empty() && !activations.back().ended; }
  /// Activations that met at least one event of their kind.
  std::uint64_t fired(const provider::Testbed& testbed) const;
  /// Events changed, over all activations.
  std::uint64_t hits(const provider::Testbed& testbed) const;
  /// One record an activation.
  std::vector<record::FaultFiring> records(const provider::Testbed& testbed) const;
};

}  // namespace replsim::harness
