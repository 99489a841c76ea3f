// The lock of block ranges: order, overlap, waiters that are destroyed.
#include "model/engine/range_lock.h"

#include <memory>
#include <string>

#include "model/engine/types.h"
#include "sim/chance.h"
#include "sim/task.h"
#include "tests/catch.h"

namespace replsim::engine {
namespace {

using sim::Duration;
using sim::Task;
using sim::World;

constexpr sim::Instant at(std::int64_t nanoseconds_since_epoch) {
  return sim::Instant{Duration{nanoseconds_since_epoch}};
}

Task<> hold(World& world, RangeLock& lock, std::string& order, char name, Extent extent,
            Duration time) {
  RangeLock::Guard guard = co_await lock.lock(world, extent.lba, extent.blocks);
  order += name;
  co_await sim::sleep(world, time);
  order += static_cast<char>(name - 'a' + 'A');
}

TEST_CASE("ranges that do not overlap are held at once; those that touch do not overlap",
          "[engine][range-lock]") {
  World world({});
  sim::TaskGroup group;
  RangeLock lock;
  std::string order;
  group.spawn(world, hold(world, lock, order, 'a', {0, 8}, Duration{10}));
  group.spawn(world, hold(world, lock, order, 'b', {8, 8}, Duration{5}));
  CHECK(order == "ab");
  CHECK(world.pending() == 2);
  world.run_until(at(20));
  CHECK(order == "abBA");
  CHECK(lock.idle());
}

TEST_CASE("overlapping ranges take turns in the order of asking", "[engine][range-lock]") {
  // EVIDENCE: data_plane/5: never let an older resync read overtake a newer write to the block
  World world({});
  sim::TaskGroup group;
  RangeLock lock;
  std::string order;
  group.spawn(world, hold(world, lock, order, 'a', {0, 10}, Duration{10}));
  group.spawn(world, hold(world, lock, order, 'b', {5, 10}, Duration{10}));
  group.spawn(world, hold(world, lock, order, 'c', {9, 1}, Duration{10}));
  group.spawn(world, hold(world, lock, order, 'd', {20, 1}, Duration{1}));
  world.run_until(at(100));
  CHECK(order == "adDAbBcC");
}

TEST_CASE("a wide range is not starved by narrow ones that come later", "[engine][range-lock]") {
  World world({});
  sim::TaskGroup group;
  RangeLock lock;
  std::string order;
  group.spawn(world, hold(world, lock, order, 'a', {0, 1}, Duration{10}));
  group.spawn(world, hold(world, lock, order, 'w', {0, 100}, Duration{10}));
  group.spawn(world, hold(world, lock, order, 'b', {50, 1}, Duration{1}));  // free now, but later
  CHECK(order == "a");
  world.run_until(at(100));
  CHECK(order == "aAwWbB");
}

TEST_CASE("one release can let several go on", "[engine][range-lock]") {
  World world({});
  sim::TaskGroup group;
  RangeLock lock;
  std::string order;
  group.spawn(world, hold(world, lock, order, 'a', {0, 100}, Duration{10}));
  group.spawn(world, hold(world, lock, order, 'b', {0, 10}, Duration{5}));
  group.spawn(world, hold(world, lock, order, 'c', {50, 10}, Duration{5}));
  group.spawn(world, hold(world, lock, order, 'd', {5, 50}, Duration{5}));
  world.run_until(at(100));
  CHECK(order == "aAbcBCdD");
}

/// A wait that its owner may destroy at any time while no Task is being cancelled.
struct Wait {
  Wait(World& world, RangeLock& lock, Extent extent)
      : waiter(lock.lock(world, extent.lba, extent.blocks)) {}
  RangeLock::Waiter waiter;
};

TEST_CASE("a queued waiter that is destroyed lets those behind it go on", "[engine][range-lock]") {
  World world({});
  sim::TaskGroup group;
  RangeLock lock;
  std::string order;
  group.spawn(world, hold(world, lock, order, 'a', {0, 1}, Duration{10}));
  auto wide = std::make_unique<Wait>(world, lock, Extent{0, 100});
  REQUIRE_FALSE(wide->waiter.await_ready());
  wide->waiter.await_suspend(std::noop_coroutine());
  group.spawn(world, hold(world, lock, order, 'b', {50, 1}, Duration{10}));
  wide.reset();
  world.run_until(at(3));
  CHECK(order == "ab");
  world.run_until(at(100));
  CHECK(lock.idle());
}

TEST_CASE("a waiter destroyed between its grant and its turn gives the range back",
          "[engine][range-lock]") {
  World world({});
  sim::TaskGroup group;
  RangeLock lock;
  std::string order;
  group.spawn(world, hold(world, lock, order, 'a', {0, 4}, Duration{10}));
  auto wait = std::make_unique<Wait>(world, lock, Extent{0, 4});
  REQUIRE_FALSE(wait->waiter.await_ready());
  wait->waiter.await_suspend(std::noop_coroutine());
  group.spawn(world, hold(world, lock, order, 'c', {3, 4}, Duration{10}));
  world.run_until(at(10), 1);
  REQUIRE(order == "aA");
  wait.reset();
  world.run_until(at(100));
  CHECK(order == "aAcC");
  CHECK(lock.idle());
  CHECK(world.pending() == 0);
}

TEST_CASE("cancelling all Tasks at any event leaves no event and no frame",
          "[engine][range-lock]") {
  for (std::uint64_t events = 0; events < 12; ++events) {
    World world({});
    RangeLock lock;
    std::string order;
    {
      sim::TaskGroup group;
      for (int i = 0; i < 6; ++i) {
        const Extent extent{static_cast<std::uint64_t>(i % 3) * 4, 6};
        group.spawn(world,
                    hold(world, lock, order, static_cast<char>('a' + i), extent, Duration{10}));
      }
      world.run_until(at(1000), events);
    }
    CHECK(world.pending() == 0);
    CHECK(world.frames().in_use() == 0);
  }
}

/// Who asked for what, when it was served; overlapping askers must be served in their order.
struct Ledger {
  struct Entry {
    Extent extent;
    int served = -1;
    bool ended = false;
  };
  RangeLock lock;
  std::vector<Entry> entries;
  int served = 0;
  int violations = 0;

