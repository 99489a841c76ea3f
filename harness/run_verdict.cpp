// Verdicts and the bulk of the record.
#include "harness/run_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/rule_names.h"
#include "harness/run_evidence.h"
#include "sim/node.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {

namespace {

/// An invariant by number, or an edge that a B1 violation names.
bool lifts(const Named& allow, const Violation& violation) {
  if (allow.name == violation.rule) return true;
  const std::string codes = edge_codes(allow.name);
  return violation.rule == "B1" && !codes.empty() && violation.seen == codes;
}

/// Crashes, restarts, pauses: moments of the timeline.
void add_node_moments(RunContext& context) {
  const sim::Trace& trace = context.world.trace();
  const std::vector<record::Moment> own = std::move(context.record.moments);
  std::vector<record::Moment> nodes;
  for (const sim::TraceEvent& event : trace.kept()) {
    std::string kind;
    if (event.kind == sim::kind::node_down.number) kind = "crash";
    if (event.kind == sim::kind::node_up.number && event.time > sim::Instant{}) kind = "restart";
    if (event.kind == sim::kind::node_paused.number) kind = "pause";
    if (event.kind == sim::kind::node_resumed.number) kind = "resume";
    if (kind.empty()) continue;
    nodes.push_back({sim::ns(event.time), kind, trace.name(event.entity)});
  }
  // Both are in order already; at one instant the steps' own go first.
  std::vector<record::Moment> merged;
  std::ranges::merge(own, nodes, std::back_inserter(merged), {}, &record::Moment::at_ns,
                     &record::Moment::at_ns);
  context.record.moments = std::move(merged);
}

/// `name[mode=Synchronous,hosts=2]` -> what stands in the brackets.
std::string cell_of(const Run& run) {
  const std::size_t open = run.name.find('[');
  if (open == std::string::npos || run.name.back() != ']') return {};
  return run.name.substr(open + 1, run.name.size() - open - 2);
}

}  // namespace

record::ScenarioRecord blank_record(const Run& run) {
  record::ScenarioRecord record;
  record.name = run.scenario;
  record.title = run.title;
  record.file = run.file;
  record.line = run.location.line;
  record.cell = cell_of(run);
  record.case_name = run.case_name;
  record.seed = run.seed;
  return record;
}

void take_oracles(RunContext& context, OracleSet& oracles) {
  for (const auto& [number, count] : oracles.evaluations()) {
    context.record.invariants[number] += count;
  }
  for (Violation& violation : oracles.violations()) {
    const auto allow = std::ranges::find_if(
        context.run.allow, [&](const Named& named) { return lifts(named, violation); });
    if (allow != context.run.allow.end()) {
      context.exercised.insert("allow " + allow->name);
      continue;
    }
    std::string message = std::move(violation.message);
    if (!violation.entity.empty() && message.find(violation.entity) == std::string::npos) {
      message = violation.entity + ": " + message;
    }
    add_failure(context, step_at(context, sim::Instant{sim::Duration{violation.at_ns}}),
                {.rule = violation.rule,
                 .confidence = violation.confidence,
                 .message = std::move(message),
                 .expected = violation.expected,
                 .seen = violation.seen,
                 .pair = violation.pair});
    context.record.failures.back().at_ns = violation.at_ns;
  }
}

void judge_faults(RunContext& context) {
  if (context.failed) return;
  for (const auto& fault : context.faults) {
    const auto& step = std::get<FaultStep>(fault->step->body);
    if (step.may_miss || fault->fired(context.testbed) > 0) continue;
    const bool begun = !fault->activations.empty();
    add_failure(context, fault->step,
                {.rule = "fault-missed",
                 .message = fmt::format("{} {} {}", fault->effect, fault->target,
                                        begun ? "met no event of its kind" : "never began"),
                 .expected = "fired at least 1, or may-miss: true",
                 .seen = "fired 0"});
  }
}

void fill_record(RunContext& context) {
  record::ScenarioRecord& record = context.record;
  context.history.learn_names();
  show_lines(context);
  record.transitions = context.history.transitions();
  record.jobs = context.history.job_records();
  record.losses = context.history.losses();
  for (const auto& fault : context.faults) {
    auto firings = fault->records(context.testbed);
    std::ranges::move(firings, std::back_inserter(record.faults));
  }
  add_node_moments(context);
  record.evidence = evidence_of(context.run, exercised(context));
  record.hash = context.world.trace().hash();
  record.events = context.world.events_run();
  record.simulated_ns = sim::ns(context.world.now());
}

namespace {

/// `known`: only the expected failure passes.
void decide_known(RunContext& context, const Known& known) {
  record::ScenarioRecord& record = context.record;
  const auto wanted = record::verdict_from(known.verdict);
  const bool rule = known.invariant.empty() ||
                    std::ranges::any_of(record.failures, [&](const record::Failure& failure) {
                      return failure.rule == known.invariant;
                    });
  const bool fails =
      record.verdict == record::Verdict::Fail || record.verdict == record::Verdict::Differs;
  const bool same = wanted == record.verdict || (wanted == record::Verdict::Fail && fails);
  if (same && rule) {
    record.failures.clear();
    record.verdict = record::Verdict::Pass;
    record.reason = "known " + known.verdict + ": " + known.because;
    return;
  }
  std::string seen(record::name(record.verdict));
  if (!record.failures.empty()) seen += " by " + record.failures.front().rule;
  add_failure(
      context, nullptr,
      {.rule = "known",
       .message = "the known failure did not come: " + known.because,
       .expected = known.verdict + (known.invariant.empty() ? "" : " by " + known.invariant),
       .seen = std::move(seen)});
  record.verdict = record::Verdict::Fail;
}

}  // namespace

void decide(RunContext& context) {
  record::ScenarioRecord& record = context.record;
  if (record.verdict == record::Verdict::Error) return;
  const record::Verdict by_failures = record::verdict_of_failures(record);
  if (by_failures != record::Verdict::Pass || record.verdict != record::Verdict::Inconclusive) {
    record.verdict = by_failures;
  }
  if (context.run.known) decide_known(context, *context.run.known);
}

}  // namespace replsim::harness
