// Media faults through the testbed: the question of the checkers, and that a fault that never
// strikes changes nothing at all.
// EVIDENCE: invariants.md (preamble, media faults); fault_catalogue.md (probability 0)
#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed {
namespace {

using test::Bench;
using test::make_mirror;
using test::u16;

provider::FaultSpec fault(const std::string& effect, const std::string& target) {
  provider::FaultSpec spec;
  spec.effect = effect;
  spec.target = target;
  spec.name = "fault";
  return spec;
}

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

/// A mirror under faults that never strike.
std::uint64_t hash_with(const std::vector<provider::FaultSpec>& faults) {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  std::vector<sim::FaultId> begun;
  for (const provider::FaultSpec& spec : faults) {
    const auto id = bench.testbed.begin_fault(spec);
    REQUIRE(id.has_value());
    begun.push_back(*id);
  }
  for (std::uint64_t lba = 0; lba < 30; ++lba) bench.write("h1", "east/vol1", lba * 7, 3);
  modify(bench, mirror, 12);
  for (std::uint64_t lba = 0; lba < 30; ++lba) bench.write("h1", "east/vol1", lba * 5, 3);
  modify(bench, mirror, 14);
  std::uint64_t hits = 0;
  for (const sim::FaultId id : begun) hits += bench.testbed.fault_counts(id).hits;
  CHECK(hits == 0);
  std::uint64_t images = 0;
  for (const char* volume : {"east/vol1", "west/pool1-1"}) {
    const auto* image = bench.testbed.image(bench.testbed.volume(volume)->entity);
    for (std::uint64_t lba = 0; lba < image->blocks(); ++lba) {
      images = sim::mix(images, image->at(lba));
    }
  }
  return sim::mix(images, static_cast<std::uint64_t>(sim::ns(bench.world().now())));
}

TEST_CASE("A share of 0 of any effect changes no block and no time", "[testbed][media]") {
  const std::uint64_t plain = hash_with({});
  for (const char* effect :
       {"link.loss", "link.duplicate", "link.reorder", "link.burst-loss", "link.filter"}) {
    CAPTURE(effect);
    provider::FaultSpec spec = fault(effect, "east-west");
    spec.rate_ppb = 0;
    spec.chance_ppb = 0;
    spec.gap = sim::milliseconds(1);
    spec.word = "data";
    CHECK(hash_with({spec}) == plain);
  }
  for (const char* effect : {"disk.read-error", "disk.write-error", "disk.latency", "disk.hang",
                             "disk.full", "disk.latent-error", "disk.bit-rot", "disk.lost-write",
                             "disk.misdirected-write", "disk.ignored-flush"}) {
    CAPTURE(effect);
    provider::FaultSpec spec = fault(effect, "west/d0");
    spec.chance_ppb = 0;
    spec.add = sim::milliseconds(1);
    spec.shift = 4096;
    CHECK(hash_with({spec}) == plain);
  }
}

}  // namespace
}  // namespace replsim::testbed
