// One copy from its beginning at both ends to the switch at its end.
#include "model/engine/mover.h"

#include <algorithm>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::EventCause;

/// Cleared bits reach the records at the latest after so many granules, so that a crash does not
/// start the copy anew.
constexpr std::uint64_t persist_every = 64;
constexpr sim::Duration retry_after = sim::milliseconds(100);

/// Granules in flight at once: CopyPriority weighs the copy against host I/O.
std::uint32_t window_of(const Relation& relation, std::uint32_t usual) {
  switch (relation.record.settings.priority) {
    case cim::CopyPriority::Low: return std::max(usual / 4, 1U);
    case cim::CopyPriority::High: return usual * 2;
    case cim::CopyPriority::Urgent: return usual * 4;
    case cim::CopyPriority::NotManaged:
    case cim::CopyPriority::Same: break;
  }
  return usual;
}

trace::CopyReason reason_of(const RelationRecord& record) {
  if (record.direction == CopyDirection::Backward) {
    const bool restoring = record.restore_from != CopyState::NotApplicable;
    return restoring ? trace::CopyReason::Restore : trace::CopyReason::Failback;
  }
  if (!record.times.synchronized) return trace::CopyReason::FirstCopy;
  return trace::CopyReason::Resync;
}

}  // namespace

bool Mover::wanted(const Relation& relation) const {
  // A fenced source end is about to be, or was, taken over: its copy would undo that.
  const bool fenced = relation.record.role == Role::Source && relation.record.fenced;
  return relation.state() == CopyState::Unsynchronized && relation.connected && relation.sends() &&
         !relation.removed && !relation.stopping && !fenced;
}

bool Mover::current(const Run& run) const {
  return wanted(run.relation) && run.relation.copy_epoch == run.epoch;
}

void Mover::poke(Relation& relation) {
  if (relation.copying || !wanted(relation)) return;
  relation.copying = true;
  context_.spawn(work(context_.world, relation));
}

sim::Task<void> Mover::work(sim::World& world, Relation& relation) {
  while (wanted(relation)) {
    Run run{.relation = relation, .epoch = ++relation.copy_epoch};
    bool going = co_await begin(world, run);
    while (going && current(run)) {
      going = co_await move_all(world, run);
      if (!going || !current(run)) break;
      const bool finished = co_await finish(world, run);
      going = !finished;
    }
    while (run.in_flight != 0) co_await run.moved.wait();
    if (wanted(relation)) co_await sim::sleep_on(world, context_.node, retry_after);
  }
  relation.copying = false;
}

sim::Task<bool> Mover::begin(sim::World& world, Run& run) {
  Relation& relation = run.relation;
  while (current(run) && relation.overflowed && relation.mirrors && !relation.journal.empty()) {
    co_await relation.journal_moved.wait();  // the target's image is whole until then (R9)
  }
  relation.overflowed = false;
  const bool marked = co_await mark_inconsistent(world, run);
  if (!marked) co_return false;
  ControlBody body = address(relation, Verb::CopyBegin);
  body.cause = relation.record.entered_by;
  const auto reply =
      co_await context_.peers.ask(world, relation.record.peer, body, context_.config.peer_timeout);
  if (!reply || reply->code != cim::ReturnCode::Completed || !current(run)) co_return false;
  if (relation.record.journal != 0 && relation.record.journal != reply->journal) {
    // The other end has closed it: what is in it is copied.
    const Relations::Edit close = [](RelationRecord& record) {
      record.journal = 0;
      return true;
    };
    const bool closed = co_await context_.relations.change(world, relation, 0, close);
    if (!closed || !current(run)) co_return false;
  }
  const bool prepared = co_await prepare_bitmap(world, run, *reply);
  if (prepared && current(run)) context_.relations.peer_takes_writes(world, relation);
  co_return prepared;
}

sim::Task<bool> Mover::mark_inconsistent(sim::World& world, Run& run) {
  const RelationRecord& record = run.relation.record;
  if (record.direction == CopyDirection::Backward ||
      record.target_image != cim::TargetImage::Consistent ||
      context_.defect(cim::Defect::ImageTrusted)) {
    co_return current(run);
  }
  const Relations::Edit edit = [](RelationRecord& next) {
    if (next.state != CopyState::Unsynchronized) return false;
    next.target_image = cim::TargetImage::Inconsistent;
    return true;
  };
  const bool marked = co_await context_.relations.change(world, run.relation, 0, edit);
  co_return marked&& current(run);
}

