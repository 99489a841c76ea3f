// Grants in the order of asking.
#include "model/engine/range_lock.h"

#include <algorithm>

namespace replsim::engine {

bool RangeLock::try_take(const Range& range) {
  const auto blocks = [&](const Range& other) { return other.overlaps(range); };
  if (std::ranges::any_of(active_, blocks)) return false;
  if (std::ranges::any_of(waiters_, [&](const Waiter* w) { return w->range_.overlaps(range); })) {
    return false;
  }
  active_.push_back(range);
  return true;
}

RangeLock::Waiter::~Waiter() {
  if (queued_) {
    std::erase(lock_->waiters_, this);
    lock_->grant(*world_);
  } else if (granted_) {
    world_->cancel(wake_);
    lock_->release(*world_, range_.id);
  }
}

void RangeLock::Waiter::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  queued_ = true;
  lock_->waiters_.push_back(this);
}

void RangeLock::Waiter::resume(void* context, std::uint64_t) {
  auto* waiter = static_cast<Waiter*>(context);
  waiter->granted_ = false;
  waiter->handle_.resume();
}

void RangeLock::release(sim::World& world, std::uint64_t id) {
  const auto at = std::ranges::find(active_, id, &Range::id);
  if (at != active_.end()) {
    *at = active_.back();
    active_.pop_back();
  }
  grant(world);
}

void RangeLock::grant(sim::World& world) {
  if (world.tearing_down()) return;
  // Grant in order; a waiter that still has to wait holds back later ones that overlap it.
  for (std::size_t i = 0; i < waiters_.size();) {
    Waiter* const waiter = waiters_[i];
    const auto in_the_way = [&](const Range& other) { return other.overlaps(waiter->range_); };
    bool free = std::ranges::none_of(active_, in_the_way);
    for (std::size_t j = 0; free && j < i; ++j) free = !in_the_way(waiters_[j]->range_);
    if (!free) {
      ++i;
      continue;
    }
    active_.push_back(waiter->range_);
    waiters_.erase(waiters_.begin() + static_cast<std::ptrdiff_t>(i));
    waiter->queued_ = false;
    waiter->granted_ = true;
    waiter->wake_ = world.post(sim::Duration{0}, &Waiter::resume, waiter);
  }
}

}  // namespace replsim::engine
