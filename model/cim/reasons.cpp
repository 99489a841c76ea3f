// The texts of the reason codes.
// Source: operation_matrix.md, reason codes; same ids.
#include "model/cim/reasons.h"

#include <algorithm>
#include <array>

namespace replsim::cim {
namespace {

constexpr ReasonKind spec_text = ReasonKind::Specification;
constexpr ReasonKind vendor = ReasonKind::Vendor;
constexpr ReasonKind inferred = ReasonKind::Inferred;

constexpr std::array<Reason, 91> reason_table = {{
    {"S1", spec_text,
     "CopyState text: Aborted is produced by the Abort operation and left by Resync Replica."},
    {"S2", spec_text,
     "Resync Replica is the operation that undoes Fracture/Split and restarts Broken/Aborted; so "
     "other starters are wrong in those states."},
    {"S3", spec_text,
     "Activate is for an inactive or prepared association; Inactive waits for activation."},
    {"S4", spec_text,
     "Resume continues a suspended association; Suspended is left through Resume."},
    {"S5", spec_text,
     "Deactivate stops the data flow; Inactive = flow stopped, source writes not sent."},
    {"S6", spec_text,
     "Detach forgets the relation and makes the objects independent; no state limit is given."},
    {"S7", spec_text,
     "Capability text \"Failover requires subsequent failback\": after failover only Failback and "
     "Detach are accepted (feature 53). Taken as the default."},
    {"S8", spec_text,
     "Dissolve removes the relation, keeps the target, and returns a SettingsDefineState to a "
     "SynchronizationAspect."},
    {"S9", spec_text,
     "Failover makes the target act as source; features say planned failover may require Split or "
     "Fractured first (knob). Without the knob Synchronized is a legal start."},
    {"S10", spec_text,
     "(derived) Failedover means source unreachable, I/O on target; Partitioned is the link-loss "
     "state it is used from."},
    {"S11", spec_text, "Failback undoes failover; ProgressStatus Failing back while undoing."},
    {"S12", spec_text,
     "Fracture suspends sync, keeps association and change tracking for fast resync."},
    {"S13", spec_text,
     "Features/ProgressStatus \"Requires fracture/split/resume\": a finished restore may need that "
     "follow-up op."},
    {"S14", spec_text,
     "Capability text: Restore copies from a fractured target back to the source."},
    {"S15", spec_text,
     "CopyRecoveryMode Manual: state becomes Suspended after the link is repaired, only then "
     "Resume."},
    {"S16", spec_text, "Reset To Sync/Async changes Mode, not CopyState."},
    {"S17", spec_text,
     "Return To ResourcePool is defined for snapshots only: target and association are deleted, "
     "space freed."},
    {"S18", spec_text,
     "Features 29-33 name Synchronized/Fractured/Split/FailedOver/Suspended as possible required "
     "states for Reverse Roles; default accepts all five, association keys swap "
     "(UpdatesSynchronizedPath). After FRA/SPL/SUS ProgressStatus = Requires resync."},
    {"S19", spec_text, "Split = Fracture plus quiesce, drain in-flight copies, instant cut."},
    {"S20", spec_text, "Suspend stops the background copy; data flow stops, resumable."},
    {"S21", spec_text, "Capability text: (Un)prepare reinitialises and stops in Prepared."},
    {"S22", spec_text,
     "For snapshots Deactivate drops the changed-data pointers, so target writes are lost."},
    {"S23", spec_text,
     "ModifyListSynchronization text limits Fracture to Mirror or Snapshot, so Snapshot is a legal "
     "type."},
    {"S24", spec_text, "Resync re-creates the point-in-time image for Snapshot/Clone."},
    {"V1", vendor,
     "Hitachi CCI table: a command whose goal state already holds is \"acceptable\" = accepted, "
     "nothing done."},
    {"V2", vendor,
     "Hitachi: delete pair accepted in COPY, PAIR, PSUS, PSUE. EMC driver does Suspend then Detach "
     "with Force (knob detach_requires_stopped)."},
    {"V3", vendor, "EMC Cinder SMI-S driver treats an already failed-over pair as done."},
    {"V4", vendor, "Hitachi: split rejected when the pair is in error (PSUE)."},
    {"V5", vendor,
     "Hitachi SSWS: forward resync rejected after takeover because the secondary delta wins; "
     "swap/failback needed."},
    {"V6", vendor,
     "Hitachi steady split / async split: delta is drained to the secondary, then the pair "
     "splits."},
    {"V7", vendor,
     "3PAR lists Detach for local snapshots; HP SVSP uses Detach to delete one. Default: target "
     "loses its content unless feature 63 (becomes independent)."},
    {"V8", vendor, "3PAR lists Dissolve for snapshot and clone (promote)."},
    {"V9", vendor,
     "3PAR: restoring = CopyState Synchronized + ProgressStatus Restoring. 3PAR/ETERNUS end state "
     "is Inactive (knob restore_final_state)."},
    {"V10", vendor,
     "3PAR Abort supported for clones (halt copy); legacy 3PAR removed the association when halt "
     "succeeded (knob)."},
    {"V11", vendor,
     "Windows storage service detaches a clone after Synchronized; feature 18 detaches "
     "automatically."},
    {"V12", vendor,
     "ETERNUS QuickOPC/EC and TimeFinder clone sessions can be split after full copy."},
    {"V13", vendor,
     "TimeFinder/ETERNUS restore from a complete clone; end states RESTORED / SPLIT (knob "
     "restore_final_state)."},
    {"V14", vendor, "HP SVSP pauses/continues snapclone jobs: paused = Suspended/Dormant."},
    {"R1", inferred, "Nothing to activate in this state; another operation owns the exit."},
    {"R2", inferred, "No background copy is outstanding, so there is nothing to abort."},
    {"R3", inferred, "A prepared or suspended copy is still an outstanding copy operation."},
    {"R4", inferred, "Goal state already holds; accept as no-op (same rule as V1)."},
    {"R5", inferred, "Consistency is a property of GroupSynchronized; not offered for one pair."},
    {"R6", inferred,
     "A client that created with WaitForCopyState=Initialized needs a way to start the flow."},
    {"R7", inferred,
     "SyncPair operations need a GroupSynchronized reference; an element reference is a bad "
     "parameter."},
    {"R8", inferred, "Flow is already stopped by another cause; deactivating would hide it."},
    {"R9", inferred, "Stopping before/after the flow is harmless and gives a defined idle state."},
    {"R10", inferred,
     "Deactivate is the stronger stop: held queue is converted into the dirty bitmap."},
    {"R11", inferred, "Target would stay a partial copy; Force acknowledges that."},
    {"R12", inferred, "Peer cannot be updated; one-sided removal needs Force."},
    {"R13", inferred, "No point in time exists yet, so no aspect is left."},
    {"R14", inferred,
     "No complete image: an aspect would describe unusable data; Force drops the aspect."},
    {"R15", inferred, "Target has never held a usable image."},
    {"R16", inferred,
     "Copy incomplete, target content not consistent; Force accepts data damage (async with a "
     "protected image may roll back to it)."},
    {"R17", inferred,
     "Disaster use: the relation is already non-functional and the target is the surviving copy."},
    {"R18", inferred, "Target is stale or changed by a host; Force accepts the loss."},
    {"R19", inferred, "Target is a stale but consistent image (frozen at suspend)."},
    {"R20", inferred,
     "Only a failed-over relation can be failed back. (EMC client code skips the call when already "
     "synchronized.)"},
    {"R21", inferred, "No running flow to break in this state."},
    {"R22", inferred,
     "Target would be an inconsistent mix; Hitachi accepts it without force, DRBD would call it "
     "Inconsistent."},
    {"R23", inferred, "Split is a stronger Fracture."},
    {"R24", inferred, "Flow is already stopped; only target access changes to host read/write."},
    {"R25", inferred,
     "Peer unknown; source side alone may declare the fracture and start tracking."},
    {"R26", inferred,
     "Wrong entry operation: Activate or Resume is the exit, or the peer is unreachable."},
    {"R27", inferred, "Re-establish overwrites the local target changes."},
    {"R28", inferred, "Status unknown: allowed but must be a full copy (no trust in bitmaps)."},
    {"R29", inferred, "Target does not hold a separate, complete image to restore from."},
    {"R30", inferred, "Restoring the modified image is the purpose of having written it."},
    {"R31", inferred, "Nothing is suspended."},
    {"R32", inferred, "Mode is configuration; stored now, used when the flow starts."},
    {"R33", inferred, "Cannot negotiate a mode with a failed, unknown or aborted peer."},
    {"R34", inferred,
     "Roles can swap only when both ends agree on content or on a tracked difference."},
    {"R35", inferred, "Consistency cannot be promised after the fact."},
    {"R36", inferred, "Held or untracked writes would have to be drained first (Resume/Activate)."},
    {"R37", inferred, "A coordinated cut needs both ends reachable."},
    {"R38", inferred, "No running copy to suspend."},
    {"R39", inferred,
     "Turns an unknown state into a known, source-side decided stop; peer confirms after "
     "reconnect."},
    {"R40", inferred,
     "Re-initialising discards incremental tracking; next activation is a full copy."},
    {"R41", inferred, "Throws away a running or good copy; Force needed."},
    {"R42", inferred, "Needs both ends."},
    {"R43", inferred, "Activate must not silently move the point in time; use Resync."},
    {"R44", inferred, "Pointers can be dropped from a fractured snapshot as well."},
    {"R45", inferred,
     "Dropping the delta frees the exhausted space; gives a way out of a full snapshot pool."},
    {"R46", inferred, "Failover needs a maintained copy; Snapshot/Clone are point-in-time copies."},
    {"R47", inferred, "Only the association label changes; content stays."},
    {"R48", inferred, "Mode of a PIT copy matters only at creation."},
    {"R49", inferred, "Roles of a PIT copy cannot swap; use Restore."},
    {"R50", inferred, "PIT is consistent already, so the graceful form is the same as Fracture."},
    {"R51", inferred, "No background copy runs after the PIT copy is complete."},
    {"R52", inferred, "Complete clone kept as idle; next Activate makes a new PIT."},
    {"R53", inferred, "A copy is already running; In Use rather than a silent restart."},
}};

constexpr bool unique_ids() {
  for (std::size_t i = 0; i < reason_table.size(); ++i) {
    for (std::size_t j = i + 1; j < reason_table.size(); ++j) {
      if (reason_table[i].id == reason_table[j].id) return false;
    }
  }
  return true;
}
static_assert(unique_ids());

}  // namespace

std::span<const Reason> reasons() {
  return reason_table;
}

const Reason* find_reason(std::string_view id) {
  const auto found = std::find_if(reason_table.begin(), reason_table.end(),
                                  [id](const Reason& reason) { return reason.id == id; });
  return found == reason_table.end() ? nullptr : &*found;
}

}  // namespace replsim::cim
