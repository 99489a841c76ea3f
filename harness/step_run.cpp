// The dispatcher, and the steps that hold other steps.
#include "harness/step_run.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "harness/measures.h"

namespace replsim::harness {

namespace {

/// Starts the name of the step: its window, if anybody asks for it.
StepResult bear(RunContext& context, const Step& step) {
  StepResult result{context, step};
  if (!step.as) return result;
  if (context.windows_wanted.contains(*step.as)) {
    context.bindings.open(*step.as, open_window(context));
  }
  const bool list = context.run.slots[*step.as].list;
  result.index = context.bindings.add(*step.as, list, {});
  return result;
}

sim::Task<bool> run_body(sim::World& world, RunContext& context, const Step& step) {
  StepResult result = bear(context, step);
  if (const auto* call = std::get_if<CallStep>(&step.body)) {
    co_return co_await run_call(world, context, step, *call, result);
  }
  if (const auto* io = std::get_if<IoStep>(&step.body)) {
    co_return co_await run_io(world, context, step, *io, result);
  }
  if (const auto* list = std::get_if<ListStep>(&step.body)) {
    co_return co_await run_list(world, context, step, *list);
  }
  if (const auto* expect = std::get_if<ExpectStep>(&step.body)) {
    co_return co_await run_expect(world, context, step, *expect);
  }
  if (const auto* stop = std::get_if<StopStep>(&step.body)) {
    co_return co_await run_stop(world, context, step, *stop);
  }
  if (const auto* parallel = std::get_if<ParallelStep>(&step.body)) {
    co_return co_await run_parallel(world, context, *parallel);
  }
  if (const auto* repeat = std::get_if<RepeatStep>(&step.body)) {
    co_return co_await run_repeat(world, context, *repeat);
  }
  if (const auto* use = std::get_if<UseStep>(&step.body)) {
    const bool good = co_await run_steps(world, context, use->body.front());
    if (good && !use->mistake.empty()) context.exercised.insert(use->mistake);
    co_return good;
  }
  if (const auto* wait = std::get_if<WaitStep>(&step.body)) {
    co_await sim::sleep(world, wait->duration);
    co_return true;
  }
  if (const auto* save = std::get_if<SaveStep>(&step.body)) {
    co_return run_save(context, step, *save);
  }
  if (const auto* workload = std::get_if<WorkloadStep>(&step.body)) {
    co_return start_workload(context, step, *workload, result);
  }
  if (const auto* fault = std::get_if<FaultStep>(&step.body)) {
    co_return start_fault(context, step, *fault, result);
  }
  if (const auto* set = std::get_if<SetStep>(&step.body)) co_return run_set(context, step, *set);
  co_return run_power(context, step, std::get<PowerStep>(step.body));
}

sim::Task<bool> run_step(sim::World& world, RunContext& context, const Step& step) {
  const bool good = co_await run_body(world, context, step);
  if (good && step.as) measure_until(context, *step.as);
  co_return good;
}

/// Branches that have not ended yet.
struct Branches {
  std::size_t running = 0;
  bool good = true;
  sim::Signal ended;
};

sim::Task<void> run_branch(sim::World& world, RunContext& context, const Steps& steps,
                           std::shared_ptr<Branches> branches) {
  const bool good = co_await run_steps(world, context, steps);
  if (!good) branches->good = false;
  --branches->running;
  branches->ended.notify_all(world);
}

}  // namespace

void StepResult::set(Bound value) {
  if (step.as) context.bindings.set_value(*step.as, index, std::move(value));
}

sim::Task<bool> run_steps(sim::World& world, RunContext& context, const Steps& steps) {
  for (const Step& step : steps) {
    if (context.failed) co_return false;
    const bool good = co_await run_step(world, context, step);
    if (!good) co_return false;
  }
  co_return !context.failed;
}

sim::Task<bool> run_parallel(sim::World& world, RunContext& context, const ParallelStep& parallel) {
  const auto branches = std::make_shared<Branches>();
  branches->running = parallel.branches.size();
  for (const auto& branch : parallel.branches) {
    context.tasks.spawn(world, run_branch(world, context, branch.steps, branches));
  }
  while (branches->running > 0) co_await branches->ended.wait();
  co_return branches->good;
}

sim::Task<bool> run_repeat(sim::World& world, RunContext& context, const RepeatStep& repeat) {
  const sim::Instant started = world.now();
  for (std::uint64_t round = 0; round < repeat.rounds; ++round) {
    if (repeat.every) {
      const sim::Instant at = started + *repeat.every * static_cast<std::int64_t>(round);
      if (at > world.now()) co_await sim::sleep_until(world, at);
    }
    const std::size_t body = std::min<std::size_t>(round, repeat.bodies.size() - 1);
    const bool good = co_await run_steps(world, context, repeat.bodies[body]);
    if (!good) co_return false;
  }
  co_return true;
}

}  // namespace replsim::harness
