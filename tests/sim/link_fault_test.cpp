// Faults of a link beyond cut, loss and latency: what each does to the messages, in which
// direction, and that a share of nothing is no fault.
// EVIDENCE: anchors/fault_catalogue.md/Network; DESIGN.md/2 (overlaps compose)
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/link.h"
#include "tests/catch.h"
#include "tests/sim/hardware.h"

namespace replsim::sim {
namespace {

using Requests = std::vector<std::uint64_t>;

/// Two nodes and a link of 50 us; both ends note what they get.
struct Wire {
  explicit Wire(std::uint64_t bandwidth = 0)
      : world(WorldOptions{}),
        link(world,
             {.name = "east-west", .latency = {.mean = microseconds(50)}, .bandwidth = bandwidth},
             east, west) {
    east.set_boot(noting(at_east));
    west.set_boot(noting(at_west));
    east.start(world);
    west.start(world);
  }
  void send(std::uint64_t request, std::uint16_t kind = 7) {
    Message out = message(request, 1000);
    out.kind = kind;
    link.send(world, east, std::move(out));
  }
  void back(std::uint64_t request) { link.send(world, west, message(request)); }
  void fault(LinkFault fault) {
    fault.chance = world.stream("fault-" + std::to_string(fault.id.value), "strike");
    link.add_fault(world, std::move(fault));
  }
  void run(std::int64_t microseconds_since_epoch) {
    world.run_until(at(1000 * microseconds_since_epoch));
  }
  World world;
  Notes at_east;
  Notes at_west;
  Node east{world, "east", Lane{1}};
  Node west{world, "west", Lane{2}};
  Link link;
};

std::size_t hits_of(const Collector& hits, LinkHit what) {
  return static_cast<std::size_t>(
      std::ranges::count(hits.events, static_cast<std::uint64_t>(what),
                         [](const TraceEvent& event) { return event.b; }));
}

TEST_CASE("a duplicate comes next behind its first, in its direction alone", "[sim][link]") {
  Wire wire;
  const Collector hits(wire.world, kind::fault_hit);
  wire.fault({.id = {1}, .backward = false, .duplicate_ppb = parts_per_billion});
  wire.send(1);
  wire.send(2);
  wire.back(9);
  wire.run(1000);
  CHECK(wire.at_west.got ==
        std::vector<Received>{{50'000, 1}, {50'001, 1}, {50'002, 2}, {50'003, 2}});
  CHECK(wire.at_east.requests() == Requests{9});
  CHECK(hits_of(hits, LinkHit::Duplicate) == 2);
}

TEST_CASE("a duplicate has a body of its own", "[sim][link]") {
  struct Body final : BodyOf<Body> {
    explicit Body(std::vector<const Body*>& list) : all(list) { all.push_back(this); }
    Body(const Body& other) : BodyOf<Body>(other), all(other.all) { all.push_back(this); }
    std::vector<const Body*>& all;
  };
  std::vector<const Body*> bodies;
  Wire wire;
  wire.fault({.id = {1}, .duplicate_ppb = parts_per_billion});
  Message out = message(1);
  out.body = std::make_unique<Body>(bodies);
  wire.link.send(wire.world, wire.east, std::move(out));
  wire.run(1000);
  REQUIRE(bodies.size() == 2);
  CHECK(bodies[0] != bodies[1]);
  CHECK(wire.at_west.requests() == Requests{1, 1});
}

TEST_CASE("a reordered message comes later and holds up nothing", "[sim][link]") {
  Wire wire;
  wire.fault({.id = {1}, .reorder_ppb = parts_per_billion, .gap = microseconds(30)});
  wire.send(1);
  wire.link.remove_fault(wire.world, {1});
  wire.send(2);
  wire.run(1000);
  CHECK(wire.at_west.got == std::vector<Received>{{50'001, 2}, {80'000, 1}});
}

TEST_CASE("bursts lose their share, in runs of their length", "[sim][link]") {
  const std::uint64_t length = GENERATE(1, 10, 50);
  const std::uint32_t rate = GENERATE(50'000'000u, 400'000'000u);
  CAPTURE(length, rate);
  Wire wire;
  wire.fault({.id = {1}, .bursts = LossBursts::of(rate, length)});
  constexpr std::uint64_t sent = 200'000;
  for (std::uint64_t i = 0; i < sent; ++i) {
    wire.send(i);
    wire.run(static_cast<std::int64_t>(i));
  }
  wire.run(sent + 1000);
  const auto got = wire.at_west.requests();
  const std::uint64_t lost = sent - got.size();
  CHECK(lost * 10 > sent * (rate / 1'000'000) / 1000 * 8);
  CHECK(lost * 10 < sent * (rate / 1'000'000) / 1000 * 12);
  std::uint64_t gaps = got.front() > 0 ? 1 : 0;
  for (std::size_t i = 1; i < got.size(); ++i) gaps += got[i] != got[i - 1] + 1 ? 1 : 0;
  // A burst of one may follow another at once, so that runs are a little longer.
  CHECK(lost * 10 > gaps * length * 8);
  CHECK(lost * 10 < gaps * length * 10 * parts_per_billion / (parts_per_billion - rate));
}

TEST_CASE("bursts of all or of nothing", "[sim][link]") {
  Wire wire;
  wire.fault({.id = {1}, .bursts = LossBursts::of(0, 10)});
  for (std::uint64_t i = 0; i < 100; ++i) wire.send(i);
  wire.fault({.id = {2}, .bursts = LossBursts::of(parts_per_billion, 10)});
  for (std::uint64_t i = 100; i < 200; ++i) wire.send(i);
  wire.run(1'000'000);
  CHECK(wire.at_west.got.size() == 100);
}

TEST_CASE("the least bandwidth of all is what is left, and the line's own returns", "[sim][link]") {
  Wire wire(1'000'000'000);  // a byte a nanosecond
  const Collector hits(wire.world, kind::fault_hit);
  wire.fault({.id = {1}, .backward = false, .bandwidth = 10'000'000});
  wire.fault({.id = {2}, .bandwidth = 100'000'000});
  wire.fault({.id = {3}, .bandwidth = 5'000'000'000});  // more than there is
  wire.send(1);
  wire.send(2);
  wire.link.remove_fault(wire.world, {1});
  wire.link.remove_fault(wire.world, {2});
  wire.send(3);
  wire.run(1'000'000);
  CHECK(wire.at_west.got == std::vector<Received>{{150'000, 1}, {250'000, 2}, {251'000, 3}});
  CHECK(hits_of(hits, LinkHit::Bandwidth) == 4);
}

TEST_CASE("what a clog holds arrives at its end at once and in order, before what comes later",
          "[sim][link]") {
  Wire wire;
  const Collector hits(wire.world, kind::fault_hit);
  const ActionAt until(wire.world, at(10'000'000), [] {});
  wire.send(1);  // in flight when it begins
  wire.fault({.id = {1}, .backward = false, .clog = true});
  wire.fault({.id = {2}, .clog = true});
  CHECK_FALSE(wire.link.open());
  wire.send(2);
  wire.run(100);
  wire.back(8);
  wire.link.remove_fault(wire.world, {2});
  CHECK_FALSE(wire.link.open());
  wire.run(450);
  wire.send(3);
  wire.run(500);
  CHECK(wire.at_west.got.empty());
  CHECK(wire.at_east.requests() == Requests{8});  // only forward is clogged since
  wire.link.remove_fault(wire.world, {1});
  CHECK(wire.link.open());
  wire.send(4);
  wire.run(1000);
  CHECK(wire.at_west.got ==
        std::vector<Received>{{500'000, 1}, {500'000, 2}, {500'000, 3}, {550'000, 4}});
  CHECK(hits_of(hits, LinkHit::Clog) == 5);
}

TEST_CASE("what a clog holds is judged when it ends", "[sim][link]") {
  Wire wire;
  const Collector dropped(wire.world, kind::message_dropped);
  wire.fault({.id = {1}, .clog = true});
  wire.send(1);
  wire.run(100);
  wire.west.go_down(wire.world, DownReason::Crash);
  wire.west.start(wire.world);
  wire.link.remove_fault(wire.world, {1});
  wire.run(200);
  CHECK(wire.at_west.got.empty());
  REQUIRE(dropped.events.size() == 1);
  CHECK(dropped.events[0].b == static_cast<std::uint64_t>(DropReason::OldSession));
}

TEST_CASE("a filter drops the kinds that it names and leaves the path open", "[sim][link]") {
  Wire wire;
  const Collector dropped(wire.world, kind::message_dropped);
  wire.fault({.id = {1}, .filter_kinds = std::uint64_t{1} << 24});
  CHECK(wire.link.open());
  wire.send(1, 24);
  wire.send(2, 23);
  wire.send(3, 24 + 64);
  wire.run(1000);
  CHECK(wire.at_west.requests() == Requests{2, 3});
  REQUIRE(dropped.events.size() == 1);
  CHECK(dropped.events[0].b == static_cast<std::uint64_t>(DropReason::Filter));
}

/// A thousand messages under `faults`, lifted in the order given or the other one.
std::uint64_t hash_with(const std::vector<LinkFault>& faults, bool turned) {
  Wire wire(200'000'000);
  const ActionAt until(wire.world, at(100'000'000), [] {});
  for (const LinkFault& fault : faults) wire.fault(fault);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    wire.send(i, static_cast<std::uint16_t>(i % 3));
    wire.run(static_cast<std::int64_t>(i) * 7);
    if (i != 600) continue;
    for (std::size_t k = 0; k < faults.size(); ++k) {
      wire.link.remove_fault(wire.world, faults[turned ? faults.size() - 1 - k : k].id);
    }
  }
  wire.run(50'000);
  return wire.world.trace().hash();
}

TEST_CASE("all faults of a link compose, and are lifted in any order", "[sim][link]") {
  const std::vector<LinkFault> all{
      {.id = {1}, .duplicate_ppb = 100'000'000},
      {.id = {2}, .reorder_ppb = 200'000'000, .gap = microseconds(40)},
      {.id = {3}, .bursts = LossBursts::of(100'000'000, 5)},
      {.id = {4}, .bandwidth = 50'000'000},
      {.id = {5}, .clog = true},
      {.id = {6}, .filter_kinds = 2},
  };
  const std::uint64_t plain = hash_with({}, false);
  CHECK(hash_with(all, false) == hash_with(all, true));
  for (const LinkFault& fault : all) {
    CAPTURE(fault.id.value);
    CHECK(hash_with({fault}, false) != plain);
  }
}

TEST_CASE("a share of nothing is no fault", "[sim][link]") {
  const std::uint64_t plain = hash_with({}, false);
  CHECK(hash_with({{.id = {1}, .duplicate_ppb = 0}}, false) == plain);
  CHECK(hash_with({{.id = {1}, .reorder_ppb = 0, .gap = microseconds(40)}}, false) == plain);
  CHECK(hash_with({{.id = {1}, .bursts = LossBursts::of(0, 5)}}, false) == plain);
  CHECK(hash_with({{.id = {1}, .filter_kinds = 7, .filter_ppb = 0}}, false) == plain);
}

}  // namespace
}  // namespace replsim::sim
