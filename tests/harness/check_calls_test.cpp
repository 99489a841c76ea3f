// Calls, their jobs and what they leave: B2, B4 to B6, B12, C3, C6, C8, and that a refused call
// excuses nothing (A15, A31, A32).
// EVIDENCE: invariants.md/B2, B5, B6, B12, C3, C6, C8, A31, A32, rulings.md/R1, R4, R5, R6, R10
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

TEST_CASE("B2 judges a job by the cell of its call", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  const auto job = world.entity("east:job:1");
  const auto call = world.call(world.east_end, Operation::Fracture);
  world.run_job(job, Operation::Fracture, world.east_end);
  world.answer(call, 4096);
  SECTION("it ends without the state") {
    world.complete_job(job, Operation::Fracture, world.east_end);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("it ends in the state, after a restart") {
    world.emit(sim::kind::node_down, world.east, 0);
    world.emit(sim::kind::node_up, world.east, 0);
    world.both(CopyState::Fractured, Operation::Fracture);
    world.complete_job(job, Operation::Fracture, world.east_end);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("it fails") {
    world.job(job, Operation::Fracture, 4, 10, 0, world.east_end);
    CHECK(world.broken() == Numbers{});
  }
}

TEST_CASE("B6 judges a job by the state that its call waits for", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  const auto job = world.entity("east:job:1");
  world.fracture();
  const auto call = world.call(world.east_end, Operation::ResyncReplica, false, 4);
  world.run_job(job, Operation::ResyncReplica, world.east_end);
  world.answer(call, 4096);
  world.both(CopyState::Unsynchronized, Operation::ResyncReplica);
  SECTION("entered") {
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    world.complete_job(job, Operation::ResyncReplica, world.east_end);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("not entered") {
    world.complete_job(job, Operation::ResyncReplica, world.east_end);
    CHECK(world.broken() == Numbers{"B6"});
  }
}

TEST_CASE("B2 sees a refusal with a code that the cell does not know", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("a refused state is not an invalid method") {
    world.answer(world.call(world.east_end, Operation::Failback), 1);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("nor a failure after acceptance") {
    world.answer(world.call(world.east_end, Operation::Failback), 2);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("what a lone pair does not know is not refused for its state") {
    world.answer(world.call(world.east_end, Operation::ReturnToResourcePool), 4);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("an operation that is not offered") {
    world.answer(world.call(world.east_end, Operation::ReturnToResourcePool), 1);
    world.answer(world.call(world.east_end, Operation::ReturnToResourcePool), 5);
    CHECK(world.broken() == Numbers{});
  }
}

TEST_CASE("B2 sees needless refusals under the features of the shipped profile",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.property(world.east_end, trace::Property::ProgressStatus, 2);
  SECTION("features that change no state") {
    world.offer({15, 35, 42, 43, 51, 52});
    world.answer(world.call(world.east_end, Operation::Fracture), 4);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("in use by nothing") {
    world.offer({15, 35});
    world.answer(world.call(world.east_end, Operation::Fracture), 6);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("not supported although offered") {
    world.offer({15, 35});
    world.answer(world.call(world.east_end, Operation::Fracture), 1);
    CHECK(world.broken() == Numbers{"B2"});
  }
  SECTION("a feature that asks for Fracture before Failover") {
    world.offer({47});
    world.answer(world.call(world.east_end, Operation::Failover), 4);
    CHECK(world.broken() == Numbers{});
  }
}

TEST_CASE("B6 excuses a slow call only by its own disks", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.hit("east/disk1", sim::DiskFaultKind::Hang);
  const auto call = world.fracture();
  SECTION("one that hangs now") {
    world.hit("east/disk1", sim::DiskFaultKind::Hang);
    world.wait(sim::seconds(60));
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("one that hung before") {
    world.wait(sim::seconds(60));
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{"B6"});
  }
  SECTION("one of the other array") {
    world.hit("west/disk1", sim::DiskFaultKind::Hang);
    world.wait(sim::seconds(60));
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{"B6"});
  }
}

TEST_CASE("B12 looks at both arrays when the job of a removal ends", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.jobs_listed = 1;
  const auto job = world.entity("east:job:1");
  const auto call = world.call(world.east_end, Operation::Detach);
  world.run_job(job, Operation::Detach, world.east_end);
  world.answer(call, 4096);
  world.remove(world.west_end, cim::cause_code(Operation::Detach), false);
  SECTION("removed at both") {
    world.remove(world.east_end, cim::cause_code(Operation::Detach), false);
    world.complete_job(job, Operation::Detach, world.east_end);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
  SECTION("still listed at the other array") {
    world.remove(world.east_end, cim::cause_code(Operation::Detach), false);
    world.listed["west"] = 1;
    world.complete_job(job, Operation::Detach, world.east_end);
    CHECK(world.broken() == Numbers{"B12"});
  }
  SECTION("one end is left and not cut off") {
    world.job(job, Operation::Detach, 4, 10, 0, world.east_end);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"B12"});
  }
  SECTION("one end is left, cut off") {
    world.emit(trace::peer, world.east_end, 0, 0);
    world.job(job, Operation::Detach, 4, 10, 0, world.east_end);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
}

TEST_CASE("A refused call excuses nothing", "[harness][check]") {
  FakeWorld world;
  SECTION("A31: a refused Failover with Force") {
    world.create();
    world.target_image(1);
    world.answer(world.call(world.west_end, Operation::Failover, true), 4);
    world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
    world.local(world.target, w(1), 5);
    CHECK(world.broke("A31"));
  }
  SECTION("A31: Force for something else") {
    world.create();
    world.target_image(1);
    world.answer(world.call(world.west_end, Operation::Suspend, true), 0);
    world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
    world.local(world.target, w(1), 5);
    CHECK(world.broke("A31"));
  }
  SECTION("A32: a refused Resync") {
    world.synchronize();
    world.replicated(w(1), 5);
    world.fracture();
    world.local(world.target, w(2), 5);
    world.answer(world.call(world.east_end, Operation::ResyncReplica), 4);
    world.apply(world.target, w(1), 5);
    CHECK(world.broke("A32"));
  }
}

TEST_CASE("B5 sees a goal that an old operation left", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  SECTION("set again after its operation ended") {
    world.fracture();
    world.resync();
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    for (std::uint64_t id = 1; id <= 2; ++id) world.answer(id, 0);
    world.property(world.east_end, trace::Property::RequestedCopyState, 4);
    CHECK(world.broken() == Numbers{"B5"});
  }
  SECTION("left although nothing has run for a second") {
    const auto call = world.call(world.east_end, Operation::Fracture);
    world.property(world.east_end, trace::Property::RequestedCopyState, 6);
    world.answer(call, 4);
    world.wait(sim::seconds(3));
    world.wait(sim::seconds(3));
    world.emit(sim::kind::node_resumed, world.entity("h1"), 0);
    world.wait(sim::seconds(1));
    world.emit(sim::kind::node_resumed, world.entity("h1"), 0);
    CHECK(world.broke("B5"));
  }
}

TEST_CASE("B5 knows the goal of an Abort after Failback, Suspend and Resume", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.fenced_failover();
  world.failback();
  world.suspend_and_resume();
  for (const std::uint64_t id : {1, 3}) world.answer(id, 0);  // the copies go on
  const auto call = world.call(world.west_end, Operation::Abort);
  world.property(world.west_end, trace::Property::RequestedCopyState, 10);
  world.both(CopyState::Failedover, Operation::Abort);
  world.property(world.west_end, trace::Property::RequestedCopyState, 15);
  world.answer(call, 0);
  CHECK_FALSE(world.broke("B5"));
  CHECK_FALSE(world.broke("B2"));
}

TEST_CASE("C3 compares jobs of two arrays only while these hear of each other",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  const auto one = world.entity("east:job:1");
  const auto two = world.entity("west:job:1");
  world.call(world.east_end, Operation::Fracture);
  SECTION("the line is cut") {
    world.emit(trace::peer, world.east_end, 0, 0);
    world.run_job(one, Operation::Fracture, world.east_end);
    world.run_job(two, Operation::Failover, world.west_end);
    CHECK(world.broken() == Numbers{});
    CHECK(world.evaluations("C3") == 0);
  }
  SECTION("a message was dropped") {
    world.emit(sim::kind::message_dropped, world.entity("east-west"), 0, 1, 1);
    world.run_job(one, Operation::Fracture, world.east_end);
    world.run_job(two, Operation::Failover, world.west_end);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a message was delayed") {
    world.emit(sim::kind::fault_hit, world.entity("east-west"), 0, 1,
               static_cast<std::uint64_t>(sim::LinkHit::Latency));
    world.run_job(one, Operation::Fracture, world.east_end);
    world.run_job(two, Operation::Failover, world.west_end);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("the other end has done its part") {
    world.run_job(one, Operation::Fracture, world.east_end);
    world.both(CopyState::Fractured, Operation::Fracture);
    world.run_job(two, Operation::Failover, world.west_end);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a call that is turned away counts") {
    world.run_job(one, Operation::Fracture, world.east_end);
    world.answer(world.call(world.east_end, Operation::Suspend), 6);
    CHECK(world.evaluations("C3") == 1);
    CHECK(world.broken() == Numbers{});
  }
}

TEST_CASE("C3 sees control phases at both arrays", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  const auto one = world.entity("east:job:1");
  const auto two = world.entity("west:job:1");
  world.call(world.east_end, Operation::Fracture);
  world.run_job(one, Operation::Fracture, world.east_end);
  world.run_job(two, Operation::Failover, world.west_end);
  SECTION("nothing stands between them") {
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"C3"});
  }
  SECTION("the other end does its part only later") {
    world.wait(sim::milliseconds(2));
    world.both(CopyState::Fractured, Operation::Fracture);
    world.checkers->finish();
    CHECK(world.broke("C3"));
  }
  SECTION("the order was on its way") {
    world.both(CopyState::Fractured, Operation::Fracture);
    world.checkers->finish();
    CHECK_FALSE(world.broke("C3"));
  }
  SECTION("the second one is turned away") {
    world.job(two, Operation::Failover, 4, 10, 0, world.west_end);
    world.checkers->finish();
    CHECK_FALSE(world.broke("C3"));
  }
}

TEST_CASE("C8 lets a job without a copy phase be rolled back in UNS", "[harness][check]") {
  FakeWorld world;
  world.create();
  const auto job = world.entity("east:job:1");
  world.call(world.east_end, Operation::Suspend);
  world.run_job(job, Operation::Suspend, world.east_end);
  world.job(job, Operation::Suspend, 4, 10, 0, world.east_end);
  CHECK(world.broken() == Numbers{});
  CHECK(world.evaluations("C8") == 0);
}

TEST_CASE("C6 lets the first value after a copy be higher than the last one in it",
          "[harness][check]") {
  FakeWorld world;
  world.create();
  world.percent = 40;
  world.job(world.entity("east:job:1"), Operation::ResyncReplica, 0, 2, 0, world.east_end);
  world.wait();
  world.call(world.east_end, Operation::Suspend);
  world.percent = 45;
  world.both(CopyState::Suspended, Operation::Suspend);
  world.answer(1, 0);  // a later instant: the value is looked at
  SECTION("and then it stays") {
    world.percent = 45;
  }
  SECTION("and then it changes again") {
    world.percent = 46;
  }
  world.job(world.entity("east:job:2"), Operation::ResyncReplica, 0, 2, 0, world.east_end);
  world.checkers->finish();
  CHECK(world.broke("C6") == (world.percent == 46));
}

}  // namespace
}  // namespace replsim::harness
