// Failures, moments and windows: how a run writes down what it sees.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/metric_statistic.h"
#include "harness/run_context.h"
#include "harness/step_run.h"

namespace replsim::harness {

namespace {

/// A step's own lines; long ones are cut in the middle by nobody: a step is short.
std::vector<record::SourceLine> lines_of(const Step& step) {
  std::vector<record::SourceLine> lines;
  const std::string text = step.source_lines();
  std::uint32_t number = step.location.line;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    lines.push_back({number++, text.substr(begin, end - begin)});
    begin = end + 1;
  }
  return lines;
}

}  // namespace

StepResult::StepResult(RunContext& a_context, const Step& a_step)
    : context(a_context), step(a_step) {
  context.begun.push_back({context.world.now(), &step});
}

const Step* step_at(const RunContext& context, sim::Instant time) {
  const auto after = std::ranges::upper_bound(context.begun, time, {}, &BegunStep::time);
  return after == context.begun.begin() ? nullptr : std::prev(after)->step;
}

std::string step_name(const RunContext& context, const Step& step) {
  if (step.as) return "$" + context.run.slots[*step.as].name;
  return fmt::format("line {}", step.location.line);
}

void add_failure(RunContext& context, const Step* step, FailureText text) {
  context.history.learn_names();
  record::Failure failure{.rule = std::move(text.rule),
                          .confidence = text.confidence,
                          .message = std::move(text.message),
                          .expected = std::move(text.expected),
                          .seen = std::move(text.seen),
                          .at_ns = sim::ns(context.world.now())};
  const Location& location = step != nullptr ? step->location : context.run.location;
  failure.file = location.file != nullptr ? std::string(location.path()) : context.run.file;
  failure.line = location.line;
  failure.column = location.column;
  if (step != nullptr && location.file != nullptr) failure.step = lines_of(*step);
  if (text.pair) {
    failure.history = context.history.lines(*text.pair);
  } else if (context.history.pairs().size() == 1) {
    failure.history = context.history.lines(context.history.pairs().begin()->first);
  }
  context.record.failures.push_back(std::move(failure));
}

void fail_step(RunContext& context, const Step& step, FailureText text) {
  add_failure(context, &step, std::move(text));
  context.failed = true;
  context.history.touch();
}

void show_lines(RunContext& context) {
  const auto& file = context.run.location.file;
  for (record::Failure& failure : context.record.failures) {
    if (!failure.step.empty() || file == nullptr || failure.file != file->path) continue;
    failure.step.push_back({failure.line, std::string(file->line(failure.line))});
  }
}

void add_moment(RunContext& context, std::string kind, std::string text) {
  context.record.moments.push_back(
      {.at_ns = sim::ns(context.world.now()), .kind = std::move(kind), .text = std::move(text)});
}

Window open_window(RunContext& context) {
  Window window;
  window.start = context.world.now();
  window.mark = context.world.trace().count();
  for (const auto& [id, pair] : context.history.pairs()) {
    window.pairs[id] = {pair.copied_bytes, pair.indications, pair.received};
  }
  for (const auto& volume : context.testbed.volumes()) {
    window.volume_writes[volume.path] = context.ledger.acknowledged(volume.entity);
  }
  const auto number = [&](const std::string& path) {
    for (const char* name : {"bytes", "utilisation"}) {
      if (const auto value = context.testbed.metric(path, name)) {
        window.numbers[{path, name}] = *value;
      }
    }
  };
  for (const auto& link : context.testbed.topology().links) number(link.name);
  for (const auto& array : context.testbed.topology().arrays) {
    for (const auto& disk : array.disks) number(array.name + "/" + disk.name);
  }
  for (const auto& workload : context.workloads) {
    workload->mark(window.start);
    window.workloads.emplace_back(workload.get(), workload->counters());
  }
  return window;
}

}  // namespace replsim::harness
