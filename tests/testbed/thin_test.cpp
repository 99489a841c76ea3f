// Thin pools: space is taken stably before it is written, given back with its volume, and counted
// right after a crash at any instant.
// EVIDENCE: language.md 11 (`thin`); rulings R2, R10; invariants.md B12
#include <set>

#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed::test {
namespace {

constexpr std::uint64_t granule = 65536;
constexpr std::uint64_t pool_bytes = 16 * granule;

provider::Topology thin_target() {
  provider::Topology topology = two_arrays();
  topology.arrays[1].pools = {{"pool1", pool_bytes, {}, true}};
  return topology;
}

std::uint64_t free_of(Bench& bench) {
  return bench.testbed.metric("west/pool1", "free").value();
}

/// Granules in which the volume holds a written block.
std::uint64_t written_granules(Bench& bench, const std::string& path) {
  const auto volume = bench.testbed.volume(path);
  if (!volume) return 0;
  std::set<std::uint64_t> granules;
  bench.testbed.image(volume->entity)
      ->for_each_written(0, volume->bytes / volume->block, [&](std::uint64_t lba, std::uint64_t) {
        granules.insert(lba * volume->block / granule);
      });
  return granules.size();
}

}  // namespace

TEST_CASE("A thin replica takes the space that is written, once", "[testbed][thin]") {
  Bench bench(thin_target());
  bench.write("h1", "east/vol1", 0, 16);
  bench.write("h1", "east/vol1", 160, 1);
  make_mirror(bench);
  bench.settle();
  CHECK(free_of(bench) == pool_bytes - 2 * granule);
  bench.write("h1", "east/vol1", 0, 16);
  CHECK(free_of(bench) == pool_bytes - 2 * granule);
  bench.write("h1", "east/vol1", 30, 4);  // over the end of a granule
  CHECK(free_of(bench) == pool_bytes - 4 * granule);
  const auto pool_now = bench.testbed.peek("west", pool("west/pool1").as_reference());
  CHECK(pool_now->get("RemainingManagedSpace").as_unsigned() == free_of(bench));
  const auto id = bench.testbed.begin_fault(fault("array.crash", "west"));
  CHECK(free_of(bench) == pool_bytes - 4 * granule);  // as its records say while it is down
  bench.testbed.end_fault(*id);
  bench.settle();
  CHECK(free_of(bench) == pool_bytes - 4 * granule);
}

// EVIDENCE: rulings R10: a create not committed is removed and its space freed
TEST_CASE("After a crash at any instant the pool counts what its volumes hold",
          "[testbed][thin][crash]") {
  for (const char* effect : {"array.crash", "array.power-loss"}) {
    for (int step = 1; step <= 40; ++step) {
      INFO(effect << " after " << step << " x 500 us");
      Bench bench(thin_target());
      bench.write("h1", "east/vol1", 0, 48);
      cim::MethodCall call;
      call.class_name = "CIM_ReplicationService";
      call.method = "CreateElementReplica";
      call.arguments = good_create();
      bench.begin("east", std::move(call));
      bench.run(sim::microseconds(500) * step);
      const auto id = bench.testbed.begin_fault(fault(effect, "west"));
      REQUIRE(id.has_value());
      bench.run(sim::seconds(1));
      bench.testbed.end_fault(*id);
      bench.run(sim::seconds(60));
      bench.settle();
      std::uint64_t held = 0;
      for (const provider::VolumeInfo& volume : bench.testbed.volumes()) {
        if (volume.path.starts_with("west/pool1-")) held += written_granules(bench, volume.path);
      }
      const std::uint64_t taken = (pool_bytes - free_of(bench)) / granule;
      CHECK(taken >= held);
      const auto relations = bench.testbed.peek_all("west", "CIM_StorageSynchronized");
      if (relations.empty()) {
        CHECK(taken == 0);
      } else {
        CHECK(held == 3);
        CHECK(taken == 3);
      }
    }
  }
}

}  // namespace replsim::testbed::test
