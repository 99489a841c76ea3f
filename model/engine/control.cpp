// Admission and the life of an accepted operation.
#include "model/engine/control.h"

#include <fmt/format.h>

#include <utility>

#include "model/cim/operation_rules.h"
#include "model/cim/state_graph.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::Operation;
using cim::ReturnCode;

CallResult failed(cim::Error error, ReturnCode code = ReturnCode::Failed) {
  return {.code = code, .error = std::move(error)};
}

/// The job's own record could not be written: nothing was begun, or it goes on unseen (R1: 2).
CallResult no_record() {
  return failed(refusal("failed:metadata", "the records could not be written", "R1"),
                ReturnCode::Unknown);
}

/// May run at one end alone, with Force, while the peer is not there (R1, R7).
bool one_sided(Operation operation) {
  return operation == Operation::Fracture || operation == Operation::Suspend ||
         operation == Operation::Detach || operation == Operation::Dissolve;
}

/// Operations with a copy at their end: the job goes on in its copy phase.
bool copies(const cim::Transition& row) {
  return row.via == CopyState::Unsynchronized && row.final_state == CopyState::Synchronized;
}

/// The mode that the operation asks for is the one at work (R9).
bool mode_holds(const Relation& relation, Operation operation) {
  return (operation == Operation::ResetToSync && relation.record.mode == cim::Mode::Synchronous) ||
         (operation == Operation::ResetToAsync && relation.record.mode == cim::Mode::Asynchronous);
}

/// Its end is the mode, whatever state the pair is in by then.
bool resets_mode(Operation operation) {
  return operation == Operation::ResetToSync || operation == Operation::ResetToAsync;
}

/// The other end has fenced this one for its Failover and not told of the end of that yet. (What
/// holds a part of a Failback is fenced for that, R5.)
bool fails_over(const Relation& relation) {
  const RelationRecord& record = relation.record;
  return relation.connected && record.role == Role::Source && record.fenced &&
         record.direction == CopyDirection::Forward && record.source_image_consistent &&
         relation.effective_state() != CopyState::Failedover;
}

}  // namespace

cim::Error refusal(std::string message_id, std::string message, std::string rule) {
  return {
      .message_id = std::move(message_id), .message = std::move(message), .rule = std::move(rule)};
}

CopyState Control::goal_of(const Relation& relation, const cim::Transition& row) {
  if (row.operation == Operation::Abort) return end_of_abort(relation.record);
  return row.final_state.value_or(CopyState::NotApplicable);
}

bool Control::drives(const Relation& relation, Operation operation) const {
  const bool backward = relation.record.direction == CopyDirection::Backward;
  const bool failed_over = relation.effective_state() == CopyState::Failedover;
  // Whatever the direction of the copy: what is set or left belongs to the source end, and a Split
  // waits for the end of the copy.
  const bool at_source = operation == Operation::Unprepare || operation == Operation::Dissolve ||
                         operation == Operation::Split || operation == Operation::ResetToSync ||
                         operation == Operation::ResetToAsync;
  const bool at_target = operation == Operation::Failover || operation == Operation::Failback ||
                         operation == Operation::RestoreFromReplica || (backward && !at_source) ||
                         (failed_over && operation == Operation::ReverseRoles);
  return relation.record.role == (at_target ? Role::Target : Role::Source);
}

bool Control::needs_peer(const Relation& relation, Operation operation, bool force) const {
  if (operation == Operation::Failover) return relation.record.role == Role::Source;
  if (force && one_sided(operation)) {
    const bool removes = operation == Operation::Detach || operation == Operation::Dissolve;
    return !removes && relation.record.role == Role::Target;
  }
  return true;
}

bool Control::makes_a_source_of_a_part(const Relation& relation, Operation operation) {
  // The source element may hold a part of a Failback or Restore; it must not become the source of
  // a copy without Force (A31).
  const bool backward = relation.record.direction == CopyDirection::Backward;
  const bool part = !relation.record.source_image_consistent;
  // A Split waits until the copy has ended.
  if (operation == Operation::Fracture || operation == Operation::Unprepare) {
    return backward || part;
  }
  // What a Fracture or Split with Force left of one was accepted then.
  return operation == Operation::ResyncReplica && !backward && part &&
         relation.record.restore_from != CopyState::NotApplicable;
}

