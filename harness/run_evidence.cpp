// Evidence.
#include "harness/run_evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/rule_names.h"
#include "harness/run_history.h"
#include "model/cim/state_graph.h"

namespace replsim::harness {

namespace {

/// The one spelling; a name that is none stays as it is.
std::string normal(const std::string& name) {
  return evidence_rule(name).value_or(name);
}

/// A birth comes from CREATE, a removal goes to REMOVED.
std::string end_name(std::uint64_t state, cim::Node none) {
  return state == 0 ? std::string(cim::short_code(none)) : state_name(state);
}

record::Failure failure_at(const Run& run, const Named& named, std::string rule,
                           std::string message) {
  record::Failure failure{.rule = std::move(rule), .message = std::move(message)};
  const Location& location = named.location.file != nullptr ? named.location : run.location;
  failure.file = location.file != nullptr ? std::string(location.path()) : run.file;
  failure.line = location.line;
  failure.column = location.column;
  if (location.file != nullptr) {
    failure.step.push_back({location.line, std::string(location.file->line(location.line))});
  }
  return failure;
}

bool conclusive(const record::ScenarioRecord& record) {
  return record.verdict == record::Verdict::Pass || record.verdict == record::Verdict::Differs;
}

}  // namespace

std::set<std::string> exercised(const RunContext& context) {
  std::set<std::string> rules = context.exercised;
  for (const auto& [id, pair] : context.history.pairs()) {
    for (const Change& change : pair.states) {
      if (change.to != 0) {
        rules.insert("CopyState/" + state_name(change.to));
      }
      rules.insert(end_name(change.from, cim::Node::Create) + "->" +
                   end_name(change.to, cim::Node::Removed));
    }
  }
  for (const auto& [number, evaluations] : context.record.invariants) {
    if (evaluations > 0) rules.insert(number);
  }
  return rules;
}

std::vector<std::string> evidence_of(const Run& run, const std::set<std::string>& exercised) {
  std::vector<std::string> found;
  for (const Named& named : run.evidence) {
    if (exercised.contains(normal(named.name))) found.push_back(named.name);
  }
  for (const Named& named : run.allow) {
    const std::string name = "allow " + named.name;
    if (exercised.contains(name)) found.push_back(name);
  }
  return found;
}

std::vector<record::Failure> judge_evidence(const std::vector<const Run*>& runs,
                                            const std::vector<record::ScenarioRecord*>& records) {
  std::vector<record::Failure> failures;
  // A run that failed or was cut short did not get to everything: its own verdict stands.
  if (runs.empty() || !std::ranges::all_of(records, [](const record::ScenarioRecord* record) {
        return conclusive(*record) || record->verdict == record::Verdict::Skipped;
      })) {
    return failures;
  }
  if (std::ranges::none_of(records, [](const auto* record) { return conclusive(*record); })) {
    return failures;
  }
  const auto some_run_has = [&](const std::string& name) {
    return std::ranges::any_of(records, [&](const record::ScenarioRecord* record) {
      return std::ranges::find(record->evidence, name) != record->evidence.end();
    });
  };
  const Run& run = *runs.front();
  for (const Named& named : run.evidence) {
    if (some_run_has(named.name)) continue;
    failures.push_back(failure_at(run, named, "evidence",
                                  named.name + " is named as evidence, but no run exercised it"));
  }
  for (const Named& named : run.allow) {
    if (some_run_has("allow " + named.name)) continue;
    failures.push_back(
        failure_at(run, named, "allow", named.name + " is allowed, but it never happened"));
  }
  return failures;
}

}  // namespace replsim::harness
