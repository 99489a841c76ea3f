// Buckets, run and surplus.
#include "sim/event_queue.h"

#include <algorithm>
#include <bit>

#include "sim/check.h"

namespace replsim::sim {
namespace {

constexpr auto later = [](const EventQueue::Record& a, const EventQueue::Record& b) {
  return b < a;
};

}  // namespace

void EventQueue::push_near(const Record& record) {
  if (run_.size() >= run_most) {
    heap_.push_back(record);
    std::ranges::push_heap(heap_, later);
    return;
  }
  auto at = run_.end();
  while (at != run_.begin() && *(at - 1) < record) --at;
  run_.insert(at, record);
}

void EventQueue::push_far(const Record& record) {
  const std::uint64_t difference = record.time ^ base_;
  const auto highest = static_cast<std::uint32_t>(std::bit_width(difference | 1)) - 1;
  const std::uint32_t level = highest / 6;
  const auto digit = static_cast<std::size_t>((record.time >> (6 * level)) & 63);
  buckets_[level][digit].push_back(record);
  used_[level] |= std::uint64_t{1} << digit;
}

void EventQueue::refill() {
  while (true) {
    std::size_t level = 0;
    while (level < levels && used_[level] == 0) ++level;
    REPLSIM_CHECK(level < levels, check_value(size_));
    const auto digit = static_cast<std::size_t>(std::countr_zero(used_[level]));
    std::vector<Record>& bucket = buckets_[level][digit];
    used_[level] &= used_[level] - 1;
    const std::size_t shift = 6 * level;
    const std::uint64_t above = shift + 6 >= 64 ? 0 : base_ >> (shift + 6) << (shift + 6);
    base_ = above | std::uint64_t{digit} << shift;
    if (level == 0 || bucket.size() <= spread_above) {
      limit_ = base_ + (std::uint64_t{1} << shift);
      run_.swap(bucket);
      std::ranges::sort(run_, later);
      return;
    }
    limit_ = base_;
    // Every record lands on a lower level: it agrees with the base down to this one.
    for (const Record& record : bucket) push_far(record);
    bucket.clear();
  }
}

const EventQueue::Record* EventQueue::top_with_heap() const {
  return run_.empty() || heap_.front() < run_.back() ? &heap_.front() : &run_.back();
}

void EventQueue::pop_with_heap() {
  if (top_with_heap() != &heap_.front()) {
    run_.pop_back();
  } else {
    std::ranges::pop_heap(heap_, later);
    heap_.pop_back();
  }
}

}  // namespace replsim::sim
