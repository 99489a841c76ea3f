// A meeting of both ends: the source end decides from the facts of both (reconcile_rules), changes
// its own record, has the target end follow, and data may flow. What changes meanwhile makes it
// decide again; what fails is tried again as long as the peer is there.
#include <algorithm>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/reconcile.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::EventCause;
using Edit = Relations::Edit;

constexpr int decisions_most = 8;
constexpr sim::Duration meet_again_after = sim::seconds(1);

}  // namespace

sim::Task<void> Reconcile::complete_swap(sim::World& world, Relation& relation,
                                         std::uint32_t epoch) {
  const auto cause = cim::cause_code(cim::Operation::ReverseRoles);
  if (relation.state() == CopyState::Partitioned &&
      relation.record.before == CopyState::Failedover) {
    const Move back{CopyState::Failedover, cim::cause_code(EventCause::LinkBackPeerFailedOver)};
    co_await make(world, relation, back, false);
  }
  const Edit swap = [epoch](RelationRecord& record) {
    if (record.role_epoch >= epoch) return false;
    swap_roles(record, epoch);
    return true;
  };
  co_await context_.relations.change(world, relation, cause, swap);
}

sim::Task<void> Reconcile::meet(sim::World& world, EndpointNumber number, PairFacts theirs,
                                bool peer_restarted) {
  Relation* relation = context_.relations.find(number);
  if (relation == nullptr) co_return;
  if (peer_restarted && relation->connected) {
    // The session broke although the path did not: this end sees its peer gone first (R10).
    co_await lose_flow(world, number);
  }
  if (relation->connected || relation->removed) co_return;
  relation->meet_again = std::move(theirs);
  if (relation->meeting) co_return;  // the meeting at work goes on with these facts
  relation->meeting = true;
  while (!relation->connected && !relation->removed) {
    if (relation->meet_again) {
      PairFacts facts = std::move(*relation->meet_again);
      relation->meet_again.reset();
      const bool leads = co_await negotiate(world, *relation, std::move(facts));
      if (!leads) break;
      continue;
    }
    // Refused or given up although the peer is there: once more, from what is so then.
    if (!context_.peers.contact(relation->record.peer)) break;
    co_await sim::sleep_on(world, context_.node, meet_again_after);
    if (relation->meet_again || relation->connected || relation->removed) continue;
    const bool known = co_await ask_facts(world, *relation);
    if (!known) break;
  }
  relation->meet_again.reset();
  relation->meeting = false;
}

sim::Task<bool> Reconcile::align(sim::World& world, Relation& relation, PairFacts& theirs) {
  if (theirs.role == relation.record.role && theirs.role_epoch > relation.record.role_epoch) {
    co_await complete_swap(world, relation, theirs.role_epoch);
  }
  if (relation.removed || relation.record.role != Role::Source) co_return false;
  if (theirs.role == Role::Source) {
    // It learns of the swap from this end's greeting and takes the other role.
    theirs.role = Role::Target;
    theirs.role_epoch = relation.record.role_epoch;
    if (theirs.state == CopyState::Partitioned) theirs.state = theirs.before;
    if (theirs.state == CopyState::Failedover) theirs.state = CopyState::Unsynchronized;
    theirs.direction = CopyDirection::Forward;
    theirs.fenced = false;
  }
  co_return true;
}

sim::Task<bool> Reconcile::ask_facts(sim::World& world, Relation& relation) {
  const ControlBody body = address(relation, Verb::Tell);
  const auto reply =
      co_await context_.peers.ask(world, relation.record.peer, body, context_.config.peer_timeout);
  if (!reply || relation.removed) co_return true;
  if (reply->code == cim::ReturnCode::Completed) {
    if (!relation.meet_again) relation.meet_again = std::move(reply->facts);
    co_return true;
  }
  context_.spawn(missing_at_peer(world, relation.record.number));
  co_return false;
}

