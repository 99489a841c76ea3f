// Mode of replication: Reset To Sync, Reset To Async, and the journal that stands behind
// Asynchronous. Driven at the source end. Source: rulings R9.
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::Operation;
using Edit = Relations::Edit;

/// Still where the mode may be changed: a copy may have ended or begun meanwhile.
bool still_there(CopyState now, CopyState from) {
  const auto flows = [](CopyState state) {
    return state == CopyState::Synchronized || state == CopyState::Unsynchronized;
  };
  return now == from || (flows(now) && flows(from));
}

}  // namespace

sim::Task<Control::Done> Control::reset_to_sync(sim::World& world, Relation& relation, Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  // Host writes go on while the lag shrinks; the little that is left then is waited for with them
  // held. The mode is Asynchronous until there is none.
  bool drained = co_await context_.journals.drain(world, relation, relation.journal.last());
  if (!drained) co_return gone_on(relation, work.operation);
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  co_await context_.host_path.hold(world, *volume);
  drained = co_await context_.journals.drain(world, relation, relation.journal.last());
  bool changed = false;
  if (drained) {
    const Edit edit = [from = work.row.from](RelationRecord& record) {
      if (!still_there(record.state, from)) return false;
      record.mode = cim::Mode::Synchronous;
      record.journal = 0;
      return true;
    };
    changed = co_await context_.relations.change(world, relation, 0, edit);
  }
  context_.host_path.release(world, *volume);
  if (!changed) co_return gone_on(relation, work.operation);
  co_await insist(world, relation.record.peer, address(relation, Verb::Journal));
  co_return Done{};
}

sim::Task<Control::Done> Control::reset_to_async(sim::World& world, Relation& relation,
                                                 Work& work) {
  const Done ready = co_await ask_ready(world, relation, work);
  if (!ready) co_return ready;
  const Edit edit = [from = work.row.from](RelationRecord& record) {
    if (!still_there(record.state, from)) return false;
    record.mode = cim::Mode::Asynchronous;
    return true;
  };
  // At once (R9); the journal is opened behind it, until then host writes are mirrored still.
  const bool changed = co_await context_.relations.change(world, relation, 0, edit);
  if (!changed) co_return gone_on(relation, work.operation);
  co_await insist(world, relation.record.peer, address(relation, Verb::Journal));
  co_return Done{};
}

sim::Task<ControlReplyBody> Control::serve_journal(sim::World& world, Relation& relation,
                                                   const ControlBody& body) {
  if (!relation.connected || relation.record.role != Role::Target ||
      body.told_at < relation.heard) {
    co_return unknown_relation();
  }
  const std::uint32_t session = relation.sessions;
  // What is here of a journal that ends is applied, not folded: it is older than what comes.
  co_await context_.journals.apply_received(world, relation);
  const Edit edit = [&relation, &body, session](RelationRecord& record) {
    if (relation.sessions != session) return false;
    record.mode = body.mode;
    // The mode alone may be told when the journal is open already.
    const bool mode_alone = body.journal == 0 && body.mode == cim::Mode::Asynchronous;
    if (!mode_alone) record.journal = body.journal;
    if (!keeps_journal(record)) record.journal = 0;
    record.journals = std::max(record.journals, body.journal);
    return true;
  };
  const bool changed = co_await context_.relations.change(world, relation, 0, edit);
  const bool open = changed && (body.journal == 0 || relation.record.journal == body.journal);
  co_return open ? answer(cim::ReturnCode::Completed) : not_met();
}

}  // namespace replsim::engine
