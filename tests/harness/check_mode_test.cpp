// Mode: A4, A6, A26, B15, and what A11 asks of an asynchronous pair.
// EVIDENCE: invariants.md/A4, A6, A11, A26, B15; rulings.md/R9
#include "tests/catch.h"
#include "tests/harness/check_fake.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using cim::EventCause;
using cim::Operation;
using fake::FakeWorld;
using fake::w;

void reset(FakeWorld& world, cim::Mode mode) {
  for (auto& facts : world.records.facts) facts.mode = cim::number(mode);
  world.property(world.east_end, trace::Property::Mode, cim::number(mode));
}

/// An asynchronous pair in SYN whose differences the records cover.
void begin(FakeWorld& world) {
  world.synchronize();
  reset(world, cim::Mode::Asynchronous);
  for (std::uint64_t lba = 0; lba < 16; ++lba) world.records.dirty.insert(lba);
}

/// Acknowledged, and at the source alone.
void at_source(FakeWorld& world, std::uint64_t stamp, std::uint64_t lba, std::uint64_t blocks) {
  world.submit(world.source, stamp, lba, blocks);
  world.apply(world.source, stamp, lba, blocks);
  world.acknowledge(world.source, stamp, lba, blocks);
  world.wait();
}

TEST_CASE("A4 sees a write that is neither on the target nor on its way", "[harness][check]") {
  FakeWorld world;
  begin(world);
  at_source(world, w(1), 5, 1);
  SECTION("nowhere") {
    world.checkers->finish();
    CHECK(world.broke("A4"));
  }
  SECTION("in the journal") {
    world.records.journaled = {5};
    world.checkers->finish();
    CHECK_FALSE(world.broke("A4"));
  }
  SECTION("on the target") {
    world.apply(world.target, w(1), 5);
    world.checkers->finish();
    CHECK_FALSE(world.broke("A4"));
  }
  CHECK(world.evaluations("A4") == 1);
}

TEST_CASE("A4 of a synchronous pair knows no journal", "[harness][check]") {
  FakeWorld world;
  begin(world);
  reset(world, cim::Mode::Synchronous);
  at_source(world, w(1), 5, 1);
  world.records.journaled = {5};
  world.checkers->finish();
  CHECK(world.broke("A4"));
}

// EVIDENCE: invariants.md A26, "async: no ack after the source noticed that the flow failed"
TEST_CASE("A26 sees an asynchronous source that acknowledges after its flow failed",
          "[harness][check]") {
  FakeWorld world;
  begin(world);
  world.records.facts[0].generation.counter = 1;
  SECTION("it noticed, and FailedCopyStopsHostIO is true") {
    world.records.facts[0].failed_copy_stops_host_io = true;
    world.cut();
    world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
    at_source(world, w(1), 5, 1);
    CHECK(world.broke("A26"));
  }
  SECTION("it noticed, and FailedCopyStopsHostIO is false") {
    world.cut();
    world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
    at_source(world, w(1), 5, 1);
    CHECK_FALSE(world.broke("A26"));
  }
  SECTION("it has not noticed") {
    world.records.facts[0].failed_copy_stops_host_io = true;
    at_source(world, w(1), 5, 1);
    world.cut();
    world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK_FALSE(world.broke("A26"));
    return;
  }
  CHECK(world.evaluations("A26") == 1);
}

TEST_CASE("A6 sees a part of a write on a target at rest", "[harness][check]") {
  FakeWorld world;
  begin(world);
  at_source(world, w(1), 5, 2);
  SECTION("one block of two") {
    world.apply(world.target, w(1), 5);
    world.fracture();
    CHECK(world.broke("A6"));
  }
  SECTION("none of it") {
    world.fracture();
    CHECK_FALSE(world.broke("A6"));
  }
  CHECK(world.evaluations("A6") == 1);
}

TEST_CASE("B15 sees a change of mode that changes the CopyState", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  reset(world, cim::Mode::Asynchronous);
  CHECK_FALSE(world.broke("B15"));
  world.announce(world.east_end, CopyState::Unsynchronized, Operation::ResetToAsync);
  CHECK(world.broke("B15"));
  CHECK(world.evaluations("B15") == 1);
}

TEST_CASE("A11 of an asynchronous pair allows what the journals cover", "[harness][check]") {
  FakeWorld world;
  begin(world);
  world.fracture();
  at_source(world, w(1), 5, 1);
  world.resync();
  world.target_image(2);
  SECTION("on its way") {
    world.records.journaled = {5};
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK_FALSE(world.broke("A11"));
  }
  SECTION("nowhere") {
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broke("A11"));
  }
}

}  // namespace
}  // namespace replsim::harness