std::optional<CallResult> Control::refuse(const Relation& relation, const ModifyRequest& request,
                                          const cim::Transition& row) const {
  const std::string rule = cim::row_name(row);
  const bool checked = !context_.defect(cim::Defect::InUseIgnored);
  const Volume& element = *context_.volumes.find(relation.record.local_volume);
  if (checked && (relation.controlling || relation.creating || relation.skewing ||
                  fails_over(relation) || element_busy(element, &relation))) {
    return failed(refusal("refused:busy", "another operation is in its control phase", rule),
                  ReturnCode::InUse);
  }
  const auto state = cim::name(relation.state());
  if (row.outcome == cim::Outcome::InUse) {
    return failed(refusal("refused:busy", "a copy is running", rule), ReturnCode::InUse);
  }
  if (!row.accepted()) {
    if (context_.defect(cim::Defect::WrongCode)) [[unlikely]] {
      return failed(refusal("refused:busy", "planted", rule), ReturnCode::InUse);
    }
    return failed(refusal(
        "refused:state",
        fmt::format("{} is not possible in {}", cim::name(request.operation), state), rule));
  }
  if (row.outcome == cim::Outcome::Accept || mode_holds(relation, request.operation)) {
    return std::nullopt;
  }
  const bool needs_force = row.force_required || (row.guard == cim::Guard::ForceIfSplitBrain &&
                                                  relation.record.split_brain);
  if (needs_force && !request.force) {
    return failed(refusal("refused:force",
                          fmt::format("{} in {} needs Force", cim::name(request.operation), state),
                          rule));
  }
  const cim::GuardEffect effect = cim::guard_effect(row, relation.record.target_image);
  const bool unguarded =
      request.operation == Operation::Failover && context_.defect(cim::Defect::FailoverUnguarded);
  if (unguarded) [[unlikely]]
    return std::nullopt;
  if (effect == cim::GuardEffect::Refuse ||
      (effect == cim::GuardEffect::NeedsForce && !request.force)) {
    return failed(refusal("refused:image", "the target does not hold a consistent image", rule));
  }
  if (makes_a_source_of_a_part(relation, request.operation) && !request.force) {
    return failed(refusal("refused:image", "a copy to the source element has not ended", rule));
  }
  if (auto no = refuse_for_others(relation, request.operation, rule)) return no;
  if (request.operation == Operation::Unprepare && relation.record.split_brain) {
    // Not one of the ways out of a split brain (R7): it would drop a history unseen.
    return failed(refusal("refused:state", "Unprepare does not resolve a split brain", rule));
  }
  if (needs_peer(relation, request.operation, request.force) && !relation.connected) {
    return failed(refusal("refused:peer", "the other array does not answer", rule));
  }
  return std::nullopt;
}

sim::Task<CallResult> Control::modify(sim::World& world, ModifyRequest request) {
  Relation* relation = context_.relations.find(request.endpoint);
  if (relation == nullptr) {
    co_return failed(refusal("failed:gone", "the association is gone", "R1"),
                     ReturnCode::InvalidParameter);
  }
  const cim::Transition* row =
      cim::find_transition(cim::SyncType::Mirror, relation->state(), request.operation);
  if (row == nullptr) co_return failed({}, ReturnCode::InvalidParameter);
  if (const auto no = refuse(*relation, request, *row)) {
    if (context_.defect(cim::Defect::RefusedCallMakesJob)) [[unlikely]] {
      const JobStart left{.endpoint = request.endpoint, .pair = relation->record.pair};
      co_await context_.jobs.start(world, left);
    }
    co_return *no;
  }
  if (row->outcome == cim::Outcome::Accept || mode_holds(*relation, request.operation)) {
    cim::Transition held = *row;
    held.outcome = cim::Outcome::Accept;
    const cim::WaitVerdict wait = cim::judge_wait(held, request.wait);
    if (wait.kind == cim::WaitKind::AttachToCopy) {
      co_return co_await attach_to_copy(world, *relation, request.operation);
    }
    co_return CallResult{};
  }
  co_return co_await accept(world, *relation, request, *row);
}

