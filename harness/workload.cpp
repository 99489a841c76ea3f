// Issuing and counting I/Os.
#include "harness/workload.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/check.h"
#include "sim/wide.h"

namespace replsim::harness {

namespace {

// A host that is refused at once does not ask again at once: a closed loop must pass time.
constexpr sim::Duration back_off = sim::milliseconds(1);
constexpr std::int64_t hot_share_ppb = 900'000'000;

}  // namespace

sim::Duration due(const Rate& rate, std::uint64_t io_bytes, std::uint64_t number) {
  // number seconds-worth in billionths, over the rate in billionths per second.
  const sim::Wide per_second =
      static_cast<sim::Wide>(rate.per_second) * 1'000'000'000u + rate.billionths;
  if (per_second == 0) return sim::Duration{std::numeric_limits<std::int64_t>::max() / 2};
  const std::uint64_t unit = rate.of == Rate::Of::Bytes ? io_bytes : 1;
  const sim::Wide amount = static_cast<sim::Wide>(number) * unit;
  // amount * 1e18 may pass 2^128 for huge counts only; split into whole seconds and the rest.
  const sim::Wide scaled = amount * 1'000'000'000u;
  const sim::Wide whole = scaled / per_second;
  const sim::Wide rest = (scaled % per_second) * 1'000'000'000u / per_second;
  return sim::Duration{static_cast<std::int64_t>(whole * 1'000'000'000u + rest)};
}

Workload::Workload(sim::World& world, provider::Testbed& testbed, WorkloadStep step,
                   std::string name, std::vector<WorkloadTarget> targets)
    : testbed_(testbed),
      step_(std::move(step)),
      name_(std::move(name)),
      targets_(std::move(targets)),
      chance_(world.stream(name_, "workload")),
      next_(targets_.size(), 0) {
  REPLSIM_CHECK(!targets_.empty());
  started_ = world.now();
  mark(started_);
  until_ = step_.length ? started_ + *step_.length : never;
}

sim::Task<void> Workload::run(sim::World& world) {
  if (step_.rate && step_.kind == WorkloadKind::Dependent) {
    co_await chain_at_rate(world);
  } else if (step_.rate) {
    co_await open_loop(world);
  } else {
    co_await closed_loop(world);
  }
  while (outstanding_ > 0) co_await changed_.wait();
  ended_ = true;
  ended_at_ = world.now();
  changed_.notify_all(world);
}

void Workload::stop(sim::World& world) {
  stopping_ = true;
  changed_.notify_all(world);
}

bool Workload::over(const sim::World& world) const {
  return stopping_ || world.now() >= until_;
}

sim::Task<void> Workload::open_loop(sim::World& world) {
  for (std::uint64_t number = 0; !over(world); ++number) {
    const sim::Instant at = started_ + due(*step_.rate, step_.size, number);
    if (at >= until_) {
      co_await sim::sleep_until(world, until_);
      co_return;
    }
    co_await sim::sleep_until(world, at);
    if (stopping_) co_return;
    if (outstanding_ >= outstanding_most) {
      ++counters_.skipped;
      continue;
    }
    ++outstanding_;
    Choice choice = choose();
    group_.spawn(world, one(world, choice));
  }
}

sim::Task<void> Workload::closed_loop(sim::World& world) {
  const std::uint32_t depth = step_.depth.value_or(1);
  for (std::uint32_t i = 0; i < depth; ++i) {
    ++outstanding_;
    if (step_.kind == WorkloadKind::Dependent) {
      group_.spawn(world, chain(world));
    } else {
      group_.spawn(world, one_of_depth(world));
    }
  }
  co_return;
}

sim::Task<void> Workload::chain(sim::World& world) {
  for (std::uint64_t number = 0; !over(world); ++number) {
    co_await link_of_chain(world, number);
  }
  if (--outstanding_ == 0) changed_.notify_all(world);
}

// What is due while the link before waits for its acknowledgement cannot be issued.
sim::Task<void> Workload::chain_at_rate(sim::World& world) {
  for (std::uint64_t number = 0; !over(world); ++number) {
    const sim::Instant at = started_ + due(*step_.rate, step_.size, number);
    if (at >= until_) {
      co_await sim::sleep_until(world, until_);
      co_return;
    }
    if (at < world.now()) {
      ++counters_.skipped;
      continue;
    }
    co_await sim::sleep_until(world, at);
    if (stopping_) co_return;
    ++outstanding_;
    co_await link_of_chain(world, number - counters_.skipped);
    --outstanding_;
  }
}

sim::Task<void> Workload::link_of_chain(sim::World& world, std::uint64_t number) {
  const Choice choice = choose_of(static_cast<std::size_t>(number % targets_.size()));
  while (true) {
    const sim::Instant begun = world.now();
    const provider::HostVolumeId access = targets_[choice.target].access;
    const provider::IoOutcome outcome = co_await testbed_.io(world, access, choice.request);
    answered(world, choice, begun, outcome.answer);
    if (outcome.answer == trace::IoAnswer::Ok || over(world)) co_return;
    if (world.now() - begun < back_off) co_await sim::sleep_until(world, begun + back_off);
    if (over(world)) co_return;
  }
}

sim::Task<void> Workload::one_of_depth(sim::World& world) {
  while (!over(world)) {
    Choice choice = choose();
    const sim::Instant begun = world.now();
    const provider::HostVolumeId access = targets_[choice.target].access;
    const provider::IoOutcome outcome = co_await testbed_.io(world, access, choice.request);
    answered(world, choice, begun, outcome.answer);
    if (outcome.answer != trace::IoAnswer::Ok && world.now() - begun < back_off) {
      co_await sim::sleep_until(world, begun + back_off);
    }
  }
  if (--outstanding_ == 0) changed_.notify_all(world);
}

sim::Task<void> Workload::one(sim::World& world, Choice choice) {
  const sim::Instant begun = world.now();
  const provider::HostVolumeId access = targets_[choice.target].access;
  const provider::IoOutcome outcome = co_await testbed_.io(world, access, choice.request);
  answered(world, choice, begun, outcome.answer);
  if (--outstanding_ == 0 && (stopping_ || world.now() >= until_)) changed_.notify_all(world);
}

void Workload::answered(sim::World& world, const Choice& choice, sim::Instant begun,
                        trace::IoAnswer answer) {
  if (answer != trace::IoAnswer::Ok) {
    ++counters_.errors;
    return;
  }
  ++counters_.acknowledged;
  counters_.latency.add(static_cast<std::uint64_t>(sim::ns(world.now() - begun)));
  const auto second = static_cast<std::size_t>(sim::ns(world.now() - started_) / 1'000'000'000);
  if (per_second_.size() <= second) per_second_.resize(second + 1, 0);
  ++per_second_[second];
  if (choice.request.kind != provider::IoKind::Write) return;
  while (marks_filled_ < marks_.size()) marks_[marks_filled_++].first_ack = world.now();
}

void Workload::mark(sim::Instant now) {
  if (marks_.empty() || marks_.back().since < now) marks_.push_back({now, never});
}

sim::Instant Workload::first_ack(sim::Instant since) const {
  for (const Mark& mark : marks_) {
    if (mark.since >= since) return mark.first_ack;
  }
  return never;
}

bool Workload::uses(std::string_view volume) const {
  return std::ranges::any_of(targets_, [&](const auto& target) { return target.path == volume; });
}

Workload::Choice Workload::choose() {
  if (targets_.size() == 1) return choose_of(0);
  return choose_of(step_.kind == WorkloadKind::Sequential
                       ? next_target_++ % targets_.size()
                       : static_cast<std::size_t>(chance_.below(targets_.size())));
}

Workload::Choice Workload::choose_of(std::size_t chosen) {
  Choice choice;
  choice.target = chosen;
  const WorkloadTarget& target = targets_[choice.target];
  std::uint64_t slot = 0;
  if (step_.kind == WorkloadKind::Sequential || step_.kind == WorkloadKind::Dependent) {
    slot = next_[choice.target]++ % target.slots;
  } else {
    slot = choose_slot(target);
  }
  const bool read =
      step_.read_ppb > 0 && chance_.chance(static_cast<std::uint32_t>(step_.read_ppb));
  choice.request.kind = read ? provider::IoKind::Read : provider::IoKind::Write;
  choice.request.lba = (target.first_slot + slot) * target.blocks_per_io;
  choice.request.blocks = target.blocks_per_io;
  return choice;
}

std::uint64_t Workload::choose_slot(const WorkloadTarget& target) {
  if (step_.kind != WorkloadKind::Hotspot) return chance_.below(target.slots);
  std::uint64_t hot =
      sim::scale(target.slots, static_cast<std::uint64_t>(step_.hot_ppb), 1'000'000'000u);
  if (hot == 0) hot = 1;
  const bool in_hot = hot >= target.slots || chance_.chance(hot_share_ppb);
  if (in_hot) return chance_.below(hot);
  return hot + chance_.below(target.slots - hot);
}

}  // namespace replsim::harness
