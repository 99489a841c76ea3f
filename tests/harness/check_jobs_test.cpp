// The checkers of jobs and indications notice each break of their rule. EVIDENCE: invariants.md/C
#include "harness/check_table.h"
#include "tests/catch.h"
#include "tests/harness/check_fake.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using cim::EventCause;
using cim::Operation;
using fake::FakeWorld;
using fake::Numbers;
constexpr auto resync = Operation::ResyncReplica;

struct TwoJobs {
  sim::EntityId one, two;
};

/// A pair in SYN and two jobs to come.
TwoJobs prepare(FakeWorld& world) {
  world.synchronize();
  world.jobs_listed = 2;
  return {world.entity("east:job:1"), world.entity("east:job:2")};
}

TEST_CASE("C1 sees a percentage that falls or lies", "[harness][check]") {
  FakeWorld world;
  const TwoJobs jobs = prepare(world);
  world.run_job(jobs.one, resync, world.east_end);
  world.job(jobs.one, resync, 4, 4, 40, world.east_end);
  CHECK(world.broken() == Numbers{});
  SECTION("it falls") {
    world.job(jobs.one, resync, 4, 4, 30, world.east_end);
  }
  SECTION("100 while it runs") {
    world.job(jobs.one, resync, 4, 4, 100, world.east_end);
  }
  CHECK(world.broken() == Numbers{"C1"});
  CHECK(world.evaluations("C1") > 0);
}

TEST_CASE("C2 sees an edge that the graph of jobs lacks", "[harness][check]") {
  FakeWorld world;
  const TwoJobs jobs = prepare(world);
  world.run_job(jobs.one, resync, world.east_end);
  SECTION("Running to Completed at once") {
    world.job(jobs.one, resync, 4, 7, 100, world.east_end);
  }
  SECTION("a change after the end") {
    world.complete_job(jobs.one, resync, world.east_end);
    CHECK(world.broken() == Numbers{});
    world.job(jobs.one, resync, 7, 7, 100, world.east_end);
  }
  SECTION("removed too early") {
    world.complete_job(jobs.one, resync, world.east_end);
    world.jobs_listed = 0;
    world.checkers->finish();
  }
  CHECK(world.broken() == Numbers{"C2"});
  CHECK(world.evaluations("C2") > 0);
}

TEST_CASE("C3 sees two jobs in their control phase", "[harness][check]") {
  FakeWorld world;
  const TwoJobs jobs = prepare(world);
  world.run_job(jobs.one, Operation::Fracture, world.east_end);
  SECTION("the first still runs") {
    world.run_job(jobs.two, Operation::Split, world.east_end);
    CHECK(world.broken() == Numbers{"C3"});
    CHECK(world.evaluations("C3") == 1);
  }
  SECTION("the first is kept from ending by a fault") {
    world.emit(sim::kind::fault_hit, jobs.one, 0, 1,
               static_cast<std::uint64_t>(sim::ServiceHit::JobKept));
    world.run_job(jobs.two, Operation::Split, world.east_end);
    CHECK(world.broken() == Numbers{});
  }
  SECTION("the first has ended") {
    world.complete_job(jobs.one, Operation::Fracture, world.east_end);
    world.run_job(jobs.two, Operation::Split, world.east_end);
    CHECK(world.broken() == Numbers{});
  }
}

TEST_CASE("C4 sees a job too many or too few", "[harness][check]") {
  FakeWorld world;
  const TwoJobs jobs = prepare(world);
  const auto call = world.call(world.east_end, Operation::Fracture);
  SECTION("4096 without a job") {
    world.both(CopyState::Fractured, Operation::Fracture);
    world.answer(call, 4096);
    CHECK(world.broken() == Numbers{"C4"});
  }
  SECTION("0 with a job") {
    world.run_job(jobs.one, Operation::Fracture, world.east_end);
    world.both(CopyState::Fractured, Operation::Fracture);
    world.answer(call, 0);
    CHECK(world.broken() == Numbers{"C4"});
  }
  SECTION("4096 with a job") {
    world.run_job(jobs.one, Operation::Fracture, world.east_end);
    world.both(CopyState::Fractured, Operation::Fracture);
    world.answer(call, 4096);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("C4") == 1);
}

TEST_CASE("C6 sees a PercentSynced that does not fit the state", "[harness][check]") {
  FakeWorld world;
  world.create();
  world.percent = 40;
  world.job(world.entity("east:job:1"), resync, 0, 2, 0, world.east_end);
  world.wait();
  SECTION("100 in UNS") {
    world.percent = 100;
  }
  SECTION("falling in UNS") {
    world.job(world.entity("east:job:1"), resync, 2, 3, 0, world.east_end);
    world.wait();
    world.job(world.entity("east:job:1"), resync, 3, 4, 0, world.east_end);
    world.percent = 30;
  }
  SECTION("below 100 in SYN") {
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    world.percent = 99;
  }
  world.wait();
  world.job(world.entity("east:job:2"), resync, 0, 2, 0, world.east_end);
  world.checkers->finish();
  CHECK(world.broke("C6"));
  CHECK(world.evaluations("C6") > 0);
}

