// The operations, at the end that drives them. Source: operation_matrix.md, rulings R4-R8, data
// plane 6 and 8.
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::Operation;
using Edit = Relations::Edit;

constexpr sim::Duration until_the_peer_is_lost = sim::hours(24 * 365);
constexpr sim::Duration ask_again = sim::milliseconds(500);

}  // namespace

ControlBody Control::body_for(const Relation& relation, Verb verb, const Work& work) const {
  ControlBody body = address(relation, verb);
  body.operation = work.operation;
  body.cause = cim::cause_code(work.operation);
  body.force = work.force;
  return body;
}

sim::Task<Control::Done> Control::ask_ready(sim::World& world, Relation& relation,
                                            const Work& work) {
  ControlBody body = body_for(relation, Verb::Check, work);
  body.asked = work.asked;
  const auto reply = co_await context_.peers.ask(world, relation.record.peer, std::move(body),
                                                 context_.config.peer_timeout);
  if (!reply) {
    co_return std::unexpected(refusal("failed:peer", "the other array did not answer", "R1"));
  }
  if (reply->code != cim::ReturnCode::Completed) co_return std::unexpected(reply->error);
  relation.peer_lineage = reply->lineage;
  co_return Done{};
}

sim::Task<void> Control::tell_follow(sim::World& world, Relation& relation, CopyState state,
                                     std::uint16_t cause, bool force) {
  ControlBody body = address(relation, Verb::Follow);
  body.force = force;
  body.state = state;
  body.cause = cause;
  // Unanswered: the other end follows at the next contact.
  ++relation.orders;
  co_await insist(world, relation.record.peer, std::move(body));
  --relation.orders;
}

sim::Task<void> Control::insist(sim::World& world, std::string peer, ControlBody body) {
  while (true) {
    const auto reply = co_await context_.peers.ask(world, peer, body, until_the_peer_is_lost);
    // Unknown: its records could not be written now.
    if (!reply || reply->code != cim::ReturnCode::Unknown) co_return;
    co_await sim::sleep_on(world, context_.node, ask_again);
  }
}

sim::Task<void> Control::quiesce(sim::World& world, Relation& relation) {
  relation.stopping = true;
  ++relation.copy_epoch;
  while (!relation.moving.empty()) co_await relation.settled.wait();
  static_cast<void>(world);
}

void Control::go_on(Relation& relation) {
  relation.stopping = false;
  context_.mover.poke(relation);
}

sim::Task<Control::Done> Control::start_copy(sim::World& world, Relation& relation, Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  const CopyState from = work.row.from;
  const Lineage theirs = relation.peer_lineage;
  const std::uint64_t own = context_.peers.name_hash();
  const bool trusted = context_.defect(cim::Defect::ImageTrusted);
  const Edit edit = [from, theirs, own, trusted](RelationRecord& record) {
    if (record.state != from) return false;
    if (starts_forward(record)) record.direction = CopyDirection::Forward;
    if (record.direction == CopyDirection::Forward) record.fenced = false;
    if (from == CopyState::Invalid) {
      // No trust in the tracking of either end (R28); SystemElement wins over both histories.
      record.everything_dirty = true;
      record.lineage = child_of(record.lineage, theirs, own);
      record.split_brain = false;
      record.fenced = false;
    }
    if (record.direction == CopyDirection::Forward && !trusted) {
      record.target_image = cim::TargetImage::Inconsistent;
    }
    record.state = CopyState::Unsynchronized;
    return true;
  };
  relation.granules_done = 0;
  relation.granules_known = 0;
  const std::uint16_t cause = cim::cause_code(work.operation);
  // Invalid is left by "status resolved, copy needed" or by the operation; both edges exist.
  const bool started = co_await context_.relations.change(world, relation, cause, edit);
  if (!started) co_return gone_on(relation, work.operation);
  if (relation.record.direction == CopyDirection::Backward) {
    co_await tell_follow(world, relation, CopyState::Unsynchronized, cause, work.force);
  }
  co_return Done{};
}

