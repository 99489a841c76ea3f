// Jobs: an accepted operation that takes time. Records are stable (rulings R10).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/cim/method.h"
#include "model/engine/types.h"

namespace replsim::engine {

enum class JobPhase : std::uint8_t { Control = 1, Copy = 2, Ended = 3 };

/// Stable record of a CIM_ConcreteJob.
struct JobRecord {
  JobNumber number;
  EndpointNumber endpoint;  ///< Of the relation; 0 before it is formed.
  PairId pair;
  std::optional<cim::Operation> operation;  ///< None = CreateElementReplica.
  JobPhase phase = JobPhase::Control;
  cim::JobState state = cim::JobState::New;
  std::uint32_t percent = 0;
  /// The job ends when this state is entered; none = when the association is gone.
  std::optional<cim::CopyState> until;
  /// The other end drives the operation; until its outcome is known here.
  bool elsewhere = false;
  /// Of the relation when it began, for Reverse Roles that keeps the state.
  std::optional<std::uint32_t> role_epoch;
  bool reached = false;  ///< `until` was entered while the control phase ran; not in the record.
  std::int64_t started = 0;  ///< Array's clock, ns.
  std::int64_t ended = 0;
  std::int64_t changed = 0;  ///< When `state` changed last.
  std::string message_id;    ///< Of its CIM_Error; empty = none.
  std::string message;
};

}  // namespace replsim::engine
