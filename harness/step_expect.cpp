// Expectations over time, `always`, and saving what a subject shows.
#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

#include "harness/bindings_content.h"
#include "harness/expect_match.h"
#include "harness/step_run.h"

namespace replsim::harness {

namespace {

void fail_expectation(RunContext& context, const Step* step, const std::string& rule,
                      const Judgement& judgement, const std::string& when) {
  std::string message = judgement.subject + " is not as expected" + when;
  add_failure(context, step,
              {.rule = rule,
               .message = std::move(message),
               .expected = judgement.expected,
               .seen = judgement.seen,
               .pair = judgement.pair});
  record::Failure& failure = context.record.failures.back();
  if (step == nullptr && judgement.location.file != nullptr) {
    failure.line = judgement.location.line;
    failure.column = judgement.location.column;
  }
}

/// What an expectation waits for, judged by the watch board.
struct Expecting {
  RunContext& context;
  const std::vector<Condition>& conditions;
  ReadOptions options;
  Judgement last;

  bool holds() {
    last = judge(context, conditions, options);
    return last.holds;
  }
};

sim::Task<bool> becomes_true(sim::World& world, Expecting& expecting, sim::Instant deadline) {
  Watch watch;
  watch.io = judges_io(expecting.conditions);
  watch.deadline = deadline;
  watch.decided = [&expecting] { return expecting.holds(); };
  co_await wait_for(world, expecting.context.watches, watch);
  co_return expecting.last.holds;
}

sim::Task<bool> stays_true(sim::World& world, Expecting& expecting, sim::Instant until) {
  Watch watch;
  watch.io = judges_io(expecting.conditions);
  watch.deadline = until;
  watch.decided = [&expecting] { return !expecting.holds(); };
  co_await wait_for(world, expecting.context.watches, watch);
  co_return expecting.last.holds;
}

}  // namespace

sim::Task<bool> run_expect(sim::World& world, RunContext& context, const Step& step,
                           const ExpectStep& expect) {
  Window window;
  Expecting expecting{context, expect.expectation.conditions, {.endpoint = expect.endpoint}, {}};
  if (expect.since) {
    if (const auto& opened = context.bindings.window(expect.since->slot)) {
      window = *opened;
      expecting.options.window = &window;
    }
  }
  const sim::Instant started = world.now();
  const sim::Instant deadline = started + expect.within.value_or(sim::Duration{0});
  bool good = co_await becomes_true(world, expecting, deadline);
  std::string when = expect.within ? " within " + text(Literal{*expect.within}) : "";
  if (good && expect.hold) {
    const sim::Instant until = world.now() + *expect.hold;
    good = co_await stays_true(world, expecting, until);
    when = fmt::format(" for {}: it changed after {}", text(Literal{*expect.hold}),
                       time_text(sim::ns(world.now() - started)));
  }
  if (good) co_return true;
  fail_expectation(context, &step, "expect", expecting.last, when);
  context.failed = true;
  co_return false;
}

namespace {

/// `always`: one Task over the whole run. Each condition is judged from the birth of its own
/// references on; a statistic from its first value on: before that there is nothing to judge.
struct Always {
  RunContext& context;
  std::vector<bool> begun;  ///< By condition.
  Judgement failed;

  bool holds() {
    for (std::size_t i = 0; i < context.run.always.size(); ++i) {
      const Condition& condition = context.run.always[i];
      if (!begun[i] && !references_born(context, condition)) continue;
      Judgement judgement = judge(context, condition, {});
      begun[i] = begun[i] || !judgement.missing;
      if (!begun[i] || judgement.holds) continue;
      failed = std::move(judgement);
      return false;
    }
    return true;
  }
};

sim::Task<void> watch_always(sim::World& world, RunContext& context) {
  Always always{context, std::vector<bool>(context.run.always.size(), false), {}};
  Watch watch;
  watch.io = judges_io(context.run.always);
  watch.decided = [&always] { return !always.holds(); };
  co_await wait_for(world, context.watches, watch);
  fail_expectation(context, nullptr, "always", always.failed,
                   " at " + time_text(sim::ns(world.now())));
  context.failed = true;
  context.finished = true;
  world.stop();
}

}  // namespace

void start_always(RunContext& context) {
  if (context.run.always.empty()) return;
  context.tasks.spawn(context.world, watch_always(context.world, context));
}

bool run_save(RunContext& context, const Step& step, const SaveStep& save) {
  for (const auto& [subject, slot] : save.saves) {
    auto reading = read(context, subject);
    if (!reading || reading->values.size() != 1) {
      const std::string why = reading ? subject.text + " is not one value" : reading.error();
      fail_step(context, step, {.rule = "reference", .message = why, .seen = why});
      return false;
    }
    Seen value = std::move(reading->values.front());
    BoundValue binding;
    if (auto* content = std::get_if<Content>(&value.value)) {
      const auto kept = std::make_shared<ContentSnapshot>(*content->image);
      *content = {kept.get(), kept, content->name + " as it was", content->first, content->blocks};
      binding.value = std::move(value);
    } else if (const auto* path = std::get_if<cim::ObjectPath>(&value.value)) {
      binding.value = bind_reference(context, *path, {});
    } else {
      binding.value = std::move(value);
    }
    context.bindings.add(slot, context.run.slots[slot].list, std::move(binding));
  }
  context.history.touch();
  return true;
}

}  // namespace replsim::harness
