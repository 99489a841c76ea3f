// Slow software: messages are handled late, one after the other, from whatever link they come.
// EVIDENCE: anchors/fault_catalogue.md/Host (slow CPU); DESIGN.md/2 (overlaps compose)
#include <cstdint>
#include <vector>

#include "sim/link.h"
#include "tests/catch.h"
#include "tests/sim/hardware.h"

namespace replsim::sim {
namespace {

/// Two hosts that send to an array over links of 50 us.
struct Desk {
  Desk() {
    array.set_boot(noting(notes));
    for (Node* node : {&first, &second, &array}) node->start(world);
  }
  void send(Link& link, Node& from, std::uint64_t request) {
    link.send(world, from, message(request));
  }
  World world{WorldOptions{}};
  Notes notes;
  Node first{world, "h1", Lane{1}};
  Node second{world, "h2", Lane{2}};
  Node array{world, "east", Lane{3}};
  Link one{world, {.name = "h1-east", .latency = {.mean = microseconds(50)}}, first, array};
  Link two{world, {.name = "h2-east", .latency = {.mean = microseconds(50)}}, second, array};
};

constexpr std::int64_t us = 1000;

}  // namespace

TEST_CASE("a slow node handles one message after the other, of all its links", "[sim][slow]") {
  Desk desk;
  desk.array.slow({1}, 4);  // 30 us more for each
  desk.send(desk.one, desk.first, 1);
  desk.send(desk.two, desk.second, 2);
  desk.send(desk.one, desk.first, 3);
  desk.world.run_until(at(1000 * us));
  CHECK(desk.notes.got == std::vector<Received>{{80 * us, 1}, {110 * us, 2}, {140 * us, 3}});
}

TEST_CASE("a node of half the speed takes twice as long, and a fault multiplies that",
          "[sim][slow]") {
  Desk desk;
  desk.array.set_speed(500'000'000);
  desk.send(desk.one, desk.first, 1);
  desk.world.run_until(at(100 * us));
  CHECK(desk.notes.got == std::vector<Received>{{60 * us, 1}});
  desk.array.slow({1}, 3);  // 6 times 10 us
  desk.send(desk.one, desk.first, 2);
  desk.world.run_until(at(1000 * us));
  CHECK(desk.notes.got.back().time - desk.notes.got.front().time == 100 * us);
  desk.array.unslow({1});
  desk.array.set_speed(2'000'000'000);
  desk.send(desk.one, desk.first, 3);
  desk.world.run_until(at(2000 * us));
  CHECK(desk.notes.got.back().time - desk.notes.got[1].time == 50 * us);
}

TEST_CASE("slownesses multiply, and lifting one leaves the other", "[sim][slow]") {
  Desk desk;
  desk.array.slow({1}, 4);
  desk.array.slow({2}, 3);
  desk.send(desk.one, desk.first, 1);
  desk.world.run_until(at(200 * us));
  CHECK(desk.notes.got == std::vector<Received>{{160 * us, 1}});
  desk.array.unslow({1});
  desk.send(desk.one, desk.first, 2);
  desk.world.run_until(at(400 * us));
  desk.array.unslow({2});
  desk.send(desk.one, desk.first, 3);
  desk.world.run_until(at(600 * us));
  REQUIRE(desk.notes.got.size() == 3);
  // Time stands at the last event when nothing else is to come.
  CHECK(desk.notes.got[1].time - desk.notes.got[0].time == 70 * us);
  CHECK(desk.notes.got[2].time - desk.notes.got[1].time == 50 * us);
}

TEST_CASE("what a slow node had before it is lost in a crash and waits in a pause", "[sim][slow]") {
  for (const bool crashes : {true, false}) {
    CAPTURE(crashes);
    Desk desk;
    desk.array.slow({1}, 11);  // 100 us more
    desk.send(desk.one, desk.first, 1);
    const ActionAt stop(desk.world, at(100 * us), [&] {
      if (crashes) {
        desk.array.go_down(desk.world, DownReason::Crash);
        desk.array.start(desk.world);
      } else {
        desk.array.pause(desk.world);
      }
    });
    const ActionAt go(desk.world, at(900 * us), [&] { desk.array.resume(desk.world); });
    desk.world.run_until(at(2000 * us));
    if (crashes) {
      CHECK(desk.notes.got.empty());
    } else {
      CHECK(desk.notes.got == std::vector<Received>{{900 * us, 1}});
    }
    CHECK(desk.world.pending() == 0);
  }
}

}  // namespace replsim::sim