sim::Task<bool> Control::come_up_to_cut(sim::World& world, Relation& relation, Volume& volume,
                                        std::uint64_t marker) {
  // The cut is a marker in the journal; hosts go on while the target comes up to it (R9).
  relation.send_limit = marker + 1;
  context_.host_path.release(world, volume);
  bool there = true;
  if (!context_.defect(cim::Defect::SplitWithoutMarker)) [[likely]]
    there = co_await context_.journals.drain(world, relation, marker);
  co_await context_.host_path.hold(world, volume);
  if (!there) relation.send_limit = 0;
  co_return there;
}

sim::Task<Control::Done> Control::stop_flow(sim::World& world, Relation& relation, Work& work) {
  const bool alone = !relation.connected;
  if (!alone) {
    const Done ready = co_await ask_ready(world, relation, work);
    if (!ready) co_return ready;
  }
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  co_await quiesce(world, relation);
  if (context_.defect(cim::Defect::SplitWithoutHold)) [[unlikely]] {
    ++volume->holds;
  } else {
    co_await context_.host_path.hold(world, *volume);
  }
  const CopyState from = work.row.from;
  const CopyState goal = work.goal;
  const Edit edit = [from, goal](RelationRecord& record) {
    if (record.state != from) return false;
    record.state = goal;
    if (!keeps_direction(goal)) {
      record.direction = CopyDirection::Forward;
      record.restore_from = CopyState::NotApplicable;
    }
    return true;
  };
  const std::uint16_t cause = cim::cause_code(work.operation);
  if (relation.state() == from) world.emit(trace::cut, relation.entity, cause, cause);
  if (relation.connected && relation.journaled()) {
    // Split: up to the cut. Else what is on its way, so that the target rests when this end says
    // so.
    const bool split = work.operation == Operation::Split;
    const std::uint64_t marker = split ? relation.journal.last() : context_.journals.sent(relation);
    const bool there = co_await come_up_to_cut(world, relation, *volume, marker);
    if (!there) {
      context_.host_path.release(world, *volume);
      go_on(relation);
      co_return gone_on(relation, work.operation);
    }
  }
  const bool stopped = co_await context_.relations.change(world, relation, cause, edit);
  relation.send_limit = 0;
  context_.host_path.release(world, *volume);
  go_on(relation);
  if (!stopped) co_return gone_on(relation, work.operation);
  relation.activity.clear();
  context_.spawn(clear_activity(world, relation));
  // Also when contact came back meanwhile: then a meeting is at work, and learns of it.
  if (relation.connected) co_await tell_follow(world, relation, goal, cause, work.force);
  co_return Done{};
}

sim::Task<void> Control::clear_activity(sim::World& world, Relation& relation) {
  co_await context_.relations.persist_activity(world, relation);
}

sim::Task<Control::Done> Control::split_when_copied(sim::World& world, Relation& relation,
                                                    Work& work) {
  // "Split waits for it" (R4): the copy ends first. Who asked for it knows no more of it after a
  // loss of contact.
  const std::uint32_t session = relation.sessions;
  const auto wanted = [&] { return !work.asked || relation.sessions == session; };
  while (!relation.removed && wanted() && relation.effective_state() == CopyState::Unsynchronized) {
    co_await relation.changed.wait();
  }
  if (relation.removed || !wanted() || relation.state() != CopyState::Synchronized) {
    co_return gone_on(relation, work.operation);
  }
  work.row =
      *cim::find_transition(cim::SyncType::Mirror, CopyState::Synchronized, Operation::Split);
  co_return co_await stop_flow(world, relation, work);
}

