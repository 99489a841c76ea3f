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
    case EntityKind::Array: return "east";
    case EntityKind::Site:
    case EntityKind::Host:
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
provider::FaultSpec idle(const FaultRow& row) {
  provider::FaultSpec spec;
  spec.effect = row.target == EntityKind::Link    ? "link.latency"
                : row.target == EntityKind::Array ? "provider.late-indication"
                                                  : "disk.read-error";
  spec.target = target_of(row.target);
  const bool of_client =
      row.kind == FaultKind::ProviderLostReply || row.kind == FaultKind::ProviderRepeatRequest;
  if (of_client) {
    spec.effect = "link.latency";
    spec.target = "client-east";
  }
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

TEST_CASE("A clock that is set by nothing shows the right time", "[cli][fault]") {
  for (const char* effect : {"clock.offset", "clock.jump", "clock.drift"}) {
    CAPTURE(effect);
    provider::FaultSpec spec;
    spec.effect = effect;
    spec.target = "east";
    spec.name = "fault";
    CHECK(hash_with(spec) == hash_with(idle(*find_fault("provider.lost-indication"))));
  }
}

TEST_CASE("Software that is as slow as ever is not slow", "[cli][fault]") {
  for (const char* target : {"east", "h1"}) {
    CAPTURE(target);
    provider::FaultSpec spec;
    spec.effect = target == std::string("h1") ? "host.slow" : "array.slow";
    spec.target = target;
    spec.name = "fault";
    provider::FaultSpec twice = spec;
    twice.factor = 2;
    provider::FaultSpec never = spec;
    never.effect = target == std::string("h1") ? "host.slow" : "provider.lost-indication";
    CHECK(hash_with(spec) == hash_with(never));
    CHECK(hash_with(spec) != hash_with(twice));
  }
}

TEST_CASE("A fault that strikes a share of nothing is no fault", "[cli][fault]") {
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
    CHECK(hash_with(spec) == hash_with(idle(row)));
  }
  CHECK(rows >= 19);
}

}  // namespace
}  // namespace replsim::harness
