// Links: order, bandwidth, loss, sessions.
#include "sim/link.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "tests/catch.h"
#include "tests/sim/hardware.h"

namespace replsim::sim {
namespace {

/// Two nodes and a link. The far end notes what it gets.
struct Wire {
  explicit Wire(LinkConfig config, WorldOptions options = {})
      : world(options), link(world, std::move(config), east, west) {
    east.set_boot(noting(at_east));
    west.set_boot(noting(at_west));
    east.start(world);
    west.start(world);
  }
  void send(std::uint64_t request, std::uint32_t bytes = 64) {
    link.send(world, east, message(request, bytes));
  }
  World world;
  Notes at_east;
  Notes at_west;
  Node east{world, "east", Lane{1}};
  Node west{world, "west", Lane{2}};
  Link link;
};

LinkConfig plain_link() {
  return {.name = "east-west", .latency = {.mean = microseconds(50)}};
}

std::vector<DropReason> drops(const Collector& dropped) {
  std::vector<DropReason> out;
  for (const TraceEvent& event : dropped.events) out.push_back(static_cast<DropReason>(event.b));
  return out;
}

TEST_CASE("a message takes the latency, and what is sent at once keeps its order", "[sim][link]") {
  Wire wire(plain_link());
  for (std::uint64_t i = 1; i <= 3; ++i) wire.send(i);
  wire.link.send(wire.world, wire.west, message(9));
  wire.world.run_until(at(1'000'000));
  CHECK(wire.at_west.got == std::vector<Received>{{50'000, 1}, {50'001, 2}, {50'002, 3}});
  CHECK(wire.at_east.got == std::vector<Received>{{50'000, 9}});
  CHECK(wire.link.bytes_sent() == 256);
  CHECK(wire.link.round_trip() == microseconds(100));
}

TEST_CASE("a body arrives whole, and dies with a dropped message", "[sim][link]") {
  struct Body final : BodyOf<Body> {
    explicit Body(int& count) : alive(count) { ++alive; }
    ~Body() override { --alive; }
    int& alive;
  };
  int alive = 0;
  {
    Wire wire(plain_link());
    const auto send = [&] {
      Message with_body = message(1);
      with_body.words[3] = 77;
      with_body.body = std::make_unique<Body>(alive);
      wire.link.send(wire.world, wire.east, std::move(with_body));
    };
    send();
    wire.world.run_until(at(60'000));
    CHECK(wire.at_west.got.size() == 1);
    CHECK(alive == 0);
    wire.west.go_down(wire.world, DownReason::Crash);
    send();
    CHECK(alive == 1);
    wire.world.run_until(at(200'000));
    CHECK(alive == 0);
    send();
  }
  CHECK(alive == 0);
}

TEST_CASE("jitter never reorders a direction", "[sim][link]") {
  // EVIDENCE: DESIGN.md/3: a session's FIFO comes from strictly increasing delivery times
  LinkConfig config = plain_link();
  config.jitter = milliseconds(5);
  config.latency.p99 = microseconds(400);
  Wire wire(config, {.permute = true});
  for (std::uint64_t i = 0; i < 2000; ++i) {
    wire.send(i);
    wire.world.run_until(wire.world.now() + Duration{1000});
  }
  wire.world.run_until(at(1'000'000'000));
  const auto& got = wire.at_west.got;
  REQUIRE(got.size() == 2000);
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i].request == i);
  const auto not_later = [](const Received& a, const Received& b) { return a.time >= b.time; };
  CHECK(std::ranges::adjacent_find(got, not_later) == got.end());
}

TEST_CASE("messages queue for the bandwidth at exact times", "[sim][link]") {
  LinkConfig config = plain_link();
  config.bandwidth = 1'000'000'000;  // a byte a nanosecond
  Wire wire(config);
  wire.send(1, 10'000);
  wire.send(2, 500);
  wire.world.run_until(at(20'000));
  wire.send(3, 1000);  // the wire is idle again
  wire.world.run_until(at(1'000'000));
  CHECK(wire.at_west.got == std::vector<Received>{{60'000, 1}, {60'500, 2}, {71'000, 3}});
  CHECK(transfer_time(3, 1'000'000'000'000) == Duration{1});  // rounded up
}

TEST_CASE("what exceeds the queue is dropped; the wire itself is no queue", "[sim][link]") {
  LinkConfig config = plain_link();
  config.bandwidth = 1'000'000'000;
  config.queue = 1500;
  Wire wire(config);
  const Collector dropped(wire.world, kind::message_dropped);
  wire.send(1, 1000);
  wire.send(2, 500);
  wire.send(3, 500);
  wire.world.run_until(at(400));
  wire.send(4, 400);
  wire.world.run_until(at(1'000'000));
  CHECK(wire.at_west.requests() == std::vector<std::uint64_t>{1, 2, 4});
  CHECK(drops(dropped) == std::vector{DropReason::QueueFull});
}

TEST_CASE("a message for another session is dropped at delivery", "[sim][link]") {
  // EVIDENCE: DESIGN.md/4: what arrives at a dead node or for an older session is dropped
  Wire wire(plain_link());
  const Collector dropped(wire.world, kind::message_dropped);
  SECTION("the target is down") {
    wire.send(1);
    wire.west.go_down(wire.world, DownReason::Crash);
    wire.world.run_until(at(100'000));
    CHECK(drops(dropped) == std::vector{DropReason::NodeDown});
  }
  SECTION("the target has restarted") {
    wire.send(1);
    wire.west.go_down(wire.world, DownReason::Crash);
    wire.west.start(wire.world);
    wire.world.run_until(at(100'000));
    CHECK(drops(dropped) == std::vector{DropReason::OldSession});
  }
  SECTION("the sender has restarted") {
    wire.send(1);
    wire.east.go_down(wire.world, DownReason::Crash);
    wire.east.start(wire.world);
    wire.send(2);
    wire.world.run_until(at(100'000));
    CHECK(wire.at_west.requests() == std::vector<std::uint64_t>{2});
    CHECK(drops(dropped) == std::vector{DropReason::OldSession});
    return;
  }
  SECTION("the sender is down: what it sent arrives") {
    wire.send(1);
    wire.east.go_down(wire.world, DownReason::Crash);
    wire.world.run_until(at(100'000));
    CHECK(wire.at_west.requests() == std::vector<std::uint64_t>{1});
    CHECK(dropped.events.empty());
    return;
  }
  CHECK(wire.at_west.got.empty());
}

TEST_CASE("a paused target gets everything at resume, in order", "[sim][link]") {
  Wire wire(plain_link());
  const ActionAt pause(wire.world, at(10'000), [&] { wire.west.pause(wire.world); });
  const ActionAt resume(wire.world, at(250'000), [&] { wire.west.resume(wire.world); });
  for (std::uint64_t i = 1; i <= 50; ++i) wire.send(i);
  wire.world.run_until(at(200'000));
  CHECK(wire.at_west.got.empty());
  for (std::uint64_t i = 51; i <= 60; ++i) wire.send(i);  // arrive at the very instant of resume
  wire.world.run_until(at(300'000));
  const auto requests = wire.at_west.requests();
  REQUIRE(requests.size() == 60);
  CHECK(std::ranges::is_sorted(requests));
  CHECK(wire.at_west.got[49].time == 250'000);
  CHECK(wire.at_west.got[59].time == 250'009);
}

TEST_CASE("what a paused target holds is dropped by its crash and by the sender's restart",
          "[sim][link]") {
  Wire wire(plain_link());
  const Collector dropped(wire.world, kind::message_dropped);
  wire.west.pause(wire.world);
  for (std::uint64_t i = 1; i <= 3; ++i) wire.send(i);
  wire.world.run_until(at(100'000));
  SECTION("crash of the target") {
    wire.west.go_down(wire.world, DownReason::Crash);
    CHECK(drops(dropped) == std::vector(3, DropReason::NodeDown));
    CHECK(dropped.events[0].c == 1);
    CHECK(dropped.events[2].c == 3);
    wire.west.start(wire.world);
  }
  SECTION("restart of the sender") {
    wire.east.go_down(wire.world, DownReason::Crash);
    wire.east.start(wire.world);
    wire.west.resume(wire.world);
    wire.world.run_until(at(200'000));
    CHECK(drops(dropped) == std::vector(3, DropReason::OldSession));
  }
  wire.world.run_until(at(300'000));
  CHECK(wire.at_west.got.empty());
}

// Faults ---------------------------------------------------------------------------------------

TEST_CASE("a cut drops what is sent and what arrives in its direction alone", "[sim][link]") {
  Wire wire(plain_link());
  const Collector dropped(wire.world, kind::message_dropped);
  const Collector hits(wire.world, kind::fault_hit);
  wire.send(1);  // in flight when the cut begins
  wire.link.send(wire.world, wire.west, message(11));
  wire.world.run_until(at(10'000));
  LinkFault cut{.id = {5}, .forward = true, .backward = false, .cut = true};
  wire.link.add_fault(wire.world, cut);
  wire.send(2);
  wire.link.send(wire.world, wire.west, message(12));
  CHECK_FALSE(wire.link.open());
  wire.world.run_until(at(100'000));
  wire.link.remove_fault(wire.world, {5});
  wire.send(3);
  wire.world.run_until(at(200'000));
  CHECK(wire.link.open());
  CHECK(wire.at_west.requests() == std::vector<std::uint64_t>{3});
  CHECK(wire.at_east.requests() == std::vector<std::uint64_t>{11, 12});
  CHECK(drops(dropped) == std::vector(2, DropReason::Cut));
  REQUIRE(hits.events.size() == 2);
  CHECK(hits.events[0].a == 5);
  CHECK(hits.events[0].b == static_cast<std::uint64_t>(LinkHit::Cut));
  CHECK(hits.events[0].entity == wire.link.entity());
}

TEST_CASE("a cut that is over before the message arrives does no harm", "[sim][link]") {
  Wire wire(plain_link());
  wire.send(1);
  wire.link.add_fault(wire.world, LinkFault{.id = {1}, .cut = true});
  wire.world.run_until(at(20'000));
  wire.link.remove_fault(wire.world, {1});
  wire.world.run_until(at(100'000));
  CHECK(wire.at_west.requests() == std::vector<std::uint64_t>{1});
}

TEST_CASE("latencies add up and loss drops its share", "[sim][link]") {
  Wire wire(plain_link());
  wire.link.add_fault(wire.world, LinkFault{.id = {1}, .add = microseconds(100)});
  wire.link.add_fault(wire.world, LinkFault{.id = {2}, .backward = false, .add = microseconds(30)});
  wire.send(1);
  CHECK(wire.link.round_trip() == microseconds(330));
  wire.world.run_until(at(180'000));
  CHECK(wire.at_west.got == std::vector<Received>{{180'000, 1}});
  wire.link.remove_fault(wire.world, {1});
  wire.link.remove_fault(wire.world, {2});
  const Collector hits(wire.world, kind::fault_hit);
  wire.link.add_fault(wire.world, LinkFault{.id = {3},
                                            .loss_ppb = 200'000'000,
                                            .chance = wire.world.stream("fault-3", "loss")});
  for (std::uint64_t i = 0; i < 5000; ++i) wire.send(i);
  wire.world.run_until(at(1'000'000'000));
  const std::size_t lost = 5001 - wire.at_west.got.size();
  CHECK(lost > 900);
  CHECK(lost < 1100);
  CHECK(hits.events.size() == lost);
}

/// A thousand messages under overlapping faults, lifted in one of two orders.
std::uint64_t composed_link_faults(bool swapped, bool with_nothing, std::uint64_t seed = 5) {
  LinkConfig config = plain_link();
  config.jitter = microseconds(20);
  config.loss_ppb = 10'000'000;
  Wire wire(config, {.seed = seed});
  const auto fault = [&](std::uint32_t id, std::uint32_t loss, Duration add) {
    LinkFault out{.id = {id}, .loss_ppb = loss, .add = add};
    out.chance = wire.world.stream("fault-" + std::to_string(id), "loss");
    return out;
  };
  if (swapped) {
    wire.link.add_fault(wire.world, fault(2, 300'000'000, Duration{0}));
    wire.link.add_fault(wire.world, fault(1, 50'000'000, microseconds(9)));
  } else {
    wire.link.add_fault(wire.world, fault(1, 50'000'000, microseconds(9)));
    wire.link.add_fault(wire.world, fault(2, 300'000'000, Duration{0}));
  }
  if (with_nothing) wire.link.add_fault(wire.world, fault(3, 0, Duration{0}));
  for (std::uint64_t i = 0; i < 1000; ++i) {
    wire.send(i);
    wire.world.run_until(wire.world.now() + microseconds(3));
    if (i == 600) {
      wire.link.remove_fault(wire.world, {swapped ? 1u : 2u});
      wire.link.remove_fault(wire.world, {swapped ? 2u : 1u});
    }
  }
  wire.world.run_until(at(1'000'000'000));
  CHECK(wire.at_west.got.size() < 900);
  return wire.world.trace().hash();
}

TEST_CASE("faults compose in any order, and a share of nothing is no fault", "[sim][link]") {
  // EVIDENCE: DESIGN.md/2: overlaps compose; lifting order does not matter
  const std::uint64_t plain_run = composed_link_faults(false, false);
  CHECK(composed_link_faults(false, false) == plain_run);
  CHECK(composed_link_faults(true, false) == plain_run);
  CHECK(composed_link_faults(false, true) == plain_run);
  CHECK(composed_link_faults(false, false, 6) != plain_run);
}

}  // namespace
}  // namespace replsim::sim
