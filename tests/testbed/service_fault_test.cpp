// Faults of an array's management service: what its clients and subscribers get, and that engine
// and data path know nothing of it.
// EVIDENCE: anchors/fault_catalogue.md/Provider; rulings.md/R1 (code 2), R10 (jobs)
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "model/cim/enumerations.h"
#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed {
namespace {

using test::Bench;
using test::fault;
using test::make_mirror;
using test::u16;

constexpr std::uint16_t fracture = 12;
constexpr std::uint32_t unknown = 2;

/// What the trace told of one kind.
struct Told final : sim::TraceObserver {
  Told(sim::World& of, const sim::TraceKind& kind) : world(of), number(kind.number) {
    world.trace().add_observer(*this);
  }
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;
  ~Told() override { world.trace().remove_observer(*this); }
  void observe(const sim::TraceEvent& event) override {
    if (event.kind == number) events.push_back(event);
  }
  sim::World& world;
  std::uint16_t number;
  std::vector<sim::TraceEvent> events;
};

sim::Task<void> end_later(sim::World& world, Bench& bench, sim::FaultId id) {
  co_await sim::sleep(world, sim::seconds(3));
  bench.testbed.end_fault(id);
}

cim::MethodCall modify(const cim::ObjectPath& mirror, std::uint16_t operation) {
  cim::MethodCall call;
  call.class_name = "CIM_ReplicationService";
  call.method = "ModifyReplicaSynchronization";
  call.arguments = {{"Operation", u16(operation)},
                    {"Synchronization", cim::Value::reference(mirror)}};
  return call;
}

sim::FaultId begin(Bench& bench, const provider::FaultSpec& spec) {
  const auto id = bench.testbed.begin_fault(spec);
  REQUIRE(id.has_value());
  bench.run(sim::Duration{0});
  return *id;
}

std::uint64_t state_of(Bench& bench, const cim::ObjectPath& mirror) {
  return bench.testbed.peek("east", mirror)->get("CopyState").as_unsigned();
}

std::vector<std::uint64_t> job_states(Bench& bench) {
  std::vector<std::uint64_t> states;
  for (const cim::Instance& job : bench.testbed.peek_all("east", "CIM_ConcreteJob")) {
    states.push_back(job.get("JobState").as_unsigned());
  }
  return states;
}

/// Begins the fault in the middle of the next call at east.
struct InMidCall final : sim::TraceObserver {
  InMidCall(Bench& of, provider::FaultSpec what) : bench(of), spec(std::move(what)) {
    bench.world().trace().add_observer(*this);
  }
  InMidCall(const InMidCall&) = delete;
  InMidCall& operator=(const InMidCall&) = delete;
  ~InMidCall() override { bench.world().trace().remove_observer(*this); }
  void observe(const sim::TraceEvent& event) override {
    if (event.kind != trace::call_received.number || armed) return;
    armed = true;
    bench.world().between_events([this] { id = *bench.testbed.begin_fault(spec); });
  }
  Bench& bench;
  provider::FaultSpec spec;
  bool armed = false;
  sim::FaultId id;
};

}  // namespace

TEST_CASE("A late reply is late by what is said, and the work is done before", "[testbed][fault]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  provider::FaultSpec late = fault("provider.late-reply", "east");
  late.add = sim::seconds(3);
  const sim::FaultId id = begin(bench, late);
  bench.begin("east", modify(mirror, fracture));
  bench.run(sim::seconds(1));
  CHECK(state_of(bench, mirror) == cim::number(cim::CopyState::Fractured));
  CHECK(bench.testbed.fault_counts(id).hits > 0);
  const sim::Instant asked = bench.world().now();
  CHECK(bench.call("east", modify(mirror, fracture)).has_value());
  CHECK(bench.world().now() - asked >= sim::seconds(3));
}

TEST_CASE("A lost reply leaves the work done and its client without an answer",
          "[testbed][fault]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const Told received(bench.world(), trace::call_received);
  provider::FaultSpec lost = fault("provider.lost-reply", "east");
  lost.rate_ppb = sim::parts_per_billion;
  const sim::FaultId id = begin(bench, lost);
  CHECK_FALSE(bench.call("east", modify(mirror, fracture), sim::seconds(10)).has_value());
  CHECK(state_of(bench, mirror) == cim::number(cim::CopyState::Fractured));
  CHECK(received.events.size() == 1);  // asked ten times
  CHECK(bench.testbed.fault_counts(id).hits >= 9);
  CHECK(bench.testbed.fault_counts(id).met == bench.testbed.fault_counts(id).hits);
}

TEST_CASE("A request that comes twice is run once", "[testbed][fault]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const Told received(bench.world(), trace::call_received);
  provider::FaultSpec twice = fault("provider.repeat-request", "east");
  twice.rate_ppb = sim::parts_per_billion;
  const sim::FaultId id = begin(bench, twice);
  CHECK(bench.call("east", modify(mirror, fracture)).has_value());
  bench.settle();
  CHECK(received.events.size() == 1);
  CHECK(bench.testbed.fault_counts(id).hits >= 1);
}

