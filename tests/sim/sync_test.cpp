// Signal and Mutex: order of waking, and waiters that are destroyed at every point of their wait.
#include "sim/sync.h"

#include <memory>
#include <string>

#include "sim/chance.h"
#include "sim/task.h"
#include "tests/catch.h"
#include "tests/sim/instant.h"

namespace replsim::sim {
namespace {

Task<> note_signal(World& world, Signal& signal, std::string& order, char name) {
  static_cast<void>(world);
  co_await signal.wait();
  order += name;
}

Task<> hold(World& world, Mutex& mutex, std::string& order, char name, Duration time) {
  Mutex::Guard guard = co_await mutex.lock(world);
  order += name;
  co_await sleep(world, time);
  order += static_cast<char>(name - 'a' + 'A');
}

TEST_CASE("a signal wakes all who wait, in the order of waiting, after the waker's own code",
          "[sim][sync]") {
  World world({});
  Signal signal;
  TaskGroup group;
  std::string order;
  for (const char name : {'a', 'b', 'c'}) {
    group.spawn(world, note_signal(world, signal, order, name));
  }
  CHECK(signal.anyone_waits());
  signal.notify_all(world);
  order += '!';
  CHECK_FALSE(signal.anyone_waits());
  world.run_until(at(0));
  CHECK(order == "!abc");
  signal.notify_all(world);  // nobody waits
  CHECK(world.run_until(at(1)) == 0);
}

TEST_CASE("a signal forgets a waiter that is destroyed, before and after it was woken",
          "[sim][sync]") {
  World world({});
  Signal signal;
  std::string order;
  auto first = std::make_unique<TaskGroup>();
  auto second = std::make_unique<TaskGroup>();
  TaskGroup third;
  first->spawn(world, note_signal(world, signal, order, 'a'));
  second->spawn(world, note_signal(world, signal, order, 'b'));
  third.spawn(world, note_signal(world, signal, order, 'c'));
  first.reset();
  signal.notify_all(world);
  second.reset();
  world.run_until(at(1));
  CHECK(order == "c");
  CHECK(world.pending() == 0);
  CHECK(world.frames().in_use() == 0);
}

TEST_CASE("who waits again for a signal while it wakes others waits for the next one",
          "[sim][sync]") {
  World world({});
  Signal signal;
  TaskGroup group;
  int wakes = 0;
  const auto root = [](World& w, Signal& s, int& count) -> Task<> {
    static_cast<void>(w);
    while (true) {
      co_await s.wait();
      ++count;
    }
  };
  group.spawn(world, root(world, signal, wakes));
  signal.notify_all(world);
  signal.notify_all(world);  // it does not wait yet
  world.run_until(at(1));
  CHECK(wakes == 1);
  signal.notify_all(world);
  world.run_until(at(2));
  CHECK(wakes == 2);
}

TEST_CASE("a mutex is first come, first served, and nobody comes in between", "[sim][sync]") {
  World world({});
  Mutex mutex;
  TaskGroup group;
  std::string order;
  for (const char name : {'a', 'b', 'c'}) {
    group.spawn(world, hold(world, mutex, order, name, Duration{10}));
  }
  CHECK(order == "a");
  world.run_until(at(15));
  CHECK(order == "aAb");
  // It comes at the very moment at which the next one is woken but has not run: it queues.
  const auto late = [](World& w, Mutex& m, std::string& out) -> Task<> {
    co_await sleep_until(w, at(20));
    co_await hold(w, m, out, 'd', Duration{1});
  };
  group.spawn(world, late(world, mutex, order));
  world.run_until(at(100));
  CHECK(order == "aAbBcCdD");
  CHECK_FALSE(mutex.held());
  CHECK(world.frames().in_use() == 0);
}

TEST_CASE("a free mutex is taken without an event and given back by hand or by the guard's end",
          "[sim][sync]") {
  World world({});
  Mutex mutex;
  TaskGroup group;
  const auto root = [](World& w, Mutex& m) -> Task<> {
    Mutex::Guard guard = co_await m.lock(w);
    guard.release();
    guard.release();
    Mutex::Guard again = co_await m.lock(w);
    Mutex::Guard moved = std::move(again);
    again = std::move(moved);
  };
  group.spawn(world, root(world, mutex));
  CHECK(group.size() == 0);
  CHECK_FALSE(mutex.held());
  CHECK(world.pending() == 0);
}

TEST_CASE("a queued waiter that is destroyed leaves the queue of a mutex", "[sim][sync]") {
  World world({});
  Mutex mutex;
  TaskGroup group;
  std::string order;
  group.spawn(world, hold(world, mutex, order, 'a', Duration{10}));
  {
    TaskGroup gone;
    gone.spawn(world, hold(world, mutex, order, 'b', Duration{10}));
  }
  group.spawn(world, hold(world, mutex, order, 'c', Duration{10}));
  world.run_until(at(100));
  CHECK(order == "aAcC");
}

/// A wait for the mutex that ends when its owner is destroyed, though no Task is being cancelled.
struct Wait {
  Wait(World& world, Mutex& mutex) : waiter(mutex, world) {}
  Mutex::Waiter waiter;
};

TEST_CASE("a waiter destroyed between its wake-up and its turn passes the mutex on",
          "[sim][sync]") {
  // EVIDENCE: sim/sync.h: a waiter that is destroyed leaves; the next one must not wait for ever
  World world({});
  Mutex mutex;
  TaskGroup group;
  std::string order;
  group.spawn(world, hold(world, mutex, order, 'a', Duration{10}));
  auto wait = std::make_unique<Wait>(world, mutex);
  REQUIRE_FALSE(wait->waiter.await_ready());
  wait->waiter.await_suspend(std::noop_coroutine());
  group.spawn(world, hold(world, mutex, order, 'c', Duration{10}));
  world.run_until(at(10), 1);  // the end of a has woken the waiter, its event is still to come
  REQUIRE(order == "aA");
  REQUIRE(mutex.held());
  wait.reset();
  CHECK(mutex.held());  // on behalf of c
  world.run_until(at(100));
  CHECK(order == "aAcC");
  CHECK_FALSE(mutex.held());
  CHECK(world.pending() == 0);
}

TEST_CASE("cancelling every Task at any point of a queue leaves no event and no frame",
          "[sim][sync]") {
  for (std::uint64_t events = 0; events < 12; ++events) {
    World world({});
    Mutex mutex;
    std::string order;
    {
      TaskGroup group;
      for (const char name : {'a', 'b', 'c', 'd'}) {
        group.spawn(world, hold(world, mutex, order, name, Duration{10}));
      }
      world.run_until(at(1000), events);
    }
    CHECK(world.pending() == 0);
    CHECK(world.frames().in_use() == 0);
  }
}

TEST_CASE("a mutex never has two holders and serves in order under random times", "[sim][sync]") {
  struct Shared {
    Mutex mutex;
    int inside = 0;
    int most = 0;
    std::vector<int> asked, served;
  };
  const auto worker = [](World& w, Shared& shared, Stream stream, int name) -> Task<> {
    for (int i = 0; i < 20; ++i) {
      co_await sleep(w, Duration{static_cast<std::int64_t>(stream.below(50))});
      shared.asked.push_back(name);
      Mutex::Guard guard = co_await shared.mutex.lock(w);
      shared.served.push_back(name);
      shared.most = std::max(shared.most, ++shared.inside);
      co_await sleep(w, Duration{static_cast<std::int64_t>(stream.below(20))});
      --shared.inside;
    }
  };
  World world({});
  Shared shared;
  TaskGroup group;
  for (int name = 0; name < 8; ++name) {
    const Stream stream = world.stream("worker", std::string(1, static_cast<char>('a' + name)));
    group.spawn(world, worker(world, shared, stream, name));
  }
  world.run_until(at(1'000'000));
  CHECK(shared.most == 1);
  CHECK(shared.asked.size() == 160);
  CHECK(shared.served == shared.asked);
}

}  // namespace
}  // namespace replsim::sim