  static bool overlap(const Extent& one, const Extent& two) {
    return one.lba < two.lba + two.blocks && two.lba < one.lba + one.blocks;
  }
  void serve(std::size_t index) {
    entries[index].served = served++;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i == index || !overlap(entries[i].extent, entries[index].extent)) continue;
      const bool earlier = i < index;
      const bool open = entries[i].served >= 0 && !entries[i].ended;
      if (open || (earlier && entries[i].served < 0)) ++violations;
    }
  }
};

Task<> random_holder(World& world, Ledger& ledger, sim::Stream stream) {
  for (int i = 0; i < 30; ++i) {
    const std::uint64_t pause = stream.below(40);
    co_await sim::sleep(world, Duration{static_cast<std::int64_t>(pause)});
    const std::uint64_t lba = stream.below(64);
    const std::uint64_t blocks = stream.below(16) + 1;
    const std::size_t index = ledger.entries.size();
    ledger.entries.push_back({.extent = {lba, blocks}});
    RangeLock::Guard guard = co_await ledger.lock.lock(world, lba, blocks);
    ledger.serve(index);
    const std::uint64_t time = stream.below(25);
    co_await sim::sleep(world, Duration{static_cast<std::int64_t>(time)});
    ledger.entries[index].ended = true;
  }
}

TEST_CASE("random holders never overlap and overtake nobody they overlap", "[engine][range-lock]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    World world({.seed = seed});
    sim::TaskGroup group;
    Ledger ledger;
    for (int i = 0; i < 12; ++i) {
      const sim::Stream stream = world.stream("holder", std::to_string(i));
      group.spawn(world, random_holder(world, ledger, stream));
    }
    world.run_until(at(10'000'000));
    CHECK(ledger.violations == 0);
    CHECK(ledger.served == 360);
    CHECK(ledger.lock.idle());
    CHECK(group.size() == 0);
  }
}

}  // namespace
}  // namespace replsim::engine
