// Failover, access and Force: A22 to A25, A29, A31, and what generations must say (A26).
// EVIDENCE: invariants.md/A22-A32, rulings.md/R5, R7, R8, R12
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

void planned_failover(FakeWorld& world) {
  world.call(world.west_end, Operation::Failover);
  world.emit(trace::fence, world.west_end, 0, 1);
  world.property(world.east_end, trace::Property::SourceFenced, 1);
  world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
  world.announce(world.east_end, CopyState::Failedover, Operation::Failover);
  world.wait();
}

TEST_CASE("A22 sees a planned failover from SYN that loses a write", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  SECTION("a write is lost") {
    world.local(world.source, w(2), 6);
    planned_failover(world);
    REQUIRE(world.broke("A22"));
    for (const Violation& violation : world.checkers->violations()) {
      if (violation.rule != "A22") continue;
      CHECK(violation.message.find("lost 1 writes (4096 bytes)") != std::string::npos);
    }
  }
  SECTION("nothing is lost") {
    planned_failover(world);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A22") == 1);
}

TEST_CASE("A22 allows an unplanned failover to lose what was acknowledged alone",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.records.facts[0].generation.counter = 1;
  world.cut();
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  world.local(world.source, w(2), 6);
  world.unfenced_failover();
  CHECK(world.broken() == Numbers{});
  CHECK(world.evaluations("A22") == 1);
}

TEST_CASE("A23 sees two writers", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  SECTION("after a fenced failover") {
    planned_failover(world);
    world.local(world.target, w(2), 6);
    world.local(world.source, w(3), 7);
    CHECK(world.broke("A23"));
  }
  SECTION("not while fractured") {
    world.fracture();
    world.local(world.target, w(2), 6);
    world.local(world.source, w(3), 7);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("and SYN without a direction after both wrote unfenced") {
    world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
    world.unfenced_failover();
    world.local(world.target, w(2), 6);
    world.local(world.source, w(3), 7);
    CHECK_FALSE(world.broke("A23"));
    world.announce(world.east_end, CopyState::Synchronized, EventCause::LinkBackDeltaEmpty);
    CHECK(world.broke("A23"));
  }
  CHECK(world.evaluations("A23") > 0);
}

TEST_CASE("A24 sees a Failback that loses or revives a write", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.records.facts[0].generation.counter = 1;
  world.cut();
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  world.local(world.source, w(2), 6);  // will be lost
  world.call(world.west_end, Operation::Failover);
  world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
  world.wait();
  world.local(world.target, w(3), 8);
  world.emit(trace::peer, world.east_end, 0, 1);
  world.announce(world.east_end, CopyState::Failedover, EventCause::LinkBackPeerFailedOver);
  world.failback();
  const auto finish = [&] {
    world.copy_backward(false);
    world.both(CopyState::Synchronized, Operation::Failback);
  };
  SECTION("everything is kept, the lost write is gone") {
    world.apply(world.source, 0, 6);
    world.apply(world.source, w(3), 8);
    finish();
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a write of the failover site is missing") {
    world.apply(world.source, 0, 6);
    finish();
    CHECK(world.broke("A24"));
  }
  SECTION("the lost write comes back") {
    world.apply(world.source, w(3), 8);
    finish();
    CHECK(world.broke("A24"));
  }
  CHECK(world.evaluations("A24") == 1);
}

TEST_CASE("A25 sees host I/O answered against the state", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.wait(sim::seconds(2));
  SECTION("a write accepted by a read only target") {
    world.submit(world.target, w(1), 5);
    world.acknowledge(world.target, w(1), 5);
    CHECK(world.broken() == Numbers{"A25"});
  }
  SECTION("a write refused by a healthy source") {
    world.submit(world.source, w(1), 5);
    world.acknowledge(world.source, w(1), 5, 1, trace::IoAnswer::Refused);
    CHECK(world.broken() == Numbers{"A25"});
  }
  SECTION("a write refused by a read only target") {
    world.submit(world.target, w(1), 5);
    world.acknowledge(world.target, w(1), 5, 1, trace::IoAnswer::Refused);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a read of a target that is being copied") {
    world.both(CopyState::Unsynchronized, EventCause::ArrayRestarted);
    world.wait(sim::seconds(2));
    world.emit(trace::host_read, world.target, 0, 5, 1, cim::number(trace::IoAnswer::Ok));
    CHECK(world.broke("A25"));
  }
  CHECK(world.evaluations("A25") > 0);
}

TEST_CASE("A26 sees a lone acknowledgement without a new generation", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.cut();
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  SECTION("the generation is still the target's") {
    world.local(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{"A26"});
  }
  SECTION("the generation is new") {
    world.records.facts[0].generation.counter = 1;
    world.local(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{});
  }
  // EVIDENCE: invariants.md A26, first sentence
  SECTION("FailedCopyStopsHostIO is true") {
    world.records.facts[0].generation.counter = 1;
    world.records.facts[0].failed_copy_stops_host_io = true;
    world.local(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{"A26"});
  }
  CHECK(world.evaluations("A26") == 1);
}

TEST_CASE("A27 sees a target that goes on showing SYN", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.records.facts[0].generation.counter = 1;
  world.emit(trace::peer, world.east_end, 0, 0);
  world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
  world.local(world.source, w(1), 5);
  world.emit(trace::peer, world.west_end, 0, 0);
  SECTION("too long") {
    world.wait(sim::seconds(60));
    world.announce(world.west_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK(world.broken() == Numbers{"A27"});
  }
  SECTION("for its time-out") {
    world.wait(sim::seconds(9));
    world.announce(world.west_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A27") > 0);
}

TEST_CASE("A29 sees a promotion that R5 forbids", "[harness][check]") {
  FakeWorld world;
  world.create();
  world.target_image(1);
  SECTION("an Inconsistent target without Force") {
    world.answer(world.call(world.west_end, Operation::Failover), 0);
    CHECK(world.broke("A29"));
  }
  SECTION("a Never target with Force") {
    world.target_image(0);
    world.answer(world.call(world.west_end, Operation::Failover, true), 0);
    CHECK(world.broke("A29"));
  }
  SECTION("an Inconsistent target with Force") {
    const auto call = world.call(world.west_end, Operation::Failover, true);
    world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("the refusal of one without Force") {
    world.answer(world.call(world.west_end, Operation::Failover), 4);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A29") == 1);
}

TEST_CASE("A31 sees an Inconsistent target become writable without Force", "[harness][check]") {
  FakeWorld world;
  world.create();
  world.target_image(1);
  SECTION("without Force") {
    world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
    world.local(world.target, w(1), 5);
    CHECK(world.broke("A31"));
  }
  SECTION("with Force") {
    const auto call = world.call(world.west_end, Operation::Failover, true);
    world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
    world.answer(call, 0);
    world.local(world.target, w(1), 5);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A31") > 0);
}

TEST_CASE("A31 sees a copy from a source that holds a part of a Backward copy",
          "[harness][check]") {
  // EVIDENCE: invariant A31; rulings R5 (source_image), R6.
  FakeWorld world;
  world.synchronize();
  world.fracture();
  world.property(world.east_end, trace::Property::SourceImage, 1);
  SECTION("without Force") {
    world.resync();
    CHECK(world.broke("A31"));
  }
  SECTION("a refused Force excuses nothing") {
    world.answer(world.call(world.east_end, Operation::ResyncReplica, true), 4);
    world.resync();
    CHECK(world.broke("A31"));
  }
  SECTION("with Force") {
    const auto call = world.call(world.east_end, Operation::ResyncReplica, true);
    world.both(CopyState::Unsynchronized, Operation::ResyncReplica);
    world.answer(call, 4096);
    CHECK_FALSE(world.broke("A31"));
  }
  CHECK(world.evaluations("A31") > 0);
}

TEST_CASE("A31 knows the element that holds a part when roles change sides", "[harness][check]") {
  // EVIDENCE: invariant A31; rulings R6, R18.
  FakeWorld world;
  world.synchronize();
  world.failback();
  world.property(world.east_end, trace::Property::SourceImage, 1);
  world.both(CopyState::Suspended, Operation::Suspend);
  world.swapped = true;
  world.property(world.east_end, trace::Property::SourceImage, 2);
  SECTION("the copy goes on to it") {
    world.copy_backward(false);
    world.both(CopyState::Unsynchronized, Operation::Resume);
    CHECK_FALSE(world.broke("A31"));
  }
  SECTION("it is copied from") {
    world.both(CopyState::Unsynchronized, Operation::Resume);
    CHECK(world.broke("A31"));
  }
}

}  // namespace
}  // namespace replsim::harness
