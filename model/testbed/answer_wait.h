// Where one Task waits for an answer, a time or a change of its node. No allocation; waking is a
// zero-delay event, so that the waker's code stays atomic.
#pragma once

#include <coroutine>
#include <optional>

#include "sim/world.h"

namespace replsim::testbed {

/// `co_await wait.until(world, limit)`: until wake(), or `limit` from now when one is given.
class AnswerWait {
 public:
  explicit AnswerWait(sim::Lane lane) : lane_(lane) {}
  AnswerWait(const AnswerWait&) = delete;
  AnswerWait& operator=(const AnswerWait&) = delete;

  class [[nodiscard]] Waiter {
   public:
    Waiter(AnswerWait& wait, sim::World& world, std::optional<sim::Duration> limit)
        : wait_(wait), world_(world), limit_(limit) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      world_.cancel(event_);
      if (wait_.waiter_ == this) wait_.waiter_ = nullptr;
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      wait_.waiter_ = this;
      if (limit_) event_ = world_.post(*limit_, &Waiter::resume, this, 0, wait_.lane_);
    }
    void await_resume() noexcept {}

   private:
    friend class AnswerWait;
    static void resume(void* context, std::uint64_t) {
      auto* self = static_cast<Waiter*>(context);
      self->event_ = {};
      self->wait_.waiter_ = nullptr;
      self->handle_.resume();
    }
    AnswerWait& wait_;
    sim::World& world_;
    std::optional<sim::Duration> limit_;
    std::coroutine_handle<> handle_;
    sim::EventId event_{};
  };

  Waiter until(sim::World& world, std::optional<sim::Duration> limit) {
    return Waiter(*this, world, limit);
  }
  /// Wake whoever waits now; nothing when nobody does.
  void wake(sim::World& world) {
    if (waiter_ == nullptr) return;
    world.cancel(waiter_->event_);
    waiter_->event_ = world.post(sim::Duration{0}, &Waiter::resume, waiter_, 0, lane_);
  }

 private:
  sim::Lane lane_;
  Waiter* waiter_ = nullptr;
};

}  // namespace replsim::testbed
