// Requests of the other end of a relation.
#include <algorithm>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::Operation;
using Edit = Relations::Edit;

/// The next step to where the other end's order leads; none when nothing leads there.
std::optional<Move> step_towards(const Relation& relation, const ControlBody& order) {
  // A Failover has been; this end may have fallen behind since, which Force is for at the other.
  const bool force = order.force || order.cause == cim::cause_code(Operation::Failover);
  if (legal(relation.state(), order.state, order.cause, force)) {
    return Move{order.state, order.cause};
  }
  const std::vector<Move> steps = lead(place_of(relation.record), order.state, false, false);
  if (steps.empty()) return std::nullopt;
  return steps.front();
}

void follow_to(RelationRecord& record, CopyState to, const ControlBody& order, bool controlling) {
  record.state = to;
  if (to != CopyState::Invalid && to != CopyState::Partitioned) record.split_brain = false;
  if (!keeps_direction(to)) {
    record.direction = CopyDirection::Forward;
    const bool aborted = order.cause == cim::cause_code(Operation::Abort);
    if (!aborted) record.restore_from = CopyState::NotApplicable;
  } else if (record.role == Role::Source && order.direction == CopyDirection::Backward) {
    record.direction = CopyDirection::Backward;  // its beginning may not have come here
    record.restore_from = order.restore_from;
  }
  if (order.state == CopyState::Failedover) record.fenced = true;
  // The other end's operation has superseded what was asked for here (B5).
  const bool rests = to != CopyState::Unsynchronized && to != CopyState::Partitioned;
  if (rests && !controlling) record.requested = CopyState::NotApplicable;
}

}  // namespace

Relation* Control::addressed(const std::string& peer, const ControlBody& body) {
  if (peer != context_.config.name) {
    Relation* relation = context_.relations.find(body.pair);
    return relation != nullptr && relation->record.peer == peer ? relation : nullptr;
  }
  // A local pair has both ends here: the one that is not asking.
  for (Relation* relation : context_.relations.all()) {
    if (relation->record.pair == body.pair && relation->record.number != body.from) return relation;
  }
  return nullptr;
}

sim::Task<ControlReplyBody> Control::serve(sim::World& world, std::string peer,
                                           std::unique_ptr<ControlBody> body) {
  if (body->verb == Verb::Create) co_return co_await serve_create(world, peer, *body);
  if (body->verb == Verb::CreateUndo && being_made_.contains(body->pair)) {
    being_made_[body->pair] = false;  // gives it back itself when it is made
    co_return answer(cim::ReturnCode::Completed);
  }
  Relation* relation = addressed(peer, *body);
  if (relation == nullptr) {
    // Gone already is what these ask for.
    const bool fine = body->verb == Verb::Remove || body->verb == Verb::CreateUndo;
    co_return fine ? answer(cim::ReturnCode::Completed) : unknown_relation();
  }
  // A repeated order may come after a later one of the same end: it is superseded.
  relation->heard = std::max(relation->heard, body->told_at);
  switch (body->verb) {
    case Verb::Create: break;
    case Verb::CreateCommit: co_return co_await serve_commit(world, *relation, *body);
    case Verb::CreateUndo:
      if (relation->record.provisional) co_await undo_create(world, *relation);
      co_return answer(cim::ReturnCode::Completed);
    case Verb::Check: co_return co_await serve_check(world, *relation, *body);
    case Verb::Meet: co_return co_await serve_meet(world, *relation, *body);
    case Verb::Follow: co_return co_await serve_follow(world, *relation, *body);
    case Verb::CopyBegin: co_return co_await serve_copy_begin(world, *relation, *body);
    case Verb::CopyEnd: co_return co_await serve_copy_end(world, *relation, *body);
    case Verb::Synced:
      relation->switching = false;
      co_await context_.jobs.catch_up(world, *relation);
      co_return answer(cim::ReturnCode::Completed);
    case Verb::Tell: {
      ControlReplyBody told = answer(cim::ReturnCode::Completed);
      told.facts = context_.reconcile.facts_of(*relation);
      co_return told;
    }
    case Verb::Fence: co_return co_await serve_fence(world, *relation, *body);
    case Verb::Swap: co_return co_await serve_swap(world, *relation, *body);
    case Verb::Remove: {
      co_await quiesce(world, *relation);
      const bool gone = co_await context_.relations.remove(world, *relation, body->cause);
      co_return gone || relation->removed ? answer(cim::ReturnCode::Completed) : not_written();
    }
    case Verb::Break: {
      if (body->told_at < relation->heard) co_return answer(cim::ReturnCode::Completed);
      co_await context_.reconcile.element_failed(world, *relation, false);
      const bool flows = relation->state() == CopyState::Synchronized ||
                         relation->state() == CopyState::Unsynchronized;
      co_return flows && !relation->removed ? not_written() : answer(cim::ReturnCode::Completed);
    }
    case Verb::Journal: co_return co_await serve_journal(world, *relation, *body);
    case Verb::Drain: {
      const bool there = relation->record.journal == body->journal &&
                         co_await context_.journals.reached(world, *relation, body->marker);
      co_return there ? answer(cim::ReturnCode::Completed) : not_met();
    }
    case Verb::Operate: co_return co_await serve_operate(world, *relation, *body);
    case Verb::Skew: co_return co_await serve_skew(world, *relation);
  }
  co_return unknown_relation();
}

