// A host write from its arrival to its answer.
#include "model/engine/host_path.h"

#include <algorithm>
#include <optional>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using trace::IoAnswer;

constexpr std::uint32_t reply_bytes = 64;

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

}  // namespace

HostPath::Session& HostPath::session(sim::Node& host) {
  const auto at = std::ranges::find(sessions_, &host, &Session::host);
  if (at == sessions_.end()) {
    sessions_.push_back({&host, host.incarnation(), {}});
    return sessions_.back();
  }
  if (at->incarnation != host.incarnation()) *at = {&host, host.incarnation(), {}};
  return *at;
}

void HostPath::receive(sim::World& world, sim::Node& host, sim::Message message) {
  const auto kind = static_cast<Wire>(message.kind);
  const VolumeNumber number_of{static_cast<std::uint32_t>(message.words[0])};
  Volume* volume = context_.volumes.find(number_of);
  const Extent extent{message.words[1], message.words[2]};
  const std::uint64_t size = volume == nullptr ? 0 : blocks_shown(*volume);
  const bool inside = extent.blocks <= size && extent.lba <= size - extent.blocks;
  if (!inside || context_.recovering) {
    // A volume that is gone answers an error; an array that still reads its records says nothing.
    if (!context_.recovering) reply(world, host, message.request, IoAnswer::Error, {}, reply_bytes);
    return;
  }
  if (kind == Wire::HostRead) {
    context_.spawn(serve_read(world, host, message.request, *volume, extent));
    return;
  }
  if (kind == Wire::HostFlush) {
    context_.spawn(serve_flush(world, host, message.request, *volume));
    return;
  }
  Session& known = session(host);
  const std::uint64_t lowest_open = message.words[4];
  std::erase_if(known.seen, [&](const Seen& seen) { return seen.request < lowest_open; });
  const auto at = std::ranges::find(known.seen, message.request, &Seen::request);
  if (at != known.seen.end()) {
    if (at->answered) reply(world, host, message.request, at->answer, {}, reply_bytes);
    return;
  }
  if (message.request < lowest_open) return;  // settled at the host: a late repetition
  known.seen.push_back({message.request});
  context_.spawn(serve_write(world, host, message.request, *volume, extent, message.words[3]));
}

std::uint64_t HostPath::blocks_shown(const Volume& volume) const {
  const Relation* relation = context_.relations.of_volume(volume.record.number);
  return relation == nullptr ? volume.record.blocks() : relation->record.blocks;
}

void HostPath::reply(sim::World& world, sim::Node& host, std::uint64_t request, IoAnswer answer,
                     std::vector<std::uint64_t> stamps, std::uint32_t bytes) {
  sim::Message out{.kind = number(Wire::HostReply), .bytes = bytes, .request = request};
  out.words[0] = static_cast<std::uint64_t>(answer);
  if (!stamps.empty()) {
    auto body = std::make_unique<StampsBody>();
    body->stamps = std::move(stamps);
    out.body = std::move(body);
  }
  if (sim::Link* link = context_.node.link_to(host)) {
    link->send(world, context_.node, std::move(out));
  }
}

sim::Task<void> HostPath::serve_write(sim::World& world, sim::Node& host, std::uint64_t request,
                                      Volume& volume, Extent extent, std::uint64_t stamp) {
  const sim::EntityId entity = volume.entity;
  ++volume.host_ios;
  world.emit(trace::host_write, entity, stamp, extent.lba, extent.blocks);
  const IoAnswer answer = co_await write(world, volume, extent, stamp);
  --volume.host_ios;
  world.emit(trace::host_ack, entity, stamp, extent.lba, extent.blocks,
             static_cast<std::uint64_t>(answer));
  Session& known = session(host);
  const auto at = std::ranges::find(known.seen, request, &Seen::request);
  if (at != known.seen.end()) {
    at->answered = true;
    at->answer = answer;
  }
  reply(world, host, request, answer, {}, reply_bytes);
}

