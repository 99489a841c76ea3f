// What becomes of a host write once its blocks are locked: a leg for each relation of the volume,
// prepared before the disk takes the write, ended after it (host_leg.h).
#include <algorithm>
#include <optional>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using trace::IoAnswer;
using Way = HostLeg::Way;

/// Host writes at this end go to the other one.
bool flows(const Relation& relation) {
  const CopyState state = relation.state();
  return relation.sends() && !relation.record.hidden &&
         (state == CopyState::Synchronized || state == CopyState::Unsynchronized);
}

/// What is not to be copied as well.
bool enters_journal(const Relation& relation, Extent extent) {
  return relation.journaled() && !relation.record.everything_dirty && !relation.overflowed &&
         !relation.bitmap.any(extent.lba, extent.blocks);
}

/// Neither the peer's answer nor the decision to go on alone is there yet.
bool undecided(const Relation& relation, Extent extent) {
  if (relation.joining || relation.folding) return true;
  if (relation.stops_host_io() || enters_journal(relation, extent)) return false;
  if (!flows(relation) || relation.journaled()) return false;
  if (!relation.connected) return true;
  const bool in_step = relation.state() == CopyState::Synchronized;
  return (in_step || relation.doubted) && !relation.mirrors;  // its part is not confirmed yet
}

Way way_of(const Relation& relation, Extent extent) {
  if (enters_journal(relation, extent)) return Way::Journaled;
  const bool mirrored = flows(relation) && !relation.journaled() && relation.mirrors;
  const bool to_copy =
      relation.record.everything_dirty || relation.bitmap.any(extent.lba, extent.blocks);
  return mirrored && !to_copy ? Way::Mirrored : Way::Alone;
}

/// An error tells more than a refusal.
IoAnswer worse(IoAnswer one, IoAnswer other) {
  if (one == IoAnswer::Ok) return other;
  return other == IoAnswer::Error ? other : one;
}

}  // namespace

sim::Task<IoAnswer> HostPath::write_locked(sim::World& world, Volume& volume, Extent extent,
                                           std::uint64_t stamp) {
  if (volume.thin) {
    const bool room = co_await context_.volumes.take_space(world, volume, extent);
    if (!room) {
      const std::vector<Relation*> full = volume.ends;
      for (Relation* end : full) co_await context_.reconcile.element_failed(world, *end, true);
      co_return IoAnswer::Error;
    }
    if (!may_write(volume)) co_return IoAnswer::Refused;
  }
  HostLegs legs;
  while (true) {
    const auto waits = std::ranges::find_if(
        volume.ends, [extent](const Relation* end) { return undecided(*end, extent); });
    if (waits != volume.ends.end()) {
      Relation* end = *waits;
      co_await end->changed.wait();
      if (!may_write(volume)) co_return IoAnswer::Refused;
      continue;
    }
    if (std::ranges::any_of(volume.ends, &Relation::stops_host_io)) co_return IoAnswer::Error;
    for (Relation* end : volume.ends) legs.add(*end, way_of(*end, extent));
    Prepared prepared = Prepared::Yes;
    for (HostLeg& leg : legs) {
      prepared = co_await prepare(world, leg, volume, extent);
      if (prepared != Prepared::Yes) break;
    }
    // Preparing takes time: what was ready first may be out of date.
    for (HostLeg& leg : legs) {
      if (prepared == Prepared::Yes && !stands(leg, volume, extent)) prepared = Prepared::Again;
    }
    IoAnswer answer = prepared == Prepared::Failed ? IoAnswer::Error : IoAnswer::Refused;
    if (prepared == Prepared::Yes) {
      answer = co_await carry(world, legs, volume, extent, stamp);
    }
    for (HostLeg& leg : legs) leave(world, leg);
    legs.clear();
    if (prepared != Prepared::Again || !may_write(volume)) co_return answer;
  }
}

sim::Task<HostPath::Prepared> HostPath::prepare(sim::World& world, HostLeg& leg,
                                                const Volume& volume, Extent extent) {
  Relation& relation = *leg.relation;
  if (leg.way == Way::Alone) co_return co_await prepare_alone(world, relation, volume, extent);
  if (leg.way == Way::Journaled) {
    leg.journal = relation.record.journal;
    bool room = leg.journal_open();
    if (room) room = co_await make_room(world, relation, volume, extent);
    if (!room || !leg.journal_open()) co_return Prepared::Again;
  } else {
    ++relation.unsettled;
    leg.flow = relation.flow_count;
    leg.counted = true;
  }
  const bool marked = co_await mark_active(world, relation, extent, leg.slots);
  if (!marked) co_await context_.reconcile.element_failed(world, relation, true);
  co_return marked ? Prepared::Yes : Prepared::Again;
}

