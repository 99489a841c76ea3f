// Converging: looks at all relations whenever something happened, calls what R18 says, waits.
#include "harness/heal.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "harness/heal_verdict.h"
#include "harness/step_answer.h"
#include "harness/step_run.h"
#include "model/cim/schema.h"

namespace replsim::harness {

namespace {

constexpr sim::Duration retry_after = sim::seconds(5);
constexpr sim::Duration give_up = sim::seconds(60);

cim::Operation operation_of(Healing healing) {
  if (healing == Healing::Resume) return cim::Operation::Resume;
  if (healing == Healing::Failback) return cim::Operation::Failback;
  return cim::Operation::ResyncReplica;
}

/// One recovery call; the answer is only recorded: what it does is seen in the states.
sim::Task<void> recover(sim::World& world, RunContext& context, std::uint64_t pair,
                        std::string array, cim::Operation operation) {
  const auto relation = context.testbed.relation(pair);
  if (!relation) co_return;
  cim::MethodCall call{.class_name = "CIM_ReplicationService",
                       .method = "ModifyReplicaSynchronization"};
  call.arguments.emplace_back(
      "Operation", cim::Value::unsigned_number(cim::Type::Uint16, cim::number(operation)));
  call.arguments.emplace_back("Synchronization", cim::Value::reference(relation->path));
  const sim::Instant started = world.now();
  provider::Provider& provider = context.testbed.provider(array);
  cim::MethodCall sent = call;
  ++context.calls_made;
  const CallAnswer answer = co_await provider.invoke(world, std::move(sent), give_up);
  const cim::ClassInfo* service = cim::find_class(call.class_name);
  const cim::MethodInfo* info = service == nullptr ? nullptr : service->find_method(call.method);
  note_exercised(context.exercised, call, answer, info);
  context.record.calls.push_back({.at_ns = sim::ns(started),
                                  .provider = array,
                                  .method = call.method,
                                  .summary = "end of run: " + summary(context, call),
                                  .answer = answer_text(answer, info),
                                  .code = code_of(answer),
                                  .duration_ns = sim::ns(world.now() - started)});
  context.history.touch();
}

/// The next recovery call that is due, and when each relation was last tried.
struct Attempts {
  std::map<std::uint64_t, std::uint32_t> made;
  std::map<std::uint64_t, sim::Instant> next;
  /// Called for in vain: other relations of its source are stopped until it has recovered.
  std::set<std::uint64_t> stuck;
};

struct Due {
  std::uint64_t pair = 0;
  std::string array;
  cim::Operation operation = cim::Operation::Resume;
};

/// A job of the relation is at work; a suspended one waits for the Resume that is to come (R4).
bool at_work(const RunContext& context, const PairHistory& pair) {
  return std::ranges::any_of(context.history.jobs(), [&](const JobHistory& job) {
    if (job.ended || job.state == cim::number(cim::JobState::Suspended)) return false;
    return std::ranges::any_of(pair.endpoints, [&](const Endpoint& endpoint) {
      return endpoint.entity.value == job.endpoint;
    });
  });
}

/// A relation with the same source does not recover.
bool stands_in_the_way(RunContext& context, const Attempts& attempts, std::uint64_t id) {
  const auto relation = context.testbed.relation(id);
  return std::ranges::any_of(attempts.stuck, [&](std::uint64_t other) {
    const auto stuck = context.testbed.relation(other);
    return other != id && stuck && stuck->exists && stuck->source_volume == relation->source_volume;
  });
}

/// What to call for a relation; nothing when it needs no call, or another one comes first.
std::optional<cim::Operation> wanted(RunContext& context, Attempts& attempts, std::uint64_t id) {
  const Healing what = healing_of(context, id);
  if (what == Healing::Done) attempts.stuck.erase(id);
  const bool recovers =
      what == Healing::Resume || what == Healing::Resync || what == Healing::Failback;
  if (stands_in_the_way(context, attempts, id)) {
    if (what == Healing::Done) return cim::Operation::Suspend;
    if (what == Healing::Resume) return std::nullopt;
  }
  return recovers ? std::optional(operation_of(what)) : std::nullopt;
}

std::optional<Due> next_call(RunContext& context, Attempts& attempts) {
  for (const auto& [id, pair] : context.history.pairs()) {
    const auto relation = context.testbed.relation(id);
    if (!relation || !relation->exists || relation->arrays.empty()) continue;
    const auto operation = wanted(context, attempts, id);
    if (!operation || at_work(context, pair)) continue;
    const auto next = attempts.next.find(id);
    if (next != attempts.next.end() && context.world.now() < next->second) continue;
    // The source's array first (Failback: the target's), then in turn.
    std::vector<std::string> arrays = relation->arrays;
    const std::string& first =
        *operation == cim::Operation::Failback ? relation->target_volume : relation->source_volume;
    const auto nearest = std::ranges::find_if(
        arrays, [&](const std::string& array) { return first.starts_with(array + "/"); });
    if (nearest != arrays.end()) std::rotate(arrays.begin(), nearest, arrays.end());
    const std::uint32_t tries = attempts.made[id]++;
    if (tries > 0 && *operation != cim::Operation::Suspend) attempts.stuck.insert(id);
    attempts.next[id] = context.world.now() + retry_after;
    return Due{id, arrays[tries % arrays.size()], *operation};
  }
  return std::nullopt;
}

bool all_settled(RunContext& context) {
  if (context.testbed.busy() || context.history.job_running()) return false;
  return std::ranges::all_of(context.history.pairs(), [&](const auto& entry) {
    const auto relation = context.testbed.relation(entry.first);
    if (!relation || !relation->exists) return true;
    return at_rest(context, entry.first);
  });
}

}  // namespace

Healing healing(cim::CopyState state, bool split_brain) {
  if (split_brain) return Healing::Rest;
  switch (state) {
    case cim::CopyState::Synchronized: return Healing::Done;
    case cim::CopyState::Suspended: return Healing::Resume;
    case cim::CopyState::Broken:
    case cim::CopyState::Aborted:
    case cim::CopyState::Invalid: return Healing::Resync;
    case cim::CopyState::Failedover: return Healing::Failback;
    case cim::CopyState::Initialized:
    case cim::CopyState::Prepared:
    case cim::CopyState::Inactive:
    case cim::CopyState::Fractured:
    case cim::CopyState::Split:
    case cim::CopyState::Skewed: return Healing::Rest;
    case cim::CopyState::Unsynchronized:
    case cim::CopyState::Partitioned:
    case cim::CopyState::Restored:
    case cim::CopyState::Mixed:
    case cim::CopyState::NotApplicable: return Healing::Wait;
  }
  std::unreachable();
}

sim::Task<void> quiesce(sim::World& world, RunContext& context) {
  for (const auto& workload : context.workloads) workload->stop(world);
  for (const auto& fault : context.faults) end_fault(context, *fault);
  for (const auto& host : context.testbed.topology().hosts) {
    if (context.testbed.running(host.name)) continue;
    const auto started = context.testbed.power(host.name, word(PowerState::Running));
    if (started) add_moment(context, "power", host.name + " running");
  }
  for (std::size_t i = 0; i < context.workloads.size(); ++i) {
    const auto workload = context.workloads[i];
    while (!workload->ended()) co_await workload->changed().wait();
  }
}

sim::Task<bool> converge(sim::World& world, RunContext& context) {
  const sim::Instant deadline = world.now() + context.run.converge_within;
  for (const auto& [id, pair] : context.history.pairs()) {
    const auto relation = context.testbed.relation(id);
    if (relation && relation->exists) ++context.record.invariants["B17"];
  }
  Attempts attempts;
  for (;;) {
    std::optional<Due> due;
    Watch watch;
    watch.deadline = std::min(deadline, world.now() + retry_after);
    bool settled = false;
    watch.decided = [&] {
      settled = all_settled(context);
      if (!settled) due = next_call(context, attempts);
      return settled || due.has_value();
    };
    co_await wait_for(world, context.watches, watch);
    if (settled) break;
    if (due) {
      co_await recover(world, context, due->pair, due->array, due->operation);
    } else if (world.now() >= deadline) {
      report_not_converged(context);
      co_return false;
    }
  }
  co_return report_data(context);
}

}  // namespace replsim::harness
