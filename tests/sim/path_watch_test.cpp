// When an end learns that its path is lost or found.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/link.h"
#include "tests/catch.h"
#include "tests/sim/hardware.h"

namespace replsim::sim {
namespace {

/// What the ends learn, in order: "e-1100" when east lost the path at 1100 us.
using Findings = std::vector<std::string>;

/// Watches of both ends: 10 us one way, time-out 1 ms.
struct Path {
  Path() {
    east.start(world);
    west.start(world);
    of_east.emplace(world, link, east, milliseconds(1), note("e"));
    of_west.emplace(world, link, west, milliseconds(1), note("w"));
  }
  std::function<void(bool)> note(std::string name) {
    return [this, name](bool found) {
      log.push_back(name + (found ? "+" : "-") + std::to_string(ns(world.now()) / 1000));
    };
  }
  void run(int microseconds_since_epoch) {
    world.run_until(at(std::int64_t{1000} * microseconds_since_epoch));
  }
  World world{{}};
  Findings log;
  Node east{world, "east", Lane{1}};
  Node west{world, "west", Lane{2}};
  Link link{world, {.name = "east-west", .latency = {.mean = microseconds(10)}}, east, west};
  std::optional<PathWatch> of_east;
  std::optional<PathWatch> of_west;
  ActionAt hold{world, at(1'000'000'000), [] {}};  // so that time goes on
};

TEST_CASE("both ends lose a cut path after the time-out and find it a round trip after it opens",
          "[sim][path]") {
  // EVIDENCE: DESIGN.md/3: idle time costs nothing; spec/fault catalogue: one-way cut breaks probes
  const bool one_way = GENERATE(false, true);
  Path path;
  CHECK(path.of_east->found());
  path.run(100);
  path.link.add_fault(path.world, LinkFault{.id = {1}, .backward = !one_way, .cut = true});
  path.run(1099);
  CHECK(path.log.empty());
  path.run(3000);
  CHECK(path.log == Findings{"e-1100", "w-1100"});
  CHECK_FALSE(path.of_west->found());
  path.link.remove_fault(path.world, {1});
  path.run(5000);
  CHECK(path.log == Findings{"e-1100", "w-1100", "e+3020", "w+3020"});
  CHECK(path.world.events_run() == 4);
}

TEST_CASE("a path that opens before the time-out is not lost, one that closes is not found",
          "[sim][path]") {
  Path path;
  const LinkFault cut{.id = {1}, .cut = true};
  path.link.add_fault(path.world, cut);
  path.run(999);
  path.link.remove_fault(path.world, {1});
  path.run(1001);
  path.link.add_fault(path.world, cut);
  path.run(1500);
  path.link.add_fault(path.world, LinkFault{.id = {2}, .loss_ppb = parts_per_billion});
  path.link.remove_fault(path.world, {1});  // all is lost still: the path stays closed
  path.run(2500);
  CHECK(path.log == Findings{"e-2001", "w-2001"});
  path.link.remove_fault(path.world, {2});
  path.run(2519);
  path.link.add_fault(path.world, cut);
  path.run(4000);
  CHECK(path.log.size() == 2);
}

TEST_CASE("a loss below the whole does not close the path", "[sim][path]") {
  Path path;
  path.link.add_fault(path.world, LinkFault{.id = {1}, .loss_ppb = parts_per_billion - 1});
  path.run(5000);
  CHECK(path.log.empty());
}

TEST_CASE("a peer that is down or paused is lost, and found when it runs again", "[sim][path]") {
  Path path;
  path.of_west.reset();  // destroyed with the software
  const bool pause = GENERATE(false, true);
  if (pause) {
    path.west.pause(path.world);
  } else {
    path.west.go_down(path.world, DownReason::Crash);
  }
  path.run(2000);
  CHECK(path.log == Findings{"e-1000"});
  if (pause) {
    path.west.resume(path.world);
  } else {
    path.west.start(path.world);
  }
  path.run(3000);
  CHECK(path.log == Findings{"e-1000", "e+2020"});
}

TEST_CASE("a paused owner's watch does not tick", "[sim][path]") {
  Path path;
  path.of_west.reset();
  path.link.add_fault(path.world, LinkFault{.id = {1}, .cut = true});
  path.run(300);
  path.east.pause(path.world);
  path.run(5000);
  CHECK(path.log.empty());
  path.east.resume(path.world);
  path.run(5699);
  CHECK(path.log.empty());
  path.run(5700);
  CHECK(path.log == Findings{"e-5700"});
}

TEST_CASE("a pause of the owner alone loses nothing at its own end", "[sim][path]") {
  Path path;
  path.east.pause(path.world);
  path.run(400);
  path.east.resume(path.world);
  path.run(5000);
  CHECK(path.log.empty());  // and the other end's count was cancelled in time
}

TEST_CASE("a watch made on a closed path starts as lost, without a call", "[sim][path]") {
  Path path;
  path.link.add_fault(path.world, LinkFault{.id = {1}, .cut = true});
  path.of_east.reset();
  path.of_west.reset();
  PathWatch late(path.world, path.link, path.east, milliseconds(1), path.note("l"));
  CHECK_FALSE(late.found());
  path.run(3000);
  CHECK(path.log.empty());
  path.link.remove_fault(path.world, {1});
  path.run(4000);
  CHECK(path.log == Findings{"l+3020"});
}

TEST_CASE("the call may destroy the watch", "[sim][path]") {
  Path path;
  path.of_west.reset();
  path.of_east.emplace(path.world, path.link, path.east, milliseconds(1), [&path](bool) {
    path.of_east.reset();
    path.log.push_back("gone");
  });
  path.link.add_fault(path.world, LinkFault{.id = {1}, .cut = true});
  path.run(5000);
  CHECK(path.log == Findings{"gone"});
}

}  // namespace
}  // namespace replsim::sim
