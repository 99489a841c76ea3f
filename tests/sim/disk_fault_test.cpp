// Faults of disks: what each does, how they compose.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/disk.h"
#include "tests/catch.h"
#include "tests/sim/disk_rig.h"

namespace replsim::sim {
namespace {

/// A disk that reads as fast as it writes, many at once; time goes on for a second.
DiskRig quick_rig(std::uint64_t seed = 1) {
  DiskConfig config = plain_disk();
  config.read = config.write;
  config.queue_depth = 32;
  return DiskRig(config, {.seed = seed}, at(1'000'000'000));
}

TEST_CASE("error faults fail what touches their range, without effect", "[sim][disk][fault]") {
  DiskRig rig = quick_rig();
  const Collector hits(rig.world, kind::fault_hit);
  rig.fault(1, DiskFaultKind::WriteError, parts_per_billion, {}, 4096 * 10, 4096);
  rig.fault(2, DiskFaultKind::ReadError, parts_per_billion, {}, 4096 * 11 - 1, 1);
  for (const std::uint64_t lba : {9u, 10u, 11u}) rig.write(lba, 5);
  for (const std::uint64_t lba : {9u, 10u, 11u}) rig.read(lba);
  rig.flush();
  rig.run(100);
  CHECK(rig.ends == Ends{"w9@20", "w10!1", "w11@20", "r9@20", "r10!0", "r11@20", "f0@20"});
  CHECK(rig.medium.read(10) == 0);
  CHECK(rig.medium.read(11) == 5);
  REQUIRE(hits.events.size() == 2);
  CHECK(hits.events[0].entity == rig.disk.entity());
  CHECK(hits.events[0].cause == 0);
  CHECK(hits.events[0].a == 1);
  CHECK(hits.events[0].b == static_cast<std::uint64_t>(DiskFaultKind::WriteError));
  CHECK(hits.events[1].a == 2);
  rig.disk.remove_fault(rig.world, {1});
  rig.write(10, 6);
  rig.run(200);
  CHECK(rig.ends.back() == "w10@120");
}

TEST_CASE("an error is decided as service begins", "[sim][disk][fault]") {
  DiskRig rig = quick_rig();
  rig.write(1);
  rig.run(5);
  rig.fault(1, DiskFaultKind::WriteError);
  rig.write(2);
  rig.run(10);
  rig.disk.remove_fault(rig.world, {1});
  rig.run(100);
  CHECK(rig.ends == Ends{"w1@20", "w2!1"});
}

TEST_CASE("a full disk refuses writes and serves reads and flushes", "[sim][disk][fault]") {
  DiskRig rig = quick_rig();
  rig.fault(1, DiskFaultKind::Full);
  rig.write(3);
  rig.read(3);
  rig.flush();
  rig.run(100);
  CHECK(rig.ends == Ends{"w3!2", "r3@20", "f0@20"});
  CHECK(rig.medium.now.empty());
}

TEST_CASE("latencies of several faults add up", "[sim][disk][fault]") {
  DiskRig rig = quick_rig();
  rig.fault(1, DiskFaultKind::Latency, parts_per_billion, microseconds(100));
  rig.fault(2, DiskFaultKind::Latency, parts_per_billion, microseconds(7), 0, 4096);
  rig.write(0);
  rig.read(1);
  rig.flush();
  rig.run(500);
  CHECK(rig.ends == Ends{"r1@120", "w0@127", "f0@127"});
}

TEST_CASE("a hang holds effect and report until it is lifted", "[sim][disk][fault]") {
  DiskRig rig = quick_rig();
  const Collector hits(rig.world, kind::fault_hit);
  rig.write(1, 7);  // begun before the hang, would end in it
  rig.run(5);
  rig.fault(1, DiskFaultKind::Hang);
  rig.read(2);
  rig.flush();
  rig.run(1000);
  CHECK(rig.ends.empty());
  CHECK(rig.medium.now.empty());
  CHECK(hits.events.size() == 3);
  CHECK(rig.disk.outstanding() == 3);
  rig.disk.remove_fault(rig.world, {1});
  rig.run(1100);
  CHECK(rig.ends == Ends{"w1@1000", "r2@1000", "f0@1000"});
  CHECK(rig.medium.kept[1] == 7);
}

TEST_CASE("hung operations fill the queue depth; others of another range pass before",
          "[sim][disk][fault]") {
  DiskRig rig = quick_rig();
  rig.fault(1, DiskFaultKind::Hang, parts_per_billion, {}, 0, 4096 * 100);
  for (std::uint64_t i = 0; i < 31; ++i) rig.write(i);
  rig.write(200);
  rig.write(5);  // the last place
  rig.write(201);
  rig.run(500);
  CHECK(rig.ends == Ends{"w200@20"});
  CHECK(rig.disk.outstanding() == 33);
  rig.disk.remove_fault(rig.world, {1});
  rig.run(900);
  CHECK(rig.ends.size() == 34);
  CHECK(rig.disk.outstanding() == 0);
}

TEST_CASE("two hangs overlap: the operation goes on when the last one is lifted",
          "[sim][disk][fault]") {
  const bool first_first = GENERATE(false, true);
  const bool second_late = GENERATE(false, true);
  DiskRig rig = quick_rig();
  const Collector hits(rig.world, kind::fault_hit);
  rig.fault(1, DiskFaultKind::Hang);
  if (!second_late) rig.fault(2, DiskFaultKind::Hang);
  rig.write(1);
  rig.run(100);
  if (second_late) rig.fault(2, DiskFaultKind::Hang);
  CHECK(hits.events.size() == 2);
  rig.disk.remove_fault(rig.world, {first_first ? 1u : 2u});
  rig.run(200);
  CHECK(rig.ends.empty());
  rig.disk.remove_fault(rig.world, {first_first ? 2u : 1u});
  rig.run(300);
  CHECK(rig.ends == Ends{"w1@200"});
}

TEST_CASE("a power loss ends a hang for nobody", "[sim][disk][fault]") {
  DiskRig rig = quick_rig();
  rig.fault(1, DiskFaultKind::Hang);
  rig.write(1);
  rig.run(100);
  rig.disk.remove_fault(rig.world, {1});  // released, and then the power goes
  rig.node.go_down(rig.world, DownReason::PowerLoss);
  rig.run(200);
  CHECK(rig.ends.empty());
  CHECK(rig.medium.now.empty());
  CHECK(rig.disk.outstanding() == 0);
}

/// Five hundred operations under overlapping faults of given shares.
std::uint64_t composed_disk_faults(bool swapped, bool with_nothing) {
  DiskRig rig = quick_rig(9);
  const auto add = [&](std::uint32_t id) {
    if (id == 1) rig.fault(1, DiskFaultKind::Latency, 400'000'000, microseconds(50));
    if (id == 2) rig.fault(2, DiskFaultKind::WriteError, 200'000'000);
  };
  add(swapped ? 2 : 1);
  add(swapped ? 1 : 2);
  if (with_nothing) {
    rig.fault(3, DiskFaultKind::Hang, 0);
    rig.fault(4, DiskFaultKind::Full, 0);
    rig.fault(5, DiskFaultKind::Latency, 0, seconds(1));
  }
  for (std::uint64_t i = 0; i < 500; ++i) {
    rig.write(i, i + 1);
    rig.run(static_cast<std::int64_t>(3 * i));
    if (i == 300) {
      rig.disk.remove_fault(rig.world, {swapped ? 1u : 2u});
      rig.disk.remove_fault(rig.world, {swapped ? 2u : 1u});
    }
  }
  rig.run(100'000);
  CHECK(rig.ends.size() == 500);
  CHECK(rig.medium.now.size() < 470);
  return rig.world.trace().hash();
}

TEST_CASE("disk faults compose in any order, and a share of nothing is no fault",
          "[sim][disk][fault]") {
  const std::uint64_t hash = composed_disk_faults(false, false);
  CHECK(composed_disk_faults(false, false) == hash);
  CHECK(composed_disk_faults(true, false) == hash);
  CHECK(composed_disk_faults(false, true) == hash);
}

}  // namespace
}  // namespace replsim::sim
