// Losing and finding the peer; what follows is decided in reconcile_rules.
#include "model/engine/reconcile.h"

#include <algorithm>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::EventCause;
using Edit = Relations::Edit;

constexpr int decisions_most = 8;

/// States that a lost peer turns into Partitioned (R7).
bool partitions(const RelationRecord& record) {
  switch (record.state) {
    case CopyState::Unsynchronized:
    case CopyState::Synchronized:
    case CopyState::Fractured:
    case CopyState::Split:
    case CopyState::Suspended: return true;
    case CopyState::Failedover: return record.peer_seen;
    case CopyState::Initialized:
    case CopyState::Broken:
    case CopyState::Inactive:
    case CopyState::Prepared:
    case CopyState::Aborted:
    case CopyState::Skewed:
    case CopyState::Mixed:
    case CopyState::NotApplicable:
    case CopyState::Partitioned:
    case CopyState::Invalid:
    case CopyState::Restored: break;
  }
  return false;
}

std::uint16_t cut_cause(CopyState from) {
  return cim::cause_code(from == CopyState::Failedover ? EventCause::PeerLostAfterFailover
                                                       : EventCause::PeerUnreachable);
}

}  // namespace

PairFacts Reconcile::facts_of(const Relation& relation) const {
  const RelationRecord& record = relation.record;
  return {.pair = record.pair,
          .role = record.role,
          .state = record.state,
          .before = record.before,
          .direction = record.direction,
          .lineage = record.lineage,
          .everything_dirty = record.everything_dirty,
          .split_brain = record.split_brain,
          .fenced = record.fenced,
          .provisional = record.provisional,
          .tracked = !relation.bitmap.empty() || record.everything_dirty || record.wrote_alone ||
                     relation.unsettled != 0,
          .restarted = relation.restarted,
          .role_epoch = record.role_epoch,
          .turns = relation.turns};
}

std::vector<PairFacts> Reconcile::facts(const std::string& peer) {
  std::vector<PairFacts> out;
  for (const Relation* relation : context_.relations.all()) {
    if (relation->record.peer == peer) out.push_back(facts_of(*relation));
  }
  return out;
}

void Reconcile::start(sim::World& world) {
  for (Relation* relation : context_.relations.all()) {
    relation->restarted = true;
    if (relation->record.peer != context_.config.name) continue;
    if (relation->record.role != Role::Source) continue;
    const Relation* target = context_.relations.find(relation->record.pair, Role::Target);
    if (target == nullptr) {
      context_.spawn(missing_at_peer(world, relation->record.number));
    } else {
      context_.spawn(meet(world, relation->record.number, facts_of(*target), true));
    }
  }
}

void Reconcile::peer_lost(sim::World& world, const std::string& peer) {
  for (Relation* relation : context_.relations.all()) {
    if (relation->record.peer != peer) continue;
    context_.spawn(lose(world, relation->record.number));
  }
}

sim::Task<void> Reconcile::lose(sim::World& world, EndpointNumber number) {
  Relation* relation = context_.relations.find(number);
  if (relation == nullptr) co_return;
  if (relation->connected) world.emit(trace::peer, relation->entity, 0, 0);
  relation->connected = false;
  context_.sender.drop_all(*relation);
  relation->changed.notify_all(world);
  while (!relation->removed && !relation->connected && partitions(relation->record)) {
    const CopyState from = relation->state();
    const Edit cut_off = [relation, from](RelationRecord& record) {
      if (record.state != from || relation->connected) return false;
      record.state = CopyState::Partitioned;
      return true;
    };
    const bool done =
        co_await context_.relations.change(world, *relation, cut_cause(from), cut_off);
    if (!done && relation->state() == from) co_return;  // the records could not be written
  }
}

void Reconcile::peer_found(sim::World& world, const std::string& peer,
                           std::vector<PairFacts> theirs, bool restarted) {
  for (Relation* relation : context_.relations.all()) {
    if (relation->record.peer != peer || relation->creating) continue;
    const auto at = std::ranges::find(theirs, relation->record.pair, &PairFacts::pair);
    if (at == theirs.end()) {
      context_.spawn(missing_at_peer(world, relation->record.number));
    } else {
      context_.spawn(meet(world, relation->record.number, *at, restarted));
    }
  }
}

