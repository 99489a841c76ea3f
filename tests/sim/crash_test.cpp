// A crash after event n, for every n: two nodes that play ping-pong, each noting every ball on its
// disk before it answers. Whatever is destroyed wherever, nothing leaks and nothing dangles (run
// under the sanitizers with the frame pool off), and what was flushed is not forgotten.
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/disk.h"
#include "sim/inbox.h"
#include "sim/link.h"
#include "tests/catch.h"
#include "tests/sim/hardware.h"

namespace replsim::sim {
namespace {

constexpr std::uint64_t last_ball = 12;

/// Notes each ball durably, then plays it back one higher; serves again when nothing comes.
class Player final : public Software {
 public:
  Player(World& world, Node& node, Disk& disk, TestMedium& medium, Link& link)
      : node_(node), disk_(disk), medium_(medium), link_(link) {
    node.tasks().spawn(world, play(world));
    node.tasks().spawn(world, serve(world));
  }
  void receive(World&, Node&, Message message) override { balls_.deliver(message.request); }

 private:
  Task<> play(World& world) {
    while (true) {
      const std::uint64_t ball = co_await balls_.receive(world);
      if (ball > medium_.read(0)) co_await note(world, ball);
      send(world, medium_.read(0) + 1);
    }
  }
  Task<> note(World& world, std::uint64_t ball) {
    const DiskWrite write{.extent = {.lba = 0, .blocks = 1}, .stamp = ball};
    DiskTicket written = disk_.write(world, write);
    co_await written;
    DiskTicket flushed = disk_.flush(world);
    co_await flushed;
  }
  Task<> serve(World& world) {
    while (medium_.read(0) < last_ball) {
      send(world, medium_.read(0) + 1);
      co_await sleep_on(world, node_, milliseconds(3));
    }
  }
  void send(World& world, std::uint64_t ball) {
    if (ball <= last_ball + 1) link_.send(world, node_, message(ball));
  }

  Node& node_;
  Disk& disk_;
  TestMedium& medium_;
  Link& link_;
  Inbox<std::uint64_t> balls_;
};

enum class Blow { None, Crash, PowerLoss, Pause };

struct Game {
  Game(std::uint64_t seed, bool permute) : world({.seed = seed, .permute = permute}) {
    east.set_boot([this](World& w, Node& n) {
      return std::make_unique<Player>(w, n, east_disk, east_medium, link);
    });
    west.set_boot([this](World& w, Node& n) {
      return std::make_unique<Player>(w, n, west_disk, west_medium, link);
    });
    east.start(world);
    west.start(world);
  }
  static DiskConfig disk(const char* name) {
    return {.name = name,
            .size = 1 << 20,
            .read = {.mean = microseconds(80)},
            .write = {.mean = microseconds(20), .p99 = microseconds(40)},
            .cache = 1 << 16};
  }
  bool over() const { return east_medium.read(0) >= last_ball && west_medium.read(0) >= last_ball; }
  /// Run `events` events, then the blow at east, then its end a millisecond later, then the rest.
  void run(std::uint64_t events, Blow blow) {
    world.run_until(at(1'000'000'000), events);
    CHECK(world.events_run() == events);
    const std::uint64_t flushed = east_medium.kept[0];
    switch (blow) {
      case Blow::None: break;
      case Blow::Crash: east.go_down(world, DownReason::Crash); break;
      case Blow::PowerLoss: east.go_down(world, DownReason::PowerLoss); break;
      case Blow::Pause: east.pause(world); break;
    }
    const bool remembers = east_medium.kept[0] >= flushed;
    REQUIRE(remembers);
    const ActionAt back(world, world.now() + milliseconds(1), [this] {
      east.resume(world);
      east.start(world);
    });
    world.run_until(world.now() + seconds(1));
  }

  World world;
  TestMedium east_medium;
  TestMedium west_medium;
  Node east{world, "east", Lane{1}};
  Node west{world, "west", Lane{2}};
  Link link{world, {.name = "l", .latency = {.mean = microseconds(50)}}, east, west};
  Disk east_disk{world, disk("east/d0"), east, east_medium};
  Disk west_disk{world, disk("west/d0"), west, west_medium};
};

struct Outcome {
  std::uint64_t hash;
  std::uint64_t events;
  bool operator==(const Outcome&) const = default;
};

Outcome play(std::uint64_t events, Blow blow, std::uint64_t seed = 1, bool permute = false) {
  Game game(seed, permute);
  game.run(events, blow);
  CHECK(game.over());
  game.east.go_down(game.world, DownReason::Crash);
  game.west.go_down(game.world, DownReason::Crash);
  CHECK(game.world.frames().in_use() == 0);
  return {game.world.trace().hash(), game.world.events_run()};
}

TEST_CASE("a blow after any event leaves nothing behind and the game is played to its end",
          "[sim][crash]") {
  // EVIDENCE: DESIGN.md/4: a crash is a kernel action between two events
  const Blow blow = GENERATE(Blow::Crash, Blow::PowerLoss, Blow::Pause);
  const bool permute = GENERATE(false, true);
  const std::uint64_t undisturbed = play(0, Blow::None, 1, permute).events;
  CHECK(undisturbed > 40);
  for (std::uint64_t n = 0; n < undisturbed; ++n) {
    CAPTURE(n);
    play(n, blow, 1, permute);
  }
}

TEST_CASE("the same seed gives the same run, another seed another one", "[sim][crash]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Outcome outcome = play(30, Blow::PowerLoss, seed, true);
    CHECK(play(30, Blow::PowerLoss, seed, true) == outcome);
    CHECK(play(30, Blow::PowerLoss, seed + 5, true).hash != outcome.hash);
  }
}

TEST_CASE("hardware that goes while everything is under way takes its software with it",
          "[sim][crash]") {
  Notes notes;
  World world({});
  TestMedium medium;
  std::optional<Node> east(std::in_place, world, "east", Lane{1});
  std::optional<Node> west(std::in_place, world, "west", Lane{2});
  std::optional<Link> link(std::in_place, world, LinkConfig{.name = "l"}, *east, *west);
  std::optional<Disk> disk(std::in_place, world, Game::disk("east/d0"), *east, medium);
  east->set_boot(
      [&](World& w, Node& n) { return std::make_unique<Player>(w, n, *disk, medium, *link); });
  west->set_boot(noting(notes));
  east->start(world);
  west->start(world);
  link->send(world, *west, message(5));
  world.run_until(at(10));
  CHECK(world.frames().in_use() > 0);
  CHECK(disk->outstanding() > 0);
  disk.reset();
  CHECK(world.frames().in_use() == 0);
  CHECK(east->software() == nullptr);
  link->send(world, *east, message(6));
  link.reset();
  CHECK(world.pending() == 0);
}

}  // namespace
}  // namespace replsim::sim
