// The small tables around the matrix.
#include "model/cim/operation_rules.h"

#include <algorithm>
#include <array>

namespace replsim::cim {
namespace {

using Progress = ProgressStatus;
using Statuses = std::span<const ProgressStatus>;

constexpr std::array aborting = {Progress::Aborting};
constexpr std::array synchronizing = {Progress::Synchronizing};
constexpr std::array suspending = {Progress::Suspending};
constexpr std::array detaching = {Progress::Detaching};
constexpr std::array terminating = {Progress::Terminating, Progress::Detaching};
constexpr std::array failing_over = {Progress::FailingOver};
constexpr std::array failing_back = {Progress::FailingBack};
constexpr std::array fracturing = {Progress::Fracturing};
constexpr std::array resyncing = {Progress::Resyncing};
constexpr std::array restoring = {Progress::Restoring};
constexpr std::array splitting = {Progress::Splitting};
constexpr std::array preparing = {Progress::Initializing, Progress::Preparing};

struct StateProgress {
  CopyState state;
  Statuses resting;
  Statuses running;
};

constexpr std::array completed = {Progress::Completed};
constexpr std::array dormant = {Progress::Dormant};
constexpr std::array unknown = {Progress::Unknown};
constexpr std::array mixed = {Progress::Mixed};
constexpr std::array not_applicable = {Progress::NotApplicable};
constexpr std::array initializing = {Progress::Initializing};
constexpr std::array preparing_only = {Progress::Preparing};
constexpr std::array flow = {Progress::Synchronizing, Progress::Resyncing, Progress::Restoring,
                             Progress::FailingBack, Progress::Aborting};
constexpr std::array pending = {Progress::Pending};
constexpr std::array leaving_synchronized = {Progress::Splitting,  Progress::Fracturing,
                                             Progress::Suspending, Progress::FailingOver,
                                             Progress::Restoring,  Progress::Detaching};
constexpr std::array separated = {Progress::Completed, Progress::RequiresResync};
constexpr std::array restoring_resyncing = {Progress::Restoring, Progress::Resyncing};
constexpr std::array starting = {Progress::Synchronizing, Progress::Resyncing};
constexpr std::array failed_over = {Progress::Completed, Progress::RequiresFracture,
                                    Progress::RequiresSplit};
constexpr std::array restored = {Progress::Completed, Progress::RequiresFracture,
                                 Progress::RequiresSplit, Progress::RequiresDetach,
                                 Progress::RequiresResume};

// Source: operation_matrix.md, "ProgressStatus x CopyState"; FO: rulings R8 (no "Requires
// failback"); RES: S13 and feature 27.
constexpr std::array<StateProgress, 16> state_progress = {{
    {CopyState::Initialized, completed, initializing},
    {CopyState::Unsynchronized, pending, flow},
    {CopyState::Synchronized, completed, leaving_synchronized},
    {CopyState::Broken, not_applicable, resyncing},
    {CopyState::Fractured, separated, restoring_resyncing},
    {CopyState::Split, separated, restoring_resyncing},
    {CopyState::Inactive, dormant, starting},
    {CopyState::Suspended, dormant, starting},
    {CopyState::Failedover, failed_over, failing_back},
    {CopyState::Prepared, dormant, preparing_only},
    {CopyState::Aborted, completed, {}},
    {CopyState::Skewed, completed, restoring_resyncing},
    {CopyState::Mixed, mixed, mixed},
    {CopyState::Partitioned, unknown, {}},
    {CopyState::Invalid, unknown, {}},
    {CopyState::Restored, restored, {}},
}};

const StateProgress* find_progress(CopyState state) {
  const auto found = std::find_if(state_progress.begin(), state_progress.end(),
                                  [state](const StateProgress& row) { return row.state == state; });
  return found == state_progress.end() ? nullptr : &*found;
}

bool holds(Statuses list, ProgressStatus value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// True when some operation that the state accepts shows the status while it runs.
bool shown_by_operation(CopyState state, ProgressStatus progress) {
  for (const Transition& row : transitions(SyncType::Mirror)) {
    const bool touches = row.from == state || row.via == state || row.final_state == state;
    if (row.outcome != Outcome::Path || !touches) continue;
    if (holds(progress_while_running(row.operation, SchemaVersion::V2_49), progress)) return true;
  }
  return false;
}

struct Requirement {
  ProgressStatus progress;
  Operation operation;
};
constexpr std::array<Requirement, 6> requirements = {{
    {Progress::RequiresFracture, Operation::Fracture},
    {Progress::RequiresResync, Operation::ResyncReplica},
    {Progress::RequiresActivate, Operation::Activate},
    {Progress::RequiresDetach, Operation::Detach},
    {Progress::RequiresSplit, Operation::Split},
    {Progress::RequiresResume, Operation::Resume},
}};

struct Recovery {
  CopyState state;
  Operation operation;
};
constexpr std::array<Recovery, 5> recoveries = {{
    {CopyState::Suspended, Operation::Resume},
    {CopyState::Broken, Operation::ResyncReplica},
    {CopyState::Aborted, Operation::ResyncReplica},
    {CopyState::Invalid, Operation::ResyncReplica},
    {CopyState::Failedover, Operation::Failback},
}};

constexpr std::array point_in_time_waits = {CopyState::Initialized, CopyState::Inactive,
                                            CopyState::Prepared, CopyState::Synchronized};
constexpr std::array copy_waits = {CopyState::Initialized, CopyState::Inactive, CopyState::Prepared,
                                   CopyState::Unsynchronized, CopyState::Synchronized};

/// True when the path may be waited for at all (table of legal WaitForCopyState).
bool takes_wait(Operation operation) {
  switch (operation) {
    case Operation::ActivateConsistency:
    case Operation::DeactivateConsistency:
    case Operation::AddSyncPair:
    case Operation::RemoveSyncPair:
    case Operation::ResetToSync:
    case Operation::ResetToAsync:
    case Operation::ResetToAdaptive:
    case Operation::ResetToActive: return false;
    case Operation::Abort:
    case Operation::Activate:
    case Operation::Deactivate:
    case Operation::Detach:
    case Operation::Dissolve:
    case Operation::Failover:
    case Operation::Failback:
    case Operation::Fracture:
    case Operation::ResyncReplica:
    case Operation::RestoreFromReplica:
    case Operation::Resume:
    case Operation::ReturnToResourcePool:
    case Operation::ReverseRoles:
    case Operation::Split:
    case Operation::Suspend:
    case Operation::Unprepare:
    case Operation::Prepare:
    case Operation::ResetReplica: return true;
  }
  return false;
}

WaitVerdict judge_path(const Transition& row, std::optional<CopyState> wait) {
  if (!row.final_state) {
    const bool removal = !wait || *wait == CopyState::NotApplicable;
    return removal ? WaitVerdict{WaitKind::UntilRemoved, {}} : WaitVerdict{};
  }
  if (!wait) return {WaitKind::UntilEntered, row.final_state};
  if (!takes_wait(row.operation)) return {};
  // Split of a running copy passes Synchronized, but only 7 may be waited for.
  const bool on_the_way = row.via == wait && row.operation != Operation::Split;
  if (on_the_way || row.final_state == wait) return {WaitKind::UntilEntered, wait};
  return {};
}

}  // namespace

std::span<const ProgressStatus> progress_while_running(Operation operation, SchemaVersion schema) {
  switch (operation) {
    case Operation::Abort: return aborting;
    case Operation::Activate:
    case Operation::ResetToSync: return synchronizing;
    case Operation::Deactivate:
    case Operation::Suspend: return suspending;
    case Operation::Detach: return detaching;
    case Operation::Dissolve:
    case Operation::ReturnToResourcePool:
      return schema >= SchemaVersion::V2_41 ? Statuses(terminating) : Statuses(detaching);
    case Operation::Failover:
    case Operation::ReverseRoles: return failing_over;
    case Operation::Failback: return failing_back;
    case Operation::Fracture: return fracturing;
    case Operation::ResyncReplica:
    case Operation::Resume: return resyncing;
    case Operation::RestoreFromReplica:
    case Operation::ResetReplica: return restoring;
    case Operation::Split: return splitting;
    case Operation::Unprepare:
    case Operation::Prepare: return preparing;
    case Operation::ActivateConsistency:
    case Operation::DeactivateConsistency:
    case Operation::AddSyncPair:
    case Operation::RemoveSyncPair:
    case Operation::ResetToAsync:
    case Operation::ResetToAdaptive:
    case Operation::ResetToActive: return {};
  }
  return {};
}

std::span<const ProgressStatus> resting_progress(CopyState state) {
  const StateProgress* row = find_progress(state);
  return row == nullptr ? Statuses{} : row->resting;
}

std::span<const ProgressStatus> running_progress(CopyState state) {
  const StateProgress* row = find_progress(state);
  return row == nullptr ? Statuses{} : row->running;
}

bool progress_is_legal(CopyState state, ProgressStatus progress) {
  return holds(resting_progress(state), progress) || holds(running_progress(state), progress) ||
         shown_by_operation(state, progress);
}

std::optional<Operation> required_operation(ProgressStatus progress) {
  for (const Requirement& row : requirements) {
    if (row.progress == progress) return row.operation;
  }
  return std::nullopt;
}

bool blocked_by(ProgressStatus progress, Operation operation, bool source_unreachable) {
  const auto required = required_operation(progress);
  if (!required || operation == *required) return false;
  if (operation == Operation::Detach || operation == Operation::Dissolve) return false;
  return !(operation == Operation::Failover && source_unreachable);
}

std::optional<Operation> recovery_operation(CopyState state) {
  for (const Recovery& row : recoveries) {
    if (row.state == state) return row.operation;
  }
  return std::nullopt;
}

std::span<const CopyState> creation_wait_states(SyncType sync_type) {
  switch (sync_type) {
    case SyncType::Snapshot: return point_in_time_waits;
    case SyncType::Mirror:
    case SyncType::Clone:
    case SyncType::TokenizedClone: return copy_waits;
  }
  return {};
}

CopyState default_creation_wait(SyncType sync_type) {
  return sync_type == SyncType::Snapshot ? CopyState::Synchronized : CopyState::Unsynchronized;
}

bool creation_stops_in(CopyState wait) {
  return wait == CopyState::Initialized || wait == CopyState::Inactive ||
         wait == CopyState::Prepared;
}

WaitVerdict judge_wait(const Transition& row, std::optional<CopyState> wait) {
  switch (row.outcome) {
    case Outcome::Path: return judge_path(row, wait);
    case Outcome::Accept:
    case Outcome::Same:
      if (!wait || *wait == row.from) return {WaitKind::HoldsNow, {}};
      if (row.from == CopyState::Unsynchronized && *wait == CopyState::Synchronized) {
        return {WaitKind::AttachToCopy, wait};
      }
      return {};
    case Outcome::RefuseState:
    case Outcome::InvalidParameter:
    case Outcome::InUse:
    case Outcome::NotSupported: return {};
  }
  return {};
}

HostAccess target_access(CopyState state) {
  switch (state) {
    case CopyState::Synchronized:
    case CopyState::Suspended:
    case CopyState::Inactive: return HostAccess::ReadOnly;
    case CopyState::Fractured:
    case CopyState::Split:
    case CopyState::Failedover:
    case CopyState::Skewed:
    case CopyState::Restored: return HostAccess::ReadWrite;
    case CopyState::Unsynchronized:
    case CopyState::Initialized:
    case CopyState::Prepared:
    case CopyState::Aborted:
    case CopyState::Broken:
    case CopyState::Invalid: return HostAccess::Refused;
    case CopyState::Partitioned:
    case CopyState::Mixed:
    case CopyState::NotApplicable: return HostAccess::Unchanged;
  }
  return HostAccess::Unchanged;
}

HostAccess source_access(CopyState state) {
  switch (state) {
    case CopyState::Failedover: return HostAccess::ReadOnly;
    case CopyState::Partitioned: return HostAccess::Unchanged;
    case CopyState::Initialized:
    case CopyState::Unsynchronized:
    case CopyState::Synchronized:
    case CopyState::Broken:
    case CopyState::Fractured:
    case CopyState::Split:
    case CopyState::Inactive:
    case CopyState::Suspended:
    case CopyState::Prepared:
    case CopyState::Aborted:
    case CopyState::Skewed:
    case CopyState::Mixed:
    case CopyState::NotApplicable:
    case CopyState::Invalid:
    case CopyState::Restored: return HostAccess::ReadWrite;
  }
  return HostAccess::ReadWrite;
}

}  // namespace replsim::cim