TEST_CASE("C7 sees indications out of step with the changes", "[harness][check]") {
  FakeWorld world;
  world.create();
  const auto indicate = [&](std::uint64_t kind, CopyState from, CopyState to) {
    world.emit(trace::indication, world.east_end, 0, kind, cim::number(from), cim::number(to));
  };
  world.emit(trace::indication, world.east_end, 0, 1, 0, 3);
  world.announce(world.east_end, CopyState::Synchronized, EventCause::CopyComplete);
  SECTION("each change has its own") {
    indicate(2, CopyState::Unsynchronized, CopyState::Synchronized);
    world.wait(sim::seconds(5));
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
  SECTION("one is missing") {
    world.wait(sim::seconds(5));
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"C7"});
  }
  SECTION("a wrong previous state") {
    indicate(2, CopyState::Fractured, CopyState::Synchronized);
    CHECK(world.broken() == Numbers{"C7"});
  }
  SECTION("one too many") {
    indicate(2, CopyState::Unsynchronized, CopyState::Synchronized);
    indicate(2, CopyState::Unsynchronized, CopyState::Synchronized);
    CHECK(world.broken() == Numbers{"C7"});
  }
  SECTION("a swap of roles deletes and creates") {
    indicate(2, CopyState::Unsynchronized, CopyState::Synchronized);
    world.emit(trace::indication, world.east_end, 0, 3, 4, 0);
    world.emit(trace::endpoint_born, world.east_end, 0, FakeWorld::pair, 2, world.source.value);
    world.emit(trace::indication, world.east_end, 0, 1, 0, 4);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{});
  }
  SECTION("a deletion that is none") {
    indicate(2, CopyState::Unsynchronized, CopyState::Synchronized);
    world.emit(trace::indication, world.east_end, 0, 3, 4, 0);
    world.checkers->finish();
    CHECK(world.broken() == Numbers{"C7"});
  }
  CHECK(world.evaluations("C7") > 0);
}

TEST_CASE("C8 sees a failed copy that leaves no trace", "[harness][check]") {
  FakeWorld world;
  const TwoJobs jobs = prepare(world);
  world.fracture();
  world.call(world.east_end, resync);
  world.run_job(jobs.one, resync, world.east_end);
  world.both(CopyState::Unsynchronized, resync);
  SECTION("still in UNS") {
    world.job(jobs.one, resync, 4, 10, 50, world.east_end);
    CHECK(world.broken() == Numbers{"C8"});
  }
  SECTION("broken") {
    world.emit(sim::kind::fault_hit, world.entity("east/disk1"), 0, 1, 1);
    world.both(CopyState::Broken, EventCause::ElementError);
    world.job(jobs.one, resync, 4, 10, 50, world.east_end);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("C8") == 1);
}

TEST_CASE("C8 knows no copy of a Reverse Roles whose mirror fell behind", "[harness][check]") {
  FakeWorld world;
  const TwoJobs jobs = prepare(world);
  world.call(world.east_end, Operation::ReverseRoles);
  world.run_job(jobs.one, Operation::ReverseRoles, world.east_end);
  world.both(CopyState::Unsynchronized, EventCause::FellBehind);
  world.job(jobs.one, Operation::ReverseRoles, 4, 10, 0, world.east_end);
  CHECK_FALSE(world.broke("C8"));
  CHECK(world.evaluations("C8") == 0);
}

TEST_CASE("Every invariant has a row and those of now have a count", "[harness][check]") {
  FakeWorld world;
  const auto counts = world.checkers->evaluations();
  CHECK(counts.size() == 42);
  CHECK(counts.at("A22") == 0);
  CHECK_FALSE(counts.contains("A7"));
  REQUIRE(find_check("A22") != nullptr);
  CHECK(find_check("A22")->severity == 'H');
  CHECK(find_check("D9") != nullptr);
  CHECK(find_check("A99") == nullptr);
}

TEST_CASE("Violations beyond the tenth of a number are counted only", "[harness][check]") {
  FakeWorld world;
  for (std::uint64_t i = 0; i < 25; ++i) {
    world.emit(trace::state_change, world.entity("east:99"), 101, 0, 2, 1);
  }
  const auto violations = world.checkers->violations();
  CHECK(violations.size() == 10);
  CHECK(violations.back().message.find("15 more") != std::string::npos);
}

}  // namespace
}  // namespace replsim::harness