sim::Task<void> HostPath::serve_read(sim::World& world, sim::Node& host, std::uint64_t request,
                                     Volume& volume, Extent extent) {
  IoAnswer answer = IoAnswer::Refused;
  std::vector<std::uint64_t> stamps;
  ++volume.host_ios;
  if (may_read(volume)) {
    const DiskPort& port = context_.port(volume.record);
    auto ticket = port.disk->read(world, context_.extent(volume.record, extent.lba, extent.blocks));
    const sim::IoResult result = co_await ticket;
    answer = result ? IoAnswer::Ok : IoAnswer::Error;
    if (result) {
      stamps.resize(extent.blocks);
      const sim::AreaId area{volume.record.number.value};
      port.content->for_each_read(
          area, extent.lba, extent.blocks,
          [&](std::uint64_t lba, std::uint64_t s) { stamps[lba - extent.lba] = s; });
    }
  }
  --volume.host_ios;
  world.emit(trace::host_read, volume.entity, request, extent.lba, extent.blocks,
             static_cast<std::uint64_t>(answer));
  const auto bytes = reply_bytes + static_cast<std::uint32_t>(stamps.size() * volume.record.block);
  reply(world, host, request, answer, std::move(stamps), bytes);
}

sim::Task<void> HostPath::serve_flush(sim::World& world, sim::Node& host, std::uint64_t request,
                                      Volume& volume) {
  auto ticket = context_.port(volume.record).disk->flush(world);
  const sim::IoResult result = co_await ticket;
  reply(world, host, request, result ? IoAnswer::Ok : IoAnswer::Error, {}, reply_bytes);
}

sim::Task<void> HostPath::hold(sim::World& world, Volume& volume) {
  ++volume.holds;
  while (volume.writes_in_flight != 0) co_await volume.drained.wait();
  static_cast<void>(world);
}

void HostPath::release(sim::World& world, Volume& volume) {
  if (--volume.holds == 0) volume.released.notify_all(world);
}

sim::Task<IoAnswer> HostPath::write(sim::World& world, Volume& volume, Extent extent,
                                    std::uint64_t stamp) {
  std::optional<RangeLock::Guard> guard;
  while (true) {
    while (volume.holds != 0) co_await volume.released.wait();
    guard.emplace(co_await volume.ranges.lock(world, extent.lba, extent.blocks));
    if (volume.holds == 0) break;
    guard.reset();
  }
  if (!may_write(volume)) co_return IoAnswer::Refused;
  ++volume.writes_in_flight;
  const IoAnswer answer = co_await write_locked(world, volume, extent, stamp);
  if (--volume.writes_in_flight == 0) volume.drained.notify_all(world);
  co_return answer;
}

