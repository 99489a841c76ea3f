// Unprepare: the relation starts anew, as just created, and rests in Prepared; the next copy is a
// full one. Driven at the source end, which changes first. Source: operation_matrix.md S21, R40,
// R41.
#include <utility>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"

namespace replsim::engine {

using cim::CopyState;

sim::Task<Control::Done> Control::unprepare(sim::World& world, Relation& relation, Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  const CopyState from = work.row.from;
  const CopyState first =
      from == CopyState::Initialized ? CopyState::Prepared : CopyState::Initialized;
  const Lineage theirs = relation.peer_lineage;
  const std::uint64_t own = context_.peers.name_hash();
  const bool gives_up_failback = relation.record.direction == CopyDirection::Backward;
  const Relations::Edit edit = [from, first, theirs, own,
                                gives_up_failback](RelationRecord& record) {
    if (record.state != from) return false;
    if (from == CopyState::Invalid) record.lineage = child_of(record.lineage, theirs, own);
    record.rest_at = CopyState::Prepared;
    record.direction = CopyDirection::Forward;
    record.everything_dirty = true;
    record.source_image_consistent = true;
    // Hosts work at the other end until it follows (A23).
    record.fenced = record.fenced && gives_up_failback;
    record.wrote_alone = false;
    record.state = first;
    return true;
  };
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  co_await quiesce(world, relation);
  co_await context_.host_path.hold(world, *volume);
  const std::uint16_t cause = cim::cause_code(work.operation);
  const bool begun = co_await context_.relations.change(world, relation, cause, edit);
  context_.host_path.release(world, *volume);
  go_on(relation);
  if (!begun) co_return gone_on(relation, work.operation);
  relation.activity.clear();
  co_await tell_follow(world, relation, first, cause, work.force);
  const Relations::Edit free = [&relation](RelationRecord& record) {
    return relation.connected && std::exchange(record.fenced, false);
  };
  co_await context_.relations.change(world, relation, 0, free);
  // Cut off: the next contact has the target end follow, and goes on to Prepared.
  co_await leave_initialized(world, relation);
  co_return Done{};
}

}  // namespace replsim::engine
