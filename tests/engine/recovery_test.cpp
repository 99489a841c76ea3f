// Recovery from what no operation asked for: power losses with writes in flight, pauses, repeated
// cuts, broken disks, histories that part.
#include "model/store/stamp.h"
#include "tests/catch.h"
#include "tests/engine/pair.h"

namespace replsim::engine::test {
namespace {

using cim::CopyState;
using cim::Operation;
using sim::DownReason;
using trace::IoAnswer;

void break_disk(Pair& pair, Site& site, bool broken) {
  if (!broken) {
    site.disk.remove_fault(pair.world, {7});
    return;
  }
  sim::DiskFault fault;
  fault.id = {7};
  fault.kind = sim::DiskFaultKind::WriteError;
  fault.first = store::record_region_bytes;  // the records stay writable
  site.disk.add_fault(pair.world, fault);
}

void wait_for(Pair& pair, Site& site, CopyState state, sim::Duration limit = sim::seconds(60)) {
  const sim::Instant end = pair.world.now() + limit;
  while (pair.state(site) != state && pair.world.now() < end) pair.run(sim::microseconds(200));
}

TEST_CASE(
    "a power loss of the source with a write that reached only the target leaves no "
    "difference behind, in a written block and in one never written",
    "[engine][recovery]") {
  // EVIDENCE: data_plane/1 one write ahead, 2; invariants/A11, A12
  for (const std::uint64_t lba : {9u, 50u}) {
    Figures slow;
    slow.disk_write = sim::milliseconds(2);
    slow.link_latency = sim::microseconds(10);
    Pair pair(slow);
    pair.mirror();
    // The source's own disk hangs: the write is stable at the target only.
    sim::DiskFault fault;
    fault.id = {7};
    fault.kind = sim::DiskFaultKind::Hang;
    fault.first = store::record_region_bytes;
    pair.east.disk.add_fault(pair.world, fault);
    const std::uint64_t request = pair.write(pair.east, lba);
    pair.run(sim::milliseconds(200));
    REQUIRE(store::stamp_count(pair.west.image().at(lba)) == request);
    REQUIRE_FALSE(pair.answers.contains(request));
    pair.crash(pair.east, DownReason::PowerLoss);
    REQUIRE(pair.differences() == std::vector<std::uint64_t>{lba});
    CHECK(pair.uncovered().empty());
    pair.east.disk.remove_fault(pair.world, {7});
    pair.start(pair.east);
    pair.settle();
    INFO(pair.history());
    CHECK(pair.state(pair.east) == CopyState::Synchronized);
    CHECK(pair.differences().empty());
  }
}

TEST_CASE("a power loss of the target with a write that reached only the source is repaired",
          "[engine][recovery]") {
  // EVIDENCE: invariants/A1, A11
  Pair pair;
  pair.mirror();
  sim::DiskFault fault;
  fault.id = {7};
  fault.kind = sim::DiskFaultKind::Hang;
  fault.first = store::record_region_bytes;
  pair.west.disk.add_fault(pair.world, fault);
  const std::uint64_t request = pair.write(pair.east, 50);
  pair.run(sim::milliseconds(100));
  CHECK_FALSE(pair.answers.contains(request));
  pair.crash(pair.west, DownReason::PowerLoss);
  CHECK(pair.uncovered().empty());
  pair.west.disk.remove_fault(pair.world, {7});
  pair.run(sim::seconds(12));
  CHECK(pair.answers[request] == IoAnswer::Ok);
  pair.start(pair.west);
  pair.settle();
  CHECK(pair.state(pair.west) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
}

TEST_CASE("an array that was paused for longer than the time-out is met again",
          "[engine][recovery]") {
  // EVIDENCE: invariants/B17; rulings/R7: each endpoint by its own timer
  for (const bool at_source : {true, false}) {
    Pair pair;
    pair.mirror();
    Site& paused = at_source ? pair.east : pair.west;
    paused.node.pause(pair.world);
    pair.run(sim::seconds(15));
    paused.node.resume(pair.world);
    pair.settle();
    pair.run(sim::seconds(15));
    INFO((at_source ? "source paused: " : "target paused: ") << pair.history());
    CHECK(pair.write_now(pair.east, 33) == IoAnswer::Ok);
    pair.settle();
    CHECK(pair.state(pair.east) == CopyState::Synchronized);
    CHECK(pair.state(pair.west) == CopyState::Synchronized);
    CHECK(pair.differences().empty());
  }
}

TEST_CASE("a cut during a resync after a cut in Fractured bumps the generation at the first write",
          "[engine][recovery]") {
  // EVIDENCE: rulings/R7: the source bumps it stably before its first local-only acknowledgement
  Pair pair;
  pair.mirror();
  pair.modify(pair.east, Operation::Fracture);
  pair.settle();
  pair.cut();
  pair.run(sim::seconds(11));
  REQUIRE(pair.write_now(pair.east, 3) == IoAnswer::Ok);
  pair.heal();
  pair.settle();
  REQUIRE(pair.state(pair.east) == CopyState::Fractured);
  const Lineage before = pair.east.stable_record()->lineage;
  for (std::uint64_t lba = 0; lba < 64; lba += 2) pair.write_now(pair.east, lba);
  pair.modify(pair.east, Operation::ResyncReplica);
  wait_for(pair, pair.west, CopyState::Unsynchronized);
  REQUIRE(pair.state(pair.west) == CopyState::Unsynchronized);
  pair.cut();
  pair.run(sim::seconds(11));
  REQUIRE(pair.state(pair.east) == CopyState::Partitioned);
  REQUIRE(pair.write_now(pair.east, 5) == IoAnswer::Ok);
  CHECK(kinship(pair.east.stable_record()->lineage, before) == Kinship::Newer);
}

TEST_CASE(
    "an error of a disk breaks the pair before the write is answered alone; it is repaired "
    "without a call",
    "[engine][recovery]") {
  // EVIDENCE: invariants/A26, A27, B14; rulings/R7: BRK = an element error
  Pair pair;
  pair.mirror();
  break_disk(pair, pair.west, true);
  const std::uint64_t request = pair.write(pair.east, 12);
  while (!pair.answers.contains(request))
    REQUIRE(pair.world.run_until(sim::Instant::max(), 1) == 1);
  CHECK(pair.answers[request] == IoAnswer::Ok);
  CHECK(pair.east.stable_record()->state == CopyState::Broken);
  CHECK(pair.east.stably_tracked(12));
  pair.run(sim::seconds(5));
  CHECK(pair.state(pair.west) == CopyState::Broken);
  break_disk(pair, pair.west, false);
  wait_for(pair, pair.west, CopyState::Synchronized);
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
}

TEST_CASE("a pair that was broken when its array restarted is repaired without a call",
          "[engine][recovery]") {
  // EVIDENCE: invariants/B14: BRK whose cause was repaired: Automatic -> UNS or SYN without a call
  for (const bool at_source : {true, false}) {
    Pair pair;
    pair.mirror();
    break_disk(pair, pair.west, true);
    pair.write_now(pair.east, 12);
    pair.run(sim::seconds(1));
    REQUIRE(pair.state(pair.west) == CopyState::Broken);
    Site& victim = at_source ? pair.east : pair.west;
    pair.crash(victim);
    break_disk(pair, pair.west, false);
    pair.start(victim);
    wait_for(pair, pair.west, CopyState::Synchronized);
    pair.settle();
    INFO((at_source ? "source restarted: " : "target restarted: ") << pair.history());
    CHECK(pair.state(pair.east) == CopyState::Synchronized);
    CHECK(pair.differences().empty());
  }
}

TEST_CASE("an Abort at any moment of a resync leaves both ends in one state",
          "[engine][recovery]") {
  // EVIDENCE: rulings/R6, R10; invariants/B2
  int aborted = 0;
  for (std::uint64_t events = 0; events < 130; events += 1) {
    Pair pair;
    pair.mirror();
    pair.modify(pair.east, Operation::Fracture);
    pair.settle();
    for (std::uint64_t lba = 0; lba < 12; lba += 3) pair.write_now(pair.east, lba);
    pair.changes.clear();
    pair.modify(pair.east, Operation::ResyncReplica);
    pair.world.run_until(sim::Instant::max(), events);
    pair.modify(pair.east, Operation::Abort);
    pair.settle();
    const CopyState east = pair.state(pair.east);
    const CopyState west = pair.state(pair.west);
    aborted += east == CopyState::Aborted ? 1 : 0;
    if (east == west) continue;
    FAIL_CHECK("Abort after " << events << " events: " << pair.history());
    break;
  }
  CHECK(aborted > 10);
}

TEST_CASE("a link that goes up and down during a resync loses no progress and no write",
          "[engine][recovery]") {
  // EVIDENCE: data_plane/5: an interrupted resync continues, new writes add bits; invariants/B17
  Pair pair;
  pair.mirror();
  pair.cut();
  pair.run(sim::seconds(11));
  for (std::uint64_t lba = 0; lba < 64; ++lba) pair.write_now(pair.east, lba);
  for (int i = 0; i < 5; ++i) {
    pair.heal();
    wait_for(pair, pair.west, CopyState::Unsynchronized, sim::seconds(20));
    pair.run(sim::microseconds(400));
    pair.cut();
    pair.write(pair.east, static_cast<std::uint64_t>(7 * i));
    pair.run(sim::seconds(12));
    CHECK(pair.uncovered().empty());
  }
  pair.heal();
  pair.settle();
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
}

TEST_CASE("many cuts with writes do not make the record of a relation grow without end",
          "[engine][recovery]") {
  // EVIDENCE: model/store/records.h: a record has at most 500 words
  Pair pair;
  pair.mirror();
  for (int i = 0; i < 260; ++i) {
    pair.cut();
    pair.run(sim::seconds(11));
    pair.write_now(pair.east, static_cast<std::uint64_t>(i % 60));
    pair.heal();
    pair.settle();
  }
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(encode(*pair.east.stable_record()).size() < 500);
}

TEST_CASE("split brain is resolved by a forced Resync, the source's content wins",
          "[engine][recovery]") {
  // EVIDENCE: rulings/R7: exits: Resync with Force (SystemElement wins)
  Pair pair;
  pair.mirror();
  pair.cut();
  pair.run(sim::seconds(11));
  const std::uint64_t kept = pair.write(pair.east, 3);
  pair.modify(pair.west, Operation::Failover, true);
  pair.run(sim::seconds(10));
  pair.write_now(pair.west, 3);
  pair.write_now(pair.west, 30);
  pair.heal();
  pair.settle();
  REQUIRE(pair.state(pair.east) == CopyState::Invalid);
  const Call& refused = pair.modify(pair.east, Operation::ResyncReplica);
  pair.settle();
  CHECK(refused.result.code == cim::ReturnCode::Failed);
  pair.modify(pair.east, Operation::ResyncReplica, true);
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.state(pair.west) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
  CHECK(store::stamp_count(pair.west.image().at(3)) == kept);
}

}  // namespace
}  // namespace replsim::engine::test
