// A relation as one array holds it: the association instance ("endpoint") of rulings R7. The record
// is durable and is replaced as a whole; the rest is gone after a crash and rebuilt at reconnect.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/engine/activity_log.h"
#include "model/engine/dirty_bitmap.h"
#include "model/engine/journal.h"
#include "model/engine/send_rate.h"
#include "model/engine/send_window.h"
#include "model/engine/types.h"
#include "sim/sync.h"
#include "sim/trace.h"

namespace replsim::engine {

/// Times of the array's own clock in nanoseconds since 2000; none = not yet.
struct RelationTimes {
  std::optional<std::int64_t> established;
  std::optional<std::int64_t> activated;
  std::optional<std::int64_t> synchronized;
  std::optional<std::int64_t> suspended;
  std::optional<std::int64_t> deactivated;
  /// The instant that a target which stopped following shows: Synchronized was left, or a Restore
  /// from it ended.
  std::optional<std::int64_t> followed;
  bool operator==(const RelationTimes&) const = default;
};

/// What the array must not forget about a relation.
struct RelationRecord {
  EndpointNumber number;
  PairId pair;
  Role role = Role::Source;
  bool hidden = false;  ///< Target end of a local pair: no association instance of its own.
  std::string peer;     ///< Array of the other end; the own name for a local pair.
  VolumeNumber local_volume;
  std::uint64_t blocks = 0;   ///< Of the source at creation: a larger target shows no more.
  std::string remote_volume;  ///< Path of the other element: "west/pool1-1".
  cim::CopyState state = cim::CopyState::Initialized;
  std::uint16_t entered_by = 0;                             ///< Cause code of the last change.
  cim::CopyState before = cim::CopyState::Initialized;      ///< Held before PAR.
  cim::CopyState rest_at = cim::CopyState::Unsynchronized;  ///< Where creation stops (R2).
  cim::Mode mode = cim::Mode::Synchronous;
  RelationSettings settings;
  cim::ProgressStatus progress = cim::ProgressStatus::Completed;
  cim::CopyState requested = cim::CopyState::NotApplicable;
  cim::TargetImage target_image = cim::TargetImage::Never;  // rulings R5
  bool source_image_consistent = true;
  CopyDirection direction = CopyDirection::Forward;  // rulings R6
  /// Where a Restore began (R6); kept when it was aborted: the source element holds a part of it.
  cim::CopyState restore_from = cim::CopyState::NotApplicable;
  Lineage lineage;
  bool everything_dirty = true;  ///< Before the first copy, or after tracking was lost.
  bool split_brain = false;
  bool fenced = false;           ///< Source end: hosts are refused because of a Failover.
  bool provisional = false;      ///< Target end: creation not committed yet.
  bool peer_seen = true;         ///< The peer was seen since the Failover.
  bool bumped = false;           ///< The generation was bumped for the present outage.
  bool wrote_alone = false;      ///< A host wrote here while the peer was out of contact.
  std::uint32_t role_epoch = 0;  ///< Counts role swaps.
  std::uint32_t percent = 0;     ///< PercentSynced of the copy so far, 0..100.
  std::uint32_t journal = 0;     ///< The journal that is open: its number; 0 = none (R9).
  std::uint32_t journals = 0;    ///< Number of the last one that was opened.
  RelationTimes times;
};

/// A copy that rests in this state goes on in its direction (R6).
constexpr bool keeps_direction(cim::CopyState state) {
  return state == cim::CopyState::Unsynchronized || state == cim::CopyState::Suspended ||
         state == cim::CopyState::Inactive || state == cim::CopyState::Broken ||
         state == cim::CopyState::Invalid || state == cim::CopyState::Partitioned;
}

/// Where an Abort of what is in the record ends: a copy back where that began (R6).
constexpr cim::CopyState end_of_abort(const RelationRecord& record) {
  if (record.direction == CopyDirection::Forward) return cim::CopyState::Aborted;
  const bool restores = record.restore_from != cim::CopyState::NotApplicable;
  return restores ? record.restore_from : cim::CopyState::Failedover;
}

/// A copy that starts here is a Forward one, whatever was before (R6).
constexpr bool starts_forward(const RelationRecord& record) {
  return !keeps_direction(record.state) ||
         (record.state == cim::CopyState::Invalid && record.split_brain);
}

/// In the flow, or cut off from it: an open journal goes on (R9).
constexpr bool keeps_journal(const RelationRecord& record) {
  const cim::CopyState state =
      record.state == cim::CopyState::Partitioned ? record.before : record.state;
  const bool flow =
      state == cim::CopyState::Synchronized || state == cim::CopyState::Unsynchronized;
  return flow && record.mode == cim::Mode::Asynchronous &&
         record.direction == CopyDirection::Forward;
}

/// The ends change their roles (R18); data goes on in the direction it went. From FO that begins a
/// copy. The new target holds a part if the new source was failed over, or its copy back has not
/// ended.
inline void swap_roles(RelationRecord& record, std::uint32_t epoch) {
  const bool failed_over = record.state == cim::CopyState::Failedover;
  const bool copied_back =
      record.direction == CopyDirection::Backward || !record.source_image_consistent;
  record.role = other(record.role);
  record.role_epoch = epoch;
  if (failed_over) record.state = cim::CopyState::Unsynchronized;
  if (!failed_over && !copied_back) return;
  record.fenced = false;
  record.source_image_consistent = true;
  record.target_image = cim::TargetImage::Inconsistent;
  record.direction = CopyDirection::Forward;
  record.restore_from = cim::CopyState::NotApplicable;
}

/// What stands in the place of a relation's record until its removal was announced.
struct Farewell {
  EndpointNumber number;
  PairId pair;
  cim::CopyState state = cim::CopyState::Initialized;  ///< The last one.
  std::uint16_t cause = 0;                             ///< Cause code of the removal.
};

/// What Dissolve leaves at the source end in the place of the relation's record, for good: the
/// former target shows the source as it was then (CIM_SynchronizationAspect).
struct AspectRecord {
  Farewell gone;              ///< The aspect has the number of the end that it was.
  VolumeNumber local_volume;  ///< The source element.
  std::string remote_volume;  ///< Path of the element that shows it: "west/pool1-1".
  std::int64_t point_in_time = 0;
};

/// Dissolve leaves one at the source end when its cell says so and the target's image is worth it
/// (R5).
bool leaves_aspect(const RelationRecord& record);

/// What an end tells of a relation at reconnect.
struct PairFacts {
  PairId pair;
  Role role = Role::Source;
  cim::CopyState state = cim::CopyState::Initialized;
  cim::CopyState before = cim::CopyState::Initialized;
  CopyDirection direction = CopyDirection::Forward;
  cim::CopyState restore_from = cim::CopyState::NotApplicable;  ///< Backward, and a Restore.
  bool gave_up = false;  ///< A Fracture or Split with Force ended a copy back half-way here.
  Lineage lineage;
  bool everything_dirty = false;
  bool split_brain = false;
  bool fenced = false;
  bool provisional = false;
  bool tracked = false;    ///< Its bitmap or activity log holds something.
  bool restarted = false;  ///< The array restarted since the last contact.
  std::uint32_t role_epoch = 0;
  bool taking_over = false;   ///< Relation::taking_over: soon it is all different.
  std::uint32_t turns = 0;    ///< Relation::turns when this was told.
  std::uint32_t journal = 0;  ///< RelationRecord::journal.
};

/// A relation while its array runs.
struct Relation {
  RelationRecord record;
  sim::EntityId entity;                       ///< `<array>:<number>`
  DirtyBitmap bitmap;                         ///< This end's tracking.
  ActivityLog activity;                       ///< Extents with writes in flight to the peer.
  sim::Mutex slot_turn;                       ///< Who waits for slots of the activity log.
  sim::Signal slot_freed;                     ///< A write has left its slots.
  sim::Mutex paging;                          ///< One write of a tracking page at a time.
  sim::Mutex changing;                        ///< One change of the record at a time.
  sim::Signal changed;                        ///< After each commit of the record.
  std::optional<cim::Operation> controlling;  ///< Operation in its control phase (R4, C3).
  bool creating = false;                      ///< Creation is in its control phase.
  bool skewing = false;                       ///< Enters Skewed for a host write (R12).
  bool connected = false;      ///< Reconciled with the peer in this session; data may flow.
  std::uint32_t sessions = 0;  ///< Counts gains and losses of the connection.
  bool mirrors = false;        ///< The peer has confirmed this flow: it takes host writes.
  bool doubted = false;        ///< The peer refused a host write: it may have taken over (R8).
  bool restarted = false;      ///< This array restarted since the last contact.
  bool joining = false;        ///< Becomes Synchronized in a meeting: host writes wait for it.
  bool meeting = false;        ///< A reconcile with the peer is at work,
  std::optional<PairFacts> meet_again;  ///< which goes on with these facts of the other end.
  bool taking_over = false;  ///< A Failover has its fence, and its record is not written yet.
  bool switching = false;    ///< A Failback switches: its jobs wait for the other end.
  bool stopping = false;     ///< An operation stops the mover.
  bool removed = false;      ///< Gone; Tasks that still hold it must stop.
  bool copying = false;      ///< A mover works on it.
  bool probing = false;      ///< A repair probe works on it (BRK).
  std::vector<std::uint64_t> moving;  ///< Granules that a mover has at work.
  std::uint32_t turns = 0;       ///< Counts changes of what the end rests in, partitions left out.
  std::uint32_t heard = 0;       ///< The latest `told_at` of the other end in this session.
  std::uint32_t orders = 0;      ///< Those that the other end was given and has not confirmed.
  std::uint64_t copy_epoch = 0;  ///< Counts starts of movers; an older mover stops.
  SendWindow window;             ///< Sequences sent to the peer in this session.
  std::uint32_t unsettled = 0;   ///< Host writes whose fate at the peer is not decided yet,
  std::uint32_t older = 0;       ///< those of them that began before the peer took this flow.
  std::uint32_t flow_count = 0;  ///< Counts flows that the peer has taken.
  sim::Signal settled;           ///< One of unsettled, older, moving, applying is done.
  // Receiving end: sequences applied, for duplicates (A30).
  std::uint64_t applied_below = 1;
  std::vector<std::uint64_t> applied;   ///< Of those not below.
  std::vector<std::uint64_t> applying;  ///< Received, not yet stable.
  Lineage peer_lineage;                 ///< Of the peer, as it last told.
  Generation flow;                      ///< The sender's generation of this session.
  // Asynchronous flow (journals.h).
  Journal journal;
  sim::Mutex room_turn;            ///< Who waits for room in it.
  sim::Signal journal_moved;       ///< Kept, received, applied, or the flow has ended.
  bool journal_opening = false;    ///< A Task opens,
  bool journal_sending = false;    ///< sends,
  bool journal_applying = false;   ///< applies.
  std::uint32_t journal_puts = 0;  ///< Its records that are on their way to the disk.
  bool folding = false;            ///< The journal becomes bits: nothing new enters it.
  bool overflowed = false;         ///< It was full: host writes are tracked until it is empty.
  std::uint32_t sent_in = 0;       ///< Session of the sending,
  std::uint64_t send_next = 1;     ///< its next number,
  SendRate send_rate;              ///< how much of it may be on the way,
  std::uint64_t on_the_way = 0;    ///< its bytes not answered yet,
  sim::Instant looked{};           ///< when it last looked for what to send again.
  std::uint64_t send_limit = 0;    ///< A cut: from this number on they stay here; 0 = none.
  /// Restart: the last entry that a block was written by before; look-up only (A5).
  std::unordered_map<std::uint64_t, std::uint64_t> applied_before;
  // PercentSynced of the present copy.
  std::uint64_t granules_done = 0;
  std::uint64_t granules_known = 0;