sim::Task<void> Reconcile::missing_at_peer(sim::World& world, EndpointNumber number) {
  Relation* relation = context_.relations.find(number);
  if (relation == nullptr || relation->creating) co_return;
  const RelationRecord& record = relation->record;
  if (record.provisional) {
    // The creation was never committed at the other end: give everything back (R10).
    co_await context_.control.undo_create(world, *relation);
    co_return;
  }
  if (record.wrote_alone && record.state == CopyState::Partitioned) {
    const Edit unknown = [](RelationRecord& r) {
      if (r.state != CopyState::Partitioned) return false;
      r.state = CopyState::Invalid;
      return true;
    };
    co_await context_.relations.change(world, *relation,
                                       cim::cause_code(EventCause::LinkBackStatusUnknown), unknown);
    co_return;
  }
  if (record.state != CopyState::Partitioned && record.state != CopyState::Invalid) {
    if (partitions(record)) {
      world.emit(trace::peer, relation->entity, 0, 0);
      const Edit cut_off = [](RelationRecord& r) {
        if (!partitions(r)) return false;
        r.state = CopyState::Partitioned;
        return true;
      };
      co_await context_.relations.change(world, *relation, cut_cause(record.state), cut_off);
    } else {
      // INI, PRE, BRK, ABO, INA: no edge says "removed by the peer"; it stays for a Detach.
      if (record.state == CopyState::Initialized || record.state == CopyState::Prepared) {
        co_await context_.relations.remove(world, *relation,
                                           cim::cause_code(EventCause::CreationRolledBack));
      }
      co_return;
    }
  }
  co_await context_.relations.remove(world, *relation,
                                     cim::cause_code(EventCause::PeerRemovedRelation));
}

sim::Task<void> Reconcile::complete_swap(sim::World& world, Relation& relation,
                                         std::uint32_t epoch) {
  const auto cause = cim::cause_code(cim::Operation::ReverseRoles);
  const Edit swap = [epoch](RelationRecord& record) {
    if (record.role_epoch >= epoch) return false;
    record.role = other(record.role);
    record.role_epoch = epoch;
    if (record.state == CopyState::Failedover) {
      record.state = CopyState::Unsynchronized;
      record.fenced = false;
      record.source_image_consistent = true;
      record.target_image = cim::TargetImage::Inconsistent;
    }
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
  if (theirs.role == relation->record.role && theirs.role_epoch > relation->record.role_epoch) {
    co_await complete_swap(world, *relation, theirs.role_epoch);
  }
  if (relation->removed || relation->record.role != Role::Source)
    co_return;  // led by the other end
  if (theirs.role == Role::Source) {
    // It learns of the swap from this end's greeting and takes the other role.
    theirs.role = Role::Target;
    theirs.role_epoch = relation->record.role_epoch;
    if (theirs.state == CopyState::Partitioned) theirs.state = theirs.before;
    if (theirs.state == CopyState::Failedover) theirs.state = CopyState::Unsynchronized;
    theirs.direction = CopyDirection::Forward;
    theirs.fenced = false;
  }
  if (relation->meeting) co_return;
  relation->meeting = true;
  while (relation->unsettled != 0 && !relation->removed &&
         relation->state() != CopyState::Synchronized &&
         relation->state() != CopyState::Unsynchronized) {
    co_await relation->settled.wait();
  }
  if (theirs.provisional) {
    const ControlBody commit = address(*relation, Verb::CreateCommit);
    co_await context_.peers.ask(world, relation->record.peer, commit, context_.config.peer_timeout);
    theirs.state = relation->record.state;
  }
  for (int attempt = 0; attempt < decisions_most && !relation->removed; ++attempt) {
    const Meeting meeting = decide(facts_of(*relation), theirs, relation->record.recovery);
    std::optional<PairFacts> fresh = co_await apply(world, *relation, meeting, theirs);
    if (!fresh) break;
    theirs = std::move(*fresh);
  }
  relation->meeting = false;
}

sim::Task<void> Reconcile::lose_flow(sim::World& world, EndpointNumber number) {
  Relation* relation = context_.relations.find(number);
  if (relation == nullptr) co_return;
  const CopyState state = relation->state();
  relation->connected = false;
  context_.sender.drop_all(*relation);
  if (state != CopyState::Synchronized && state != CopyState::Unsynchronized) co_return;
  world.emit(trace::peer, relation->entity, 0, 0);
  const Edit cut_off = [state](RelationRecord& record) {
    if (record.state != state) return false;
    record.state = CopyState::Partitioned;
    return true;
  };
  co_await context_.relations.change(world, *relation, cut_cause(state), cut_off);
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
    meeting = decide(facts_of(relation), again, relation.record.recovery);
  }
  if (relation.record.fenced != fence && (fence || unfence)) {
    const Edit edit = [fence](RelationRecord& record) {
      record.fenced = fence;
      return true;
    };
    co_await context_.relations.change(world, relation, 0, edit);
  }
  const std::vector<Move> moves =
      lead(relation.state(), meeting.source_goal, relation.restarted, meeting.manual);
  for (const Move& move : moves) co_await make(world, relation, move, split);
  co_return co_await tell_target(world, relation, meeting, theirs.turns);
}