sim::Task<bool> Mover::prepare_bitmap(sim::World& world, Run& run, const ControlReplyBody& reply) {
  Relation& relation = run.relation;
  bool everything = relation.record.everything_dirty;
  if (context_.defect(cim::Defect::FullCopyAlways)) [[unlikely]]
    everything = true;
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  if (everything) {
    // Writes at work are not in the image yet and are not tracked either: let them land first.
    co_await context_.host_path.hold(world, *volume);
    const store::BlockImage& image =
        context_.port(volume->record).content->image(sim::AreaId{volume->record.number.value});
    image.for_each_written(0, relation.record.blocks, [&](std::uint64_t lba, std::uint64_t) {
      relation.bitmap.set_blocks(lba, 1);
    });
    const auto cause = relation.record.times.synchronized ? trace::FullCopyCause::MetadataLoss
                                                          : trace::FullCopyCause::FirstCopy;
    world.emit(trace::full_copy, relation.entity, 0, static_cast<std::uint64_t>(cause));
  }
  for (const Extent& extent : reply.dirty) {
    if (context_.defect(cim::Defect::BitmapOneSided)) [[unlikely]]
      break;
    relation.bitmap.set_blocks(extent.lba, extent.blocks);
  }
  bool stored = co_await context_.relations.persist_bitmap(world, relation);
  if (everything) {
    // Held until the bits alone are stably what counts: no write may fall between the two (A12).
    const Relations::Edit tracked = [](RelationRecord& record) {
      record.everything_dirty = false;
      return true;
    };
    if (stored) stored = co_await context_.relations.change(world, relation, 0, tracked);
    context_.host_path.release(world, *volume);
  }
  relation.granules_known = relation.granules_done + relation.bitmap.count();
  co_return stored;
}

sim::Task<bool> Mover::move_all(sim::World& world, Run& run) {
  Relation& relation = run.relation;
  std::uint64_t position = 0;
  while (current(run) && !run.failed) {
    if (run.in_flight >= window_of(relation, context_.config.copy_window)) {
      co_await run.moved.wait();
      continue;
    }
    const std::uint64_t granule = relation.bitmap.next(position);
    if (granule == UINT64_MAX) {
      if (run.in_flight != 0) {
        co_await run.moved.wait();
      } else if (relation.bitmap.empty()) {
        co_return true;
      }
      position = 0;
      continue;
    }
    position = granule + 1;
    if (std::ranges::find(relation.moving, granule) != relation.moving.end()) {
      co_await run.moved.wait();
      continue;
    }
    relation.moving.push_back(granule);
    ++run.in_flight;
    context_.spawn(move_one(world, run, granule));
    if (run.since_persist >= persist_every) {
      run.since_persist = 0;
      const bool stored = co_await context_.relations.persist_bitmap(world, relation);
      if (!stored) run.failed = true;
    }
    co_await report(world, run);
  }
  co_return false;
}

sim::Task<void> Mover::move_one(sim::World& world, Run& run, std::uint64_t granule) {
  Relation& relation = run.relation;
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  const std::uint64_t size = relation.bitmap.granule_blocks();
  const std::uint64_t first = granule * size;
  const Extent extent{first, std::min(size, volume->record.blocks() - first)};
  std::uint64_t locked = extent.lba;
  if (context_.defect(cim::Defect::CopyOvertakesWrite)) [[unlikely]]
    locked += UINT64_MAX / 2;
  RangeLock::Guard guard = co_await volume->ranges.lock(world, locked, extent.blocks);
  while (current(run) && relation.journaled() && relation.journal.covers(extent)) {
    co_await relation.journal_moved.wait();  // what is in the journal comes there first (A15)
  }
  if (current(run) && relation.bitmap.test(granule)) {
    if (context_.defect(cim::Defect::BitClearedAtSend)) [[unlikely]]
      relation.bitmap.clear(granule);
    const bool moved = co_await send_granule(world, run, *volume, extent);
    if (moved) {
      relation.bitmap.clear(granule);
      ++relation.granules_done;
      ++run.since_persist;
    }
  }
  guard.release();
  std::erase(relation.moving, granule);
  --run.in_flight;
  run.moved.notify_all(world);
  relation.settled.notify_all(world);
}

sim::Task<bool> Mover::send_granule(sim::World& world, Run& run, const Volume& volume,
                                    Extent extent) {
  Relation& relation = run.relation;
  const DiskPort& port = context_.port(volume.record);
  auto reading = port.disk->read(world, context_.extent(volume.record, extent.lba, extent.blocks));
  const sim::IoResult read = co_await reading;
  if (!read) {
    run.failed = true;
    co_await context_.reconcile.element_failed(world, relation, true);
    co_return false;
  }
  if (!current(run)) co_return false;
  std::vector<std::uint64_t> stamps(extent.blocks);
  std::uint64_t written = 0;
  const sim::AreaId area{volume.record.number.value};
  const auto take = [&](std::uint64_t lba, std::uint64_t stamp) {
    stamps[lba - extent.lba] = stamp;
    ++written;
  };
  port.content->for_each_read(area, extent.lba, extent.blocks, take);
  // Blocks never written here travel as zeros: the peer may hold what was never acknowledged.
  const trace::CopyReason reason = reason_of(relation.record);
  auto sending = context_.sender.copy(world, relation, extent, std::move(stamps),
                                      static_cast<std::uint64_t>(reason));
  const DataAnswer answer = co_await sending;
  if (answer == DataAnswer::Ok) {
    world.emit(trace::copied, relation.entity, relation.window.last(), extent.lba, written,
               static_cast<std::uint64_t>(reason));
    co_return true;
  }
  run.failed = true;
  if (answer == DataAnswer::WriteError || answer == DataAnswer::Full) {
    co_await context_.reconcile.element_failed(world, relation, false);
  }
  co_return false;
}