  bool local_pair(const std::string& array) const { return record.peer == array; }
  cim::CopyState state() const { return record.state; }
  /// PAR shows what was before (rulings R7, R12).
  cim::CopyState effective_state() const {
    return record.state == cim::CopyState::Partitioned ? record.before : record.state;
  }
  /// A host write of which no copy can be made is not acknowledged (A26): the flow was cut off or
  /// has failed, not stopped by an operation.
  bool stops_host_io() const {
    const bool failed = state() == cim::CopyState::Partitioned ||
                        state() == cim::CopyState::Broken || state() == cim::CopyState::Invalid;
    const cim::CopyState shown = effective_state();
    const bool flowed = state() != cim::CopyState::Partitioned ||
                        shown == cim::CopyState::Synchronized ||
                        shown == cim::CopyState::Unsynchronized;
    return record.settings.failed_copy_stops_host_io && failed && flowed && sends();
  }
  /// A Restore from Replica copies, or rests on its way.
  bool restoring() const {
    return record.direction == CopyDirection::Backward &&
           record.restore_from != cim::CopyState::NotApplicable;
  }
  /// Host writes at this end go into a journal.
  bool journaled() const {
    return record.journal != 0 && record.role == Role::Source && keeps_journal(record);
  }
  /// Host writes are accepted at this end and data goes to the other.
  bool sends() const {
    return (record.role == Role::Source) == (record.direction == CopyDirection::Forward);
  }
};

}  // namespace replsim::engine
