// B1 and B14 at a reconnect, and the causes of events: each is bound to the end and to the time
// since it entered the state that it leaves.
// EVIDENCE: invariants.md/B1, B14, A23, A25, rulings.md/R5, R6, R7, R10
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

TEST_CASE("B1 takes a restart of either array for a loss of contact", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.answer(world.fracture(), 0);
  SECTION("of its own") {
    world.emit(sim::kind::node_down, world.east, 0);
    world.wait(sim::seconds(1));
    world.emit(sim::kind::node_up, world.east, 0);
    world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("of the peer") {
    world.emit(sim::kind::node_down, world.west, 0);
    world.wait(sim::seconds(1));
    world.emit(sim::kind::node_up, world.west, 0);
    world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a fault somewhere is none") {
    world.emit(sim::kind::fault_begun, world.entity("east/disk1"), 0, 1);
    world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK(world.broken() == Numbers{"B1"});
  }
  SECTION("a loss that was mended before this state is none") {
    world.emit(trace::peer, world.east_end, 0, 0);
    world.emit(trace::peer, world.east_end, 0, 1);
    world.wait();
    const auto call = world.resync();
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    world.answer(call, 0);
    world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK(world.broken() == Numbers{"B1"});
  }
}

TEST_CASE("B1 wants the element error on a disk of the relation", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("an error") {
    world.hit("west/disk1", sim::DiskFaultKind::WriteError);
    world.announce(world.east_end, CopyState::Broken, EventCause::ElementError);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a slow disk") {
    world.hit("west/disk1", sim::DiskFaultKind::Latency);
    world.announce(world.east_end, CopyState::Broken, EventCause::ElementError);
    CHECK(world.broken() == Numbers{"B1"});
  }
  SECTION("a disk elsewhere") {
    world.hit("north/disk1", sim::DiskFaultKind::WriteError);
    world.announce(world.east_end, CopyState::Broken, EventCause::ElementError);
    CHECK(world.broken() == Numbers{"B1"});
  }
}

TEST_CASE("B1 wants the peer found when the link is back", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.emit(trace::peer, world.east_end, 0, 0);
  world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
  world.wait(sim::seconds(20));
  world.announce(world.east_end, CopyState::Unsynchronized, EventCause::LinkBackAutomatic);
  SECTION("it is found") {
    world.wait();
    world.emit(trace::peer, world.east_end, 0, 1);
    world.wait(sim::seconds(10));
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
  SECTION("it is not") {
    world.wait(sim::seconds(10));
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"B1"});
  }
}

TEST_CASE("B1 wants what the link brings back to have been there", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("it was fractured") {
    world.answer(world.fracture(), 0);
  }
  SECTION("it was not") {}
  const bool fractured = world.states[world.east_end.value] == cim::number(CopyState::Fractured);
  world.emit(trace::peer, world.east_end, 0, 0);
  world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
  world.emit(trace::peer, world.east_end, 0, 1);
  world.announce(world.east_end, CopyState::Fractured, EventCause::LinkBackWasFractured);
  CHECK(world.broke("B1") != fractured);
}

TEST_CASE("B1 finds no split brain without an unfenced failover", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.call(world.west_end, Operation::Failover);
  SECTION("the fence was answered") {
    world.emit(trace::fence, world.west_end, 0, 1);
    world.both(CopyState::Failedover, Operation::Failover);
    world.emit(trace::peer, world.west_end, 0, 1);
    world.announce(world.west_end, CopyState::Invalid, EventCause::SplitBrainFound);
    CHECK(world.broke("B1"));
  }
  SECTION("it was not") {
    world.emit(trace::fence, world.west_end, 0, 2);
    world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
    world.emit(trace::peer, world.west_end, 0, 1);
    world.announce(world.west_end, CopyState::Invalid, EventCause::SplitBrainFound);
    CHECK_FALSE(world.broke("B1"));
  }
}

TEST_CASE("B1 sees a state that was never announced", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("another one is read") {
    world.states[world.west_end.value] = cim::number(CopyState::Suspended);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"B1"});
  }
  SECTION("its array is down") {
    world.states[world.west_end.value] = cim::number(CopyState::Suspended);
    world.emit(sim::kind::node_down, world.west, 0);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
}