sim::Task<void> Mover::report(sim::World& world, Run& run) {
  Relation& relation = run.relation;
  const std::uint64_t known =
      std::max(relation.granules_known, relation.granules_done + relation.bitmap.count());
  relation.granules_known = known;
  if (known == 0) co_return;
  auto percent =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(99, relation.granules_done * 100 / known));
  if (context_.defect(cim::Defect::CopyComplete100)) [[unlikely]]
    percent = 100;
  // A record per ten percent: a restart shows no less than was shown (R10, C1).
  if (percent < run.reported + 10 && run.reported != 0) co_return;
  run.reported = std::max(percent, 1u);
  if (percent > relation.record.percent) {
    const Relations::Edit edit = [percent](RelationRecord& record) {
      if (record.state != CopyState::Unsynchronized || record.percent >= percent) return false;
      record.percent = percent;
      return true;
    };
    co_await context_.relations.change(world, relation, 0, edit);
  }
  co_await context_.jobs.progress(world, relation.record.pair, percent);
}

sim::Task<bool> Mover::finish(sim::World& world, Run& run) {
  // Not `if (!co_await ...)`: with a co_await in the branch g++ 12 drops the whole function.
  const bool stored = co_await context_.relations.persist_bitmap(world, run.relation);
  if (!stored) {
    co_await context_.reconcile.element_failed(world, run.relation, true);
    co_return false;
  }
  if (!current(run)) co_return false;
  if (run.relation.record.direction == CopyDirection::Backward) {
    co_return co_await finish_backward(world, run);
  }
  co_return co_await finish_forward(world, run);
}

namespace {

ControlBody end_of_copy(const Relation& relation) {
  ControlBody body = address(relation, Verb::CopyEnd);
  body.cause = cim::cause_code(EventCause::CopyComplete);
  return body;
}

}  // namespace

sim::Task<bool> Mover::finish_forward(sim::World& world, Run& run) {
  Relation& relation = run.relation;
  // What the peer refused in an earlier flow may have to be copied still (A3).
  while (relation.older != 0 && current(run)) co_await relation.settled.wait();
  if (!current(run) || !relation.bitmap.empty()) co_return false;
  // A block that was copied may be newer than what is in the journal still (A3).
  const bool drained = co_await context_.journals.drain(world, relation, relation.journal.last());
  if (!drained || !current(run) || !relation.bitmap.empty()) co_return false;
  const auto reply = co_await context_.peers.ask(world, relation.record.peer, end_of_copy(relation),
                                                 context_.config.peer_timeout);
  if (!reply || reply->code != cim::ReturnCode::Completed) co_return false;
  const DirtyBitmap& bitmap = relation.bitmap;
  const Relations::Edit edit = [this, &run, &bitmap](RelationRecord& record) {
    if (!current(run) || !bitmap.empty()) return false;
    record.state = CopyState::Synchronized;
    record.target_image = cim::TargetImage::Consistent;
    record.source_image_consistent = true;
    record.fenced = false;
    record.wrote_alone = false;
    record.split_brain = false;
    return true;
  };
  const bool ended = co_await context_.relations.change(
      world, relation, cim::cause_code(EventCause::CopyComplete), edit);
  if (ended && reply->jobs_wait) {
    ControlBody synced = address(relation, Verb::Synced);
    context_.spawn(context_.control.insist(world, relation.record.peer, std::move(synced)));
  }
  co_return ended;
}

sim::Task<bool> Mover::finish_backward(sim::World& world, Run& run) {
  // The switch: hold the writes at SyncedElement, empty delta, this end stops being writable, the
  // other end starts (R6, data plane 8).
  Relation& relation = run.relation;
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  ControlBody body = end_of_copy(relation);
  co_await context_.host_path.hold(world, *volume);
  const DirtyBitmap& bitmap = relation.bitmap;
  const Relations::Edit edit = [this, &run, &bitmap](RelationRecord& record) {
    if (!current(run) || !bitmap.empty()) return false;
    record.state = CopyState::Synchronized;
    record.direction = CopyDirection::Forward;
    record.target_image = cim::TargetImage::Consistent;
    record.wrote_alone = false;
    return true;
  };
  relation.switching = true;
  const auto cause = cim::cause_code(EventCause::CopyComplete);
  const bool switched = co_await context_.relations.change(world, relation, cause, edit);
  context_.host_path.release(world, *volume);
  if (!switched) {
    relation.switching = false;
    co_return false;
  }
  relation.activity.clear();
  relation.flow = relation.record.lineage.current;  // the other end sends with it from now on
  body.told_at = relation.turns;
  // Unanswered: the reconcile of the next contact finds SYN here and UNS Backward there.
  co_await context_.control.insist(world, relation.record.peer, body);
  relation.switching = false;
  // Only now is the Failback done at both ends.
  co_await context_.jobs.relation_changed(world, relation.record.pair, relation.state(), cause);
  co_return true;
}

}  // namespace replsim::engine
