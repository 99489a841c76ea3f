// Tasks: C++20 coroutines, lazily started, owned, cancelled by destruction.
//   T1  Awaiting starts the child inline; if it ends without suspending, so does the await.
//   T2  Otherwise its end fills the World's single `next` slot, resumed before the next event:
//       the stack stays flat at any depth, the end is not an event and is never permuted.
//   T3  An exception goes to the awaiter; out of a root it stops the run.
//   T4  Destroying a Task destroys its frame: awaiters deregister in their destructors; nothing
//       there posts, sends, draws, traces or changes modelled state.
// A coroutine's first parameter (or its second, after the object or lambda) is the World.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/check.h"
#include "sim/world.h"

namespace replsim::sim {

class TaskGroup;

namespace detail {

struct PromiseBase {
  World* world = nullptr;
  std::coroutine_handle<> parent;
  TaskGroup* group = nullptr;  ///< Set on roots.
  std::uint32_t group_index = 0;
  bool inline_start = false;  ///< Being started by its awaiter or by spawn, on its stack.
  std::exception_ptr error;

  std::suspend_always initial_suspend() noexcept { return {}; }
  void unhandled_exception() { error = std::current_exception(); }

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
      PromiseBase& promise = self.promise();
      if (promise.inline_start) return;  // whoever started it looks at done()
      if (promise.group != nullptr) {
        promise.world->set_ended(promise.group, promise.group_index);
      } else {
        promise.world->set_next(promise.parent);
      }
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }

  /// Frame: the pool's address and the size in front, then the coroutine's own bytes.
  struct Header {
    FramePool* pool;
    std::size_t bytes;
  };
  static void* allocate(World& world, std::size_t bytes) {
    const std::size_t all = bytes + sizeof(Header);
    auto* header = static_cast<Header*>(world.frames().take(all));
    *header = {&world.frames(), all};
    return header + 1;
  }
  // Always inline: g++ 12 warns that a template new does not match a plain delete.
  template <class... Rest>
  [[gnu::always_inline]] static void* operator new(std::size_t bytes, World& world, Rest&&...) {
    return allocate(world, bytes);
  }
  template <class Self, class... Rest>
  [[gnu::always_inline]] static void* operator new(std::size_t bytes, Self&&, World& world,
                                                   Rest&&...) {
    return allocate(world, bytes);
  }
  static void operator delete(void* frame) {
    auto* header = static_cast<Header*>(frame) - 1;
    header->pool->give(header, header->bytes);
  }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  std::coroutine_handle<Promise> get_return_object() {
    return std::coroutine_handle<Promise>::from_promise(*this);
  }
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  std::coroutine_handle<Promise> get_return_object() {
    return std::coroutine_handle<Promise>::from_promise(*this);
  }
  void return_void() {}
  void take() {}
};

}  // namespace detail

/// A coroutine that gives a T. Await it once, or hand it to TaskGroup::spawn (Task<void>).
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task(Handle handle) : handle_(handle) {}  // NOLINT: made by the promise
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  template <class Parent>
  bool await_suspend(std::coroutine_handle<Parent> parent) {
    detail::PromiseBase& promise = handle_.promise();
    promise.world = parent.promise().world;
    promise.parent = parent;
    promise.inline_start = true;
    handle_.resume();
    promise.inline_start = false;
    return !handle_.done();
  }
  T await_resume() {
    promise_type& promise = handle_.promise();
    if (promise.error) std::rethrow_exception(promise.error);
    return promise.take();
  }

  Handle release() { return std::exchange(handle_, {}); }

 private:
  Handle handle_;
};

/// Owns root Tasks. Clearing it, or destroying it, cancels them all, last place first.
/// Never clear it from one of its own Tasks: use World::between_events.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { clear(); }

  /// Start a root Task now, on the caller's stack, up to its first suspension.
  void spawn(World& world, Task<void> task);
  void clear();
  std::size_t size() const { return live_; }

  /// For World: free the ended root.
  void reap(std::uint32_t index);

 private:
  using Handle = std::coroutine_handle<detail::Promise<void>>;
  std::vector<Handle> tasks_;
  std::vector<std::uint32_t> free_;
  std::size_t live_ = 0;
};

}  // namespace replsim::sim
