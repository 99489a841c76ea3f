// Which way a job may go: legal changes of JobState, and what a client may ask of it when.
// Source: invariants.md C2; cim_synchronized.md section 4.
#pragma once

#include <span>

#include "model/cim/enumerations.h"

namespace replsim::cim {

/// One legal change of JobState.
struct JobChange {
  JobState from;
  JobState to;
  bool operator==(const JobChange&) const = default;
};

/// All legal changes.
std::span<const JobChange> job_changes();
/// True for one step of the graph; the same state again is no change.
bool job_change_is_legal(JobState from, JobState to);
/// True when a poll may see the one and later the other: a path of one or more steps.
bool job_path_is_legal(JobState from, JobState to);
/// True when nothing follows but removal: Completed, Terminated, Killed, Exception.
bool job_has_ended(JobState state);

}  // namespace replsim::cim
