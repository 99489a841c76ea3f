// Copies back to the source element: Failback and Restore from Replica, and Abort, which ends each
// copy where its direction says. Driven at the target end. Source: rulings R5, R6, data plane 8.
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::Operation;
using Edit = Relations::Edit;

}  // namespace

sim::Task<Control::Done> Control::fail_back(sim::World& world, Relation& relation, Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  const Edit edit = [](RelationRecord& record) {
    if (record.state != CopyState::Failedover) return false;
    record.state = CopyState::Unsynchronized;
    record.direction = CopyDirection::Backward;
    return true;
  };
  relation.granules_done = 0;
  relation.granules_known = 0;
  const std::uint16_t cause = cim::cause_code(Operation::Failback);
  const bool started = co_await context_.relations.change(world, relation, cause, edit);
  if (!started) co_return gone_on(relation, work.operation);
  co_return Done{};
}

sim::Task<Control::Done> Control::restore(sim::World& world, Relation& relation, Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  const CopyState from = work.row.from;
  const Edit edit = [from](RelationRecord& record) {
    if (record.state != from) return false;
    record.state = CopyState::Unsynchronized;
    record.direction = CopyDirection::Backward;
    record.restore_from = from;
    return true;
  };
  relation.granules_done = 0;
  relation.granules_known = 0;
  // What hosts write at either end from now on is refused; the source end stops them at CopyBegin.
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  co_await context_.host_path.hold(world, *volume);
  const std::uint16_t cause = cim::cause_code(Operation::RestoreFromReplica);
  const bool started = co_await context_.relations.change(world, relation, cause, edit);
  context_.host_path.release(world, *volume);
  if (!started) co_return gone_on(relation, work.operation);
  co_return Done{};
}

sim::Task<Control::Done> Control::abort_copy(sim::World& world, Relation& relation, Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  const CopyState from = work.row.from;
  const CopyState goal = goal_of(relation, work.row);
  co_await quiesce(world, relation);
  const Edit edit = [from, goal](RelationRecord& record) {
    if (record.state != from) return false;
    record.state = goal;
    record.direction = CopyDirection::Forward;
    return true;
  };
  const std::uint16_t cause = cim::cause_code(Operation::Abort);
  const bool stopped = co_await context_.relations.change(world, relation, cause, edit);
  go_on(relation);
  if (!stopped) co_return gone_on(relation, work.operation);
  co_await tell_follow(world, relation, goal, cause, work.force);
  co_return Done{};
}

}  // namespace replsim::engine
