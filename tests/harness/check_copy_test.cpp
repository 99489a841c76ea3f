// What the end of a copy must hold (A11, A14, A24), also after a Suspend and Resume on the way and
// after the roles changed; and what an acknowledgement, a freeze and a short resync promise.
// EVIDENCE: invariants.md/A1, A3, A8, A11, A12, A14, A24, rulings.md/R5, R6
#include "tests/catch.h"
#include "tests/harness/check_fake.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using cim::EventCause;
using cim::Operation;
using fake::FakeWorld;
using fake::Numbers;
using fake::w;

/// Cut, a write that is lost at block 6, a failover without an answer, contact again.
void unplanned_failover(FakeWorld& world) {
  world.records.facts[0].generation.counter = 1;
  world.cut();
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  world.local(world.source, w(2), 6);
  world.unfenced_failover();
  world.wait();
  world.emit(trace::peer, world.east_end, 0, 1);
  world.emit(trace::peer, world.west_end, 0, 1);
  world.announce(world.east_end, CopyState::Failedover, EventCause::LinkBackPeerFailedOver);
  world.property(world.east_end, trace::Property::SourceFenced, 1);
}

TEST_CASE("A24 is judged after a Failback that was suspended and resumed", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  unplanned_failover(world);
  world.local(world.target, w(3), 8);
  world.failback();
  world.suspend_and_resume();
  world.apply(world.source, 0, 6);
  SECTION("everything is kept") {
    world.apply(world.source, w(3), 8);
    world.copy_backward(false);
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a write of the failover site is missing") {
    world.copy_backward(false);
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broke("A24"));
  }
  CHECK(world.evaluations("A24") == 1);
}

TEST_CASE("A14 is judged after a Resync that was suspended and resumed", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.fracture();
  world.local(world.target, w(2), 8);
  world.resync();
  world.suspend_and_resume();
  SECTION("the host's write is overwritten") {
    world.apply(world.target, 0, 8);
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("the host's write survives") {
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broke("A14"));
  }
  CHECK(world.evaluations("A14") == 1);
}

// Failover, Reverse Roles, Failover of the copy under way, Failback.
TEST_CASE("A24 forgets a failover when the roles change", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  unplanned_failover(world);
  world.local(world.target, w(3), 8);
  world.call(world.west_end, Operation::ReverseRoles);
  world.swapped = true;
  world.property(world.east_end, trace::Property::SourceFenced, 0);
  world.emit(trace::endpoint_born, world.west_end, 0, FakeWorld::pair, 1, world.target.value);
  world.announce(world.west_end, CopyState::Unsynchronized, Operation::ReverseRoles);
  world.emit(trace::endpoint_born, world.east_end, 0, FakeWorld::pair, 2, world.source.value);
  world.announce(world.east_end, CopyState::Unsynchronized, Operation::ReverseRoles);
  world.property(world.east_end, trace::Property::TargetImage, 1);
  world.call(world.east_end, Operation::Failover, true);
  world.emit(trace::fence, world.east_end, 0, 1);
  world.announce(world.east_end, CopyState::Failedover, Operation::Failover);
  world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
  world.wait();
  world.local(world.source, w(4), 9);  // the failover site now
  world.call(world.east_end, Operation::Failback);
  world.copy_backward(true);
  world.both(CopyState::Unsynchronized, Operation::Failback);
  world.apply(world.target, w(2), 6);  // the first failover lost it, the second found it again
  world.apply(world.target, 0, 8);
  SECTION("what the new failover site has is kept") {
    world.apply(world.target, w(4), 9);
    world.copy_backward(false);
    world.both(CopyState::Synchronized, Operation::Failback);
    CHECK_FALSE(world.broke("A24"));
  }
  SECTION("a write of the new failover site is missing") {
    world.copy_backward(false);
    world.both(CopyState::Synchronized, Operation::Failback);
    CHECK(world.broke("A24"));
  }
  CHECK(world.evaluations("A24") == 1);
}

TEST_CASE("A11 sees a reconnect straight to SYN of ends that differ", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.records.facts[0].generation.counter = 1;
  world.cut();
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  SECTION("a write was made meanwhile") {
    world.local(world.source, w(2), 6);
    world.emit(trace::peer, world.east_end, 0, 1);
    world.announce(world.east_end, CopyState::Synchronized, EventCause::LinkBackDeltaEmpty);
    CHECK(world.broke("A11"));
  }
  SECTION("nothing was written") {
    world.emit(trace::peer, world.east_end, 0, 1);
    world.announce(world.east_end, CopyState::Synchronized, EventCause::LinkBackDeltaEmpty);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A11") == 1);
}

TEST_CASE("A1 sees an acknowledgement that the source does not hold stably", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.submit(world.source, w(1), 5);
  SECTION("in a cache that power loss empties") {
    world.apply(world.source, w(1), 5, 1, fake::Durable::No);
    world.apply(world.target, w(1), 5);
    world.acknowledge(world.source, w(1), 5);
    CHECK(world.broke("A1"));
  }
  SECTION("stable at both ends") {
    world.apply(world.source, w(1), 5);
    world.apply(world.target, w(1), 5);
    world.acknowledge(world.source, w(1), 5);
    CHECK_FALSE(world.broke("A1"));
  }
  CHECK(world.evaluations("A1") == 1);
}

TEST_CASE("A1 counts a block beyond the end of the target as absent", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.submit(world.source, w(1), 64);
  world.acknowledge(world.source, w(1), 64);
  CHECK(world.broke("A1"));
}

TEST_CASE("A8 sees a change of a frozen target behind a cut", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.fracture();
  world.cut();
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  world.local(world.source, w(2), 6);
  SECTION("a late write arrives") {
    world.apply(world.target, w(2), 6);
    CHECK(world.broke("A8"));
  }
  SECTION("nothing arrives") {
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A8") > 0);
}

TEST_CASE("A3 sees a short copy over a Consistent image", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.fracture();
  world.local(world.source, w(2), 6);
  world.local(world.source, w(3), 7);
  world.call(world.east_end, Operation::ResyncReplica);
  SECTION("out of order while the image says Consistent") {
    world.both(CopyState::Unsynchronized, Operation::ResyncReplica);
    world.apply(world.target, w(3), 7);
    world.apply(world.target, w(2), 6);
    CHECK(world.broke("A3"));
  }
  SECTION("after it was made Inconsistent") {
    world.target_image(1);
    world.both(CopyState::Unsynchronized, Operation::ResyncReplica);
    world.apply(world.target, w(3), 7);
    world.apply(world.target, w(2), 6);
    CHECK(world.broken() == Numbers{});
  }
}

}  // namespace
}  // namespace replsim::harness
