// Losing and finding the peer; what follows is decided in reconcile_rules.
#include "model/engine/reconcile.h"

#include <algorithm>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

constexpr sim::Duration cut_again_after = sim::milliseconds(500);  ///< Records failed.

using cim::CopyState;
using cim::EventCause;
using Edit = Relations::Edit;

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
          .restore_from = relation.restoring() ? record.restore_from : CopyState::NotApplicable,
          .gave_up = record.direction == CopyDirection::Forward &&
                     !record.source_image_consistent &&
                     record.restore_from == CopyState::NotApplicable,
          .lineage = record.lineage,
          .everything_dirty = record.everything_dirty,
          .split_brain = record.split_brain,
          .fenced = record.fenced,
          .provisional = record.provisional,
          .tracked = !relation.bitmap.empty() || record.everything_dirty ||
                     (record.wrote_alone && record.journal == 0) || relation.unsettled != 0,
          .restarted = relation.restarted,
          .role_epoch = record.role_epoch,
          .taking_over = relation.taking_over,
          .turns = relation.turns,
          .journal = record.journal};
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
    if (relation->record.role == Role::Target) {
      const bool alone = context_.relations.find(relation->record.pair, Role::Source) == nullptr;
      if (alone) context_.spawn(drop_hidden(world, relation->record.number));
      continue;
    }
    const Relation* target = context_.relations.find(relation->record.pair, Role::Target);
    if (target == nullptr) {
      context_.spawn(missing_at_peer(world, relation->record.number));
    } else {
      context_.spawn(meet(world, relation->record.number, facts_of(*target), true));
    }
  }
}

sim::Task<void> Reconcile::drop_hidden(sim::World& world, EndpointNumber number) {
  Relation* relation = context_.relations.find(number);
  if (relation->record.provisional) {
    co_await context_.control.undo_create(world, *relation);
  } else {
    co_await context_.relations.remove(world, *relation, cim::cause_code(cim::Operation::Detach));
  }
}

void Reconcile::disconnect(sim::World& world, Relation& relation) {
  relation.connected = false;
  relation.mirrors = false;
  ++relation.sessions;
  Journals::stir(world, relation);
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
  disconnect(world, *relation);
  context_.sender.drop_all(*relation);
  relation->changed.notify_all(world);
  while (!relation->removed && !relation->connected && partitions(relation->record)) {
    const CopyState from = relation->state();
    const bool stays = from == CopyState::Synchronized;
    if (stays && context_.defect(cim::Defect::SynWhileCut)) [[unlikely]]
      co_return;
    const Edit cut_off = [relation, from](RelationRecord& record) {
      if (record.state != from || relation->connected) return false;
      record.state = CopyState::Partitioned;
      return true;
    };
    const bool done =
        co_await context_.relations.change(world, *relation, cut_cause(from), cut_off);
    const bool unwritten = !done && relation->state() == from;
    if (unwritten) co_await sim::sleep_on(world, context_.node, cut_again_after);
  }
}

void Reconcile::peer_found(sim::World& world, const std::string& peer,
                           std::vector<PairFacts> theirs, bool restarted) {
  for (Relation* relation : context_.relations.all()) {
    if (relation->record.peer != peer || relation->creating) continue;
    if (restarted) relation->heard = 0;  // the peer counts anew
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
  // Hosts wrote here since: that must not go unnoticed (R7). It stays for a Detach.
  // What is in the journal may have been written since; the other end never had it.
  const bool wrote = record.wrote_alone || !relation->journal.empty();
  if (wrote && record.state == CopyState::Invalid) co_return;
  if (wrote && record.state == CopyState::Partitioned) {
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
      // No edge of BRK, ABO, INA, FO says "removed by the peer": it was a Detach that did it.
      const bool making =
          record.state == CopyState::Initialized || record.state == CopyState::Prepared;
      co_await context_.relations.remove(world, *relation,
                                         making ? cim::cause_code(EventCause::CreationRolledBack)
                                                : cim::cause_code(cim::Operation::Detach));
      co_return;
    }
  }
  co_await context_.relations.remove(world, *relation,
                                     cim::cause_code(EventCause::PeerRemovedRelation));
}

sim::Task<void> Reconcile::lose_flow(sim::World& world, EndpointNumber number) {
  Relation* relation = context_.relations.find(number);
  if (relation == nullptr) co_return;
  const CopyState state = relation->state();
  disconnect(world, *relation);
  context_.sender.drop_all(*relation);
  if (state != CopyState::Synchronized && state != CopyState::Unsynchronized) co_return;
  world.emit(trace::peer, relation->entity, 0, 0);
  const Edit cut_off = [relation, state](RelationRecord& record) {
    if (record.state != state || relation->connected) return false;
    record.state = CopyState::Partitioned;
    return true;
  };
  co_await context_.relations.change(world, *relation, cut_cause(state), cut_off);
}

}  // namespace replsim::engine