sim::Task<HostPath::Prepared> HostPath::prepare_alone(sim::World& world, Relation& relation,
                                                      const Volume& volume, Extent extent) {
  const bool forgets =
      relation.state() == CopyState::Failedover && context_.defect(cim::Defect::FailoverUntracked);
  if (forgets) [[unlikely]]
    co_return Prepared::Yes;
  bool tracked = co_await context_.relations.track(world, relation, extent.lba, extent.blocks);
  if (tracked && !flows(relation)) tracked = co_await note_alone(world, relation);
  if (relation.removed) co_return Prepared::Yes;
  if (!tracked) co_return Prepared::Failed;
  if (may_skew(relation)) {
    const bool skewed = co_await context_.control.skew(world, relation);
    if (!skewed) co_return Prepared::Refused;
  }
  co_return may_write(volume) ? Prepared::Yes : Prepared::Again;
}

sim::Task<bool> HostPath::track_for_others(sim::World& world, const Volume& volume,
                                           const Relation& from, Extent extent) {
  if (volume.ends.size() < 2) co_return true;
  if (context_.defect(cim::Defect::OtherTargetsForgotten)) [[unlikely]]
    co_return true;
  const std::vector<Relation*> ends = volume.ends;
  for (Relation* end : ends) {
    if (end == &from || end->removed) continue;
    const bool tracked = co_await context_.relations.track(world, *end, extent.lba, extent.blocks);
    if (!tracked && !end->removed) co_return false;
  }
  co_return true;
}

bool HostPath::stands(const HostLeg& leg, const Volume& volume, Extent extent) const {
  const Relation& relation = *leg.relation;
  switch (leg.way) {
    case Way::Alone: return true;  // its bits are set, and stay while the blocks are locked
    case Way::Mirrored: return flows(relation) && relation.connected && !relation.removed;
    case Way::Journaled: break;
  }
  return leg.journal_open() && context_.journals.room(volume, extent.blocks) &&
         !relation.bitmap.any(extent.lba, extent.blocks);
}

sim::Task<IoAnswer> HostPath::carry(sim::World& world, HostLegs& legs, Volume& volume,
                                    Extent extent, std::uint64_t stamp) {
  for (HostLeg& leg : legs) {
    if (leg.way != Way::Journaled) continue;
    leg.number_of = context_.journals.append(*leg.relation, extent, stamp);
  }
  auto local = to_disk(world, volume, extent, stamp);
  for (HostLeg& leg : legs) {
    if (leg.way != Way::Mirrored) continue;
    leg.epoch = leg.relation->copy_epoch;
    leg.remote.emplace(context_.sender.mirror(world, *leg.relation, extent, stamp));
  }
  for (HostLeg& leg : legs) {
    if (leg.way != Way::Journaled) continue;
    leg.kept = co_await context_.journals.keep(world, *leg.relation, leg.number_of);
  }
  const sim::IoResult stored = co_await local;
  const bool here = stored.has_value();
  IoAnswer answer = here ? IoAnswer::Ok : IoAnswer::Error;
  for (HostLeg& leg : legs) {
    IoAnswer ended = IoAnswer::Ok;
    if (leg.way == Way::Mirrored) {
      ended = co_await end_mirrored(world, leg, volume, extent, stamp, here);
    } else if (leg.way == Way::Journaled) {
      ended = co_await end_journaled(world, leg, volume, extent, here);
    } else if (!here && !leg.relation->removed) {
      co_await context_.reconcile.element_failed(world, *leg.relation, true);
    }
    answer = worse(answer, ended);
  }
  co_return answer;
}

void HostPath::leave(sim::World& world, HostLeg& leg) {
  Relation& relation = *leg.relation;
  for (const std::uint32_t slot : leg.slots) relation.activity.leave(slot);
  if (relation.slot_freed.anyone_waits()) relation.slot_freed.notify_all(world);
  if (!leg.counted) return;
  if (leg.flow != relation.flow_count) --relation.older;
  if (--relation.unsettled == 0 || relation.older == 0) relation.settled.notify_all(world);
}

sim::DiskTicket HostPath::to_disk(sim::World& world, const Volume& volume, Extent extent,
                                  std::uint64_t stamp) {
  sim::DiskWrite write{.extent = context_.extent(volume.record, extent.lba, extent.blocks),
                       .fua = true,
                       .stamp = stamp};
  return context_.port(volume.record).disk->write(world, std::move(write));
}

std::vector<std::uint32_t> HostPath::enter_extents(ActivityLog& log, Extent extent) {
  std::vector<std::uint32_t> slots;
  const std::uint64_t last = log.extent_of(extent.lba + extent.blocks - 1);
  for (std::uint64_t e = log.extent_of(extent.lba); e <= last; ++e) {
    std::optional<std::uint32_t> slot = log.find(e);
    if (!slot) slot = log.mark(e);
    if (!slot) {  // all or nothing: who waits holds no slot that another one waits for
      for (const std::uint32_t held : slots) log.leave(held);
      return {};
    }
    log.enter(*slot);
    slots.push_back(*slot);
  }
  return slots;
}

