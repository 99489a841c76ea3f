// The receiving end of a copy: its beginning and its end.
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::EventCause;
using cim::Operation;
using Edit = Relations::Edit;

/// Why an end in `state` sees a copy begin, when the sender has forgotten it over a restart.
std::uint16_t cause_of_copy(CopyState state, bool restores) {
  if (restores) return cim::cause_code(Operation::RestoreFromReplica);
  switch (state) {
    case CopyState::Initialized: return cim::cause_code(EventCause::CopyStarted);
    case CopyState::Aborted:
    case CopyState::Broken:
    case CopyState::Fractured:
    case CopyState::Split:
    case CopyState::Skewed:
    case CopyState::Restored: return cim::cause_code(Operation::ResyncReplica);
    case CopyState::Inactive:
    case CopyState::Prepared: return cim::cause_code(Operation::Activate);
    case CopyState::Suspended: return cim::cause_code(Operation::Resume);
    case CopyState::Invalid: return cim::cause_code(EventCause::StatusResolvedCopy);
    case CopyState::Failedover: return cim::cause_code(Operation::Failback);
    case CopyState::Synchronized: return cim::cause_code(EventCause::FellBehind);
    case CopyState::Partitioned:
    case CopyState::Unsynchronized:
    case CopyState::Mixed:
    case CopyState::NotApplicable: break;
  }
  return cim::cause_code(EventCause::LinkBackAutomatic);
}

/// A target end that has failed over, or whose copy to the source has not ended: no copy from the
/// source may undo that (A32).
bool holds_newer_truth(const Relation& relation) {
  const CopyState state = relation.effective_state();
  const bool on_its_way = state == CopyState::Unsynchronized || state == CopyState::Suspended ||
                          state == CopyState::Inactive;
  return state == CopyState::Failedover ||
         (on_its_way && relation.record.direction == CopyDirection::Backward);
}

}  // namespace

sim::Task<ControlReplyBody> Control::serve_copy_begin(sim::World& world, Relation& relation,
                                                      const ControlBody& body) {
  const bool forward = body.direction == CopyDirection::Forward;
  const bool receives = (relation.record.role == Role::Target) == forward;
  // What it has not heard of an operation here may have ended that copy.
  const bool ordered = relation.orders != 0;
  if (!relation.connected || !receives || ordered) co_return unknown_relation();
  // Called for here since the other end asked whether it may (control_shared.cpp).
  if (!forward && flows_elsewhere(relation)) co_return unknown_relation();
  const std::uint32_t session = relation.sessions;
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  if (!forward && body.restore_from == CopyState::NotApplicable) {
    co_await fence_for(world, relation, body);
  }
  co_await context_.host_path.hold(world, *volume);
  while (!relation.applying.empty()) co_await relation.settled.wait();
  const bool begun = co_await begin_copy_here(world, relation, body, session);
  context_.host_path.release(world, *volume);
  if (!begun) co_return unknown_relation();
  // A host write that the other end did not take is tracked now that the flow has turned.
  while (relation.unsettled != 0) co_await relation.settled.wait();
  if (relation.sessions != session) co_return unknown_relation();
  relation.flow = body.lineage.current;
  ControlReplyBody reply = answer(cim::ReturnCode::Completed);
  reply.journal = relation.record.journal;
  if (body.everything || relation.record.everything_dirty) {
    const store::BlockImage& image =
        context_.port(volume->record).content->image(sim::AreaId{volume->record.number.value});
    DirtyBitmap written(relation.bitmap.granule_blocks());
    image.for_each_written(0, relation.record.blocks,
                           [&](std::uint64_t lba, std::uint64_t) { written.set_blocks(lba, 1); });
    reply.dirty = written.extents(volume->record.blocks());
  } else {
    reply.dirty = relation.bitmap.extents(volume->record.blocks());
  }
  co_return reply;
}

sim::Task<void> Control::fence_for(sim::World& world, Relation& relation, const ControlBody& body) {
  // The other end has failed over without this end: what hosts still wait for here is refused (R8).
  const Edit edit = [&relation, &body](RelationRecord& record) {
    if (record.fenced || body.told_at < relation.heard) return false;
    record.fenced = true;
    return true;
  };
  co_await context_.relations.change(world, relation, 0, edit);
}

