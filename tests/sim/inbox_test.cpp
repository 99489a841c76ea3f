// The mailbox of a Task.
#include "sim/inbox.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/task.h"
#include "tests/catch.h"

namespace replsim::sim {
namespace {

using Box = Inbox<std::uint64_t>;

Task<> collect(World& world, Box& box, std::vector<std::uint64_t>& out) {
  while (true) {
    const std::uint64_t value = co_await box.receive(world);
    out.push_back(value);
  }
}

void deliver(void* box, std::uint64_t value) {
  static_cast<Box*>(box)->deliver(value);
}

TEST_CASE("values come out in order, whether the receiver waits or not", "[sim][inbox]") {
  World world({});
  Box box;
  std::vector<std::uint64_t> out;
  TaskGroup group;
  for (std::uint64_t i = 0; i < 20; ++i) box.put(world, i);
  CHECK(box.size() == 20);
  group.spawn(world, collect(world, box, out));
  CHECK(out.size() == 20);
  CHECK(box.empty());
  for (std::uint64_t i = 20; i < 40; ++i) world.post(Duration{1}, &deliver, &box, i);
  world.run_until(Instant{Duration{1}});
  for (std::uint64_t i = 40; i < 50; ++i) box.put(world, i);
  CHECK(out.size() == 40);  // put wakes by an event
  world.run_until(Instant{Duration{1}});
  REQUIRE(out.size() == 50);
  for (std::uint64_t i = 0; i < 50; ++i) CHECK(out[i] == i);
}

TEST_CASE("a delivery between a put and its wake-up does not overtake it", "[sim][inbox]") {
  World world({});
  Box box;
  std::vector<std::uint64_t> out;
  TaskGroup group;
  group.spawn(world, collect(world, box, out));
  world.post(Duration{0}, &deliver, &box, 2);
  box.put(world, 1);
  world.run_until(Instant{});
  CHECK(out == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("a receiver that is cancelled takes no value and leaves no event", "[sim][inbox]") {
  World world({});
  Box box;
  std::vector<std::uint64_t> out;
  {
    TaskGroup group;
    group.spawn(world, collect(world, box, out));
    box.put(world, 7);
  }
  CHECK(world.pending() == 0);
  CHECK(box.size() == 1);
  TaskGroup group;
  group.spawn(world, collect(world, box, out));
  CHECK(out == std::vector<std::uint64_t>{7});
}

TEST_CASE("values may be owners", "[sim][inbox]") {
  World world({});
  Inbox<std::unique_ptr<int>> box;
  int sum = 0;
  const auto add = [](World& w, Inbox<std::unique_ptr<int>>& from, int& total) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      const std::unique_ptr<int> value = co_await from.receive(w);
      total += *value;
    }
  };
  TaskGroup group;
  group.spawn(world, add(world, box, sum));
  for (int i = 1; i <= 4; ++i) box.put(world, std::make_unique<int>(i));
  world.run_until(Instant{});
  CHECK(sum == 6);
  CHECK(box.size() == 1);
}

}  // namespace
}  // namespace replsim::sim
