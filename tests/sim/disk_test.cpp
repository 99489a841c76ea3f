// Disks: timing, queue, cache, flush, power loss.
#include "sim/disk.h"

#include <cstdint>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/sim/disk_rig.h"

namespace replsim::sim {
namespace {

TEST_CASE("an operation takes its latency and takes effect at its end", "[sim][disk]") {
  DiskRig rig;
  rig.write("w", rig.write_of(5, 77, 2));
  rig.read("r", 5);
  CHECK(rig.disk.outstanding() == 2);
  rig.run(19);
  CHECK(rig.medium.read(5) == 0);
  rig.run(200);
  CHECK(rig.ends == Ends{"w@20", "r@80"});
  CHECK(rig.medium.read(5) == 77);
  CHECK(rig.medium.read(6) == 77);
  CHECK(rig.disk.bytes_moved() == 3 * 4096);
  CHECK(rig.disk.outstanding() == 0);
  CHECK(rig.world.events_run() == 2);  // one event an operation
}

TEST_CASE("operations beyond the queue depth wait in order", "[sim][disk]") {
  DiskRig rig;
  for (int i = 0; i < 9; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    rig.write(name, rig.write_of(static_cast<std::uint64_t>(i), 1));
  }
  rig.run(1000);
  CHECK(rig.ends == Ends{"a@20", "b@20", "c@20", "d@20", "e@40", "f@40", "g@40", "h@40", "i@60"});
}

TEST_CASE("transfers share the bandwidth one after the other, before their latency",
          "[sim][disk]") {
  DiskConfig config = plain_disk();
  config.bandwidth = 4096 * 100'000;  // a block in 10 us
  DiskRig rig(config);
  rig.write("a", rig.write_of(0, 1));
  rig.write("b", rig.write_of(1, 1, 3));
  rig.flush("f");
  rig.run(1000);
  CHECK(rig.ends == Ends{"f@20", "a@30", "b@60"});
}

TEST_CASE("several operations may be submitted and awaited in any order", "[sim][disk]") {
  DiskRig rig;
  std::vector<std::int64_t> times;
  const auto both = [](World& w, DiskRig& r, std::vector<std::int64_t>& out) -> Task<> {
    DiskTicket slow = r.disk.read(w, r.write_of(0, 0).extent);
    DiskTicket quick = r.disk.write(w, r.write_of(1, 5));
    co_await slow;
    out.push_back(ns(w.now()));
    co_await quick;
    out.push_back(ns(w.now()));
  };
  rig.node.tasks().spawn(rig.world, both(rig.world, rig, times));
  rig.run(1000);
  CHECK(times == std::vector<std::int64_t>{80'000, 80'000});
}

TEST_CASE("a dropped ticket lets the operation go on", "[sim][disk]") {
  // EVIDENCE: DESIGN.md/4: disk operations own their payload
  DiskRig rig;
  {
    DiskWrite write = rig.write_of(3, 0, 2);
    write.words = {8, 9};
    const DiskTicket ticket = rig.disk.write(rig.world, write);
  }
  rig.run(100);
  CHECK(rig.medium.read(3) == 8);
  CHECK(rig.medium.read(4) == 9);
}

TEST_CASE("slots are used again: ten thousand operations, four slots' worth of events",
          "[sim][disk]") {
  DiskRig rig;
  const auto loop = [](World& w, DiskRig& r) -> Task<> {
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      const DiskWrite write = r.write_of(i % 50, i);
      DiskTicket ticket = r.disk.write(w, write);
      co_await ticket;
    }
  };
  rig.node.tasks().spawn(rig.world, loop(rig.world, rig));
  rig.run(1'000'000);
  CHECK(rig.world.now() == at(200'000'000));
  CHECK(rig.world.events_run() == 10'000);
  CHECK(rig.medium.read(49) == 9999);
}

// Cache and flush ------------------------------------------------------------------------------

TEST_CASE("a write is stable after a flush, with FUA, or without a cache", "[sim][disk]") {
  // EVIDENCE: disk.h/D2 D3 D4
  DiskRig rig;
  rig.write("a", rig.write_of(1, 11));
  rig.run(100);
  CHECK(rig.medium.kept.count(1) == 0);
  DiskWrite forced = rig.write_of(2, 22);
  forced.fua = true;
  rig.write("b", forced);
  rig.run(200);
  CHECK(rig.medium.kept[2] == 22);
  CHECK(rig.medium.kept.count(1) == 0);
  rig.flush("f");
  rig.world.run_until(rig.world.now() + microseconds(19));
  CHECK(rig.medium.kept.count(1) == 0);
  rig.run(300);
  CHECK(rig.medium.kept[1] == 11);
  CHECK(rig.ends.back().starts_with("f@"));

  DiskConfig uncached = plain_disk();
  uncached.cache = 0;
  DiskRig direct(uncached);
  direct.write("a", direct.write_of(1, 11));
  direct.run(100);
  CHECK(direct.medium.kept[1] == 11);
}

TEST_CASE("a write that does not fit the cache is written through, it alone", "[sim][disk]") {
  DiskConfig config = plain_disk();
  config.cache = 2 * 4096;
  DiskRig rig(config);
  for (std::uint64_t i = 0; i < 3; ++i) rig.write("w", rig.write_of(i, 5));
  rig.run(100);
  CHECK(rig.medium.kept == std::map<std::uint64_t, std::uint64_t>{{2, 5}});
  rig.flush("f");
  rig.run(200);
  CHECK(rig.medium.kept.size() == 3);
  rig.write("w", rig.write_of(9, 5));
  rig.run(300);
  CHECK(rig.medium.kept.count(9) == 0);  // the flush has emptied the cache
}

// The owner's state ----------------------------------------------------------------------------

TEST_CASE("a crash keeps the cache and what was submitted; reports are dropped", "[sim][disk]") {
  // EVIDENCE: DESIGN.md/4: crash keeps the disk's write cache
  DiskRig rig;
  rig.write("done", rig.write_of(1, 11));
  rig.run(50);
  for (std::uint64_t i = 0; i < 6; ++i) rig.write("x", rig.write_of(10 + i, 5));
  rig.node.go_down(rig.world, DownReason::Crash);
  rig.run(1000);
  CHECK(rig.ends == Ends{"done@20"});
  CHECK(rig.medium.read(1) == 11);
  for (std::uint64_t i = 0; i < 6; ++i) CHECK(rig.medium.read(10 + i) == 5);
  CHECK(rig.medium.kept.empty());
  rig.node.start(rig.world);
  rig.flush("f");
  rig.run(2000);
  CHECK(rig.medium.kept.size() == 7);
}

TEST_CASE("a paused owner: the effect takes place, the reports wait for resume in order",
          "[sim][disk]") {
  DiskRig rig;
  rig.read("r", 1);
  rig.write("w", rig.write_of(1, 11));
  const ActionAt pause(rig.world, at(10'000), [&] { rig.node.pause(rig.world); });
  const ActionAt resume(rig.world, at(500'000), [&] { rig.node.resume(rig.world); });
  rig.run(400);
  CHECK(rig.medium.read(1) == 11);
  CHECK(rig.ends.empty());
  rig.run(600);
  CHECK(rig.ends == Ends{"w@500", "r@500"});
}

TEST_CASE("a crash during a pause drops the reports that wait", "[sim][disk]") {
  DiskRig rig;
  rig.write("w", rig.write_of(1, 11));
  rig.node.pause(rig.world);
  rig.run(100);
  rig.node.go_down(rig.world, DownReason::Crash);
  rig.node.start(rig.world);
  rig.write("v", rig.write_of(2, 12));
  rig.run(200);
  REQUIRE(rig.ends.size() == 1);
  CHECK(rig.ends[0].starts_with("v@"));
  CHECK(rig.world.frames().in_use() == 0);
}

// Power ----------------------------------------------------------------------------------------

TEST_CASE("power loss: what was queued vanishes, what was not flushed is lost or torn",
          "[sim][disk]") {
  // EVIDENCE: DESIGN.md/4: power loss loses or tears the un-flushed epoch (block by block)
  DiskRig rig;
  const Collector lost(rig.world, kind::disk_epoch_lost);
  rig.write("a", rig.write_of(0, 1, 100));
  rig.run(50);
  rig.flush("f");
  rig.run(100);
  rig.write("b", rig.write_of(0, 2, 100));
  rig.run(150);
  for (std::uint64_t i = 0; i < 6; ++i) rig.write("queued", rig.write_of(200 + i, 5));
  rig.node.go_down(rig.world, DownReason::PowerLoss);
  CHECK(rig.disk.outstanding() == 0);
  CHECK(rig.world.pending() == 0);
  rig.run(1000);
  int old_blocks = 0;
  int new_blocks = 0;
  for (std::uint64_t lba = 0; lba < 100; ++lba) {
    old_blocks += rig.medium.read(lba) == 1 ? 1 : 0;
    new_blocks += rig.medium.read(lba) == 2 ? 1 : 0;
  }
  CHECK(old_blocks + new_blocks == 100);
  CHECK(old_blocks > 20);
  CHECK(new_blocks > 20);
  REQUIRE(lost.events.size() == 1);
  CHECK(lost.events[0].a == static_cast<std::uint64_t>(old_blocks));
  CHECK(lost.events[0].b == static_cast<std::uint64_t>(new_blocks));
  for (std::uint64_t i = 0; i < 6; ++i) CHECK(rig.medium.read(200 + i) == 0);
  rig.node.start(rig.world);
  rig.write("after", rig.write_of(0, 3));
  rig.run(2000);
  CHECK(rig.medium.read(0) == 3);
  CHECK(rig.ends.size() == 4);
}

TEST_CASE("power loss reaches the cache of a node that has crashed already", "[sim][disk]") {
  DiskRig rig;
  const Collector lost(rig.world, kind::disk_epoch_lost);
  rig.write("a", rig.write_of(0, 1, 50));
  rig.run(50);
  rig.node.go_down(rig.world, DownReason::Crash);
  CHECK(lost.events.empty());
  rig.node.go_down(rig.world, DownReason::PowerLoss);
  REQUIRE(lost.events.size() == 1);
  CHECK(lost.events[0].a + lost.events[0].b == 50);
}

TEST_CASE("a ticket held outside of the node is never resumed after a power loss", "[sim][disk]") {
  DiskRig rig;
  {
    TaskGroup outside;
    outside.spawn(rig.world,
                  rig.wait(rig.world, rig.disk.write(rig.world, rig.write_of(1, 1)), "w", 1));
    rig.node.go_down(rig.world, DownReason::PowerLoss);
    rig.run(100);
    CHECK(rig.ends.empty());
    CHECK(outside.size() == 1);
  }
  CHECK(rig.world.frames().in_use() == 0);
}

}  // namespace
}  // namespace replsim::sim
