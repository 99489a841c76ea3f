// One seed is one run: its hash and its images do not depend on who looks on, nor on the process.
// EVIDENCE: invariants/B16; DESIGN/9 checkers observe and change nothing
#include "cli/run_one.h"
#include "cli/selection.h"
#include "harness/checkers.h"
#include "harness/runner.h"
#include "model/testbed/builtin_testbed.h"
#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {
namespace {

/// Copies, cuts, crashes, fails over and back, under random writes.
constexpr const char* eventful = R"(version: 1
scenario: eventful
title: Writes go on through a cut, a crash and a failover
topology:
  hosts:
    h1: {site: east, sees: [east/vol1]}
    h2: {site: west, sees: [west/*]}
  arrays:
    east: {site: east, disks: {d0: {kind: ssd, size: 2 TiB, cache: 64 MiB}},
        pools: {pool1: {size: 1 TiB}}, volumes: {vol1: 1 GiB}}
    west: {site: west, disks: {d0: {kind: ssd, size: 2 TiB, cache: 64 MiB}},
        pools: {pool1: {size: 1 TiB}}}
  links:
    east-west: {rtt: 2 ms, bandwidth: 1 Gbit/s}
provider: east
end: as-is
steps:
  - call: CreateElementReplica
    with: {SyncType: Mirror, SourceElement: east/vol1, TargetPool: west/pool1,
        WaitForCopyState: Synchronized}
    save: {Synchronization: $mirror, TargetElement: $copy}
    within: 60 s
  - {workload: random, host: h1, volume: east/vol1, size: 16 KiB, rate: 200/s,
        range: 0 B .. 64 MiB, for: 40 s}
  - {wait: 2 s}
  - {fault: link.cut, target: east-west, for: 15 s}
  - {wait: 20 s}
  - {fault: array.power-loss, target: west, for: 3 s}
  - {wait: 30 s}
  - {call: ModifyReplicaSynchronization, provider: west, with: {Operation: Failover,
        Synchronization: $mirror}, within: 30 s}
  - {write: $copy, host: h2, length: 64 KiB}
  - {wait: 5 s}
)";

harness::Run eventful_run(const TemporaryFolder& folder, std::uint64_t seed) {
  const Loaded loaded =
      load_all({folder.write("eventful.yaml", eventful)}, {.sets = {}, .seed = seed});
  INFO(diagnostics_text(loaded));
  REQUIRE(loaded.runs.size() == 1);
  return loaded.runs.front();
}

/// What must be the same.
struct Outcome {
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> written;  ///< Of all volumes, in order.
  bool operator==(const Outcome&) const = default;
};

Outcome play(const harness::Run& run, bool checked, bool kept) {
  testbed::BuiltinTestbed bed(run.topology, sim::WorldOptions{.seed = run.seed}, {});
  if (kept) bed.world().trace().keep_all();
  harness::RunnerOptions options;
  if (checked) options.oracles = harness::make_checkers;
  const auto record = harness::run_scenario(run, bed, options);
  Outcome outcome{.hash = record.hash, .events = record.events, .written = {}};
  for (const provider::VolumeInfo& volume : bed.volumes()) {
    const provider::VolumeImage* image = bed.image(volume.entity);
    image->for_each_written(0, image->blocks(), [&](std::uint64_t lba, std::uint64_t stamp) {
      outcome.written.emplace_back(lba, stamp);
    });
  }
  return outcome;
}

}  // namespace

TEST_CASE("a run is the same whoever looks on", "[cli][same]") {
  const TemporaryFolder folder;
  const harness::Run run = eventful_run(folder, 7);
  const Outcome bare = play(run, false, false);
  CHECK(bare.events > 1000);
  CHECK(bare.written.size() > 1000);
  CHECK(play(run, false, false) == bare);
  CHECK(play(run, true, false) == bare);
  CHECK(play(run, false, true) == bare);
  CHECK(play(run, true, true) == bare);
  const auto plain = run_one(run, {});
  CHECK(plain.hash == bare.hash);
  CHECK(plain.events == bare.events);
  const auto traced = run_one(run, {.trace = folder / "trace.txt", .db = folder / "run.db"});
  CHECK(traced.hash == bare.hash);
  CHECK(traced.events == bare.events);
  CHECK(folder.read("trace.txt").size() > 1000);
}

TEST_CASE("another seed is another run", "[cli][same]") {
  const TemporaryFolder folder;
  const Outcome one = play(eventful_run(folder, 7), false, false);
  CHECK_FALSE(play(eventful_run(folder, 8), false, false) == one);
}

}  // namespace replsim::cli
