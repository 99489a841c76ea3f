// The state machine's checkers notice each break of their rule. EVIDENCE: invariants.md/B
#include "tests/catch.h"
#include "tests/harness/check_fake.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using cim::EventCause;
using cim::Operation;
using fake::FakeWorld;
using fake::Numbers;

TEST_CASE("B8 sees times that are not those of the array's clock", "[harness][check]") {
  FakeWorld world;
  SECTION("right, or as late as a record takes to be written") {
    world.time_error = -sim::ns(sim::milliseconds(30));
    world.synchronize();
    CHECK(world.broken() == Numbers{});
    CHECK(world.evaluations("B8") > 0);
  }
  SECTION("behind") {
    world.synchronize();
    world.time_error = -sim::ns(sim::hours(1));
    world.call(world.west_end, Operation::Suspend);
    world.both(CopyState::Suspended, Operation::Suspend);
    CHECK(world.broken() == Numbers{"B8"});
  }
  SECTION("ahead") {
    world.synchronize();
    world.time_error = 1;
    world.call(world.west_end, Operation::Suspend);
    world.both(CopyState::Suspended, Operation::Suspend);
    CHECK(world.broken() == Numbers{"B8"});
  }
}

TEST_CASE("B1 sees a change that the graph or its cause does not explain", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("no such edge") {
    world.announce(world.east_end, CopyState::Prepared, EventCause::PreparationFinished);
    CHECK(world.broken() == Numbers{"B1"});
  }
  SECTION("an operation that nobody called") {
    world.announce(world.east_end, CopyState::Suspended, Operation::Suspend);
    CHECK(world.broken() == Numbers{"B1"});
  }
  SECTION("an event that did not happen") {
    world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    CHECK(world.broken() == Numbers{"B1"});
  }
  SECTION("an edge that needs Force") {
    world.create();
    world.emit(trace::peer, world.east_end, 0, 0);
    world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
    world.call(world.east_end, Operation::Suspend, false);
    world.announce(world.east_end, CopyState::Suspended, Operation::Suspend);
    CHECK(world.broke("B1"));
  }
  SECTION("an operation under way") {
    world.call(world.west_end, Operation::Suspend);
    world.both(CopyState::Suspended, Operation::Suspend);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("B1") > 0);
}

TEST_CASE("B2 sees an answer against the cell", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("accepted where the cell refuses") {
    world.answer(world.call(world.east_end, Operation::Failback), 0);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("0 without the end state") {
    world.answer(world.call(world.east_end, Operation::Fracture), 0);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("an undocumented code") {
    world.answer(world.call(world.east_end, Operation::Fracture), 99);
    CHECK(world.broke("B2"));
  }
  SECTION("a refusal that nothing asks for") {
    world.property(world.east_end, trace::Property::ProgressStatus, 2);
    world.answer(world.call(world.east_end, Operation::Fracture), 4);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("as the cell says") {
    world.answer(world.call(world.east_end, Operation::Failback), 4);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("B2") > 0);
}

TEST_CASE("B4 sees a ProgressStatus that does not fit", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("in this state") {
    world.property(world.east_end, trace::Property::ProgressStatus, 13);
    world.wait();
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"B4"});
  }
  SECTION("an operation let through beside Requires resync") {
    world.fracture();
    world.property(world.east_end, trace::Property::ProgressStatus, 18);
    world.answer(world.call(world.east_end, Operation::Fracture), 0);
    CHECK(world.broken() == Numbers{"B4"});
  }
  SECTION("Completed in SYN is right") {
    world.property(world.east_end, trace::Property::ProgressStatus, 2);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("B4") > 0);
}

TEST_CASE("B5 sees a RequestedCopyState of nothing", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("no operation has this goal") {
    world.call(world.east_end, Operation::Suspend);
    world.both(CopyState::Suspended, Operation::Suspend);
    world.call(world.east_end, Operation::Resume);
    world.both(CopyState::Unsynchronized, Operation::Resume);
    world.property(world.east_end, trace::Property::RequestedCopyState, 12);
    CHECK(world.broken() == Numbers{"B5"});
  }
  SECTION("the other end gave it up while this one was paused") {
    world.answer(world.call(world.west_end, Operation::Suspend), 4096);
    const auto job = world.entity("west:job:1");
    world.run_job(job, Operation::Suspend, world.west_end);
    const bool paused = GENERATE(true, false);
    if (paused) world.emit(sim::kind::node_paused, world.east, 0);
    world.job(job, Operation::Suspend, 4, 10, 0, world.west_end);
    if (paused) world.emit(sim::kind::node_resumed, world.east, 0);
    world.property(world.east_end, trace::Property::RequestedCopyState, 9);
    CHECK(world.broke("B5") != paused);
  }
  SECTION("it is left when the operation is over") {
    const auto call = world.call(world.east_end, Operation::Fracture);
    world.property(world.east_end, trace::Property::RequestedCopyState, 6);
    world.both(CopyState::Fractured, Operation::Fracture);
    world.answer(call, 0);
    world.wait();
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"B5"});
  }
  SECTION("it returns to 15") {
    const auto call = world.call(world.east_end, Operation::Fracture);
    world.property(world.east_end, trace::Property::RequestedCopyState, 6);
    world.both(CopyState::Fractured, Operation::Fracture);
    world.property(world.east_end, trace::Property::RequestedCopyState, 15);
    world.answer(call, 0);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("B5") > 0);
}