sim::Task<std::expected<Control::Fence, cim::Error>> Control::fence_the_source(sim::World& world,
                                                                               Relation& relation,
                                                                               const Work& work) {
  Fence fence{.theirs = relation.record.lineage};
  if (!context_.peers.contact(relation.record.peer)) {
    co_await sim::sleep_on(world, context_.node, context_.config.fence_timeout);
    co_return fence;
  }
  const CopyState from = work.row.from;
  ControlBody body = body_for(relation, Verb::Fence, work);
  const auto reply = co_await context_.peers.ask(world, relation.record.peer, std::move(body),
                                                 context_.config.fence_timeout);
  if (!reply) co_return fence;
  // The source end is there and is not fenced: to go on would be a split brain (R7, R8).
  const bool refused = reply->code != cim::ReturnCode::Completed;
  if (refused && !work.force) co_return std::unexpected(reply->error);
  if (refused) co_return fence;
  if (from == CopyState::Synchronized && reply->facts.state != CopyState::Synchronized) {
    // It has left the flow, and this end has not heard of that yet (A22).
    co_await tell_follow(world, relation, from, 0, false);
    co_return std::unexpected(refusal("failed:state", "the other end has left the flow", "R8"));
  }
  fence.answered = true;
  fence.theirs = reply->lineage;
  // What is on its way still comes first; without it the Failover is not a planned one.
  if (reply->marker != 0) {
    fence.answered = co_await context_.journals.reached(world, relation, reply->marker);
  }
  co_return fence;
}

sim::Task<Control::Done> Control::fail_over(sim::World& world, Relation& relation, Work& work) {
  const CopyState from = work.row.from;
  const auto fence = co_await fence_the_source(world, relation, work);
  if (!fence) co_return std::unexpected(fence.error());
  const bool planned = fence->answered;
  const Lineage theirs = fence->theirs;
  relation.taking_over = planned;
  world.emit(trace::fence, relation.entity, cim::cause_code(work.operation), planned ? 1 : 2);
  // From now on nothing more of the source end's is taken (A30). Contact that came back while the
  // fence was waited for has gone on with the copy, and the Failover is given up below.
  const CopyState now = relation.state();
  if (now == from || now == CopyState::Partitioned) relation.flow = {};
  while (!relation.applying.empty()) co_await relation.settled.wait();
  co_await context_.journals.apply_received(world, relation);
  const std::uint64_t own = context_.peers.name_hash();
  const Edit edit = [from, planned, theirs, own](RelationRecord& record) {
    // A partition during the fence is no reason to give up; any other change is.
    const bool cut_off = record.state == CopyState::Partitioned && record.before == from;
    if (record.state != from && !cut_off) return false;
    if (record.role != Role::Target) return false;  // a swap of roles was first
    // What the source end wrote alone since is given up: the new history knows of it.
    const Kinship kin = kinship(record.lineage, theirs);
    const bool left = kin == Kinship::Older || kin == Kinship::SplitBrain;
    if (!planned || left) record.lineage = child_of(record.lineage, theirs, own);
    record.state = CopyState::Failedover;
    record.direction = CopyDirection::Forward;
    record.peer_seen = planned;
    record.wrote_alone = false;
    record.split_brain = false;
    return true;
  };
  const std::uint16_t cause = cim::cause_code(Operation::Failover);
  world.emit(trace::cut, relation.entity, cause, cause);
  const bool over = co_await context_.relations.change(world, relation, cause, edit);
  relation.taking_over = false;
  relation.changed.notify_all(world);
  if (!over) {
    if (planned) co_await tell_follow(world, relation, from, 0, false);
    co_return gone_on(relation, work.operation);
  }
  if (planned) {
    co_await tell_follow(world, relation, CopyState::Failedover, cause, work.force);
  } else if (context_.peers.contact(relation.record.peer)) {
    // It did not answer in time but is not lost: it learns when it answers again, or at the next
    // contact. The Failover does not wait for that.
    context_.spawn(tell_follow(world, relation, CopyState::Failedover, cause, work.force));
  }
  co_return Done{};
}

