// What Tasks of one node wait for among themselves: a signal (wakes all who wait) and a mutex
// (first come, first served). Waking is a zero-delay event, so that the waker's code up to its next
// co_await stays atomic. A waiter that is destroyed leaves its queue; one that was woken already
// passes the mutex on.
#pragma once

#include <coroutine>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/world.h"

namespace replsim::sim {

/// `co_await signal.wait()`: until the next notify_all. Check the condition again afterwards.
class Signal {
 public:
  class [[nodiscard]] Waiter {
   public:
    explicit Waiter(Signal& signal) : signal_(&signal) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      if (world_ != nullptr) {
        world_->cancel(wake_);
      } else if (waiting_) {
        std::erase(signal_->waiters_, this);
      }
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      waiting_ = true;
      signal_->waiters_.push_back(this);
    }
    void await_resume() noexcept {}

   private:
    friend class Signal;
    static void resume(void* context, std::uint64_t) {
      auto* waiter = static_cast<Waiter*>(context);
      waiter->world_ = nullptr;
      waiter->handle_.resume();
    }
    Signal* signal_;
    std::coroutine_handle<> handle_;
    World* world_ = nullptr;  // set while the wake-up is posted
    EventId wake_{};
    bool waiting_ = false;
  };

  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  Waiter wait() { return Waiter(*this); }
  void notify_all(World& world) {
    for (Waiter* waiter : waiters_) {
      waiter->waiting_ = false;
      waiter->world_ = &world;
      waiter->wake_ = world.post(Duration{0}, &Waiter::resume, waiter);
    }
    waiters_.clear();
  }
  bool anyone_waits() const { return !waiters_.empty(); }

 private:
  std::vector<Waiter*> waiters_;
};

/// `Mutex::Guard guard = co_await mutex.lock(world);`
class Mutex {
 public:
  class [[nodiscard]] Guard {
   public:
    Guard() = default;
    Guard(Mutex& mutex, World& world) : mutex_(&mutex), world_(&world) {}
    Guard(Guard&& other) noexcept
        : mutex_(std::exchange(other.mutex_, nullptr)), world_(other.world_) {}
    Guard& operator=(Guard&& other) noexcept {
      if (this != &other) {
        release();
        mutex_ = std::exchange(other.mutex_, nullptr);
        world_ = other.world_;
      }
      return *this;
    }
    ~Guard() { release(); }
    /// Hand the mutex to the next waiter.
    void release() {
      if (mutex_ != nullptr) std::exchange(mutex_, nullptr)->pass_on(*world_);
    }

   private:
    Mutex* mutex_ = nullptr;
    World* world_ = nullptr;
  };

  class [[nodiscard]] Waiter {
   public:
    Waiter(Mutex& mutex, World& world) : mutex_(&mutex), world_(&world) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      if (queued_) std::erase(mutex_->waiters_, this);
      if (!granted_) return;
      world_->cancel(wake_);
      mutex_->pass_on(*world_);
    }
    bool await_ready() const noexcept { return !mutex_->held_; }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      queued_ = true;
      mutex_->waiters_.push_back(this);
    }
    Guard await_resume() noexcept {
      mutex_->held_ = true;
      return Guard(*mutex_, *world_);
    }

   private:
    friend class Mutex;
    static void resume(void* context, std::uint64_t) {
      auto* waiter = static_cast<Waiter*>(context);
      waiter->granted_ = false;
      waiter->handle_.resume();
    }
    Mutex* mutex_;
    World* world_;
    std::coroutine_handle<> handle_;
    EventId wake_{};
    bool queued_ = false;
    bool granted_ = false;  // holds the mutex, its wake-up is posted
  };

  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  Waiter lock(World& world) { return Waiter(*this, world); }
  bool held() const { return held_; }

 private:
  void pass_on(World& world) {
    if (world.tearing_down()) return;  // a crash: the mutex goes too
    if (waiters_.empty()) {
      held_ = false;
      return;
    }
    Waiter* next = waiters_.front();  // stays held on its behalf
    waiters_.erase(waiters_.begin());
    next->queued_ = false;
    next->granted_ = true;
    next->wake_ = world.post(Duration{0}, &Waiter::resume, next);
  }
  bool held_ = false;
  std::vector<Waiter*> waiters_;
};

}  // namespace replsim::sim
