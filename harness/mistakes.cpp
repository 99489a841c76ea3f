// The rows of the table that calls and I/O show, from what is known before the call.
#include "harness/mistakes.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "harness/expect_read.h"
#include "harness/mistake_table.h"
#include "model/cim/enumerations.h"
#include "sim/check.h"

namespace replsim::harness {

namespace {

using State = cim::CopyState;
using Operation = cim::Operation;

constexpr sim::Duration forgotten_after = sim::hours(1);

/// A relation as a call finds it.
struct Found {
  const PairHistory& pair;
  provider::RelationInfo relation;
  State state;
};

std::string rule(std::string_view name) {
  REPLSIM_CHECK(find_mistake(name) != nullptr);
  return "operator/" + std::string(name);
}

const cim::Value* argument(const cim::MethodCall& call, std::string_view name) {
  const auto found =
      std::ranges::find_if(call.arguments, [&](const auto& entry) { return entry.first == name; });
  return found == call.arguments.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> number_of(const cim::MethodCall& call, std::string_view name) {
  const cim::Value* value = argument(call, name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->as_unsigned();
}

std::optional<Found> find_relation(RunContext& context, std::uint64_t id) {
  const PairHistory* pair = context.history.pair(id);
  auto relation = context.testbed.relation(id);
  if (pair == nullptr || !relation) return std::nullopt;
  return Found{*pair, std::move(*relation), static_cast<State>(pair->merged_state())};
}

std::string array_of(const std::string& volume) {
  return volume.substr(0, volume.find('/'));
}

/// A job of the relation runs; with `operation` one of it.
bool job_runs(const RunContext& context, const PairHistory& pair,
              std::optional<std::uint64_t> operation = {}) {
  return std::ranges::any_of(context.history.jobs(), [&](const JobHistory& job) {
    if (job.ended || (operation && job.operation != *operation)) return false;
    return std::ranges::any_of(pair.endpoints, [&](const Endpoint& endpoint) {
      return endpoint.entity.value == job.endpoint;
    });
  });
}

/// Hosts wrote to the volume at or after an instant.
bool written_since(const RunContext& context, const std::string& path, sim::Instant since) {
  const auto volume = context.testbed.volume(path);
  if (!volume || since == never) return false;
  bool found = false;
  context.ledger.for_each_block(volume->entity, [&](std::uint64_t lba) {
    const WriteInfo* last = context.ledger.last_acked(volume->entity, lba);
    found = found || (last != nullptr && last->acked >= since);
  });
  return found;
}

bool in_use(const RunContext& context, const provider::RelationInfo& relation) {
  return std::ranges::any_of(context.workloads, [&](const auto& workload) {
    return !workload->ended() &&
           (workload->uses(relation.source_volume) || workload->uses(relation.target_volume));
  });
}

bool forgotten(const RunContext& context, const Found& found) {
  return found.state == State::Suspended &&
         context.world.now() - found.pair.merged.back().time >= forgotten_after;
}

bool without_contact(const RunContext& context, const Found& found) {
  const std::string source = array_of(found.relation.source_volume);
  if (source == array_of(found.relation.target_volume)) return false;
  return found.state == State::Partitioned && context.testbed.running(source);
}

void note_copies(const RunContext& context, const Found& found, Operation operation,
                 std::set<std::string>& rules) {
  const sim::Instant apart = found.pair.losing.apart();
  const bool source = written_since(context, found.relation.source_volume, apart);
  const bool target = written_since(context, found.relation.target_volume, apart);
  if (source && target) rules.insert(rule("resume-after-both-changed"));
  const bool resync = operation == Operation::ResyncReplica;
  if (source != target && resync == target) rules.insert(rule("wrong-direction"));
}

void note_operation(RunContext& context, const Found& found, Operation operation,
                    std::set<std::string>& rules) {
  const auto counts = [&](bool premise, std::string_view name) {
    if (premise) rules.insert(rule(name));
  };
  if (operation == Operation::Failover) {
    counts(found.state == State::Failedover, "promote-twice");
    counts(without_contact(context, found), "promote-while-source-lives");
  } else if (operation == Operation::Failback) {
    counts(found.state != State::Failedover, "failback-too-early");
  } else if (operation == Operation::Detach || operation == Operation::Dissolve) {
    counts(in_use(context, found.relation), "detach-in-use");
  } else if (operation == Operation::Abort) {
    counts(job_runs(context, found.pair), "cancel");
  } else if (operation == Operation::ResyncReplica || operation == Operation::RestoreFromReplica) {
    note_copies(context, found, operation, rules);
  }
}

/// Terminate (4) and Kill (5) of a job that has not ended.
bool cancels(RunContext& context, const cim::MethodCall& call) {
  const auto requested = number_of(call, "RequestedState");
  if (call.method != "RequestStateChange" || !call.object || !requested) return false;
  return (*requested == 4 || *requested == 5) && context.history.job_running();
}

}  // namespace

std::set<std::string> mistakes_of(RunContext& context, const cim::MethodCall& call) {
  std::set<std::string> rules;
  if (cancels(context, call)) rules.insert(rule("cancel"));
  const auto operation = number_of(call, "Operation");
  const cim::Value* named = argument(call, "Synchronization");
  if (named == nullptr || named->is_array() || named->type() != cim::Type::Reference) return rules;
  const auto id = context.testbed.pair_of(named->as_reference());
  const auto found = id ? find_relation(context, *id) : std::nullopt;
  if (!found) return rules;
  if (forgotten(context, *found)) rules.insert(rule("forgotten-suspend"));
  if (!operation) return rules;
  if (job_runs(context, found->pair, *operation)) rules.insert(rule("impatience"));
  note_operation(context, *found, static_cast<Operation>(*operation), rules);
  return rules;
}

void note_refused_write(RunContext& context, const std::string& volume) {
  for (const auto& [id, pair] : context.history.pairs()) {
    const auto relation = context.testbed.relation(id);
    if (!relation || !relation->exists || relation->target_volume != volume) continue;
    context.exercised.insert(rule("write-to-target"));
  }
}

}  // namespace replsim::harness
