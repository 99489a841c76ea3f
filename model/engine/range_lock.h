// Lock of block ranges of one volume: overlapping operations take turns in the order of their
// asking, so that no older copy overtakes a newer write (data plane 5) and both ends apply
// overlapping writes in one order. A waiter that is destroyed leaves the queue, or gives back the
// range that it was granted: whoever waited behind it goes on.
#pragma once

#include <coroutine>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/world.h"

namespace replsim::engine {

class RangeLock {
  struct Range {
    std::uint64_t first, end;
    std::uint64_t id;
    bool overlaps(const Range& other) const { return first < other.end && other.first < end; }
  };

 public:
  class [[nodiscard]] Guard {
   public:
    Guard(RangeLock& lock, sim::World& world, std::uint64_t id)
        : lock_(&lock), world_(&world), id_(id) {}
    Guard(Guard&& other) noexcept
        : lock_(std::exchange(other.lock_, nullptr)), world_(other.world_), id_(other.id_) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard() { release(); }
    void release() {
      if (lock_ != nullptr) std::exchange(lock_, nullptr)->release(*world_, id_);
    }

   private:
    RangeLock* lock_;
    sim::World* world_;
    std::uint64_t id_;
  };

  class [[nodiscard]] Waiter {
   public:
    Waiter(RangeLock& lock, sim::World& world, Range range)
        : lock_(&lock), world_(&world), range_(range) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter();
    bool await_ready() { return lock_->try_take(range_); }
    void await_suspend(std::coroutine_handle<> handle);
    Guard await_resume() { return Guard(*lock_, *world_, range_.id); }

   private:
    friend class RangeLock;
    static void resume(void* context, std::uint64_t);
    RangeLock* lock_;
    sim::World* world_;
    Range range_;
    std::coroutine_handle<> handle_;
    sim::EventId wake_{};
    bool queued_ = false;
    bool granted_ = false;  // holds its range, its wake-up is posted
  };

  RangeLock() = default;
  RangeLock(const RangeLock&) = delete;
  RangeLock& operator=(const RangeLock&) = delete;

  /// Blocks first .. first + blocks - 1.
  Waiter lock(sim::World& world, std::uint64_t first, std::uint64_t blocks) {
    return Waiter(*this, world, Range{first, first + blocks, next_id_++});
  }
  bool idle() const { return active_.empty() && waiters_.empty(); }

 private:
  bool try_take(const Range& range);
  void release(sim::World& world, std::uint64_t id);
  void grant(sim::World& world);

  std::vector<Range> active_;
  std::vector<Waiter*> waiters_;  // in the order of asking
  std::uint64_t next_id_ = 1;
};

}  // namespace replsim::engine
