// Blocks that a media fault spoilt are no fault of the provider; the blocks beside them are.
// EVIDENCE: invariants.md (preamble: sectors with an active media fault are exempt)
#include "tests/catch.h"
#include "tests/harness/check_fake.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using cim::EventCause;
using fake::FakeWorld;
using fake::Numbers;
using fake::w;

/// The violation's text speaks of this block alone.
bool only_of_block(const FakeWorld& world, std::uint64_t lba) {
  const auto violations = world.checkers->violations();
  const std::string wanted = "block " + std::to_string(lba) + ":";
  for (const Violation& violation : violations) {
    if (violation.message.find(wanted) == std::string::npos) return false;
  }
  return !violations.empty();
}

/// A copy that brings blocks 5 and 6 as they should not be.
void spoilt_copy(FakeWorld& world, std::uint64_t first, std::uint64_t second) {
  world.synchronize();
  world.replicated(w(1), 5);
  world.replicated(w(2), 6);
  world.fracture();
  world.local(world.source, w(3), 5);
  world.local(world.source, w(4), 6);
  world.records.dirty = {5, 6};
  world.resync();
  if (first != 0) world.apply(world.target, first, 5);
  if (second != 0) world.apply(world.target, second, 6);
  world.records.dirty.clear();
  world.both(CopyState::Synchronized, EventCause::CopyComplete);
}

TEST_CASE("A difference that a disk made is exempt, at either end; one beside it is not",
          "[harness][check]") {
  FakeWorld world;
  const auto volume = GENERATE(true, false) ? world.source : world.target;
  world.spoilt.insert({volume.value, 5});
  SECTION("only the block of the disk's fault differs") {
    spoilt_copy(world, 0, w(4));
    CHECK(world.broken() == Numbers{});
  }
  SECTION("the block beside it differs too") {
    spoilt_copy(world, 0, 0);
    CHECK(world.broke("A11"));
    CHECK(world.broke("A12"));
    CHECK(only_of_block(world, 6));
  }
}

TEST_CASE("What a rotten block gave to a copy is exempt, other phantom data is not",
          "[harness][check]") {
  constexpr std::uint64_t nobody = std::uint64_t{UINT16_MAX} << 48 | 77;
  FakeWorld world;
  world.spoilt.insert({world.target.value, 5});
  SECTION("copied from the rotten block") {
    spoilt_copy(world, nobody, w(4));
    CHECK(world.broken() == Numbers{});
  }
  SECTION("and in the block beside it") {
    spoilt_copy(world, nobody, nobody);
    CHECK(world.broke("A2"));
    CHECK(only_of_block(world, 6));
  }
}

TEST_CASE("A write that is acknowledged and lacks its copy is told beside a spoilt block",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.spoilt.insert({world.target.value, 5});
  const std::uint64_t lba = GENERATE(5, 6);
  world.submit(world.source, w(1), lba);
  world.apply(world.source, w(1), lba);
  world.acknowledge(world.source, w(1), lba);
  CHECK(world.broke("A1") == (lba == 6));
}

TEST_CASE("A media fault excuses no copy to a frozen target", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.fracture();
  world.local(world.source, w(2), 5);
  world.spoilt.insert({world.target.value, 5});
  world.apply(world.target, w(2), 5);
  CHECK(world.broke("A8"));
}

}  // namespace
}  // namespace replsim::harness
