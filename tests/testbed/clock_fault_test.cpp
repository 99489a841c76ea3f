// Faults of an array's wall clock: the times that it tells, and a topology's drift.
// EVIDENCE: anchors/fault_catalogue.md/Clock; invariants.md/B8; language.md/11 (clock)
#include <chrono>
#include <cstdint>
#include <string>

#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed {
namespace {

using test::Bench;
using test::fault;
using test::make_mirror;

std::int64_t synced_at(Bench& bench, const std::string& array, const cim::ObjectPath& mirror) {
  return bench.testbed.peek(array, mirror)->get("WhenSynced").as_datetime().nanoseconds;
}

sim::Task<void> nap(sim::World& world, sim::Duration length) {
  co_await sim::sleep(world, length);
}

/// Lets time pass, also when nothing else happens.
void pass(Bench& bench, sim::Duration length) {
  bench.tasks.spawn(bench.world(), nap(bench.world(), length));
  bench.run(length);
}

/// What east shows less what west shows when a mirror was made under the fault, in seconds.
std::int64_t error_under(const provider::FaultSpec& spec) {
  Bench bench;
  const auto id = bench.testbed.begin_fault(spec);
  REQUIRE(id.has_value());
  pass(bench, sim::seconds(100));
  const cim::ObjectPath mirror = make_mirror(bench);
  CHECK(bench.testbed.fault_counts(*id).met == 1);
  const sim::Duration error{synced_at(bench, "east", mirror) - synced_at(bench, "west", mirror)};
  return std::chrono::round<sim::seconds>(error).count();
}

}  // namespace

TEST_CASE("A clock that is wrong shows it in the times of its array", "[testbed][fault]") {
  provider::FaultSpec spec = fault("clock.offset", "east");
  spec.by = sim::hours(-1);
  CHECK(error_under(spec) == -3600);
  spec.effect = "clock.jump";
  CHECK(error_under(spec) == -3600);
  spec = fault("clock.drift", "east");
  spec.gain_ppb = 500'000'000;
  CHECK(error_under(spec) == 50);
  CHECK(error_under(fault("clock.frozen", "east")) == -100);
}

TEST_CASE("A jump stays when it is ended, the others are set right", "[testbed][fault]") {
  for (const std::string effect : {"clock.offset", "clock.drift", "clock.frozen", "clock.jump"}) {
    CAPTURE(effect);
    Bench bench;
    provider::FaultSpec spec = fault(effect, "east");
    spec.by = sim::hours(1);
    spec.gain_ppb = 1'000'000;
    const auto id = bench.testbed.begin_fault(spec);
    pass(bench, sim::seconds(100));
    CHECK(bench.testbed.clock("east") != sim::ns(bench.world().now()));
    CHECK(bench.testbed.clock("west") == sim::ns(bench.world().now()));
    bench.testbed.end_fault(*id);
    const std::int64_t left = effect == "clock.jump" ? sim::ns(sim::hours(1)) : 0;
    CHECK(bench.testbed.clock("east") - sim::ns(bench.world().now()) == left);
  }
}

TEST_CASE("The drift of a topology's clock is obeyed", "[testbed]") {
  provider::Topology topology = test::two_arrays();
  topology.arrays[0].clock = {sim::seconds(5), 100'000'000};
  Bench bench(topology);
  pass(bench, sim::seconds(100));
  CHECK(bench.testbed.clock("east") == sim::ns(sim::seconds(115)));
}

}  // namespace replsim::testbed
