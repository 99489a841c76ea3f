// Media faults through the testbed: which blocks it says are spoilt.
// EVIDENCE: invariants.md (preamble, media faults)
#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed {
namespace {

using test::Bench;
using test::fault;
using test::make_mirror;
using test::u16;

void modify(Bench& bench, const cim::ObjectPath& mirror, std::uint16_t operation) {
  bench.call("east", "ModifyReplicaSynchronization",
             {{"Operation", u16(operation)}, {"Synchronization", cim::Value::reference(mirror)}});
  bench.settle();
}

bool spoilt(Bench& bench, sim::EntityId volume, std::uint64_t lba) {
  return bench.testbed.media_fault(volume, lba, bench.testbed.image(volume)->at(lba));
}

TEST_CASE("A lost write is a media fault at its block, and so is the copy of what it shows",
          "[testbed][media]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  bench.write("h1", "east/vol1", 3, 2);
  const auto source = bench.testbed.volume("east/vol1")->entity;
  const auto target = bench.testbed.volume("west/pool1-1")->entity;
  modify(bench, mirror, 12);
  const auto id = bench.testbed.begin_fault(fault("disk.lost-write", "east/d0"));
  REQUIRE(id.has_value());
  const auto lost = bench.write("h1", "east/vol1", 3, 1);
  bench.testbed.end_fault(*id);
  CHECK(bench.testbed.image(source)->at(3) == lost.stamp);
  CHECK(spoilt(bench, source, 3));
  CHECK_FALSE(spoilt(bench, source, 4));
  CHECK(spoilt(bench, target, 3));  // it holds what the lost write showed
  CHECK_FALSE(spoilt(bench, target, 4));
  CHECK(bench.testbed.fault_counts(*id).hits == 1);
  const auto written = bench.write("h1", "east/vol1", 3, 1);
  CHECK_FALSE(spoilt(bench, source, 3));
  CHECK(bench.io("h1", "east/vol1", {provider::IoKind::Read, 3, 1}).stamps ==
        std::vector<std::uint64_t>{written.stamp});
}

TEST_CASE("Data of a rotten block is known as such where it was copied to", "[testbed][media]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  modify(bench, mirror, 12);
  bench.write("h1", "east/vol1", 3, 2);
  provider::FaultSpec rot = fault("disk.bit-rot", "east/d0");
  const auto id = bench.testbed.begin_fault(rot);
  modify(bench, mirror, 14);
  const auto source = bench.testbed.volume("east/vol1")->entity;
  const auto target = bench.testbed.volume("west/pool1-1")->entity;
  CHECK(bench.testbed.image(target)->at(3) >> 48 == UINT16_MAX);
  CHECK(spoilt(bench, target, 3));
  bench.testbed.end_fault(*id);
  CHECK(spoilt(bench, target, 3));  // lifting does not mend the copy
  bench.write("h1", "east/vol1", 3, 2);
  CHECK(bench.testbed.image(target)->at(3) == bench.testbed.image(source)->at(3));
  CHECK_FALSE(spoilt(bench, target, 3));
}

TEST_CASE("A stale read sees what was there some writes ago, and a share of the reads does",
          "[testbed][media]") {
  Bench bench;
  const auto read = [&bench](std::uint64_t lba) {
    return bench.io("h1", "east/vol1", {provider::IoKind::Read, lba, 1}).stamps.at(0);
  };
  const std::uint64_t before = bench.write("h1", "east/vol1", 3, 1).stamp;
  provider::FaultSpec stale = fault("disk.stale-read", "east/d0");
  stale.versions = 2;
  const auto id = bench.testbed.begin_fault(stale);
  CHECK(read(3) == before);  // no other is known
  const std::uint64_t first = bench.write("h1", "east/vol1", 3, 1).stamp;
  CHECK(read(3) == before);
  const std::uint64_t second = bench.write("h1", "east/vol1", 3, 1).stamp;
  CHECK(read(3) == before);
  const std::uint64_t third = bench.write("h1", "east/vol1", 3, 1).stamp;
  CHECK(read(3) == first);
  const auto volume = bench.testbed.volume("east/vol1")->entity;
  CHECK(bench.testbed.image(volume)->at(3) == third);
  CHECK(spoilt(bench, volume, 3));
  CHECK(bench.testbed.fault_counts(*id).hits == 3);
  bench.testbed.end_fault(*id);
  CHECK(read(3) == third);
  CHECK(second != third);
  stale.chance_ppb = sim::parts_per_billion / 2;
  const auto half = bench.testbed.begin_fault(stale);
  bench.write("h1", "east/vol1", 3, 1);
  for (int i = 0; i < 40; ++i) read(3);
  CHECK(bench.testbed.fault_counts(*half).hits > 5);
  CHECK(bench.testbed.fault_counts(*half).hits < 35);
}

}  // namespace
}  // namespace replsim::testbed