sim::Task<ControlReplyBody> Control::serve_check(sim::World& world, Relation& relation,
                                                 const ControlBody& body) {
  const bool given_up = body.asked && relation.controlling != body.operation;
  if (given_up || (!body.probe && !relation.connected)) co_return not_met();
  const bool busy =
      relation.creating || relation.skewing ||
      (relation.controlling && !body.probe && *relation.controlling != body.operation);
  if (busy) {
    co_return answer(cim::ReturnCode::InUse,
                     refusal("failed:busy", "the other end is in a control phase", "R4"));
  }
  if (!body.probe) {
    // The other end does not know of the relations that this element has besides.
    const auto no = refuse_for_others(relation, body.operation, "R2");
    if (no) co_return answer(no->code, *no->error);
  }
  if (body.probe) {
    const bool works = co_await element_works(world, relation, body.dirty);
    if (!works) {
      co_return answer(cim::ReturnCode::Failed,
                       refusal("failed:element", "the element does not work", "R7"));
    }
  }
  ControlReplyBody reply = answer(cim::ReturnCode::Completed);
  reply.target_image = relation.record.target_image;
  reply.facts = context_.reconcile.facts_of(relation);
  reply.lineage = relation.record.lineage;
  co_return reply;
}

sim::Task<bool> Control::element_works(sim::World& world, Relation& relation,
                                       std::vector<Extent> suspects) {
  // The first block and every suspect one must give a read and take it back as a write.
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  const DiskPort& port = context_.port(volume->record);
  if (context_.volumes.lacks_space(*volume)) co_return false;
  // A thin element takes no space for the sake of a probe.
  if (!volume->thin || volume->space.any(0, 1)) suspects.insert(suspects.begin(), Extent{0, 1});
  RangeLock::Guard guard = co_await volume->ranges.lock(world, 0, volume->record.blocks());
  for (const Extent& extent : suspects) {
    if (volume->thin) {
      const bool room = co_await context_.volumes.take_space(world, *volume, extent);
      if (!room) co_return false;
    }
    const sim::DiskExtent place = context_.extent(volume->record, extent.lba, extent.blocks);
    auto reading = port.disk->read(world, place);
    const sim::IoResult read = co_await reading;
    if (!read) co_return false;
    const store::BlockImage& image = port.content->image(sim::AreaId{volume->record.number.value});
    sim::DiskWrite write{.extent = place, .fua = true};
    write.words.resize(extent.blocks);
    image.for_each_written(extent.lba, extent.blocks, [&](std::uint64_t lba, std::uint64_t stamp) {
      write.words[lba - extent.lba] = stamp;
    });
    auto writing = port.disk->write(world, std::move(write));
    const sim::IoResult written = co_await writing;
    if (!written) co_return false;
  }
  co_return true;
}

