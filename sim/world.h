// World owns time, the order of events and chance, and comes first in every parameter list.
// Single-threaded; events run in the order (time, permutation, sequence). The permutation is 0, or
// mix(seed, instant, lane) when asked for: a lane (a node, a directed link) keeps its own order.
// Three things run between two events, in this order: the Task whose awaited child ended (`next`),
// kernel actions (crashes: never on the stack of what they destroy), and, when time is about to
// move on, the end-of-instant hooks.
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <string_view>
#include <vector>

#include "sim/chance.h"
#include "sim/event_queue.h"
#include "sim/frame_pool.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace replsim::sim {

class TaskGroup;

/// Keeps the relative order of its events under permutation. 0 = the world's own lane.
struct Lane {
  std::uint32_t value = 0;
};

/// Names a posted event until it has run or was cancelled; then it is stale and harmless.
struct EventId {
  std::uint32_t slot = UINT32_MAX;
  std::uint32_t generation = 0;
};

using EventFunction = void (*)(void* context, std::uint64_t argument);

struct WorldOptions {
  std::uint64_t seed = 1;
  bool permute = false;  ///< Permute events of one instant by lane.
  std::size_t trace_ring = 4096;
};

class World {
 public:
  explicit World(WorldOptions options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  Instant now() const { return now_; }
  std::uint64_t seed() const { return options_.seed; }

  // Events -------------------------------------------------------------------------------------
  /// Run `function(context, argument)` after `delay` (not negative).
  EventId post(Duration delay, EventFunction function, void* context, std::uint64_t argument = 0,
               Lane lane = {}) {
    return post_at(now_ + delay, function, context, argument, lane);
  }
  EventId post_at(Instant when, EventFunction function, void* context, std::uint64_t argument = 0,
                  Lane lane = {});
  /// Nothing happens when the event has run or was cancelled already. The record itself leaves
  /// the queue at the latest when half of it is dead.
  void cancel(EventId id);
  /// Events that will still run.
  std::size_t pending() const { return live_; }
  /// Records in the queue, those of cancelled events included: at most twice the pending and 65.
  std::size_t queued() const { return queue_.size(); }
  std::uint64_t events_run() const { return events_run_; }

  /// A kernel action: runs after the present event and before the next one.
  void between_events(std::function<void()> action);
  /// Hook that runs when every event of an instant has run, before time moves on. What it posts at
  /// the same instant runs first and the hooks run again. Returns a handle for removal.
  std::uint64_t add_instant_hook(std::function<void()> hook);
  void remove_instant_hook(std::uint64_t handle);

  // Running ------------------------------------------------------------------------------------
  /// Run all events up to and including `until`; returns the number of events run. Time then
  /// stands at `until`, or at the last event when the queue ran empty. Stops early after stop(),
  /// and after `most` events.
  std::uint64_t run_until(Instant until, std::uint64_t most = UINT64_MAX);
  /// Stop run_until after the present instant's event.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  /// An event or a Task is on the stack: kernel actions must wait.
  bool in_event() const { return in_event_; }

  // Chance -------------------------------------------------------------------------------------
  Stream stream(std::string_view entity, std::string_view purpose) const {
    return Stream(options_.seed, entity, purpose);
  }

  // Trace --------------------------------------------------------------------------------------
  Trace& trace() { return trace_; }
  const Trace& trace() const { return trace_; }
  void emit(const TraceKind& kind, EntityId entity, std::uint64_t cause, std::uint64_t a = 0,
            std::uint64_t b = 0, std::uint64_t c = 0) {
    trace_.add(kind, TraceEvent{now_, cause, a, b, c, entity, kind.number, 0});
  }

  // For Task -----------------------------------------------------------------------------------
  FramePool& frames() { return frames_; }
  /// The awaiting Task of a child that has ended; resumed before the next event.
  void set_next(std::coroutine_handle<> handle);
  /// A root Task that has ended; freed before the next event.
  void set_ended(TaskGroup* group, std::uint32_t index);
  void fail(std::exception_ptr error) {
    if (!failure_) failure_ = std::move(error);
  }
  /// True while Tasks are being destroyed: locks then do not pass themselves on (T4).
  bool tearing_down() const { return tearing_down_; }
  void set_tearing_down(bool on) { tearing_down_ = on; }
  /// Run what must run before the next event. Called by the loop and by TaskGroup::spawn's caller.
  void settle();

 private:
  struct Slot {
    EventFunction function;
    void* context;
    std::uint64_t argument;
    std::uint32_t generation;
    std::uint32_t next_free;
  };
  struct Hook {
    std::uint64_t handle;
    std::function<void()> run;
  };

  std::uint64_t permutation(Instant when, Lane lane) const;
  void release(std::uint32_t slot);
  const EventQueue::Record* live_top();
  void run_top(std::uint32_t slot);
  bool settle_one();
  void run_hooks();
  void stand_at(Instant until);

  WorldOptions options_;
  Instant now_{};
  EventQueue queue_;
  std::vector<Slot> slots_;
  std::uint32_t free_slot_ = UINT32_MAX;
  std::uint64_t sequence_ = 0;
  std::size_t live_ = 0;
  std::uint64_t events_run_ = 0;
  bool stopped_ = false;
  bool settling_ = false;
  bool tearing_down_ = false;
  bool in_event_ = false;
  bool in_hooks_ = false;
  bool instant_closed_ = false;
  std::coroutine_handle<> next_;
  TaskGroup* ended_group_ = nullptr;
  std::uint32_t ended_index_ = 0;
  std::exception_ptr failure_;
  std::deque<std::function<void()>> actions_;
  std::deque<Hook> hooks_;  // a hook that runs may add others
  std::uint64_t next_hook_ = 1;
  FramePool frames_;
  Trace trace_;
};

/// Use as `co_await sleep(world, 5ms)`.
class [[nodiscard]] Sleep {
 public:
  Sleep(World& world, Instant until, Lane lane) : world_(world), until_(until), lane_(lane) {}
  Sleep(const Sleep&) = delete;
  Sleep& operator=(const Sleep&) = delete;
  ~Sleep() { world_.cancel(id_); }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    id_ = world_.post_at(until_, &Sleep::wake, handle.address(), 0, lane_);
  }
  void await_resume() noexcept { id_ = {}; }

 private:
  static void wake(void* frame, std::uint64_t) {
    std::coroutine_handle<>::from_address(frame).resume();
  }
  World& world_;
  Instant until_;
  Lane lane_;
  EventId id_{};
};

/// Suspend for `duration`; 0 lets every event of this instant posted so far go first.
inline Sleep sleep(World& world, Duration duration, Lane lane = {}) {
  return Sleep(world, world.now() + duration, lane);
}
inline Sleep sleep_until(World& world, Instant until, Lane lane = {}) {
  return Sleep(world, until < world.now() ? world.now() : until, lane);
}

}  // namespace replsim::sim