sim::Task<Control::Done> Control::reverse_roles(sim::World& world, Relation& relation, Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  const CopyState from = work.row.from;
  const bool takes_over = from == CopyState::Failedover;
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  if (!takes_over) co_await context_.host_path.hold(world, *volume);
  bool drained = true;
  if (!takes_over)
    drained = co_await context_.journals.drain(world, relation, relation.journal.last());
  if (!drained) {
    context_.host_path.release(world, *volume);
    co_return gone_on(relation, work.operation);
  }
  const Edit edit = [from, takes_over](RelationRecord& record) {
    // Fenced meanwhile: a Failover was first.
    if (record.state != from || (record.fenced && !takes_over)) return false;
    swap_roles(record, record.role_epoch + 1);
    return true;
  };
  const std::uint16_t cause = cim::cause_code(Operation::ReverseRoles);
  relation.granules_done = 0;
  relation.granules_known = 0;
  if (takes_over) relation.stopping = true;  // the other end swaps before data moves
  const bool swapped = co_await context_.relations.change(world, relation, cause, edit);
  if (!takes_over) context_.host_path.release(world, *volume);
  if (!swapped) {
    go_on(relation);
    co_return gone_on(relation, work.operation);
  }
  relation.activity.clear();
  relation.flow = relation.record.lineage.current;
  ControlBody body = body_for(relation, Verb::Swap, work);
  body.state = relation.state();
  co_await insist(world, relation.record.peer, std::move(body));
  go_on(relation);
  co_return Done{};
}

sim::Task<Control::Done> Control::detach(sim::World& world, Relation& relation, Work& work) {
  const bool alone = !relation.connected;
  if (!alone) {
    const Done ready = co_await ask_ready(world, relation, work);
    if (!ready) co_return ready;
  }
  co_await quiesce(world, relation);
  const PairId pair = relation.record.pair;
  const std::string peer = relation.record.peer;
  ControlBody body = body_for(relation, Verb::Remove, work);
  const std::uint16_t cause = cim::cause_code(work.operation);
  // The target is to show one instant of the source, that of the aspect: no write is half there.
  const bool aspect = work.operation == Operation::Dissolve && leaves_aspect(relation.record);
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  if (aspect) co_await context_.host_path.hold(world, *volume);
  bool removed = true;
  if (aspect && relation.connected && relation.journaled()) {
    const std::uint64_t last = relation.journal.last();
    removed = co_await come_up_to_cut(world, relation, *volume, last);
  }
  // An aspect is of the state that the cell is of.
  if (removed) removed = !aspect || relation.state() == work.row.from;
  if (removed) removed = co_await context_.relations.remove(world, relation, cause, aspect);
  if (aspect) {
    relation.send_limit = 0;
    context_.host_path.release(world, *volume);
  }
  if (!removed) {
    go_on(relation);
    co_return gone_on(relation, work.operation);
  }
  if (context_.defect(cim::Defect::DetachOneSided)) [[unlikely]]
    co_return Done{};
  if (peer != context_.config.name && context_.peers.contact(peer)) {
    co_await insist(world, peer, std::move(body));
  } else if (peer == context_.config.name) {
    if (Relation* end = context_.relations.find(pair)) {
      co_await context_.relations.remove(world, *end, cause);
    }
  }
  co_return Done{};
}

sim::Task<Control::Done> Control::operate_at_peer(sim::World& world, Relation& relation,
                                                  Work& work) {
  ControlBody body = body_for(relation, Verb::Operate, work);
  const std::string peer = relation.record.peer;
  const auto reply =
      co_await context_.peers.ask(world, peer, std::move(body), until_the_peer_is_lost);
  if (!reply) {
    work.unknown = true;
    co_return std::unexpected(refusal("failed:peer", "the other array did not answer", "R1"));
  }
  if (reply->code != cim::ReturnCode::Completed) co_return std::unexpected(reply->error);
  co_return Done{};
}

}  // namespace replsim::engine