sim::Task<CallResult> Control::attach_to_copy(sim::World& world, Relation& relation,
                                              Operation operation) {
  const JobStart start{.endpoint = relation.record.number,
                       .pair = relation.record.pair,
                       .operation = operation,
                       .phase = JobPhase::Copy,
                       .until = CopyState::Synchronized};
  const auto job = co_await context_.jobs.start(world, start);
  if (!job) co_return no_record();
  // What the relation did while the job's record was written has not met the job.
  co_await context_.jobs.catch_up(world, relation);
  co_return CallResult{.code = ReturnCode::JobStarted, .job = job};
}

sim::Task<CallResult> Control::accept(sim::World& world, Relation& relation, ModifyRequest request,
                                      cim::Transition row) {
  auto work = std::make_shared<Work>();
  work->endpoint = relation.record.number;
  work->operation = request.operation;
  work->force = request.force;
  work->through_job = request.through_job;
  work->row = row;
  work->goal = goal_of(relation, row);
  relation.controlling = request.operation;
  const cim::JobPolicy policy =
      request.through_job ? cim::JobPolicy::Never : context_.config.profile.jobs;
  const sim::Duration patience{context_.config.profile.job_after_ns};
  std::optional<CopyState> until;
  if (row.final_state) until = work->goal;
  if (request.wait && (copies(row) || row.via == request.wait)) until = request.wait;
  const bool keeps_state =
      request.operation == Operation::ReverseRoles && row.final_state == relation.state();
  const JobStart start{
      .endpoint = relation.record.number,
      .pair = relation.record.pair,
      .operation = request.operation,
      .phase = JobPhase::Control,
      .until = until,
      .elsewhere = !drives(relation, request.operation),
      .role_epoch = keeps_state ? std::optional(relation.record.role_epoch) : std::nullopt};
  const bool job_now = policy == cim::JobPolicy::Always ||
                       (policy == cim::JobPolicy::AsNeeded && patience <= sim::Duration{0});
  if (job_now) {
    work->job = co_await context_.jobs.start(world, start);
    if (!work->job) {
      relation.controlling.reset();
      co_return no_record();
    }
    context_.spawn(run(world, work));
    co_return CallResult{.code = ReturnCode::JobStarted, .job = work->job};
  }
  context_.spawn(run(world, work));
  const bool never = policy == cim::JobPolicy::Never;
  const sim::Duration limit = never ? context_.config.call_limit : patience;
  co_await await_end(world, *work, world.now() + limit);
  if (work->ended && !work->result) co_return failed(work->result.error());
  // At the limit its end may be there already, though the other array has not followed (B6).
  const bool reset = work->ended && resets_mode(request.operation);
  const bool reached = (work->ended || until != row.from) &&
                       (relation.removed ? !until : until && relation.state() == *until);
  if (reached || reset || (work->ended && work->through_job)) co_return CallResult{};
  if (never) co_return CallResult{.code = ReturnCode::Timeout};
  JobStart late = start;
  if (work->ended) {
    late.phase = JobPhase::Copy;
    late.elsewhere = false;
  }
  work->job = co_await context_.jobs.start(world, late);
  if (!work->job) {
    co_return no_record();
  }
  if (work->ended && !relation.removed) co_await context_.jobs.catch_up(world, relation);
  co_return CallResult{.code = ReturnCode::JobStarted, .job = work->job};
}

sim::Task<void> Control::await_end(sim::World& world, const Work& work, sim::Instant deadline) {
  sim::Signal& signal = const_cast<Work&>(work).signal;
  while (world.now() < deadline) {
    Relation* relation = context_.relations.find(work.endpoint);
    const bool copying = relation != nullptr && work.ended && work.result && copies(work.row) &&
                         relation->state() == CopyState::Unsynchronized;
    if (work.ended && (!copying || work.through_job)) co_return;
    const Alarm alarm(world, copying ? relation->changed : signal, deadline - world.now());
    if (copying) {
      co_await relation->changed.wait();
    } else {
      co_await signal.wait();
    }
  }
}

