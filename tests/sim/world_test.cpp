// World: order, cancellation, hooks, kernel actions.
#include "sim/world.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/check.h"
#include "tests/catch.h"
#include "tests/sim/instant.h"

namespace replsim::sim {
namespace {

/// Runs a std::function as an event; for tests only, it must outlive the event.
using Action = std::function<void()>;
void call(void* action, std::uint64_t) {
  (*static_cast<Action*>(action))();
}

struct Log {
  std::vector<std::uint64_t> seen;
  static void note(void* log, std::uint64_t value) {
    static_cast<Log*>(log)->seen.push_back(value);
  }
};

TEST_CASE("events run in the order of time, then of posting", "[sim][world]") {
  World world({});
  Log log;
  world.post(Duration{20}, &Log::note, &log, 3);
  world.post(Duration{10}, &Log::note, &log, 1);
  world.post(Duration{10}, &Log::note, &log, 2);
  world.post(Duration{0}, &Log::note, &log, 0);
  CHECK(world.run_until(at(100)) == 4);
  CHECK(log.seen == std::vector<std::uint64_t>{0, 1, 2, 3});
  CHECK(world.events_run() == 4);
}

TEST_CASE("a zero-delay event runs in its own instant, after what was posted before it",
          "[sim][world]") {
  // EVIDENCE: DESIGN.md/3: a zero-delay event runs in the instant it was posted
  World world({});
  Log log;
  Action nested = [&] {
    log.seen.push_back(1);
    world.post(Duration{0}, &Log::note, &log, 3);
  };
  world.post(Duration{5}, &call, &nested);
  world.post(Duration{5}, &Log::note, &log, 2);
  world.post(Duration{6}, &Log::note, &log, 4);
  world.run_until(at(5));
  CHECK(log.seen == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(world.now() == at(5));
}

TEST_CASE("posting before now is refused", "[sim][world]") {
  World world({});
  Log log;
  world.post(Duration{5}, &Log::note, &log, 0);
  world.run_until(at(5));
  CHECK_THROWS_AS(world.post_at(at(4), &Log::note, &log), InvariantError);
  CHECK_THROWS_AS(world.post(Duration{-1}, &Log::note, &log), InvariantError);
}

std::vector<std::uint64_t> permuted(std::uint64_t seed, bool permute) {
  World world({.seed = seed, .permute = permute});
  Log log;
  for (std::uint64_t i = 0; i < 60; ++i) {  // six lanes, ten events each, two instants
    const Duration delay{i < 30 ? 10 : 11};
    world.post(delay, &Log::note, &log, i, Lane{static_cast<std::uint32_t>(i % 6)});
  }
  world.run_until(at(100));
  return log.seen;
}

TEST_CASE("permutation keeps each lane's order and all events, and differs between seeds",
          "[sim][world]") {
  // EVIDENCE: DESIGN.md/3: order key (time, permutation, sequence); a lane keeps its order
  const auto plain = permuted(1, false);
  CHECK(std::ranges::is_sorted(plain));
  CHECK(permuted(2, false) == plain);
  const auto one = permuted(1, true);
  CHECK(one != plain);
  CHECK(one == permuted(1, true));
  CHECK(one != permuted(2, true));
  for (std::uint64_t lane = 0; lane < 6; ++lane) {
    std::vector<std::uint64_t> of_lane;
    std::ranges::copy_if(one, std::back_inserter(of_lane),
                         [&](std::uint64_t i) { return i % 6 == lane; });
    CHECK(of_lane.size() == 10);
    CHECK(std::ranges::is_sorted(of_lane));
  }
  for (std::size_t i = 0; i < 30; ++i) CHECK(one[i] < 30);  // time comes first
}

TEST_CASE("a cancelled event does not run and its record leaves the queue", "[sim][world]") {
  World world({});
  Log log;
  const EventId keep = world.post(seconds(1), &Log::note, &log, 1);
  std::size_t most = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const Duration delay{1'000'000 + 7919 * (i % 1000)};
    world.cancel(world.post(delay, &Log::note, &log, 2));
    most = std::max(most, world.queued());
  }
  CHECK(most <= 66);
  CHECK(world.pending() == 1);
  world.run_until(at(2'000'000'000));
  CHECK(log.seen == std::vector<std::uint64_t>{1});
  world.cancel(keep);  // stale: nothing happens
  world.cancel(EventId{});
  CHECK(world.pending() == 0);
}

TEST_CASE("a stale id does not cancel the event that took its slot", "[sim][world]") {
  World world({});
  Log log;
  const EventId first = world.post(Duration{1}, &Log::note, &log, 1);
  world.run_until(at(1));
  world.post(Duration{1}, &Log::note, &log, 2);
  world.cancel(first);
  world.run_until(at(2));
  CHECK(log.seen == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("run_until includes its instant and leaves time there or at the last event",
          "[sim][world]") {
  World world({});
  Log log;
  world.post(Duration{10}, &Log::note, &log, 1);
  world.post(Duration{20}, &Log::note, &log, 2);
  world.post(Duration{30}, &Log::note, &log, 3);
  CHECK(world.run_until(at(9)) == 0);
  CHECK(world.now() == at(9));
  CHECK(world.run_until(at(20)) == 2);
  CHECK(world.run_until(at(25)) == 0);
  CHECK(world.now() == at(25));
  CHECK(world.run_until(at(1000)) == 1);
  CHECK(world.now() == at(30));  // the queue ran empty: idle time costs nothing
  world.post(Duration{0}, &Log::note, &log, 4);
  CHECK(world.run_until(at(30)) == 1);
  CHECK(log.seen == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("stop ends the run after the present event; the next run goes on", "[sim][world]") {
  World world({});
  Log log;
  Action stop = [&] { world.stop(); };
  world.post(Duration{1}, &call, &stop);
  world.post(Duration{1}, &Log::note, &log, 1);
  CHECK(world.run_until(at(10)) == 1);
  CHECK(world.stopped());
  CHECK(world.now() == at(1));
  CHECK(world.run_until(at(10)) == 1);
  CHECK_FALSE(world.stopped());
  CHECK(log.seen.size() == 1);
}

TEST_CASE("a run may end after a number of events, in the midst of an instant", "[sim][world]") {
  World world({});
  Log log;
  for (std::uint64_t i = 0; i < 5; ++i) world.post(Duration{3}, &Log::note, &log, i);
  CHECK(world.run_until(at(10), 0) == 0);
  CHECK(world.now() == at(0));
  CHECK(world.run_until(at(10), 2) == 2);
  CHECK(world.now() == at(3));
  CHECK(log.seen.size() == 2);
  CHECK(world.run_until(at(10), 9) == 3);
}

TEST_CASE("kernel actions run after their event and before the next one, in order",
          "[sim][world]") {
  World world({});
  std::string order;
  Action second = [&] { order += "E"; };
  Action first = [&] {
    CHECK(world.in_event());
    world.between_events([&] {
      CHECK_FALSE(world.in_event());
      order += "a";
      world.between_events([&] { order += "c"; });
    });
    world.between_events([&] { order += "b"; });
    order += "e";
  };
  world.post(Duration{1}, &call, &first);
  world.post(Duration{1}, &call, &second);
  world.run_until(at(1));
  CHECK(order == "eabcE");
  world.between_events([&] { order += "!"; });
  world.run_until(at(1));
  CHECK(order == "eabcE!");
}

TEST_CASE("an action that throws stops the run; what waited behind it runs later", "[sim][world]") {
  World world({});
  int ran = 0;
  world.between_events([] { throw std::runtime_error("broken"); });
  world.between_events([&] { ++ran; });
  CHECK_THROWS_AS(world.run_until(at(1)), std::runtime_error);
  CHECK(ran == 0);
  world.run_until(at(1));
  CHECK(ran == 1);
}

TEST_CASE("instant hooks run once at the end of each instant, and again after posting",
          "[sim][world]") {
  World world({});
  Log log;
  std::vector<std::int64_t> closed;
  bool posted = false;
  const auto handle = world.add_instant_hook([&] {
    closed.push_back(ns(world.now()));
    if (ns(world.now()) == 20 && !posted) {
      posted = true;
      world.post(Duration{0}, &Log::note, &log, 99);
    }
  });
  for (const int t : {10, 10, 20, 30}) world.post(Duration{t}, &Log::note, &log, 1);
  world.run_until(at(20));
  // Instant 0 is closed too: what was done from outside belongs to it.
  CHECK(closed == std::vector<std::int64_t>{0, 10, 20, 20});
  CHECK(log.seen == std::vector<std::uint64_t>{1, 1, 1, 99});
  world.remove_instant_hook(handle);
  world.run_until(at(30));
  CHECK(closed.size() == 4);
}

TEST_CASE("a hook may remove itself and add another while hooks run", "[sim][world]") {
  World world({});
  Log log;
  int once = 0;
  int added = 0;
  std::uint64_t handle = 0;
  handle = world.add_instant_hook([&] {
    ++once;
    world.remove_instant_hook(handle);
    world.add_instant_hook([&] { ++added; });
  });
  world.post(Duration{1}, &Log::note, &log, 1);
  world.run_until(at(1));
  CHECK(once == 1);
  CHECK(added == 2);
}

}  // namespace
}  // namespace replsim::sim
