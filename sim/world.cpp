// The event loop.
#include "sim/world.h"

#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/task.h"

namespace replsim::sim {
namespace {

constexpr int permutation_bits = 24;
constexpr int sequence_bits = 64 - permutation_bits;

}  // namespace

World::World(WorldOptions options) : options_(options), trace_(options.trace_ring) {}
World::~World() = default;

std::uint64_t World::permutation(Instant when, Lane lane) const {
  const std::uint64_t instant = mix(options_.seed, static_cast<std::uint64_t>(ns(when)));
  return mix(instant, lane.value) >> sequence_bits << sequence_bits;
}

EventId World::post_at(Instant when, EventFunction function, void* context, std::uint64_t argument,
                       Lane lane) {
  REPLSIM_CHECK(when >= now_, ns(when), ns(now_));
  std::uint32_t slot = free_slot_;
  if (slot != UINT32_MAX) {
    free_slot_ = slots_[slot].next_free;
  } else {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({});
  }
  Slot& s = slots_[slot];
  s.function = function;
  s.context = context;
  s.argument = argument;
  ++live_;
  std::uint64_t order = sequence_++;
  if (options_.permute) order |= permutation(when, lane);
  queue_.push({static_cast<std::uint64_t>(ns(when)), order, slot, s.generation});
  return {slot, s.generation};
}

void World::release(std::uint32_t slot) {
  ++slots_[slot].generation;
  slots_[slot].next_free = free_slot_;
  free_slot_ = slot;
  --live_;
}

void World::cancel(EventId id) {
  if (id.slot >= slots_.size() || slots_[id.slot].generation != id.generation) return;
  release(id.slot);
  if (queue_.size() > 64 && queue_.size() > 2 * live_) {
    queue_.purge([this](const EventQueue::Record& record) {
      return slots_[record.slot].generation != record.generation;
    });
  }
}

void World::between_events(std::function<void()> action) {
  actions_.push_back(std::move(action));
}

std::uint64_t World::add_instant_hook(std::function<void()> hook) {
  hooks_.push_back({next_hook_, std::move(hook)});
  return next_hook_++;
}

void World::remove_instant_hook(std::uint64_t handle) {
  const auto hook = std::ranges::find(hooks_, handle, &Hook::handle);
  if (hook == hooks_.end()) return;
  if (in_hooks_) {
    hook->handle = 0;  // it may be running: freed after the round
  } else {
    hooks_.erase(hook);
  }
}

void World::set_next(std::coroutine_handle<> handle) {
  REPLSIM_CHECK(!next_);
  next_ = handle;
}

void World::set_ended(TaskGroup* group, std::uint32_t index) {
  REPLSIM_CHECK(ended_group_ == nullptr);
  ended_group_ = group;
  ended_index_ = index;
}

void World::settle() {
  if (settling_) return;  // a spawn inside an action: the outer call goes on
  settling_ = true;
  try {
    while (settle_one()) {
    }
  } catch (...) {
    settling_ = false;
    in_event_ = false;
    throw;
  }
  settling_ = false;
}

bool World::settle_one() {
  if (next_) {
    in_event_ = true;
    std::exchange(next_, {}).resume();
    in_event_ = false;
  } else if (ended_group_ != nullptr) {
    std::exchange(ended_group_, nullptr)->reap(ended_index_);
  } else if (failure_) {
    std::rethrow_exception(std::exchange(failure_, {}));
  } else if (!actions_.empty()) {
    const auto action = std::move(actions_.front());
    actions_.pop_front();
    action();
  } else {
    return false;
  }
  return true;
}

const EventQueue::Record* World::live_top() {
  while (const EventQueue::Record* top = queue_.top()) {
    if (slots_[top->slot].generation == top->generation) return top;
    queue_.pop();
  }
  return nullptr;
}

void World::run_top(std::uint32_t index) {
  queue_.pop();
  // Thousands of processes do not fit the cache: fetch early what the next events will touch.
  if (const auto* after = queue_.ahead(5)) __builtin_prefetch(&slots_[after->slot]);
  if (const auto* next = queue_.ahead(2)) __builtin_prefetch(slots_[next->slot].context);
  const Slot slot = slots_[index];
  release(index);
  ++events_run_;
  in_event_ = true;
  slot.function(slot.context, slot.argument);
  in_event_ = false;
  if (next_ || ended_group_ != nullptr || failure_ || !actions_.empty()) settle();
}

void World::run_hooks() {
  in_hooks_ = true;
  for (std::size_t i = 0; i < hooks_.size(); ++i) {
    if (hooks_[i].handle != 0) hooks_[i].run();
    settle();
  }
  in_hooks_ = false;
  std::erase_if(hooks_, [](const Hook& hook) { return hook.handle == 0; });
}

std::uint64_t World::run_until(Instant until, std::uint64_t most) {
  const std::uint64_t before = events_run_;
  stopped_ = false;
  in_event_ = false;
  in_hooks_ = false;
  settle();
  while (!stopped_ && events_run_ - before < most) {
    const EventQueue::Record* top = live_top();
    if (top == nullptr || Instant{Duration{static_cast<std::int64_t>(top->time)}} > now_) {
      if (!hooks_.empty() && !instant_closed_) {
        instant_closed_ = true;
        run_hooks();  // may post at this instant: look again
        continue;
      }
      if (top == nullptr || static_cast<std::int64_t>(top->time) > ns(until)) {
        stand_at(until);
        break;
      }
      now_ = Instant{Duration{static_cast<std::int64_t>(top->time)}};
    }
    instant_closed_ = false;
    run_top(top->slot);
  }
  return events_run_ - before;
}

void World::stand_at(Instant until) {
  if (now_ >= until || live_ == 0) return;
  now_ = until;
  instant_closed_ = false;
}

}  // namespace replsim::sim