sim::Task<bool> Reconcile::negotiate(sim::World& world, Relation& relation, PairFacts theirs) {
  bool leads = co_await align(world, relation, theirs);
  if (!leads) co_return false;
  if (theirs.taking_over) co_return true;  // a decision now would lift the fence under it (A22)
  while (relation.unsettled != 0 && !relation.removed &&
         relation.state() != CopyState::Synchronized &&
         relation.state() != CopyState::Unsynchronized) {
    co_await relation.settled.wait();
  }
  if (theirs.provisional) {
    const ControlBody commit = address(relation, Verb::CreateCommit);
    co_await context_.peers.ask(world, relation.record.peer, commit, context_.config.peer_timeout);
    theirs.state = relation.record.state;
  }
  for (int attempt = 0; attempt < decisions_most && !relation.removed; ++attempt) {
    const Meeting meeting = decide(facts_of(relation), theirs, recovery_of(relation));
    std::optional<PairFacts> fresh = co_await apply(world, relation, meeting, theirs);
    if (!fresh) break;
    theirs = std::move(*fresh);
    leads = co_await align(world, relation, theirs);
    if (!leads) co_return false;
  }
  co_return true;
}

cim::CopyRecoveryMode Reconcile::recovery_of(const Relation& relation) const {
  if (context_.defect(cim::Defect::RecoveryAlwaysAutomatic)) [[unlikely]] {
    return cim::CopyRecoveryMode::Automatic;
  }
  return relation.record.settings.recovery;
}

sim::Task<std::optional<PairFacts>> Reconcile::apply(sim::World& world, Relation& relation,
                                                     Meeting meeting, PairFacts theirs) {
  const bool fence = meeting.fence_source;
  const bool unfence = meeting.unfence_source;
  const bool split = meeting.split_brain;
  const Lineage lineage = theirs.lineage;
  if (meeting.finish_failback) {
    const bool done = co_await context_.control.end_of_copy_here(
        world, relation, lineage, cim::cause_code(EventCause::CopyComplete));
    if (!done) co_return std::nullopt;
    PairFacts again = theirs;
    again.restarted = true;  // what was in flight at the switch is not known
    meeting = decide(facts_of(relation), again, recovery_of(relation));
  }
  if (relation.record.fenced != fence && (fence || unfence)) {
    const Edit edit = [fence](RelationRecord& record) {
      record.fenced = fence;
      return true;
    };
    co_await context_.relations.change(world, relation, 0, edit);
  }
  const std::vector<Move> moves =
      lead(place_of(relation.record), meeting.source_goal, relation.restarted, meeting.manual);
  for (const Move& move : moves) {
    const bool made = co_await make(world, relation, move, split);
    if (!made) co_return theirs;  // changed meanwhile, or it can not be written: decide again
  }
  if (meeting.backward && relation.record.direction == CopyDirection::Forward) {
    const Edit turn = [from = theirs.restore_from](RelationRecord& record) {
      if (!keeps_direction(record.state)) return false;
      record.direction = CopyDirection::Backward;
      record.restore_from = from;
      return true;
    };
    co_await context_.relations.change(world, relation, 0, turn);
  }
  co_return co_await tell_target(world, relation, meeting, theirs.turns);
}

sim::Task<bool> Reconcile::make(sim::World& world, Relation& relation, Move move, bool split) {
  const bool joins = move.state == CopyState::Synchronized;
  const Edit edit = [&relation, turns = relation.turns, move, split,
                     joins](RelationRecord& record) {
    // A host write of this end alone came in between.
    if (joins && (!relation.bitmap.empty() || relation.unsettled != 0)) return false;
    // An operation may have changed the state since the way was found.
    if (relation.turns != turns || record.state == move.state ||
        !legal(record.state, move.state, move.cause))
      return false;
    record.state = move.state;
    record.split_brain = record.split_brain || split;
    if (move.state == CopyState::Unsynchronized && record.direction == CopyDirection::Forward) {
      record.target_image = cim::TargetImage::Inconsistent;
    }
    if (move.state == CopyState::Synchronized) {
      record.target_image = cim::TargetImage::Consistent;
    }
    if (move.state == CopyState::Failedover) record.peer_seen = true;
    if (!keeps_direction(move.state)) record.direction = CopyDirection::Forward;
    return true;
  };
  // No host write may go alone between the decision and what it makes (A11).
  relation.joining = joins;
  const bool made = co_await context_.relations.change(world, relation, move.cause, edit);
  relation.joining = false;
  relation.changed.notify_all(world);
  co_return made;
}

