// A fault step: waits for its trigger in the background, begins the fault, ends it, again if asked.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "harness/expect_match.h"
#include "harness/step_run.h"

namespace replsim::harness {

namespace {

provider::FaultSpec spec_of(const FaultStep& fault, const FaultHandle& handle) {
  provider::FaultSpec spec;
  spec.effect = handle.effect;
  spec.target = handle.target;
  spec.name = handle.name;
  spec.forward = fault.direction != LinkDirection::Backward;
  spec.backward = fault.direction != LinkDirection::Forward;
  spec.rate_ppb = static_cast<std::uint32_t>(fault.rate_ppb);
  spec.add = fault.add;
  spec.gap = fault.gap;
  spec.length = fault.burst;
  spec.limit = fault.limit;
  spec.word = fault.word;
  spec.shift = fault.shift;
  spec.size = fault.size;
  spec.factor = fault.factor;
  spec.versions = fault.versions;
  spec.by = fault.by;
  spec.gain_ppb = fault.gain_ppb;
  spec.interval = fault.interval;
  spec.first = fault.range_begin;
  if (fault.range_end) spec.bytes = *fault.range_end - fault.range_begin;
  spec.chance_ppb = static_cast<std::uint32_t>(fault.chance_ppb);
  return spec;
}

void begin(RunContext& context, FaultHandle& handle) {
  if (handle.stopped) return;
  const auto& fault = std::get<FaultStep>(handle.step->body);
  const auto id = context.testbed.begin_fault(spec_of(fault, handle));
  if (!id) {
    handle.error = id.error();
    handle.stopped = true;
    fail_step(
        context, *handle.step,
        {.rule = "fault",
         .message = fmt::format("{} {} cannot begin: {}", handle.effect, handle.target, id.error()),
         .seen = id.error()});
  } else {
    handle.activations.push_back({*id, context.world.now(), std::nullopt});
    add_moment(context, "fault", fmt::format("{} {} begins", handle.effect, handle.target));
  }
  context.history.touch();
  handle.changed.notify_all(context.world);
}

void end_activation(RunContext& context, FaultHandle& handle) {
  if (!handle.active()) return;
  FaultActivation& activation = handle.activations.back();
  activation.ended = context.world.now();
  context.testbed.end_fault(activation.id);
  add_moment(context, "fault", fmt::format("{} {} ends", handle.effect, handle.target));
  context.history.touch();
}

/// Number of a host in stamps: from 1 in the order of the topology; 0 for anything else.
std::uint16_t host_number(const RunContext& context, const EventTrigger& trigger) {
  if (trigger.event != EventKind::HostWrite && trigger.event != EventKind::HostAck) return 0;
  const auto* entity = std::get_if<Subject::Entity>(&trigger.on->base);
  if (entity == nullptr || entity->kind != EntityKind::Host) return 0;
  const auto& hosts = context.testbed.topology().hosts;
  const auto found = std::ranges::find(hosts, entity->path, &provider::HostSpec::name);
  return static_cast<std::uint16_t>(found - hosts.begin() + 1);
}

/// Waits for an event of the trace; the fault begins between that event and the next.
sim::Task<void> begin_at_event(sim::World& world, RunContext& context,
                               std::shared_ptr<FaultHandle> handle, const EventTrigger& trigger) {
  EventFilter filter{.kind = trigger.event,
                     .nth = trigger.nth,
                     .before = trigger.phase == EventPhase::Before,
                     .chance_ppb = static_cast<std::uint32_t>(trigger.chance_ppb),
                     .chance = world.stream(handle->name, "trigger")};
  if (trigger.on) {
    const auto reading = resolve(context, *trigger.on);
    const auto path = resolve_path(context, *trigger.on);
    if (!reading || !path) {
      fail_step(context, *handle->step,
                {.rule = "reference",
                 .message = reading ? path.error() : reading.error(),
                 .seen = trigger.on->text});
      co_return;
    }
    filter.entity = *path;
    filter.host = host_number(context, trigger);
    const auto reference = resolve_reference(context, *trigger.on);
    if (reference && reference->pair) filter.pair = reference->pair;
  }
  const std::size_t before = handle->activations.size();
  const TriggerBoard::Handle armed =
      context.triggers.arm(std::move(filter), [&context, handle] { begin(context, *handle); });
  while (handle->activations.size() == before && !handle->stopped) {
    co_await handle->changed.wait();
  }
  context.triggers.disarm(armed);
}

/// Waits until the expectation is true for the first time, or the fault was stopped.
sim::Task<void> wait_for_truth(sim::World& world, RunContext& context, FaultHandle& handle,
                               const Expectation& when) {
  Watch watch;
  watch.io = judges_io(when.conditions);
  watch.decided = [&context, &handle, &when] {
    return handle.stopped || judge(context, when.conditions, ReadOptions{}).holds;
  };
  co_await wait_for(world, context.watches, watch);
}

/// Sleeps, but not longer than until the fault is stopped.
sim::Task<void> sleep_unless_stopped(sim::World& world, RunContext& context, FaultHandle& handle,
                                     sim::Instant until) {
  Watch watch;
  watch.deadline = until;
  watch.decided = [&handle] { return handle.stopped; };
  co_await wait_for(world, context.watches, watch);
}

sim::Task<void> await_trigger(sim::World& world, RunContext& context,
                              std::shared_ptr<FaultHandle> handle, const FaultStep& fault) {
  if (const auto* event = std::get_if<EventTrigger>(&fault.when)) {
    co_await begin_at_event(world, context, handle, *event);
    co_return;
  }
  if (const auto* after = std::get_if<AfterStep>(&fault.when)) {
    if (after->delay > sim::Duration{0}) {
      co_await sleep_unless_stopped(world, context, *handle, world.now() + after->delay);
    }
  } else if (const auto* at = std::get_if<AtTime>(&fault.when)) {
    const sim::Instant instant{at->at};
    if (instant > world.now()) {
      co_await sleep_unless_stopped(world, context, *handle, instant);
    }
  } else {
    co_await wait_for_truth(world, context, *handle, std::get<Expectation>(fault.when));
  }
  begin(context, *handle);
}

sim::Task<void> run_fault(sim::World& world, RunContext& context,
                          std::shared_ptr<FaultHandle> handle, const FaultStep& fault) {
  const std::uint64_t times = std::max<std::uint64_t>(1, fault.times);
  sim::Instant first{};
  for (std::uint64_t round = 0; round < times && !handle->stopped; ++round) {
    if (round == 0) {
      co_await await_trigger(world, context, handle, fault);
      first = world.now();
    } else {
      const sim::Instant at =
          first + fault.every.value_or(sim::Duration{0}) * static_cast<std::int64_t>(round);
      co_await sleep_unless_stopped(world, context, *handle, at);
      begin(context, *handle);
    }
    if (!fault.length || !handle->active()) continue;
    const sim::Instant until = world.now() + *fault.length;
    co_await sleep_unless_stopped(world, context, *handle, until);
    end_activation(context, *handle);
  }
  handle->finished = true;
}

}  // namespace

bool start_fault(RunContext& context, const Step& step, const FaultStep& fault, StepResult result) {
  auto target = resolve_path(context, fault.target);
  if (!target) {
    fail_step(context, step,
              {.rule = "reference", .message = target.error(), .seen = fault.target.text});
    return false;
  }
  const auto handle = std::make_shared<FaultHandle>();
  handle->step = &step;
  handle->name = step_name(context, step);
  handle->effect = word(fault.kind);
  handle->target = std::move(*target);
  context.faults.push_back(handle);
  result.set(handle);
  context.tasks.spawn(context.world, run_fault(context.world, context, handle, fault));
  return !context.failed;
}

void end_fault(RunContext& context, FaultHandle& fault) {
  if (fault.stopped) return;
  fault.stopped = true;
  end_activation(context, fault);
  context.history.touch();
  fault.changed.notify_all(context.world);
}

}  // namespace replsim::harness
