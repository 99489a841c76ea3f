// Every row of the table of faults: the testbed has its effect, and one that strikes a share of
// nothing leaves the same trace as one that cannot strike.
// EVIDENCE: anchors/fault_catalogue.md "Probability 0 must be byte-identical to absence";
// DESIGN.md/2
#include <algorithm>
#include <cstdint>
#include <string>

#include "harness/language/table.h"
#include "model/testbed/fault_effects.h"
#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::harness {
namespace {

using testbed::test::Bench;
using testbed::test::u16;

/// What a fault of this kind can strike in the fixture's world; empty for nodes and sites.
std::string target_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::Link: return "east-west";
    case EntityKind::Disk: return "west/d0";
    case EntityKind::Site:
    case EntityKind::Host:
    case EntityKind::Array:
    case EntityKind::Pool:
    case EntityKind::Volume: break;
  }
  return {};
}

/// Writes, a fracture, more writes and a resync under a fault.
std::uint64_t hash_with(const provider::FaultSpec& spec) {
  Bench bench;
  const cim::ObjectPath mirror = testbed::test::make_mirror(bench);
  const auto modify = [&](std::uint16_t operation) {
    bench.call("east", "ModifyReplicaSynchronization",
               {{"Operation", u16(operation)}, {"Synchronization", cim::Value::reference(mirror)}});
    bench.settle();
  };
  REQUIRE(bench.testbed.begin_fault(spec).has_value());
  for (std::uint64_t lba = 0; lba < 30; ++lba) bench.write("h1", "east/vol1", lba * 7, 3);
  bench.io("h1", "east/vol1", {provider::IoKind::Flush, 0, 0});
  modify(12);
  for (std::uint64_t lba = 0; lba < 30; ++lba) bench.write("h1", "east/vol1", lba * 5, 3);
  modify(14);
  return bench.world().trace().hash();
}

/// A fault of the same entity that never strikes.
provider::FaultSpec idle(EntityKind kind) {
  provider::FaultSpec spec;
  spec.effect = kind == EntityKind::Link ? "link.latency" : "disk.read-error";
  spec.target = target_of(kind);
  spec.name = "fault";
  spec.first = UINT64_MAX;
  spec.bytes = 0;
  return spec;
}

TEST_CASE("The testbed has every fault of the language", "[cli][fault]") {
  for (const FaultRow& row : fault_table()) {
    CAPTURE(row.word);
    CHECK(testbed::find_effect(row.word) != nullptr);
  }
}

TEST_CASE("A fault that strikes a share of nothing is no fault", "[cli][fault]") {
  const std::uint64_t of_link = hash_with(idle(EntityKind::Link));
  const std::uint64_t of_disk = hash_with(idle(EntityKind::Disk));
  std::size_t rows = 0;
  for (const FaultRow& row : fault_table()) {
    const KeyRow* rate = find_key(row.word, "rate");
    const KeyRow* chance = find_key(row.word, "chance");
    if (rate == nullptr && chance == nullptr) continue;
    CAPTURE(row.word);
    ++rows;
    provider::FaultSpec spec;
    spec.effect = std::string(row.word);
    spec.target = target_of(row.target);
    spec.name = "fault";
    spec.rate_ppb = 0;
    spec.chance_ppb = 0;
    spec.add = spec.gap = spec.interval = sim::milliseconds(1);
    spec.word = "data";
    spec.shift = 4096;
    spec.size = 1;
    CHECK(hash_with(spec) == (row.target == EntityKind::Link ? of_link : of_disk));
  }
  CHECK(rows >= 15);
}

}  // namespace
}  // namespace replsim::harness
