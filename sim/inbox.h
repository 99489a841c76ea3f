// A mailbox: values come out in the order in which they went in, to one Task that waits for them.
// A value that finds the Task waiting goes straight into its frame.
#pragma once

#include <coroutine>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/check.h"
#include "sim/world.h"

namespace replsim::sim {

/// First in, first out; grows as needed and never shrinks.
template <class T>
class Ring {
 public:
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  void push(T value) {
    if (count_ == slots_.size()) grow();
    slots_[(first_ + count_++) & (slots_.size() - 1)] = std::move(value);
  }
  T pop() {
    T value = std::move(slots_[first_]);
    first_ = (first_ + 1) & (slots_.size() - 1);
    --count_;
    return value;
  }

 private:
  void grow() {
    std::vector<T> larger(slots_.empty() ? 4 : slots_.size() * 2);
    for (std::size_t i = 0; i < count_; ++i) {
      larger[i] = std::move(slots_[(first_ + i) & (slots_.size() - 1)]);
    }
    slots_ = std::move(larger);
    first_ = 0;
  }
  std::vector<T> slots_;  // a power of two
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

/// Values for one Task at a time: `T value = co_await inbox.receive(world);`
template <class T>
class Inbox {
 public:
  class [[nodiscard]] Receive {
   public:
    Receive(World& world, Inbox& inbox) : world_(world), inbox_(inbox) {}
    Receive(const Receive&) = delete;
    Receive& operator=(const Receive&) = delete;
    ~Receive() {
      if (inbox_.waiter_ != this) return;
      inbox_.waiter_ = nullptr;
      world_.cancel(wake_);
    }
    bool await_ready() {
      if (inbox_.values_.empty()) return false;
      value_ = inbox_.values_.pop();
      return true;
    }
    void await_suspend(std::coroutine_handle<> handle) {
      REPLSIM_CHECK(inbox_.waiter_ == nullptr);
      inbox_.waiter_ = this;
      inbox_.handle_ = handle;
    }
    T await_resume() { return std::move(value_); }

   private:
    friend class Inbox;
    static void wake(void* context, std::uint64_t) {
      auto& receive = *static_cast<Receive*>(context);
      receive.inbox_.waiter_ = nullptr;
      receive.value_ = receive.inbox_.values_.pop();
      receive.inbox_.handle_.resume();
    }
    World& world_;
    Inbox& inbox_;
    EventId wake_{};
    T value_{};
  };

  explicit Inbox(Lane lane = {}) : lane_(lane) {}
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// Only from an event's function, as its last act: the waiting Task runs on its stack.
  void deliver(T value) {
    if (waiter_ == nullptr || !values_.empty()) return values_.push(std::move(value));
    Receive& receive = *std::exchange(waiter_, nullptr);
    receive.value_ = std::move(value);
    handle_.resume();
  }
  /// From anywhere: the waiting Task is woken by an event of this instant.
  void put(World& world, T value) {
    const bool wakes = waiter_ != nullptr && values_.empty();
    values_.push(std::move(value));
    if (wakes) waiter_->wake_ = world.post(Duration{0}, &Receive::wake, waiter_, 0, lane_);
  }
  Receive receive(World& world) { return Receive(world, *this); }

  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }

 private:
  Receive* waiter_ = nullptr;
  std::coroutine_handle<> handle_;  // of the waiter; here to spare a cache miss
  Lane lane_;
  Ring<T> values_;
};

}  // namespace replsim::sim
