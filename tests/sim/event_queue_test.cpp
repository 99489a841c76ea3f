// The event queue against a reference.
#include "sim/event_queue.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "sim/chance.h"
#include "tests/catch.h"

namespace replsim::sim {
namespace {

using Record = EventQueue::Record;

/// The queue beside a sorted reference; every difference fails the test.
struct Pair {
  EventQueue queue;
  std::multiset<Record> reference;
  std::uint64_t sequence = 0;
  std::uint64_t now = 0;

  void push(std::uint64_t time, std::uint64_t order_high = 0) {
    const Record record{time, order_high | sequence, static_cast<std::uint32_t>(sequence), 0};
    ++sequence;
    queue.push(record);
    reference.insert(record);
  }
  void pop() {
    const Record top = *queue.top();
    const Record& first = *reference.begin();
    if (top.time != first.time || top.order != first.order || top.slot != first.slot) {
      FAIL("differs at " << sequence << ": " << top.time << " instead of " << first.time);
    }
    now = top.time;
    queue.pop();
    reference.erase(reference.begin());
  }
  void drain() {
    while (!reference.empty()) pop();
    REQUIRE(queue.empty());
  }
};

TEST_CASE("the queue gives the order of a sorted set over 200,000 holds", "[sim][queue]") {
  const int shape = GENERATE(0, 1, 2);
  Stream chance(static_cast<std::uint64_t>(shape) + 1, "queue", "hold");
  Pair pair;
  const auto delay = [&]() -> std::uint64_t {
    switch (shape) {
      case 0: return static_cast<std::uint64_t>(ns(chance.exponential(seconds(1))));
      case 1: {  // links, disks, timers, failures
        const std::uint64_t kind = chance.below(100);
        if (kind < 60) return 55'000;
        if (kind < 90) return chance.below(8'000'000);
        if (kind < 99) return 1'000'000'000;
        return 1'000'000'000'000 + chance.below(1'000'000'000'000);
      }
      default: return chance.below(4);  // nearly all ties
    }
  };
  for (int i = 0; i < 3000; ++i) pair.push(delay());
  for (int i = 0; i < 200'000; ++i) {
    pair.pop();
    const std::uint64_t wait = delay();
    pair.push(pair.now + wait);
  }
  CHECK(pair.queue.size() == 3000);
  pair.drain();
}

TEST_CASE("equal times come out by order, permuted orders too", "[sim][queue]") {
  Stream chance(4, "queue", "ties");
  Pair pair;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t high = chance.below(1 << 20) << 40;
      pair.push(pair.now + chance.below(3), high);
    }
    for (int i = 0; i < 18; ++i) pair.pop();
  }
  pair.drain();
  CHECK(pair.sequence == 4000);
}

TEST_CASE("a burst of one instant spills out of the run and keeps its order", "[sim][queue]") {
  Pair pair;
  pair.push(1'000'000);
  pair.push(5'000'000);
  pair.pop();  // the run now covers what follows
  for (int i = 0; i < 1000; ++i) pair.push(1'000'000 + static_cast<std::uint64_t>(i % 3));
  for (int i = 0; i < 500; ++i) pair.pop();
  for (int i = 0; i < 1000; ++i) pair.push(pair.now);
  pair.drain();
  CHECK(pair.now == 5'000'000);
}

TEST_CASE("a later event met first does not hide an earlier one that comes after it",
          "[sim][queue]") {
  Pair pair;
  pair.push(1'000'000'000);
  CHECK(pair.queue.top()->time == 1'000'000'000);  // a look, as run_until does
  pair.push(7);
  pair.push(999'999'999);
  pair.pop();
  CHECK(pair.now == 7);
  pair.drain();
}

TEST_CASE("times up to 2^62 keep their order", "[sim][queue]") {
  Stream chance(8, "queue", "far");
  Pair pair;
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t bits = chance.below(63);
    const std::uint64_t time = chance.below(std::uint64_t{1} << bits);
    pair.push(time);
  }
  pair.push(std::uint64_t{1} << 62);
  pair.push((std::uint64_t{1} << 62) + 1);
  pair.push(std::uint64_t{1} << 62);
  for (int i = 0; i < 2500; ++i) pair.pop();
  for (int i = 0; i < 100; ++i) pair.push(pair.now + chance.below(std::uint64_t{1} << 40));
  pair.drain();
  CHECK(pair.now == (std::uint64_t{1} << 62) + 1);
}

TEST_CASE("a purge removes exactly the dead and keeps the order of the rest", "[sim][queue]") {
  Stream chance(6, "queue", "purge");
  Pair pair;
  for (std::uint32_t round = 0; round < 50; ++round) {
    for (int i = 0; i < 400; ++i) {
      const std::uint64_t wait = chance.below(std::uint64_t{1} << (1 + 6 * (i % 8)));
      pair.push(pair.now + wait);
    }
    for (int i = 0; i < 100; ++i) pair.pop();
    const auto dead = [round](const Record& r) { return (r.slot + round) % 3 == 0; };
    pair.queue.purge(dead);
    std::erase_if(pair.reference, dead);
    REQUIRE(pair.queue.size() == pair.reference.size());
  }
  pair.drain();
}

}  // namespace
}  // namespace replsim::sim