sim::Task<void> Control::run(sim::World& world, std::shared_ptr<Work> work) {
  ++at_work_;
  Relation* relation = context_.relations.find(work->endpoint);
  const auto shown = cim::progress_while_running(work->operation, context_.config.profile.schema);
  const CopyState goal = work->goal;
  const CopyState from = work->row.from;
  const Relations::Edit show = [goal, from, shown](RelationRecord& record) {
    if (record.state != from) return false;  // changed since the call was admitted
    record.requested = goal;
    const bool tells = !shown.empty() && cim::progress_is_legal(from, shown[0]);
    if (tells) record.progress = shown[0];
    return true;
  };
  const CopyState copy_goal = relation->record.requested;
  co_await context_.relations.change(world, *relation, 0, show);
  work->result = co_await perform(world, *relation, *work);
  if (!relation->removed) {
    relation->controlling.reset();
    const bool copying = work->result && copies(work->row);
    if (!copying) {
      const bool gave_up = !work->result;
      const bool kept = context_.defect(cim::Defect::RequestedStateKept);
      const Relations::Edit rest = [&relation = *relation, gave_up, from, copy_goal, goal,
                                    kept](RelationRecord& record) {
        if (relation.controlling) return false;  // what is shown is another operation's
        if (kept) [[unlikely]]
          return std::exchange(record.requested, goal) != goal;
        const bool copy_goes_on = record.state == CopyState::Unsynchronized;
        // Reset To * in the copy has its end there; what else is in one shows the copy's own.
        if (copy_goes_on && !gave_up && goal != CopyState::Unsynchronized) return false;
        const bool same_copy = copy_goes_on && from == CopyState::Unsynchronized;
        const CopyState requested = same_copy ? copy_goal : CopyState::NotApplicable;
        const cim::ProgressStatus resting = progress_at_rest(record);
        if (record.requested == requested && record.progress == resting) return false;
        record.requested = requested;
        record.progress = resting;
        return true;
      };
      co_await context_.relations.change_at_last(world, *relation, 0, rest);
    }
  }
  work->ended = true;
  work->signal.notify_all(world);
  const bool done = work->result && resets_mode(work->operation);
  if (work->job && done) co_await context_.jobs.complete(world, *work->job);
  if (work->job && work->result) co_await context_.jobs.control_ended(world, *work->job);
  if (work->job && work->unknown && !relation->removed) {
    co_await context_.jobs.lost_sight(world, *work->job);
    if (relation->connected) co_await context_.jobs.met(world, *relation, relation->state());
  } else if (work->job && !work->result) {
    co_await context_.jobs.fail(world, *work->job, work->result.error());
  }
  --at_work_;
}

sim::Task<Control::Done> Control::perform(sim::World& world, Relation& relation, Work& work) {
  if (!drives(relation, work.operation)) {
    if (relation.connected) co_return co_await operate_at_peer(world, relation, work);
    // Contact was lost since the call was admitted.
    if (needs_peer(relation, work.operation, work.force)) {
      co_return std::unexpected(refusal("failed:peer", "the other array did not answer", "R1"));
    }
  }
  switch (work.operation) {
    case Operation::Abort: co_return co_await abort_copy(world, relation, work);
    case Operation::Activate:
    case Operation::ResyncReplica:
    case Operation::Resume: co_return co_await start_copy(world, relation, work);
    case Operation::Detach:
    case Operation::Dissolve: co_return co_await detach(world, relation, work);
    case Operation::Failover: co_return co_await fail_over(world, relation, work);
    case Operation::Failback: co_return co_await fail_back(world, relation, work);
    case Operation::Split:
      if (relation.state() == CopyState::Unsynchronized) {
        co_return co_await split_when_copied(world, relation, work);
      }
      co_return co_await stop_flow(world, relation, work);
    case Operation::Deactivate:
    case Operation::Fracture:
    case Operation::Suspend: co_return co_await stop_flow(world, relation, work);
    case Operation::RestoreFromReplica: co_return co_await restore(world, relation, work);
    case Operation::Unprepare: co_return co_await unprepare(world, relation, work);
    case Operation::ReverseRoles: co_return co_await reverse_roles(world, relation, work);
    case Operation::ResetToSync: co_return co_await reset_to_sync(world, relation, work);
    case Operation::ResetToAsync: co_return co_await reset_to_async(world, relation, work);
    case Operation::ActivateConsistency:
    case Operation::AddSyncPair:
    case Operation::DeactivateConsistency:
    case Operation::RemoveSyncPair:
    case Operation::ReturnToResourcePool:
    case Operation::Prepare:
    case Operation::ResetToAdaptive:
    case Operation::ResetToActive:
    case Operation::ResetReplica: break;
  }
  co_return std::unexpected(
      refusal("failed:unsupported", "the profile does not offer the operation", "R1"));
}

}  // namespace replsim::engine