TEST_CASE("A service that restarts in mid-call says Unknown when it is asked again",
          "[testbed][fault]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const Told received(bench.world(), trace::call_received);
  InMidCall restart(bench, fault("provider.restart", "east"));
  bench.begin("east", modify(mirror, fracture));
  bench.run(sim::seconds(5));
  CHECK(state_of(bench, mirror) == cim::number(cim::CopyState::Fractured));
  CHECK(bench.testbed.running("east"));
  CHECK(bench.write("h1", "east/vol1", 3, 2).answer == trace::IoAnswer::Ok);
  CHECK(bench.testbed.fault_counts(restart.id).met >= 1);
  const std::uint64_t hits = bench.testbed.fault_counts(restart.id).hits;
  CHECK(hits == 1 + 5);  // the call, and what came each second while nobody was there
  bench.testbed.end_fault(restart.id);
  bench.run(sim::seconds(5));
  CHECK(bench.testbed.fault_counts(restart.id).hits == hits);
  CHECK(received.events.size() == 1);
  CHECK_FALSE(bench.testbed.busy());
}

TEST_CASE("The client of a call under way gets the code 2, or nothing when told so",
          "[testbed][fault]") {
  for (const bool silent : {false, true}) {
    CAPTURE(silent);
    Bench bench;
    const cim::ObjectPath mirror = make_mirror(bench);
    provider::FaultSpec spec = fault("provider.restart", "east");
    spec.word = silent ? "none" : "unknown";
    InMidCall restart(bench, spec);
    bench.tasks.spawn(bench.world(), end_later(bench.world(), bench, sim::FaultId{1}));
    const auto outcome = bench.call("east", modify(mirror, fracture), sim::seconds(20));
    CHECK(outcome.has_value() == !silent);
    if (outcome) {
      CHECK(outcome->code == unknown);
      CHECK(outcome->error->message_id == "failed:restart");
    }
    CHECK(state_of(bench, mirror) == cim::number(cim::CopyState::Fractured));
    CHECK(bench.call("east", modify(mirror, fracture)).has_value());
  }
}

TEST_CASE("Lost and late indications are sent in order all the same", "[testbed][fault]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const Told sent(bench.world(), trace::indication);
  const Told strayed(bench.world(), trace::indication_strayed);
  const Told late(bench.world(), trace::indication_late);
  provider::FaultSpec lost = fault("provider.lost-indication", "west");
  lost.rate_ppb = sim::parts_per_billion;
  provider::FaultSpec slow = fault("provider.late-indication", "east");
  slow.add = sim::seconds(20);
  const sim::FaultId lost_id = begin(bench, lost);
  begin(bench, slow);
  bench.call("east", modify(mirror, fracture));
  bench.run(sim::seconds(1));
  CHECK(sent.events.size() == 2);
  CHECK(strayed.events.size() == 2);
  CHECK(late.events.empty());
  CHECK(bench.testbed.fault_counts(lost_id).met == 1);
  CHECK(bench.testbed.fault_counts(lost_id).hits == 1);
  bench.testbed.end_fault(lost_id);
  bench.run(sim::seconds(20));
  REQUIRE(late.events.size() == 1);
  CHECK(late.events[0].c == cim::number(cim::CopyState::Fractured));
}

TEST_CASE("An endless job shows Running with its work done until the fault is lifted",
          "[testbed][fault]") {
  using cim::JobState;
  const std::vector<std::uint64_t> running = {cim::number(JobState::Completed),
                                              cim::number(JobState::Running)};
  const std::vector<std::uint64_t> completed = {cim::number(JobState::Completed),
                                                cim::number(JobState::Completed)};
  for (const bool restarts : {false, true}) {
    CAPTURE(restarts);
    Bench bench;
    const cim::ObjectPath mirror = make_mirror(bench);
    const sim::FaultId endless = begin(bench, fault("provider.endless-job", "east"));
    bench.call("east", modify(mirror, fracture));
    bench.run(sim::seconds(1));
    CHECK(state_of(bench, mirror) == cim::number(cim::CopyState::Fractured));
    CHECK(job_states(bench) == running);
    CHECK(bench.testbed.fault_counts(endless).hits == 1);
    if (restarts) {
      const sim::FaultId crash = begin(bench, fault("array.crash", "east"));
      bench.run(sim::seconds(1));
      bench.testbed.end_fault(crash);
      bench.run(sim::seconds(5));
      CHECK(job_states(bench) == running);
    }
    bench.testbed.end_fault(endless);
    bench.run(sim::seconds(1));
    CHECK(job_states(bench) == completed);
    CHECK_FALSE(bench.testbed.busy());
  }
}

TEST_CASE("An endless job that may end while its array is down ends when it is up",
          "[testbed][fault]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const sim::FaultId endless = begin(bench, fault("provider.endless-job", "east"));
  bench.call("east", modify(mirror, fracture));
  bench.run(sim::seconds(1));
  const sim::FaultId crash = begin(bench, fault("array.crash", "east"));
  bench.testbed.end_fault(endless);
  bench.run(sim::seconds(1));
  CHECK(job_states(bench).back() == cim::number(cim::JobState::Running));
  bench.testbed.end_fault(crash);
  bench.run(sim::seconds(5));
  CHECK(job_states(bench).back() == cim::number(cim::JobState::Completed));
}

}  // namespace replsim::testbed