sim::Task<bool> Control::begin_copy_here(sim::World& world, Relation& relation,
                                         const ControlBody& body, std::uint32_t session) {
  const bool forward = body.direction == CopyDirection::Forward;
  const CopyState restore_from = body.restore_from;
  const std::uint32_t journal = body.journal;
  const auto refused = [&relation, &body, forward, session] {
    return relation.sessions != session || body.told_at < relation.heard || relation.orders != 0 ||
           (forward && holds_newer_truth(relation));
  };
  std::uint16_t cause = body.cause;
  if (!legal(relation.state(), CopyState::Unsynchronized, cause)) {
    cause = cause_of_copy(relation.state(), restore_from == relation.state());
  }
  std::vector<Move> steps = way(relation.state(), CopyState::Unsynchronized, cause, cause);
  const auto over = cim::cause_code(Operation::Failover);
  const bool unheard = relation.state() != CopyState::Unsynchronized &&
                       relation.record.direction == CopyDirection::Forward;
  const bool fails_back = !forward && restore_from == CopyState::NotApplicable;
  if (fails_back && unheard && legal(relation.state(), CopyState::Failedover, over)) {
    // A Failback of a Failover that this end has not heard of.
    steps = {{CopyState::Failedover, over},
             {CopyState::Unsynchronized, cim::cause_code(Operation::Failback)}};
  }
  if (steps.empty()) steps = {{relation.state(), 0}};
  for (const Move& step : steps) {
    const CopyState was = relation.state();
    const Edit edit = [&refused, step, forward, was, restore_from,
                       journal](RelationRecord& record) {
      if (record.state != was || refused()) return false;
      record.state = step.state;
      if (step.state == CopyState::Failedover) record.fenced = true;
      if (step.state != CopyState::Unsynchronized) return true;
      record.direction = forward ? CopyDirection::Forward : CopyDirection::Backward;
      if (forward) {
        if (record.journal != journal) record.journal = 0;
        record.target_image = cim::TargetImage::Inconsistent;
      } else {
        record.source_image_consistent = false;
        record.restore_from = restore_from;
        record.fenced = restore_from == CopyState::NotApplicable;
      }
      return true;
    };
    const bool made = co_await context_.relations.change(world, relation, step.cause, edit);
    if (!made) co_return false;
  }
  const bool begun = relation.sessions == session && relation.state() == CopyState::Unsynchronized;
  co_return begun;
}

sim::Task<ControlReplyBody> Control::serve_copy_end(sim::World& world, Relation& relation,
                                                    const ControlBody& body) {
  if (body.told_at < relation.heard) co_return unknown_relation();
  // A job of this array ends when both ends are SYN (R3): the sender says when it is.
  const bool forward = body.direction == CopyDirection::Forward;
  ControlReplyBody reply = answer(cim::ReturnCode::Completed);
  reply.jobs_wait = forward && context_.jobs.any_waits(relation.record.pair);
  relation.switching = reply.jobs_wait;
  const bool done = co_await end_of_copy_here(world, relation, body.lineage, body.cause);
  if (done) co_return reply;
  relation.switching = false;
  const bool wrong = relation.effective_state() != CopyState::Unsynchronized;
  co_return wrong ? unknown_relation() : not_written();
}

sim::Task<bool> Control::end_of_copy_here(sim::World& world, Relation& relation, Lineage lineage,
                                          std::uint16_t cause) {
  while (!relation.applying.empty()) co_await relation.settled.wait();
  if (relation.state() == CopyState::Synchronized) co_return true;
  if (relation.effective_state() != CopyState::Unsynchronized) co_return false;
  const std::uint32_t heard = relation.heard;
  // What this end tracked was merged by the sender and is copied: nothing is left to know.
  relation.bitmap.clear_all();
  const bool cleared = co_await context_.relations.persist_bitmap(world, relation);
  if (!cleared || relation.effective_state() != CopyState::Unsynchronized) co_return false;
  const CopyState from = relation.state();
  const bool was_cut = from == CopyState::Partitioned;
  const std::uint16_t by = was_cut ? cim::cause_code(EventCause::LinkBackDeltaEmpty) : cause;
  const Edit edit = [&relation, lineage, from, heard](RelationRecord& record) {
    if (record.state != from || relation.heard != heard) return false;
    record.state = CopyState::Synchronized;
    record.direction = CopyDirection::Forward;
    record.target_image = cim::TargetImage::Consistent;
    record.source_image_consistent = true;
    record.everything_dirty = false;
    record.fenced = false;
    record.split_brain = false;
    record.lineage = lineage;
    return true;
  };
  const bool ended = co_await context_.relations.change(world, relation, by, edit);
  if (ended && relation.sends()) context_.relations.peer_takes_writes(world, relation);
  co_return ended;
}

}  // namespace replsim::engine
