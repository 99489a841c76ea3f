// What surrounds the cells of the matrix: ProgressStatus while an operation runs and at rest,
// WaitForCopyState, and host access by state.
// Source: operation_matrix.md (its tables after the matrix), rulings R2, R3, R12.
#pragma once

#include <optional>
#include <span>

#include "model/cim/enumerations.h"
#include "model/cim/schema.h"
#include "model/cim/transition_table.h"

namespace replsim::cim {

/// ProgressStatus values an operation shows while it runs, in order; empty when it shows none.
/// Dissolve and Return To ResourcePool show Detaching before schema 2.41 (rulings R17).
std::span<const ProgressStatus> progress_while_running(Operation operation, SchemaVersion schema);

/// ProgressStatus values a relation may rest in, the default first.
std::span<const ProgressStatus> resting_progress(CopyState state);
/// ProgressStatus values that may stand in this state while an operation runs.
std::span<const ProgressStatus> running_progress(CopyState state);
/// True when the pair may be seen: at rest, while an operation runs, or in between.
bool progress_is_legal(CopyState state, ProgressStatus progress);

/// The operation that a "Requires X" asks for; nothing for the other values.
std::optional<Operation> required_operation(ProgressStatus progress);
/// True when "Requires X" forbids the operation: all but X, Detach and Dissolve, and Failover when
/// it is made because the source is unreachable (rulings R8).
bool blocked_by(ProgressStatus progress, Operation operation, bool source_unreachable);

/// The documented way out of a state that does not end by itself (rulings R18, heal phase).
std::optional<Operation> recovery_operation(CopyState state);

/// CopyStates that CreateElementReplica may wait for.
std::span<const CopyState> creation_wait_states(SyncType sync_type);
/// CopyState that CreateElementReplica waits for when WaitForCopyState is NULL.
CopyState default_creation_wait(SyncType sync_type);
/// True when creation stops in the state until Activate (rulings R2): 2, 8, 11.
bool creation_stops_in(CopyState wait);

/// What a WaitForCopyState means for an accepted cell (rulings R3).
enum class WaitKind : std::uint8_t {
  UntilEntered,  ///< The call ends when `state` was entered after its first transition.
  UntilRemoved,  ///< The call ends when the association is gone.
  HoldsNow,      ///< Nothing to wait for: 0 at once.
  AttachToCopy,  ///< 4 given in UNS: a job of its own that ends with the running copy.
  Invalid,       ///< 5: this operation can never reach the state.
};
struct WaitVerdict {
  WaitKind kind = WaitKind::Invalid;
  std::optional<CopyState> state;  ///< State waited for with UntilEntered.
  bool operator==(const WaitVerdict&) const = default;
};
/// Judges a given WaitForCopyState, or NULL, for a cell.
WaitVerdict judge_wait(const Transition& row, std::optional<CopyState> wait);

/// What a host may do.
enum class HostAccess : std::uint8_t {
  ReadWrite,
  ReadOnly,
  Refused,
  Unchanged,  ///< As in the state held before.
};
/// Access to the target of a Mirror by state (rulings R12).
HostAccess target_access(CopyState state);
/// Access to the source of a Mirror by state; a Backward copy refuses besides (rulings R5).
HostAccess source_access(CopyState state);

}  // namespace replsim::cim
