// The event queue: two tiers. Near events (time < limit) wait in a small sorted run; far ones lie
// unsorted in 64-way radix buckets found by the xor with a base, a bitmap a level. A small bucket
// is sorted into the run, a big one is spread a level down. What would make the run long (a burst
// in one instant) goes to a heap. No tuning, no allocation in steady state.
// Order: (time, order); `order` is permutation bits above the sequence number.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/wide.h"

namespace replsim::sim {

class EventQueue {
 public:
  struct Record {
    std::uint64_t time;
    std::uint64_t order;
    std::uint32_t slot;
    std::uint32_t generation;
    bool operator<(const Record& other) const {  // one comparison, without a branch
      return (static_cast<Wide>(time) << 64 | order) <
             (static_cast<Wide>(other.time) << 64 | other.order);
    }
  };

  /// `record.time` must not be before the last popped record's.
  void push(const Record& record) {
    ++size_;
    if (record.time < limit_) {
      push_near(record);
    } else {
      push_far(record);
    }
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// The first record, or nullptr when there is none. Valid until the next push or pop.
  const Record* top() {
    if (!heap_.empty()) [[unlikely]]
      return top_with_heap();
    if (run_.empty()) {
      if (size_ == 0) return nullptr;
      refill();
    }
    return &run_.back();
  }
  /// Remove what top() has just given.
  void pop() {
    --size_;
    if (heap_.empty()) [[likely]] {
      run_.pop_back();
    } else {
      pop_with_heap();
    }
  }
  /// The record that is likely to be the n-th after the first, or nullptr: for prefetching.
  const Record* ahead(std::size_t n) const {
    return n < run_.size() ? run_.data() + (run_.size() - 1 - n) : nullptr;
  }

  /// Remove every record that `dead(record)` is true for.
  template <class Dead>
  void purge(Dead dead);

 private:
  static constexpr std::size_t levels = 11;
  static constexpr std::size_t spread_above = 48;  // a bucket up to this size is sorted at once
  static constexpr std::size_t run_most = 4 * spread_above;

  const Record* top_with_heap() const;
  void pop_with_heap();
  void push_near(const Record& record);
  void push_far(const Record& record);
  void refill();

  std::vector<Record> run_;   // sorted, earliest last
  std::vector<Record> heap_;  // surplus of the run, a binary min-heap
  std::array<std::array<std::vector<Record>, 64>, levels> buckets_;
  std::array<std::uint64_t, levels> used_{};  // bitmap of non-empty buckets a level
  std::uint64_t base_ = 0;
  std::uint64_t limit_ = 0;
  std::size_t size_ = 0;
};

template <class Dead>
void EventQueue::purge(Dead dead) {
  std::vector<Record> live;
  live.reserve(size_);
  const auto take = [&](std::vector<Record>& from) {
    for (const Record& record : from) {
      if (!dead(record)) live.push_back(record);
    }
    from.clear();
  };
  take(run_);
  take(heap_);
  for (std::size_t level = 0; level < levels; ++level) {
    for (std::uint64_t used = used_[level]; used != 0; used &= used - 1) {
      take(buckets_[level][static_cast<std::size_t>(std::countr_zero(used))]);
    }
  }
  used_.fill(0);
  size_ = 0;
  limit_ = base_;
  for (const Record& record : live) push(record);
}

}  // namespace replsim::sim