sim::Task<std::optional<PairFacts>> Reconcile::tell_target(sim::World& world, Relation& relation,
                                                           Meeting meeting, std::uint32_t turns) {
  ControlBody body = address(relation, Verb::Meet);
  body.state = meeting.target_goal;
  body.manual = meeting.manual;
  body.split_brain = meeting.split_brain;
  body.turns = turns;
  body.own = relation.state();
  const std::uint32_t own = relation.turns;
  const auto reply =
      co_await context_.peers.ask(world, relation.record.peer, body, context_.config.peer_timeout);
  if (!reply || relation.removed || !context_.peers.contact(relation.record.peer)) {
    co_return std::nullopt;
  }
  if (reply->code == cim::ReturnCode::InUse) co_return reply->facts;
  if (reply->code != cim::ReturnCode::Completed) co_return std::nullopt;
  // An operation with Force at this end alone may have come in between.
  if (relation.turns != own) co_return reply->facts;
  connect(world, relation, reply->facts.state);
  // What it ordered before it followed may still be on its way, and is void.
  relation.heard = std::max(relation.heard, reply->facts.turns);
  co_return std::nullopt;
}

void Reconcile::connect(sim::World& world, Relation& relation, CopyState theirs) {
  if (relation.connected || relation.removed) return;
  relation.connected = true;
  ++relation.sessions;
  relation.heard = 0;
  relation.mirrors = relation.state() == CopyState::Synchronized;
  relation.restarted = false;
  relation.doubted = false;
  // What the peer had to say of jobs may be lost with the last session.
  relation.switching = false;
  context_.spawn(context_.jobs.met(world, relation, theirs));
  relation.window.restart();
  Receiver::begin_session(relation);
  world.emit(trace::peer, relation.entity, 0, 1);
  relation.changed.notify_all(world);
  context_.mover.poke(relation);
  Journals::stir(world, relation);
  context_.journals.poke(relation);
  poke(relation);
  const bool stays = relation.record.rest_at == CopyState::Initialized || relation.creating;
  if (relation.record.role == Role::Source && relation.state() == CopyState::Initialized &&
      !stays) {
    context_.spawn(context_.control.leave_initialized(world, relation));
  }
}

sim::Task<bool> Reconcile::follow(sim::World& world, Relation& relation, const ControlBody& order) {
  if (relation.connected) co_await lose_flow(world, relation.record.number);
  // What is being written counts, and not what was so before.
  sim::Mutex::Guard written = co_await relation.changing.lock(world);
  written.release();
  std::uint32_t turns = order.turns;
  for (int step = 0; step < decisions_most && !relation.removed; ++step) {
    if (relation.turns != turns) co_return false;
    const std::vector<Move> moves =
        lead(place_of(relation.record), order.state, relation.restarted, order.manual);
    if (moves.empty()) break;
    const bool made = co_await make(world, relation, moves.front(), order.split_brain);
    if (!made) co_return false;
    turns = relation.turns;
  }
  if (relation.state() == CopyState::Failedover && !relation.record.peer_seen) {
    const Edit seen = [](RelationRecord& record) {
      record.peer_seen = true;
      return true;
    };
    co_await context_.relations.change(world, relation, 0, seen);
  }
  co_return !relation.removed && relation.turns == turns && relation.state() == order.state;
}

}  // namespace replsim::engine
