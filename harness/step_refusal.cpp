// Comparing two management views.
#include "harness/step_refusal.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/cim/enumerations.h"

namespace replsim::harness {

namespace {

constexpr std::uint64_t first_event = 100;
constexpr std::uint64_t creation = 200;

/// The other end had made the same change before: its order to follow was on the way.
bool follows(const std::vector<Change>& states, const Change& change, std::uint64_t mark) {
  return std::ranges::any_of(states, [&](const Change& other) {
    return other.mark <= mark && other.endpoint != change.endpoint && other.to == change.to &&
           other.cause == change.cause;
  });
}

bool event_since(const RunContext& context, std::uint64_t mark) {
  for (const auto& [id, pair] : context.history.pairs()) {
    for (const Change& change : pair.states) {
      if (change.mark <= mark || change.cause == creation) continue;
      if (change.cause >= first_event || follows(pair.states, change, mark)) return true;
    }
  }
  return false;
}

std::string changed_property(const cim::Instance& before, const cim::Instance& after, bool loaded) {
  for (const cim::Property& property : after.properties) {
    if (loaded && property.name == "PercentSynced") continue;
    const cim::Value& old = before.get(property.name);
    if (old == property.value) continue;
    return fmt::format("{} of {}: {} before, {} after", property.name, after.path.text(),
                       old.text(), property.value.text());
  }
  return {};
}

/// An end shows an operation under way, also one whose job has ended at the other array (B5).
bool operating(const ManagementView& view) {
  return std::ranges::any_of(view.relations, [](const auto& entry) {
    const cim::Value& requested = entry.second.get("RequestedCopyState");
    return requested.is_number() &&
           requested.as_unsigned() != cim::number(cim::CopyState::NotApplicable);
  });
}

}  // namespace

ManagementView view_management(RunContext& context) {
  ManagementView view;
  view.mark = context.world.trace().count();
  view.call = context.calls_made;
  view.alone = context.calls_under_way == 0 && !context.history.job_running();
  view.loaded = std::ranges::any_of(context.workloads,
                                    [](const auto& workload) { return !workload->ended(); });
  for (const auto& array : context.testbed.topology().arrays) {
    view.whole = view.whole && context.testbed.running(array.name);
    for (auto& instance : context.testbed.peek_all(array.name, "CIM_StorageSynchronized")) {
      view.relations.emplace(array.name + " " + instance.path.text(), std::move(instance));
    }
    for (auto& instance : context.testbed.peek_all(array.name, "CIM_ConcreteJob")) {
      view.jobs.emplace(array.name + " " + instance.path.text(), std::move(instance));
    }
  }
  for (const auto& volume : context.testbed.volumes()) view.volumes.push_back(volume.path);
  for (const auto& [id, pair] : context.history.pairs()) view.indications[id] = pair.indications;
  return view;
}

bool is_refusal(const cim::MethodOutcome& outcome) {
  if (outcome.status != cim::CimStatus::Ok) return true;
  const auto code = static_cast<cim::ReturnCode>(outcome.code);
  if (code == cim::ReturnCode::Completed || code == cim::ReturnCode::JobStarted) return false;
  if (code == cim::ReturnCode::Unknown || code == cim::ReturnCode::Timeout) return false;
  return !outcome.error || !outcome.error->message_id.starts_with("failed");
}

std::string refusal_effect(RunContext& context, const ManagementView& before) {
  if (!before.whole || !before.alone || operating(before) || context.calls_made != before.call)
    return {};
  if (event_since(context, before.mark)) return {};
  // A refused call has no effect (B2) and no job (C4), also one that names no relation.
  for (const char* number : {"B2", "C4"}) ++context.record.invariants[number];
  const ManagementView after = view_management(context);
  const bool loaded = before.loaded || after.loaded;
  for (const auto& [key, instance] : after.relations) {
    const auto old = before.relations.find(key);
    if (old == before.relations.end()) return "a relation was made: " + key;
    std::string changed = changed_property(old->second, instance, loaded);
    if (!changed.empty()) return changed;
  }
  for (const auto& [key, instance] : before.relations) {
    if (!after.relations.contains(key)) return "a relation is gone: " + key;
  }
  for (const auto& [key, instance] : after.jobs) {
    const auto old = before.jobs.find(key);
    if (old == before.jobs.end()) return "a job was made: " + key;
    std::string changed = changed_property(old->second, instance, false);
    if (!changed.empty()) return changed;
  }
  if (after.volumes != before.volumes) return "a volume was made or deleted";
  for (const auto& [id, count] : after.indications) {
    const auto old = before.indications.find(id);
    if (old == before.indications.end() || old->second != count) {
      return "an indication was sent for " + context.history.name(id);
    }
  }
  return {};
}

}  // namespace replsim::harness