sim::Task<bool> Reconcile::make(sim::World& world, Relation& relation, Move move, bool split) {
  const Edit edit = [move, split](RelationRecord& record) {
    // An operation may have changed the state since the way was found.
    if (record.state == move.state || !legal(record.state, move.state, move.cause)) return false;
    record.state = move.state;
    record.split_brain = record.split_brain || split;
    if (move.state == CopyState::Unsynchronized && record.direction == CopyDirection::Forward) {
      record.target_image = cim::TargetImage::Inconsistent;
    }
    if (move.state == CopyState::Synchronized) {
      record.target_image = cim::TargetImage::Consistent;
    }
    if (move.state == CopyState::Failedover) record.peer_seen = true;
    return true;
  };
  co_return co_await context_.relations.change(world, relation, move.cause, edit);
}

sim::Task<std::optional<PairFacts>> Reconcile::tell_target(sim::World& world, Relation& relation,
                                                           Meeting meeting, std::uint32_t turns) {
  ControlBody body = address(relation, Verb::Meet);
  body.state = meeting.target_goal;
  body.manual = meeting.manual;
  body.split_brain = meeting.split_brain;
  body.turns = turns;
  const auto reply =
      co_await context_.peers.ask(world, relation.record.peer, body, context_.config.peer_timeout);
  if (!reply || relation.removed || !context_.peers.contact(relation.record.peer)) {
    co_return std::nullopt;
  }
  if (reply->code == cim::ReturnCode::InUse) co_return reply->facts;
  if (reply->code == cim::ReturnCode::Completed) connect(world, relation);
  co_return std::nullopt;
}

void Reconcile::connect(sim::World& world, Relation& relation) {
  if (relation.connected || relation.removed) return;
  relation.connected = true;
  relation.restarted = false;
  relation.sequence = 0;
  Receiver::begin_session(relation);
  world.emit(trace::peer, relation.entity, 0, 1);
  relation.changed.notify_all(world);
  context_.mover.poke(relation);
  poke(relation);
  const bool stays = relation.record.rest_at == CopyState::Initialized || relation.creating;
  if (relation.record.role == Role::Source && relation.state() == CopyState::Initialized &&
      !stays) {
    context_.spawn(context_.control.leave_initialized(world, relation));
  }
}

sim::Task<bool> Reconcile::follow(sim::World& world, Relation& relation, CopyState goal,
                                  bool manual, bool split) {
  if (relation.connected) co_await lose_flow(world, relation.record.number);
  // This end may have moved since it told its facts: the way starts from where it is now.
  for (int step = 0; step < decisions_most && !relation.removed; ++step) {
    const std::vector<Move> moves = lead(relation.state(), goal, relation.restarted, manual);
    if (moves.empty()) break;
    co_await make(world, relation, moves.front(), split);
  }
  if (relation.state() == CopyState::Failedover && !relation.record.peer_seen) {
    const Edit seen = [](RelationRecord& record) {
      record.peer_seen = true;
      return true;
    };
    co_await context_.relations.change(world, relation, 0, seen);
  }
  co_return !relation.removed;
}

}  // namespace replsim::engine
