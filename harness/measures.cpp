// Reading measures.
#include "harness/measures.h"

#include <fmt/format.h>

#include "harness/expect_read.h"

namespace replsim::harness {

namespace {

std::expected<std::string, std::string> value_of(RunContext& context, const Measure& measure) {
  ReadOptions options;
  if (measure.since) {
    const auto& window = context.bindings.window(measure.since->slot);
    if (!window) return std::unexpected("the step that begins its window did not start");
    options.window = &*window;
  }
  const auto reading = read(context, measure.of, options);
  if (!reading) return std::unexpected(reading.error());
  if (reading->values.size() != 1) return std::unexpected(measure.of.text + " is not one value");
  return text(reading->values.front());
}

}  // namespace

void measure_until(RunContext& context, SlotId ended) {
  for (const Measure& measure : context.run.measures) {
    if (measure.until != ended) continue;
    context.measured.insert_or_assign(measure.name, value_of(context, measure));
  }
}

void measure_rest(RunContext& context) {
  for (const Measure& measure : context.run.measures) {
    if (!measure.until) context.measured.insert_or_assign(measure.name, value_of(context, measure));
    const auto found = context.measured.find(measure.name);
    if (found != context.measured.end() && found->second) {
      context.record.measures.emplace_back(measure.name, *found->second);
      continue;
    }
    const std::string why = found == context.measured.end()
                                ? "the step that ends its window did not run"
                                : found->second.error();
    add_failure(context, nullptr,
                {.rule = "measure",
                 .message = fmt::format("{} cannot be measured: {}", measure.name, why),
                 .expected = "a value of " + measure.of.text,
                 .seen = why});
    record::Failure& failure = context.record.failures.back();
    failure.line = measure.location.line;
    failure.column = measure.location.column;
  }
}

}  // namespace replsim::harness