sim::Task<bool> HostPath::mark_active(sim::World& world, Relation& relation, Extent extent,
                                      std::vector<std::uint32_t>& slots) {
  ActivityLog& log = relation.activity;
  slots = enter_extents(log, extent);
  if (slots.empty()) {
    // Every slot is busy. One write at a time waits for slots, the others for their turn.
    sim::Mutex::Guard turn = co_await relation.slot_turn.lock(world);
    slots = enter_extents(log, extent);
    while (slots.empty()) {
      co_await relation.slot_freed.wait();
      slots = enter_extents(log, extent);
    }
  }
  for (const std::uint32_t slot : slots) {
    if (log.stable(slot)) continue;
    if (context_.defect(cim::Defect::ActivityLogVolatile)) [[unlikely]]
      continue;
    const std::uint32_t page = slot / ActivityLog::slots_a_page;
    const bool stored = co_await context_.relations.put_activity(world, relation, page);
    if (!stored) co_return false;
  }
  co_return true;
}

sim::Task<IoAnswer> HostPath::end_mirrored(sim::World& world, HostLeg& leg, const Volume& volume,
                                           Extent extent, std::uint64_t stamp, bool here) {
  Relation& relation = *leg.relation;
  DataTicket& remote = *leg.remote;
  DataAnswer there = DataAnswer::Ok;
  if (!context_.defect(cim::Defect::AcknowledgeEarly)) [[likely]]
    there = co_await remote;
  if (here && there == DataAnswer::Ok) {
    world.emit(trace::copied, relation.entity, stamp, extent.lba, extent.blocks,
               static_cast<std::uint64_t>(trace::CopyReason::Mirror));
    co_return IoAnswer::Ok;
  }
  if (!here || there == DataAnswer::WriteError || there == DataAnswer::Full) {
    co_await context_.reconcile.element_failed(world, relation, !here);
  }
  if (there == DataAnswer::NotConnected) co_await leave_flow(world, relation, leg.epoch);
  const bool tracked = co_await settle_alone(world, relation, extent);
  // The target may have taken over meanwhile: then nothing is acknowledged here any more.
  const bool alone_is_enough = !relation.record.settings.failed_copy_stops_host_io;
  const bool good = here && tracked && alone_is_enough && may_write(volume);
  co_return good ? IoAnswer::Ok : IoAnswer::Error;
}

sim::Task<void> HostPath::leave_flow(sim::World& world, Relation& relation, std::uint64_t epoch) {
  // The peer is there and does not take the write: it is not in this flow (any more). A new copy
  // finds out; what it is told decides (a peer that has taken over refuses).
  if (!relation.connected || relation.copy_epoch != epoch) co_return;
  relation.mirrors = false;
  relation.doubted = true;
  ++relation.copy_epoch;
  const Relations::Edit behind = [](RelationRecord& record) {
    if (record.state != CopyState::Synchronized) return false;
    record.state = CopyState::Unsynchronized;
    record.target_image = cim::TargetImage::Inconsistent;
    return true;
  };
  const auto fell_behind = cim::cause_code(cim::EventCause::FellBehind);
  co_await context_.relations.change(world, relation, fell_behind, behind);
}

sim::Task<bool> HostPath::settle_alone(sim::World& world, Relation& relation, Extent extent) {
  // First the relation leaves the flow durably, or is in a copy that the peer has confirmed and
  // that will bring the blocks; then they are tracked; then the write may be acknowledged alone.
  const auto undecided = [&relation] {
    const bool copying = relation.state() == CopyState::Unsynchronized && relation.mirrors;
    return !relation.removed && flows(relation) && !relation.record.fenced && !copying;
  };
  while (undecided()) co_await relation.changed.wait();
  if (relation.removed) co_return true;
  const bool tracked =
      co_await context_.relations.track(world, relation, extent.lba, extent.blocks);
  const bool noted = co_await note_alone(world, relation);
  const bool both = tracked && noted;
  co_return both;
}

sim::Task<bool> HostPath::note_alone(sim::World& world, Relation& relation) {
  const auto unplanned = [](const RelationRecord& record) {
    const bool cut_off =
        record.state == CopyState::Partitioned &&
        (record.before == CopyState::Synchronized || record.before == CopyState::Unsynchronized);
    return cut_off || record.state == CopyState::Broken;
  };
  const bool bump = unplanned(relation.record) && relation.sends() && !relation.record.bumped;
  const bool note = !relation.record.wrote_alone && !relation.connected;
  if (!bump && !note) co_return true;
  const std::uint64_t own = context_.peers.name_hash();
  // Every write that passes here before the record is stable waits for it.
  const bool kept = context_.defect(cim::Defect::GenerationKept);
  const Relations::Edit edit = [bump, own, kept](RelationRecord& record) {
    record.wrote_alone = true;
    if (bump && !record.bumped) {
      record.bumped = true;
      if (kept) [[unlikely]]
        return true;
      record.lineage.ancestors.push_back(record.lineage.current);
      record.lineage.current = {record.lineage.current.counter + 1, own};
    }
    return true;
  };
  co_return co_await context_.relations.change(world, relation, 0, edit);
}

}  // namespace replsim::engine
