// From a call to its answer.
#include "model/services/replication_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "model/cim/mof_instance.h"
#include "model/cim/profile_defaults.h"
#include "model/services/create_call.h"
#include "model/services/instances.h"
#include "model/services/modify_call.h"
#include "model/services/queries.h"
#include "model/services/setting_checks.h"
#include "model/trace/events.h"

namespace replsim::services {
namespace {

constexpr std::string_view create_method = "CreateElementReplica";
constexpr std::string_view modify_method = "ModifyReplicaSynchronization";
constexpr std::string_view get_error_method = "GetError";
constexpr std::string_view job_state_method = "RequestStateChange";

/// The job that the call is of; null when it is of something else.
const engine::JobRecord* job_of(const ArrayFacts& facts, const cim::MethodCall& call) {
  const auto named = [&](const engine::JobRecord* job) {
    return call.object && job_path(facts.array, job->number) == *call.object;
  };
  const auto at = std::ranges::find_if(facts.jobs, named);
  return at == facts.jobs.end() ? nullptr : *at;
}

/// What the trace tells of a call on a relation; all 0 for a creation or another method.
struct CallMarks {
  std::uint64_t operation = 0;  ///< 0 when the call has none that can be read.
  std::uint64_t endpoint = 0;   ///< Entity; 0 when the reference names none of this array.
  std::uint64_t flags = 0;      ///< 1 with Force | 2 of a job | WaitForCopyState << 8.
};

/// What is asked of a copy job is asked of its relation (R4).
CallMarks marks_of_job(sim::World& world, const ArrayFacts& facts, const cim::MethodCall& call) {
  CallMarks marks;
  const engine::JobRecord* job = job_of(facts, call);
  const auto* relation = job == nullptr ? nullptr : facts.relation(job->endpoint);
  for (const auto& [name, value] : call.arguments) {
    if (name != "RequestedState" || value.type() != cim::Type::Uint16 || value.is_array()) continue;
    const auto asked = static_cast<engine::JobRequest>(value.as_unsigned());
    if (relation == nullptr || asked < engine::JobRequest::Start ||
        asked > engine::JobRequest::Kill) {
      continue;
    }
    marks.operation = cim::number(engine::operation_of(asked));
    marks.endpoint =
        world.trace().entity(fmt::format("{}:{}", facts.array, relation->number.value)).value;
    marks.flags = 2;
  }
  return marks;
}

CallMarks marks_of(sim::World& world, const ArrayFacts& facts, const cim::MethodCall& call) {
  if (call.method == job_state_method) return marks_of_job(world, facts, call);
  CallMarks marks;
  if (call.method != modify_method) return marks;
  for (const auto& [name, value] : call.arguments) {
    if (value.is_null() || value.is_array()) continue;
    const bool number = value.type() == cim::Type::Uint16;
    if (name == "Operation" && number) marks.operation = value.as_unsigned();
    if (name == "WaitForCopyState" && number) marks.flags |= value.as_unsigned() << 8;
    if (name == "Force" && value.type() == cim::Type::Boolean && value.as_boolean()) {
      marks.flags |= 1;
    }
    if (name != "Synchronization" || value.type() != cim::Type::Reference) continue;
    const auto* relation = find_relation(facts, value.as_reference());
    if (relation == nullptr) continue;
    marks.endpoint =
        world.trace().entity(fmt::format("{}:{}", facts.array, relation->number.value)).value;
  }
  return marks;
}

/// Methods that this version does not know how to do.
constexpr std::array<CheckRow, 3> other_checks = {{
    {Stage::Values, "required-missing", missing},
    {Stage::Values, "reserved-value", reserved},
    {Stage::Offered, "method", method_not_offered},
}};

std::uint32_t wrong_state_code(const cim::Profile& profile) {
  const std::string_view text = cim::knob_value(profile, "wrong-state-code");
  std::uint32_t code = cim::number(cim::ReturnCode::Failed);
  std::from_chars(text.data(), text.data() + text.size(), code);
  return code;
}

}  // namespace

ArrayFacts ReplicationService::facts(const sim::World& world) const {
  return facts_of(array_, sim::ns(world.now()));
}

ReadResult ReplicationService::get(const sim::World& world, const cim::ObjectPath& path) const {
  return services::get(facts(world), path);
}
ReadResult ReplicationService::enumerate(const sim::World& world,
                                         std::string_view class_name) const {
  return services::enumerate(facts(world), class_name);
}
ReadResult ReplicationService::associators(const sim::World& world, const cim::ObjectPath& of,
                                           std::string_view class_name) const {
  return services::associators(facts(world), of, class_name);
}
ReadResult ReplicationService::references(const sim::World& world, const cim::ObjectPath& of,
                                          std::string_view class_name) const {
  return services::references(facts(world), of, class_name);
}

sim::Task<cim::MethodOutcome> ReplicationService::invoke(sim::World& world, cim::MethodCall call,
                                                         std::uint64_t id) {
  const sim::EntityId array = world.trace().entity(array_.config().name);
  const CallMarks marks = marks_of(world, facts(world), call);
  world.emit(trace::call_received, array, id, marks.operation, marks.endpoint, marks.flags);
  cim::MethodOutcome outcome = co_await answer(world, call);
  world.emit(trace::call_answered, array, id, outcome.code,
             static_cast<std::uint64_t>(outcome.status), marks.operation);
  co_return outcome;
}

sim::Task<cim::MethodOutcome> ReplicationService::answer(sim::World& world,
                                                         const cim::MethodCall& call) {
  const ArrayFacts now = facts(world);
  FoundMethod found = find_method(now, call);
  if (found.method == nullptr) co_return refuse(found.status, std::move(found.message));
  CheckedCall checked{call, *found.method, array_.config().profile, now, std::nullopt};
  if (auto refusal = check_types(checked)) co_return std::move(*refusal);
  if (found.method->name == create_method || found.method->name == modify_method) {
    checked.settings = read_settings(checked);
  }
  if (found.method->name == create_method) {
    if (auto refusal = run_checks(checked, create_checks())) co_return std::move(*refusal);
    engine::CreateRequest request = create_request(checked);
    auto task = create(world, std::move(request));
    cim::MethodOutcome outcome = co_await task;
    co_return outcome;
  }
  if (found.method->name == modify_method) {
    if (auto refusal = run_checks(checked, modify_checks())) co_return std::move(*refusal);
    const engine::ModifyRequest request = modify_request(checked);
    cim::MethodOutcome outcome = co_await modify(world, request);
    co_return outcome;
  }
  if (auto refusal = run_checks(checked, other_checks)) co_return std::move(*refusal);
  if (found.method->name == get_error_method) co_return get_error(checked);
  if (found.method->name == job_state_method) {
    cim::MethodOutcome outcome = co_await request_job_state(world, checked);
    co_return outcome;
  }
  co_return refuse(cim::ReturnCode::NotSupported,
                   {"refused:unsupported", "the method is not in this version", call.method});
}

cim::MethodOutcome ReplicationService::get_error(const CheckedCall& call) const {
  cim::MethodOutcome outcome;
  const engine::JobRecord* job = job_of(call.facts, call.call);
  if (job == nullptr || job->message_id.empty()) return outcome;
  const cim::Error error{job->message_id, job->message, {}};
  const cim::Instance instance = error_instance(call.facts, error);
  outcome.out.emplace_back("Error", cim::Value::string(cim::to_mof(instance)));
  return outcome;
}

sim::Task<cim::MethodOutcome> ReplicationService::request_job_state(sim::World& world,
                                                                    const CheckedCall& call) {
  const std::uint64_t asked = *call.number("RequestedState");
  if (asked < cim::number(engine::JobRequest::Start) ||
      asked > cim::number(engine::JobRequest::Kill)) {
    co_return refuse(cim::ReturnCode::NotSupported,
                     {"refused:unsupported", "jobs are not handed to a vendor", "R1"});
  }
  const cim::Operation behind = engine::operation_of(static_cast<engine::JobRequest>(asked));
  if (!call.profile.operations.contains(cim::number(behind))) {
    co_return refuse(cim::ReturnCode::NotSupported,
                     {"refused:unsupported", "the provider does not offer what that needs", "R1"});
  }
  const cim::Value& patience = call.get("TimeoutPeriod");
  if (!patience.is_null() && patience.as_datetime() != cim::DateTime{.interval = true}) {
    co_return refuse(cim::ReturnCode::TimeoutParameterNotSupported,
                     {"refused:timeout", "TimeoutPeriod is not supported", "R14"});
  }
  const engine::JobRecord* job = job_of(call.facts, call.call);
  const engine::CallResult result =
      co_await array_.request_job_state(world, job->number, static_cast<engine::JobRequest>(asked));
  cim::MethodOutcome outcome;
  outcome.code = cim::number(result.code);
  outcome.error = result.error;
  co_return outcome;
}

sim::Task<cim::MethodOutcome> ReplicationService::create(sim::World& world,
                                                         engine::CreateRequest request) {
  const engine::CallResult result = co_await array_.create_mirror(world, std::move(request));
  cim::MethodOutcome outcome = outcome_of(result);
  if (outcome.error) co_return outcome;
  const ArrayFacts now = facts(world);
  if (const auto* relation = now.relation(result.endpoint)) {
    outcome.out.emplace_back("Synchronization",
                             cim::Value::reference(relation_path(now, *relation)));
  }
  if (!result.target_volume.empty()) {
    outcome.out.emplace_back("TargetElement",
                             cim::Value::reference(volume_path(result.target_volume)));
  }
  co_return outcome;
}

sim::Task<cim::MethodOutcome> ReplicationService::modify(sim::World& world,
                                                         engine::ModifyRequest request) {
  const ArrayFacts before = facts(world);
  const engine::RelationRecord was = *before.relation(request.endpoint);
  const cim::ObjectPath old = relation_path(before, was);
  const engine::CallResult result = co_await array_.modify(world, request);
  cim::MethodOutcome outcome = outcome_of(result);
  if (outcome.error) co_return outcome;
  const ArrayFacts now = facts(world);
  if (request.operation == cim::Operation::Dissolve && engine::leaves_aspect(was)) {
    // Known before it is there: a job tells of nothing that its call has not.
    outcome.out.emplace_back("SettingsState", cim::Value::reference(define_state_path(
                                                  now, was.local_volume, was.number)));
  }
  const auto* relation = now.relation(request.endpoint);
  if (relation == nullptr || array_.config().profile.schema < cim::SchemaVersion::V2_41) {
    co_return outcome;
  }
  cim::ObjectPath path = relation_path(now, *relation);
  if (path != old) {
    outcome.out.emplace_back("UpdatedSynchronization", cim::Value::reference(std::move(path)));
  }
  co_return outcome;
}

cim::MethodOutcome ReplicationService::outcome_of(const engine::CallResult& result) const {
  cim::MethodOutcome outcome;
  outcome.code = cim::number(result.code);
  const bool accepted =
      result.code == cim::ReturnCode::Completed || result.code == cim::ReturnCode::JobStarted;
  if (result.code == cim::ReturnCode::Timeout) {
    outcome.error =
        cim::Error{"failed:timeout", "it goes on; the call has reached its limit", "R1"};
    return outcome;
  }
  if (!accepted) {
    outcome.error = result.error.value_or(
        cim::Error{"failed:unknown", std::string(cim::name(result.code)), {}});
    if (result.code == cim::ReturnCode::Failed && outcome.error->message_id == "refused:state") {
      outcome.code = wrong_state_code(array_.config().profile);
    }
    return outcome;
  }
  if (result.job) {
    outcome.out.emplace_back("Job",
                             cim::Value::reference(job_path(array_.config().name, *result.job)));
  }
  return outcome;
}

}  // namespace replsim::services