sim::Task<IoAnswer> HostPath::write_locked(sim::World& world, Volume& volume, Extent extent,
                                           std::uint64_t stamp) {
  if (volume.thin) {
    const bool room = co_await context_.volumes.take_space(world, volume, extent);
    if (!room) {
      Relation* full = context_.relations.of_volume(volume.record.number);
      if (full != nullptr) co_await context_.reconcile.element_failed(world, *full, true);
      co_return IoAnswer::Error;
    }
    if (!may_write(volume)) co_return IoAnswer::Refused;
  }
  while (true) {
    Relation* relation = context_.relations.of_volume(volume.record.number);
    while (relation != nullptr && (relation->joining || relation->folding)) {
      co_await relation->changed.wait();
      if (!may_write(volume)) co_return IoAnswer::Refused;
    }
    if (relation != nullptr && relation->stops_host_io()) co_return IoAnswer::Error;
    if (relation != nullptr && enters_journal(*relation, extent)) {
      const auto answer = co_await write_journaled(world, *relation, volume, extent, stamp);
      if (answer) co_return *answer;
      if (!may_write(volume)) co_return IoAnswer::Refused;
      continue;
    }
    if (relation != nullptr && flows(*relation) && !relation->journaled()) {
      if (!relation->connected) {
        // Neither the peer's answer nor the decision to go on alone is there yet.
        co_await relation->changed.wait();
        if (!may_write(volume)) co_return IoAnswer::Refused;
        continue;
      }
      const bool in_step = relation->state() == CopyState::Synchronized;
      if ((in_step || relation->doubted) && !relation->mirrors) {
        co_await relation->changed.wait();  // the peer has not yet confirmed its part
        if (!may_write(volume)) co_return IoAnswer::Refused;
        continue;
      }
      const bool copied = relation->mirrors && !relation->record.everything_dirty &&
                          !relation->bitmap.any(extent.lba, extent.blocks);
      if (copied) co_return co_await write_mirrored(world, *relation, volume, extent, stamp);
    }
    co_return co_await write_alone(world, relation, volume, extent, stamp);
  }
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

sim::Task<IoAnswer> HostPath::write_mirrored(sim::World& world, Relation& relation, Volume& volume,
                                             Extent extent, std::uint64_t stamp) {
  ++relation.unsettled;
  const std::uint32_t flow = relation.flow_count;
  std::vector<std::uint32_t> slots;
  bool marked = co_await mark_active(world, relation, extent, slots);
  if (!marked) co_await context_.reconcile.element_failed(world, relation, true);
  // The mark took time: the flow may have ended meanwhile.
  marked = marked && flows(relation) && relation.connected && !relation.removed;
  IoAnswer answer = IoAnswer::Ok;
  if (!marked) {
    answer = IoAnswer::Error;
  } else {
    const std::uint64_t epoch = relation.copy_epoch;
    auto local = to_disk(world, volume, extent, stamp);
    auto remote = context_.sender.mirror(world, relation, extent, stamp);
    const sim::IoResult here = co_await local;
    DataAnswer there = DataAnswer::Ok;
    if (!context_.defect(cim::Defect::AcknowledgeEarly)) [[likely]]
      there = co_await remote;
    if (here && there == DataAnswer::Ok) {
      world.emit(trace::copied, relation.entity, stamp, extent.lba, extent.blocks,
                 static_cast<std::uint64_t>(trace::CopyReason::Mirror));
    } else {
      if (!here || there == DataAnswer::WriteError || there == DataAnswer::Full) {
        co_await context_.reconcile.element_failed(world, relation, !here);
      }
      if (there == DataAnswer::NotConnected) co_await leave_flow(world, relation, epoch);
      const bool tracked = co_await settle_alone(world, relation, extent);
      // The target may have taken over meanwhile: then nothing is acknowledged here any more.
      const bool alone_is_enough = !relation.record.settings.failed_copy_stops_host_io;
      const bool good = here && tracked && alone_is_enough && may_write(volume);
      answer = good ? IoAnswer::Ok : IoAnswer::Error;
    }
  }
  for (const std::uint32_t slot : slots) relation.activity.leave(slot);
  if (relation.slot_freed.anyone_waits()) relation.slot_freed.notify_all(world);
  if (flow != relation.flow_count) --relation.older;
  if (--relation.unsettled == 0 || relation.older == 0) relation.settled.notify_all(world);
  if (!marked && !relation.removed) {
    // Not started anywhere: take the way that is right now.
    co_return co_await write_locked(world, volume, extent, stamp);
  }
  co_return answer;
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

sim::Task<IoAnswer> HostPath::write_alone(sim::World& world, Relation* relation, Volume& volume,
                                          Extent extent, std::uint64_t stamp) {
  if (relation != nullptr && relation->state() == CopyState::Failedover &&
      context_.defect(cim::Defect::FailoverUntracked)) [[unlikely]] {
    relation = nullptr;
  }
  if (relation != nullptr) {
    const bool tracked =
        co_await context_.relations.track(world, *relation, extent.lba, extent.blocks);
    bool noted = true;
    if (tracked && !flows(*relation)) noted = co_await note_alone(world, *relation);
    if (!tracked || !noted) {
      if (!relation->removed) co_return IoAnswer::Error;
    } else if (!may_write(volume)) {
      co_return IoAnswer::Refused;
    }
  }
  auto ticket = to_disk(world, volume, extent, stamp);
  const sim::IoResult stored = co_await ticket;
  if (!stored && relation != nullptr && !relation->removed) {
    co_await context_.reconcile.element_failed(world, *relation, true);
  }
  co_return stored ? IoAnswer::Ok : IoAnswer::Error;
}

}  // namespace replsim::engine
