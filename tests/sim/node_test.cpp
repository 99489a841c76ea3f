// Nodes: start, crash, pause, power loss.
#include "sim/node.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/check.h"
#include "tests/catch.h"
#include "tests/sim/hardware.h"

namespace replsim::sim {
namespace {

Task<> tick(World& world, Node& node, std::vector<std::int64_t>& out) {
  while (true) {
    co_await sleep_on(world, node, Duration{10});
    out.push_back(ns(world.now()));
  }
}

TEST_CASE("a crash destroys software and Tasks; a start boots the next incarnation",
          "[sim][node]") {
  // EVIDENCE: DESIGN.md/4: a crash destroys both; the restarted software is built anew
  World world({});
  Node node(world, "east", Lane{1});
  struct Counted final : Software {
    explicit Counted(int& count) : alive(count) { ++alive; }
    ~Counted() override { --alive; }
    void receive(World&, Node&, Message) override {}
    int& alive;
  };
  int alive = 0;
  std::vector<std::int64_t> ticks;
  node.set_boot([&](World& w, Node& n) {
    n.tasks().spawn(w, tick(w, n, ticks));
    return std::make_unique<Counted>(alive);
  });
  CHECK(node.state() == NodeState::Down);
  CHECK(node.incarnation() == 0);
  node.start(world);
  node.start(world);  // nothing: it runs
  CHECK(node.incarnation() == 1);
  CHECK(alive == 1);
  world.run_until(at(25));
  CHECK(ticks == std::vector<std::int64_t>{10, 20});
  node.go_down(world, DownReason::Crash);
  CHECK(alive == 0);
  CHECK(node.software() == nullptr);
  CHECK(world.frames().in_use() == 0);
  CHECK(world.pending() == 0);
  node.start(world);
  CHECK(node.incarnation() == 2);
  CHECK(alive == 1);
  world.run_until(at(35));
  CHECK(ticks == std::vector<std::int64_t>{10, 20, 35});
}

TEST_CASE("states are traced with reason and incarnation", "[sim][node]") {
  World world({});
  Node node(world, "east", Lane{1});
  int changes = 0;
  node.add_state_hook([&](World&) { ++changes; });
  node.start(world);
  node.pause(world);
  node.pause(world);
  node.resume(world);
  node.resume(world);
  node.go_down(world, DownReason::ShutDown);
  node.go_down(world, DownReason::Crash);
  node.pause(world);  // nothing: it is down
  node.resume(world);
  const auto& kept = world.trace().kept();
  REQUIRE(kept.size() == 4);
  CHECK(kept[0].kind == kind::node_up.number);
  CHECK(kept[0].a == 1);
  CHECK(kept[1].kind == kind::node_paused.number);
  CHECK(kept[2].kind == kind::node_resumed.number);
  CHECK(kept[3].kind == kind::node_down.number);
  CHECK(kept[3].a == static_cast<std::uint64_t>(DownReason::ShutDown));
  CHECK(kept[3].b == 1);
  CHECK(kept[3].entity == node.entity());
  CHECK(changes == 4);
}

TEST_CASE("a kernel action inside an event is an error of ours", "[sim][node]") {
  World world({});
  Node node(world, "east", Lane{1});
  node.start(world);
  const auto crash = [](World& w, Node& n) -> Task<> {
    co_await sleep(w, Duration{1});
    n.go_down(w, DownReason::Crash);
  };
  TaskGroup group;
  group.spawn(world, crash(world, node));
  CHECK_THROWS_AS(world.run_until(at(5)), InvariantError);
  CHECK(node.running());
}

TEST_CASE("a timer that falls into a pause ends at resume; one beyond it ends in time",
          "[sim][node]") {
  World world({});
  Node node(world, "east", Lane{1});
  std::vector<std::int64_t> ticks;
  node.start(world);
  node.tasks().spawn(world, tick(world, node, ticks));
  const ActionAt pause(world, at(15), [&] { node.pause(world); });
  const ActionAt resume(world, at(42), [&] { node.resume(world); });
  world.run_until(at(60));
  CHECK(ticks == std::vector<std::int64_t>{10, 42, 52});
}

TEST_CASE("timers that expire in a pause end at resume, all of them and in their order",
          "[sim][node]") {
  // EVIDENCE: anchors/fault_catalogue.md/Host: timers fire in burst afterwards
  World world({});
  Node node(world, "east", Lane{1});
  node.start(world);
  std::vector<std::int64_t> ended;
  const auto nap = [](World& w, Node& n, std::int64_t length,
                      std::vector<std::int64_t>& out) -> Task<> {
    co_await sleep_on(w, n, Duration{length});
    out.push_back(length);
    out.push_back(ns(w.now()));
  };
  for (const std::int64_t length : {30, 20, 60, 25}) {
    node.tasks().spawn(world, nap(world, node, length, ended));
  }
  const ActionAt pause(world, at(15), [&] { node.pause(world); });
  const ActionAt resume(world, at(42), [&] { node.resume(world); });
  world.run_until(at(70));
  CHECK(ended == std::vector<std::int64_t>{20, 42, 25, 42, 30, 42, 60, 60});
}

TEST_CASE("what waits for resume runs in order, before what comes at that instant", "[sim][node]") {
  World world({});
  Node node(world, "east", Lane{1});
  node.start(world);
  node.pause(world);
  std::string order;
  const auto add = [&](char c) { return [&order, c] { order += c; }; };
  node.when_running(world, 1, add('a'));
  const std::uint64_t gone = node.when_running(world, 1, add('x'));
  node.when_running(world, 1, add('b'));
  node.when_running(world, 2, add('y'));  // of another incarnation: never
  node.forget(gone);
  CHECK(order.empty());
  node.resume(world);
  CHECK_FALSE(node.ready());
  node.when_running(world, 1, add('c'));
  CHECK(order.empty());
  world.run_until(at(0));
  CHECK(order == "abc");
  CHECK(node.ready());
  node.when_running(world, 1, add('d'));
  CHECK(order == "abcd");
}

TEST_CASE("a second pause holds what the first left over; a crash drops it", "[sim][node]") {
  World world({});
  Node node(world, "east", Lane{1});
  node.start(world);
  node.pause(world);
  std::string order;
  node.when_running(world, 1, [&] {
    order += 'a';
    world.between_events([&] { node.pause(world); });
  });
  node.when_running(world, 1, [&] { order += 'b'; });
  node.when_running(world, 1, [&] { order += 'c'; });
  node.resume(world);
  world.run_until(at(0));
  CHECK(order == "a");
  CHECK(node.state() == NodeState::Paused);
  node.go_down(world, DownReason::Crash);
  node.start(world);
  world.run_until(at(0));
  CHECK(order == "a");
  CHECK(world.pending() == 0);
}

TEST_CASE("a Task that is cancelled while it waits for resume is forgotten", "[sim][node]") {
  World world({});
  Node node(world, "east", Lane{1});
  node.start(world);
  node.pause(world);
  std::vector<std::int64_t> ticks;
  {
    TaskGroup group;
    group.spawn(world, tick(world, node, ticks));
    world.run_until(at(50));
  }
  node.resume(world);
  world.run_until(at(60));
  CHECK(ticks.empty());
  CHECK(world.frames().in_use() == 0);
}

TEST_CASE("a node knows its links and disks once", "[sim][node]") {
  World world({});
  Node east(world, "east", Lane{1});
  Node west(world, "west", Lane{2});
  Node south(world, "south", Lane{3});
  TestMedium medium;
  {
    Link link(world, {.name = "east-west", .latency = {.mean = Duration{5}}}, east, west);
    Disk disk(world, {.name = "east/d0"}, east, medium);
    east.attach(link);
    east.attach(disk);
    CHECK(east.link_to(west) == &link);
    CHECK(west.link_to(east) == &link);
    CHECK(east.link_to(south) == nullptr);
    CHECK(east.disks().size() == 1);
  }
  CHECK(east.link_to(west) == nullptr);
  CHECK(east.disks().empty());
}

}  // namespace
}  // namespace replsim::sim