sim::Task<ControlReplyBody> Control::serve_meet(sim::World& world, Relation& relation,
                                                const ControlBody& body) {
  // The source end is fenced for this end's Failover: what it decides on is not so any more soon.
  while (relation.taking_over && !relation.removed) co_await relation.changed.wait();
  if (body.turns != relation.turns) {
    // An operation changed this end since it told its facts (A23): decide again.
    ControlReplyBody again = answer(cim::ReturnCode::InUse);
    again.facts = context_.reconcile.facts_of(relation);
    co_return again;
  }
  const bool met = co_await context_.reconcile.follow(world, relation, body);
  if (relation.removed || !context_.peers.contact(relation.record.peer)) {
    co_return unknown_relation();
  }
  if (!met) {
    ControlReplyBody again = answer(cim::ReturnCode::InUse);
    again.facts = context_.reconcile.facts_of(relation);
    co_return again;
  }
  const bool adopted = co_await adopt(world, relation, body);
  if (!adopted) co_return not_written();
  relation.flow = body.lineage.current;
  context_.reconcile.connect(world, relation, body.own);
  relation.heard = std::max(relation.heard, body.told_at);
  ControlReplyBody met_now = answer(cim::ReturnCode::Completed);
  met_now.facts = context_.reconcile.facts_of(relation);
  co_return met_now;
}

sim::Task<bool> Control::adopt(sim::World& world, Relation& relation, const ControlBody& body) {
  // Mode and journal are the source end's; so is the history, when nothing has to be copied (R9).
  const bool history = relation.state() == CopyState::Synchronized &&
                       relation.record.lineage != body.lineage && body.journal != 0;
  const bool same = relation.record.mode == body.mode && relation.record.journal == body.journal;
  if (relation.record.role != Role::Target || (same && !history)) co_return true;
  const Edit edit = [&body, history](RelationRecord& record) {
    record.mode = body.mode;
    if (record.journal != body.journal) record.journal = 0;
    if (history) record.lineage = body.lineage;
    return true;
  };
  co_return co_await context_.relations.change(world, relation, 0, edit);
}

sim::Task<ControlReplyBody> Control::serve_follow(sim::World& world, Relation& relation,
                                                  const ControlBody& body) {
  if (body.cause == 0) {
    // The Failover that fenced this end was not completed.
    const Edit unfence = [](RelationRecord& record) {
      const bool was = record.fenced;
      record.fenced = false;
      return was;
    };
    const bool free = co_await context_.relations.change(world, relation, 0, unfence);
    if (!free && relation.record.fenced) co_return not_written();
    co_return answer(cim::ReturnCode::Completed);
  }
  if (body.state == CopyState::Failedover && relation.record.role == Role::Target) {
    co_return answer(cim::ReturnCode::Completed);  // it is about to learn of a swap of roles
  }
  const std::uint32_t session = relation.sessions;
  // The order is of this session, and the last: a meeting since then has decided otherwise.
  const auto holds = [&relation, &body, session] {
    return relation.sessions == session && body.told_at >= relation.heard;
  };
  co_await quiesce(world, relation);
  while (!relation.applying.empty()) co_await relation.settled.wait();
  co_await context_.journals.apply_received(world, relation);
  bool followed = true;
  while (followed && holds() && relation.state() != body.state) {
    const std::optional<Move> step = step_towards(relation, body);
    if (!step) break;
    const CopyState from = relation.state();
    const Edit edit = [&relation, &body, &holds, from, to = step->state](RelationRecord& record) {
      if (!holds() || record.state != from) return false;
      follow_to(record, to, body, relation.controlling.has_value());
      return true;
    };
    const bool changed = co_await context_.relations.change(world, relation, step->cause, edit);
    followed = changed || (relation.state() != from && !relation.removed);
  }
  go_on(relation);
  if (relation.sessions != session) co_return unknown_relation();
  if (holds() && !followed && !relation.removed) co_return not_written();
  co_return answer(cim::ReturnCode::Completed);
}

