// Tasks: T1 to T4.
#include "sim/task.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/sim/instant.h"

namespace replsim::sim {
namespace {

Task<int> at_once(World&, int value) {
  co_return value;
}

Task<int> later(World& world, Duration wait, int value) {
  co_await sleep(world, wait);
  co_return value;
}

TEST_CASE("a Task starts when awaited and gives its value, at once or later", "[sim][task]") {
  World world({});
  TaskGroup group;
  std::vector<int> values;
  const auto root = [](World& w, std::vector<int>& out) -> Task<> {
    const int one = co_await at_once(w, 1);
    out.push_back(one);
    const int two = co_await later(w, Duration{5}, 2);
    out.push_back(two);
    const int three = co_await later(w, Duration{0}, 3);
    out.push_back(three);
  };
  group.spawn(world, root(world, values));
  CHECK(values == std::vector<int>{1});
  CHECK(group.size() == 1);
  world.run_until(at(4));
  CHECK(values.size() == 1);
  world.run_until(at(5));
  CHECK(values == std::vector<int>{1, 2, 3});
  CHECK(group.size() == 0);
  CHECK(world.frames().in_use() == 0);
  CHECK(world.events_run() == 2);  // the ends of Tasks are no events
}

TEST_CASE("the end of a child resumes its awaiter before the next event", "[sim][task]") {
  // EVIDENCE: DESIGN.md/3 Tasks: its end fills the single next slot, resumed before the next event
  World world({});
  TaskGroup group;
  std::string order;
  const auto parent = [](World& w, std::string& out) -> Task<> {
    co_await later(w, Duration{1}, 0);
    out += "p";
    w.between_events([&out] { out += "a"; });
  };
  const auto other = [](World& w, std::string& out) -> Task<> {
    co_await sleep(w, Duration{1});
    out += "o";
  };
  group.spawn(world, parent(world, order));
  group.spawn(world, other(world, order));
  world.run_until(at(1));
  CHECK(order == "pao");
}

Task<int> fails(World& world, Duration wait) {
  if (wait > Duration{0}) co_await sleep(world, wait);
  throw std::runtime_error("refused");
}

TEST_CASE("an exception goes to the awaiter, from an inline child and from a late one",
          "[sim][task]") {
  World world({});
  TaskGroup group;
  std::vector<std::int64_t> caught;
  const auto root = [](World& w, std::vector<std::int64_t>& out) -> Task<> {
    for (const Duration wait : {Duration{0}, Duration{3}}) {
      try {
        co_await fails(w, wait);
      } catch (const std::runtime_error&) {
        out.push_back(ns(w.now()));
      }
    }
  };
  group.spawn(world, root(world, caught));
  world.run_until(at(10));
  CHECK(caught == std::vector<std::int64_t>{0, 3});
  CHECK(world.frames().in_use() == 0);
}

TEST_CASE("an exception out of a root stops the run at its event", "[sim][task]") {
  World world({});
  TaskGroup group;
  const auto root = [](World& w, Duration wait) -> Task<> { co_await fails(w, wait); };
  const auto waits = [](World& w) -> Task<> { co_await sleep(w, seconds(1)); };
  group.spawn(world, waits(world));
  group.spawn(world, root(world, Duration{7}));
  CHECK_THROWS_WITH(world.run_until(at(100)), "refused");
  CHECK(world.now() == at(7));
  CHECK(group.size() == 1);
  group.spawn(world, root(world, Duration{0}));  // fails on the caller's stack: told by the run
  CHECK_THROWS_WITH(world.run_until(at(100)), "refused");
  group.clear();
  CHECK(world.frames().in_use() == 0);
  CHECK(world.pending() == 0);
}

Task<> nested(World& world, int depth, int& destroyed) {
  struct Count {
    int& count;
    ~Count() { ++count; }
  } counter{destroyed};
  if (depth == 0) {
    co_await sleep(world, seconds(1));
  } else {
    co_await nested(world, depth - 1, destroyed);
  }
}

TEST_CASE("destroying a Task cancels it with all its children: no event, no frame is left",
          "[sim][task]") {
  // EVIDENCE: DESIGN.md/3 Tasks: owned, cancelled by destruction
  World world({});
  int destroyed = 0;
  {
    TaskGroup group;
    for (int i = 0; i < 10; ++i) group.spawn(world, nested(world, 4, destroyed));
    CHECK(world.pending() == 10);
    CHECK(world.frames().in_use() == 50);
    world.run_until(at(500));
  }
  CHECK(destroyed == 50);
  CHECK(world.pending() == 0);
  CHECK(world.frames().in_use() == 0);
  CHECK(world.run_until(at(2'000'000'000)) == 0);
}

TEST_CASE("a Task that was never awaited frees its frame", "[sim][task]") {
  World world({});
  int destroyed = 0;
  {
    Task<> first = nested(world, 1, destroyed);
    Task<> second = nested(world, 1, destroyed);
    first = std::move(second);
    CHECK(world.frames().in_use() == 1);
  }
  CHECK(world.frames().in_use() == 0);
  CHECK(destroyed == 0);  // it never began
}

TEST_CASE("a million children run flat, inline and suspended", "[sim][task]") {
  World world({});
  TaskGroup group;
  std::int64_t sum = 0;
  const auto root = [](World& w, std::int64_t& out) -> Task<> {
    for (int i = 0; i < 1'000'000; ++i) {
      const int value = co_await at_once(w, 1);
      out += value;
    }
    for (int i = 0; i < 1'000'000; ++i) {
      const int value = co_await later(w, Duration{1}, 2);
      out += value;
    }
  };
  group.spawn(world, root(world, sum));
  CHECK(sum == 1'000'000);
  world.run_until(at(10'000'000));
  CHECK(sum == 3'000'000);
  CHECK(world.now() == at(1'000'000));
  CHECK(world.frames().in_use() == 0);
}

TEST_CASE("a deep chain of awaits ends and is cancelled without growing the stack at its end",
          "[sim][task]") {
  World world({});
  int destroyed = 0;
  TaskGroup group;
  group.spawn(world, nested(world, 2000, destroyed));
  world.run_until(at(1'000'000'000));
  CHECK(destroyed == 2001);
  group.spawn(world, nested(world, 2000, destroyed));
  group.clear();
  CHECK(destroyed == 4002);
  CHECK(world.frames().in_use() == 0);
}

TEST_CASE("a group counts its roots and uses their places again", "[sim][task]") {
  World world({});
  TaskGroup group;
  int done = 0;
  const auto child = [](World& w, Duration wait, int& out) -> Task<> {
    co_await sleep(w, wait);
    ++out;
  };
  const auto spawner = [&child](World& w, TaskGroup& g, int& out) -> Task<> {
    for (int i = 0; i < 100; ++i) {
      g.spawn(w, child(w, Duration{i % 7}, out));
      co_await sleep(w, Duration{1});
    }
  };
  Task<> first = spawner(world, group, done);
  group.spawn(world, std::move(first));
  world.run_until(at(3));
  CHECK(group.size() > 1);
  world.run_until(at(1000));
  CHECK(done == 100);
  CHECK(group.size() == 0);
  CHECK(world.frames().in_use() == 0);
}

TEST_CASE("sleeping until a past instant yields once", "[sim][task]") {
  World world({});
  TaskGroup group;
  std::string order;
  const auto root = [](World& w, std::string& out) -> Task<> {
    co_await sleep(w, Duration{10});
    w.post(
        Duration{0}, [](void* o, std::uint64_t) { *static_cast<std::string*>(o) += "e"; }, &out);
    co_await sleep_until(w, Instant{Duration{3}});
    out += "r";
  };
  group.spawn(world, root(world, order));
  world.run_until(at(10));
  CHECK(order == "er");
}

}  // namespace
}  // namespace replsim::sim
