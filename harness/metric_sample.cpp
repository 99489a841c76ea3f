// Which subjects a scenario reads, and the sampling of those gauges that keep no history.
#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "harness/metric_statistic.h"
#include "sim/world.h"

namespace replsim::harness {

namespace {

using Visit = std::function<void(const Subject&)>;

void visit_operand(const Operand& operand, const Visit& visit) {
  if (const auto* subject = std::get_if<Subject>(&operand.value)) {
    visit(*subject);
  } else if (const auto* map = std::get_if<InstanceMap>(&operand.value)) {
    for (const auto& [name, value] : map->properties) visit_operand(value, visit);
  } else if (const auto* list = std::get_if<OperandList>(&operand.value)) {
    for (const Operand& value : list->values) visit_operand(value, visit);
  }
}

void visit_conditions(const Expectation& expectation, const Visit& visit) {
  for (const Condition& condition : expectation.conditions) visit(condition.subject);
}

void visit_step(const Step& step, const Visit& visit) {
  if (const auto* expect = std::get_if<ExpectStep>(&step.body)) {
    visit_conditions(expect->expectation, visit);
  } else if (const auto* save = std::get_if<SaveStep>(&step.body)) {
    for (const auto& [subject, slot] : save->saves) visit(subject);
  } else if (const auto* fault = std::get_if<FaultStep>(&step.body)) {
    if (const auto* when = std::get_if<Expectation>(&fault->when)) visit_conditions(*when, visit);
  } else if (const auto* call = std::get_if<CallStep>(&step.body)) {
    for (const Argument& argument : call->arguments) visit_operand(argument.value, visit);
  } else if (const auto* parallel = std::get_if<ParallelStep>(&step.body)) {
    for (const auto& branch : parallel->branches) for_each_subject(branch.steps, visit);
  } else if (const auto* repeat = std::get_if<RepeatStep>(&step.body)) {
    for (const Steps& body : repeat->bodies) for_each_subject(body, visit);
  } else if (const auto* use = std::get_if<UseStep>(&step.body)) {
    for (const Steps& body : use->body) for_each_subject(body, visit);
  }
}

/// A gauge of a topology entity with a statistic behind it.
std::optional<std::pair<std::string, std::string>> gauge(const Subject& subject) {
  const auto* entity = std::get_if<Subject::Entity>(&subject.base);
  if (entity == nullptr || subject.parts.size() < 2) return std::nullopt;
  if (subject.parts.back().kind != PartKind::Statistic) return std::nullopt;
  return std::pair{entity->path, std::string(word(subject.parts[subject.parts.size() - 2].metric))};
}

bool reads(const Subject& subject, std::initializer_list<Metric> metrics) {
  return std::ranges::any_of(subject.parts, [&](const Part& part) {
    return part.kind == PartKind::Metric &&
           std::find(metrics.begin(), metrics.end(), part.metric) != metrics.end();
  });
}

bool asks_statistic(const Subject& subject) {
  return !subject.parts.empty() && subject.parts.back().kind == PartKind::Statistic;
}

void take_samples(RunContext& context, bool journals) {
  for (auto& [key, samples] : context.samples) {
    const auto value = context.testbed.metric(key.first, key.second);
    if (value) samples.push_back({context.world.now(), *value});
  }
  if (!journals) return;
  const std::string name(word(Metric::Journal));
  for (const auto& [id, pair] : context.history.pairs()) {
    const auto value = context.testbed.journal(id);
    if (value) context.samples[{sample_key(id), name}].push_back({context.world.now(), *value});
  }
}

/// Utilisation is told as a share of all time since the start: a second's own is the difference.
void take_shares(RunContext& context, std::map<std::string, std::uint64_t>& before) {
  const sim::Instant now = context.world.now();
  for (auto& [key, samples] : context.samples) {
    if (key.second != "utilisation" || samples.empty()) continue;
    const std::uint64_t share = samples.back().value;
    samples.back().value = window_share(share, before[key.first], now, now - sim::seconds(1));
    before[key.first] = share;
  }
}

sim::Task<void> sample_every_second(sim::World& world, RunContext& context, bool journals) {
  std::map<std::string, std::uint64_t> before;
  while (!context.finished) {
    co_await sim::sleep(world, sim::seconds(1));
    take_samples(context, journals);
    take_shares(context, before);
    // An age grows though nothing happens: what waits for it or forbids it looks again.
    if (context.rpo != nullptr || journals) context.history.touch_io();
  }
}

}  // namespace

std::string sample_key(std::uint64_t pair) {
  return "pair " + std::to_string(pair);
}

void for_each_subject(const Steps& steps, const Visit& visit) {
  for (const Step& step : steps) visit_step(step, visit);
}

void start_sampling(RunContext& context) {
  bool rpo = false;
  bool course = false;
  bool journals = false;
  const auto visit = [&](const Subject& subject) {
    if (auto key = gauge(subject)) context.samples[std::move(*key)];
    journals = journals || reads(subject, {Metric::Journal});
    if (!reads(subject, {Metric::Rpo, Metric::RpoBytes})) return;
    rpo = true;
    course = course || asks_statistic(subject);
  };
  for_each_subject(context.run.steps, visit);
  for (const Condition& condition : context.run.always) visit(condition.subject);
  for (const Measure& measure : context.run.measures) visit(measure.of);
  if (rpo) {
    context.rpo =
        std::make_unique<RpoTracker>(context.testbed, context.ledger, context.history, course);
  }
  if (context.samples.empty() && !rpo && !journals) return;
  context.tasks.spawn(context.world, sample_every_second(context.world, context, journals));
}

}  // namespace replsim::harness