sim::Task<ControlReplyBody> Control::serve_fence(sim::World& world, Relation& relation,
                                                 const ControlBody&) {
  if (!relation.connected) co_return not_met();  // it goes on alone: that would be lost
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  const std::uint32_t session = relation.sessions;
  co_await quiesce(world, relation);
  co_await context_.host_path.hold(world, *volume);
  const Edit edit = [&relation, session](RelationRecord& record) {
    if (relation.sessions != session) return false;  // who asked is gone
    if (record.role != Role::Source) return false;   // a swap of roles was first
    record.fenced = true;
    return true;
  };
  const bool fenced = co_await context_.relations.change(world, relation, 0, edit);
  context_.host_path.release(world, *volume);
  go_on(relation);
  if (!fenced) co_return unknown_relation();
  ControlReplyBody reply = answer(cim::ReturnCode::Completed);
  reply.lineage = relation.record.lineage;
  reply.facts = context_.reconcile.facts_of(relation);
  if (relation.journaled()) reply.marker = relation.journal.last();
  co_return reply;
}

sim::Task<ControlReplyBody> Control::serve_swap(sim::World& world, Relation& relation,
                                                const ControlBody& body) {
  while (!relation.applying.empty()) co_await relation.settled.wait();
  const std::uint32_t epoch = body.role_epoch;
  const Edit edit = [epoch](RelationRecord& record) {
    if (record.role_epoch >= epoch) return false;
    swap_roles(record, epoch);
    return true;
  };
  if (!relation.connected) co_return unknown_relation();  // the next meeting completes the swap
  const std::uint16_t cause = cim::cause_code(Operation::ReverseRoles);
  const bool swapped = co_await context_.relations.change(world, relation, cause, edit);
  if (!swapped && relation.record.role_epoch < epoch) co_return not_written();
  relation.flow = body.lineage.current;
  relation.activity.clear();
  if (relation.state() == CopyState::Synchronized) {
    context_.relations.peer_takes_writes(world, relation);
  }
  co_return answer(cim::ReturnCode::Completed);
}

sim::Task<ControlReplyBody> Control::serve_operate(sim::World& world, Relation& relation,
                                                   const ControlBody& body) {
  if (!relation.connected) co_return not_met();
  const ModifyRequest request{
      .endpoint = relation.record.number, .operation = body.operation, .force = body.force};
  const cim::Transition* row =
      cim::find_transition(cim::SyncType::Mirror, relation.state(), body.operation);
  if (row == nullptr) co_return unknown_relation();
  if (const auto no = refuse(relation, request, *row)) {
    co_return answer(no->code, no->error.value_or(cim::Error{}));
  }
  if (row->outcome == cim::Outcome::Accept) co_return answer(cim::ReturnCode::Completed);
  auto work = std::make_shared<Work>();
  work->endpoint = relation.record.number;
  work->operation = body.operation;
  work->force = body.force;
  work->row = *row;
  work->goal = goal_of(relation, *row);
  work->asked = true;
  relation.controlling = body.operation;
  // Nothing begins here, not even to be shown, when who asked has given it up (B5).
  const Done wanted = co_await ask_ready(world, relation, *work);
  if (!wanted) {
    relation.controlling.reset();
    co_return answer(cim::ReturnCode::Failed, wanted.error());
  }
  co_await run(world, work);
  if (!work->result) co_return answer(cim::ReturnCode::Failed, work->result.error());
  co_return answer(cim::ReturnCode::Completed);
}

}  // namespace replsim::engine