TEST_CASE("B6 sees a call that outlives its limit or did not wait", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  const auto call = world.call(world.east_end, Operation::Fracture, false, 6);
  SECTION("too long") {
    world.both(CopyState::Fractured, Operation::Fracture);
    world.wait(sim::seconds(60));
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{"B6"});
  }
  SECTION("never answered") {
    world.wait(sim::seconds(60));
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"B6"});
    return;
  }
  SECTION("did not wait") {
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{"B6"});
  }
  SECTION("waited") {
    world.both(CopyState::Fractured, Operation::Fracture);
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("B6") == 1);
}

TEST_CASE("B11 sees a swap of roles that left two associations", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  const auto call = world.call(world.east_end, Operation::ReverseRoles);
  SECTION("two are listed") {
    world.swapped = true;
    world.listed["east"] = 2;
  }
  SECTION("the ends were not swapped") {}
  world.both(CopyState::Synchronized, Operation::ReverseRoles);
  world.answer(call, 0);
  CHECK(world.broke("B11"));
  CHECK(world.evaluations("B11") > 0);
}

TEST_CASE("B12 sees what a removal left", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  const auto call = world.call(world.east_end, Operation::Detach);
  SECTION("an aspect that Detach does not leave") {
    world.remove(world.west_end, cim::cause_code(Operation::Detach), true);
    CHECK(world.broken() == Numbers{"B12"});
  }
  SECTION("an association still listed") {
    world.remove(world.east_end, cim::cause_code(Operation::Detach), false);
    world.listed["east"] = 1;
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{"B12"});
  }
  SECTION("nothing") {
    world.remove(world.east_end, cim::cause_code(Operation::Detach), false);
    world.remove(world.west_end, cim::cause_code(Operation::Detach), false);
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("B12") > 0);
}

TEST_CASE("B14 sees a recovery against CopyRecoveryMode", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.emit(trace::peer, world.east_end, 0, 0);
  world.announce(world.east_end, CopyState::Partitioned, EventCause::PeerUnreachable);
  world.emit(trace::peer, world.east_end, 0, 1);
  SECTION("Manual that copies by itself") {
    world.recovery = 3;
    world.announce(world.east_end, CopyState::Unsynchronized, EventCause::LinkBackAutomatic);
    CHECK(world.broken() == Numbers{"B14"});
  }
  SECTION("Automatic that waits") {
    world.announce(world.east_end, CopyState::Suspended, EventCause::LinkBackManual);
    CHECK(world.broken() == Numbers{"B14"});
  }
  SECTION("Automatic that copies") {
    world.announce(world.east_end, CopyState::Unsynchronized, EventCause::LinkBackAutomatic);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("B14") == 1);
}

}  // namespace
}  // namespace replsim::harness
