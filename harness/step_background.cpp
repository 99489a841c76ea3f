// Starting and stopping workloads; stopping faults; settable values; power of hosts.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "harness/expect_match.h"
#include "harness/step_run.h"

namespace replsim::harness {

namespace {

using Failure = std::unexpected<std::string>;

std::expected<WorkloadTarget, std::string> open_target(RunContext& context,
                                                       const WorkloadStep& workload,
                                                       const Subject& subject) {
  auto path = resolve_path(context, subject);
  if (!path) return Failure(path.error());
  const auto volume = context.testbed.volume(*path);
  if (!volume) return Failure("there is no volume " + *path);
  std::string host = workload.host;
  if (host.empty()) {
    const auto hosts = context.testbed.hosts_of(*path);
    if (hosts.size() != 1) {
      return Failure(fmt::format("{} hosts see {}: the step must name one", hosts.size(), *path));
    }
    host = hosts.front();
  }
  const auto access = context.testbed.open(host, *path);
  if (!access) return Failure(access.error());
  const std::uint64_t end = workload.range_end.value_or(volume->bytes);
  WorkloadTarget target{*access, std::move(*path)};
  if (workload.size == 0 || workload.size % volume->block != 0) {
    return Failure(fmt::format("size must be a multiple of the block, {} B", volume->block));
  }
  if (end > volume->bytes) return Failure("range reaches beyond the end of " + target.path);
  target.blocks_per_io = workload.size / volume->block;
  target.first_slot = (workload.range_begin + workload.size - 1) / workload.size;
  const std::uint64_t end_slot = end / workload.size;
  if (end_slot <= target.first_slot) return Failure("range is smaller than one I/O");
  target.slots = end_slot - target.first_slot;
  return target;
}

sim::Task<void> run_workload(sim::World& world, RunContext& context,
                             std::shared_ptr<Workload> workload) {
  co_await workload->run(world);
  add_moment(context, "workload",
             fmt::format("{} ends: {} answered, {} failed", workload->name(),
                         workload->counters().acknowledged, workload->counters().errors));
  context.history.touch();
}

bool fail_reference(RunContext& context, const Step& step, const std::string& why) {
  fail_step(context, step, {.rule = "reference", .message = why, .seen = why});
  return false;
}

}  // namespace

bool start_workload(RunContext& context, const Step& step, const WorkloadStep& workload,
                    StepResult result) {
  std::vector<WorkloadTarget> targets;
  for (const Subject& subject : workload.volumes) {
    auto target = open_target(context, workload, subject);
    if (!target) return fail_reference(context, step, target.error());
    targets.push_back(std::move(*target));
  }
  auto started = std::make_shared<Workload>(context.world, context.testbed, workload,
                                            step_name(context, step), std::move(targets));
  context.workloads.push_back(started);
  result.set(started);
  add_moment(context, "workload",
             fmt::format("{} {} starts", started->name(), word(workload.kind)));
  context.tasks.spawn(context.world, run_workload(context.world, context, started));
  return true;
}

sim::Task<bool> run_stop(sim::World& world, RunContext& context, const Step& step,
                         const StopStep& stop) {
  const auto nodes = resolve(context, stop.what);
  if (!nodes) co_return fail_reference(context, step, nodes.error());
  for (const ReadNode& node : *nodes) {
    const auto* bound = std::get_if<Bound>(&node);
    if (bound == nullptr) co_return fail_reference(context, step, stop.what.text + " cannot stop");
    if (const auto* fault = std::get_if<std::shared_ptr<FaultHandle>>(bound)) {
      end_fault(context, **fault);
      continue;
    }
    const auto* running = std::get_if<std::shared_ptr<Workload>>(bound);
    if (running == nullptr) {
      co_return fail_reference(context, step, stop.what.text + " cannot be stopped");
    }
    const std::shared_ptr<Workload> workload = *running;
    workload->stop(world);
    while (!workload->ended()) co_await workload->changed().wait();
  }
  co_return true;
}

bool run_set(RunContext& context, const Step& step, const SetStep& set) {
  for (const auto& [subject, operand] : set.values) {
    const auto value = evaluate(context, operand);
    if (!value) return fail_reference(context, step, value.error());
    const auto* quantity = std::get_if<Quantity>(&value->value);
    Subject base = subject;
    if (quantity == nullptr || base.parts.empty()) {
      return fail_reference(context, step, subject.text + " cannot be set to " + text(*value));
    }
    const std::string name = base.parts.back().name;
    base.parts.pop_back();
    const auto path = resolve_path(context, base);
    if (!path) return fail_reference(context, step, path.error());
    const auto amount = static_cast<std::uint64_t>(quantity->billionths / billion);
    const auto done = context.testbed.set(*path, name, amount);
    if (!done) {
      fail_step(context, step,
                {.rule = "set",
                 .message = fmt::format("{} cannot be set: {}", subject.text, done.error()),
                 .expected = text(*value),
                 .seen = done.error()});
      return false;
    }
    add_moment(context, "set", fmt::format("{} = {}", subject.text, text(*value)));
  }
  context.history.touch();
  return true;
}

bool run_power(RunContext& context, const Step& step, const PowerStep& power) {
  const auto path = resolve_path(context, power.target);
  if (!path) return fail_reference(context, step, path.error());
  const auto done = context.testbed.power(*path, word(power.state));
  if (!done) {
    fail_step(
        context, step,
        {.rule = "power",
         .message = fmt::format("{} cannot be {}: {}", *path, word(power.state), done.error()),
         .expected = std::string(word(power.state)),
         .seen = done.error()});
    return false;
  }
  add_moment(context, "power", fmt::format("{} {}", *path, word(power.state)));
  context.history.touch();
  return true;
}

}  // namespace replsim::harness