TEST_CASE("B14 lets an end follow the copy that was called at the other", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.answer(world.fracture(), 0);
  SECTION("called") {
    world.call(world.east_end, Operation::ResyncReplica);
    world.announce(world.east_end, CopyState::Unsynchronized, Operation::ResyncReplica);
  }
  SECTION("not called") {}
  const bool called = world.states[world.east_end.value] == cim::number(CopyState::Unsynchronized);
  world.emit(trace::peer, world.west_end, 0, 0);
  world.announce(world.west_end, CopyState::Partitioned, EventCause::PeerUnreachable);
  world.emit(trace::peer, world.west_end, 0, 1);
  world.announce(world.west_end, CopyState::Unsynchronized, EventCause::LinkBackAutomatic);
  CHECK(world.broke("B14") != called);
  CHECK(world.evaluations("B14") == 1);
}

TEST_CASE("A25 waits for both ends of a swap of roles", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.call(world.west_end, Operation::ReverseRoles);
  world.swapped = true;
  world.emit(trace::endpoint_born, world.west_end, 0, FakeWorld::pair, 1, world.target.value);
  world.wait(sim::seconds(2));
  SECTION("one end has not changed yet") {
    world.submit(world.source, w(1), 5);
    world.acknowledge(world.source, w(1), 5);
    CHECK_FALSE(world.broke("A25"));
  }
  SECTION("both have") {
    world.emit(trace::endpoint_born, world.east_end, 0, FakeWorld::pair, 2, world.source.value);
    world.wait(sim::seconds(2));
    world.submit(world.source, w(1), 5);
    world.acknowledge(world.source, w(1), 5);
    CHECK(world.broke("A25"));
  }
}

TEST_CASE("A25 judges refusals and reads while a copy runs", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.fenced_failover();
  world.call(world.west_end, Operation::Failback);
  world.copy_backward(true);
  world.property(world.east_end, trace::Property::SourceImage, 1);
  world.both(CopyState::Unsynchronized, Operation::Failback);
  world.job(world.entity("west:job:1"), Operation::Failback, 0, 2, 0, world.west_end);
  for (const std::uint64_t id : {1, 2}) world.answer(id, 4096);
  world.wait(sim::seconds(2));
  SECTION("the target takes writes until the switch") {
    world.submit(world.target, w(1), 5);
    world.acknowledge(world.target, w(1), 5, 1, trace::IoAnswer::Refused);
    CHECK(world.broke("A25"));
  }
  SECTION("the source that is overwritten is not read") {
    world.emit(trace::host_read, world.source, 0, 5, 1, cim::number(trace::IoAnswer::Ok));
    CHECK(world.broke("A25"));
  }
  SECTION("as it should be") {
    world.submit(world.target, w(1), 5);
    world.acknowledge(world.target, w(1), 5);
    world.emit(trace::host_read, world.source, 0, 5, 1, cim::number(trace::IoAnswer::Refused));
    CHECK_FALSE(world.broke("A25"));
  }
  CHECK(world.evaluations("A25") > 0);
}

TEST_CASE("A23 ends the excuse of an unfenced failover at the next contact", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.emit(trace::peer, world.east_end, 0, 0);
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  world.unfenced_failover();
  world.local(world.target, w(2), 6);
  world.local(world.source, w(3), 7);
  CHECK_FALSE(world.broke("A23"));
  world.emit(trace::peer, world.east_end, 0, 1);
  // The answer that made the contact may have been given before the failover.
  world.local(world.target, w(4), 8);
  world.local(world.source, w(5), 9);
  CHECK_FALSE(world.broke("A23"));
  SECTION("the source end changes") {
    world.announce(world.east_end, CopyState::Synchronized, EventCause::LinkBackDeltaEmpty);
  }
  SECTION("time passes") {
    world.wait(sim::seconds(3));
  }
  world.wait(sim::seconds(1));
  world.local(world.target, w(6), 10);
  world.local(world.source, w(7), 11);
  CHECK(world.broke("A23"));
}

}  // namespace
}  // namespace replsim::harness
