// The first host write to the target of a suspended pair makes it Skewed. The source end enters
// that state first, so that no operation of its own starts from Suspended any more; both are stable
// before the write is acknowledged. Source: rulings R12, operation_matrix.md (column SKW).
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using Edit = Relations::Edit;

constexpr std::uint16_t host_wrote = cim::cause_code(cim::EventCause::TargetWritten);

/// An operation that began in between goes first.
Edit skew_in(Role role) {
  return [role](RelationRecord& record) {
    if (record.state != CopyState::Suspended || record.role != role) return false;
    if (record.direction != CopyDirection::Forward) return false;
    record.state = CopyState::Skewed;
    return true;
  };
}

}  // namespace

sim::Task<bool> Control::skew(sim::World& world, Relation& relation) {
  while (relation.skewing) co_await relation.changed.wait();  // another write has asked
  if (relation.state() == CopyState::Skewed) co_return true;
  if (relation.removed || relation.controlling || relation.state() != CopyState::Suspended) {
    co_return false;
  }
  relation.skewing = true;
  const ControlBody body = address(relation, Verb::Skew);
  const auto reply =
      co_await context_.peers.ask(world, relation.record.peer, body, context_.config.peer_timeout);
  if (reply && reply->code == cim::ReturnCode::Completed) {
    const Edit edit = skew_in(Role::Target);
    co_await context_.relations.change(world, relation, host_wrote, edit);
  }
  relation.skewing = false;
  relation.changed.notify_all(world);
  co_return relation.state() == CopyState::Skewed;
}

sim::Task<ControlReplyBody> Control::serve_skew(sim::World& world, Relation& relation) {
  if (!relation.connected) co_return not_met();
  if (relation.controlling || relation.creating) {
    co_return answer(cim::ReturnCode::InUse,
                     refusal("failed:busy", "the other end is in a control phase", "R4"));
  }
  relation.skewing = true;
  const Edit edit = skew_in(Role::Source);
  co_await context_.relations.change(world, relation, host_wrote, edit);
  relation.skewing = false;
  const bool skewed = relation.state() == CopyState::Skewed;
  co_return skewed ? answer(cim::ReturnCode::Completed) : not_met();
}

}  // namespace replsim::engine
