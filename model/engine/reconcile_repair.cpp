// Elements that fail, and the probe that finds them repaired (B14).
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::EventCause;
using Edit = Relations::Edit;

constexpr sim::Duration probe_interval = sim::seconds(10);
constexpr sim::Duration tell_again_after = sim::milliseconds(500);

}  // namespace

sim::Task<void> Reconcile::element_failed(sim::World& world, Relation& relation, bool here) {
  const auto cause = cim::cause_code(EventCause::ElementError);
  const Edit edit = [](RelationRecord& record) {
    const bool flow =
        record.state == CopyState::Synchronized || record.state == CopyState::Unsynchronized;
    if (!flow) return false;
    record.state = CopyState::Broken;
    return true;
  };
  const bool broke = co_await context_.relations.change(world, relation, cause, edit);
  if (!broke) co_return;
  context_.sender.drop_all(relation);
  if (!context_.peers.contact(relation.record.peer)) co_return;
  ControlBody body = address(relation, Verb::Break);
  body.cause = cause;
  body.force = here;
  context_.spawn(tell_broken(world, relation, std::move(body)));
}

void Reconcile::poke(Relation& relation) {
  if (relation.probing || relation.removed || relation.state() != CopyState::Broken) return;
  relation.probing = true;
  context_.spawn(probe(context_.world, relation));
}

sim::Task<void> Reconcile::tell(sim::World& world, std::string peer, ControlBody body) {
  co_await context_.peers.ask(world, std::move(peer), std::move(body),
                              context_.config.peer_timeout);
}

sim::Task<void> Reconcile::tell_broken(sim::World& world, Relation& relation, ControlBody body) {
  while (relation.state() == CopyState::Broken && !relation.removed) {
    const auto reply = co_await context_.peers.ask(world, relation.record.peer, body,
                                                   context_.config.peer_timeout);
    // Unknown: its records could not be written now. Unheard: it hears at the next contact.
    if (!reply || reply->code != cim::ReturnCode::Unknown) co_return;
    co_await sim::sleep_on(world, context_.node, tell_again_after);
  }
}

std::vector<Extent> Reconcile::tracked(const Relation& relation) const {
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  return relation.bitmap.extents(volume->record.blocks());
}

sim::Task<void> Reconcile::probe(sim::World& world, Relation& relation) {
  // A broken pair is repaired when both elements take a write and give a read again (B14).
  while (!relation.removed && relation.state() == CopyState::Broken) {
    co_await sim::sleep_on(world, context_.node, probe_interval);
    if (relation.removed || relation.state() != CopyState::Broken) break;
    if (relation.record.role != Role::Source || !relation.connected) continue;
    ControlBody body = address(relation, Verb::Check);
    body.operation = cim::Operation::ResyncReplica;
    body.probe = true;
    body.dirty = tracked(relation);
    const bool here = co_await context_.control.element_works(world, relation, body.dirty);
    if (!here) continue;
    const auto reply = co_await context_.peers.ask(world, relation.record.peer, body,
                                                   context_.config.peer_timeout);
    if (!reply || reply->code != cim::ReturnCode::Completed) continue;
    const bool manual = relation.record.settings.recovery == cim::CopyRecoveryMode::Manual;
    const CopyState state = manual ? CopyState::Suspended : CopyState::Unsynchronized;
    const auto cause =
        cim::cause_code(manual ? EventCause::RepairedManual : EventCause::RepairedAutomatic);
    const Move move{state, cause};
    const bool back = co_await make(world, relation, move, false);
    if (!back || !manual) continue;  // a copy tells the target end by its CopyBegin
    ControlBody follow = address(relation, Verb::Follow);
    follow.state = state;
    follow.cause = cause;
    co_await tell(world, relation.record.peer, std::move(follow));
  }
  relation.probing = false;
}

}  // namespace replsim::engine
