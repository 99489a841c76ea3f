// Failback: its direction survives every interruption, and nothing of the failover site is lost.
#include <map>

#include "model/store/stamp.h"
#include "tests/catch.h"
#include "tests/engine/pair.h"

namespace replsim::engine::test {
namespace {

using cim::CopyState;
using cim::Operation;
using sim::DownReason;
using trace::IoAnswer;

/// Failed over, with blocks written at the target; a Failback has begun and copied something.
void failing_back(Pair& pair) {
  pair.mirror();
  pair.modify(pair.west, Operation::Failover);
  pair.settle();
  for (std::uint64_t lba = 0; lba < 64; lba += 2) pair.write_now(pair.west, lba);
  pair.modify(pair.west, Operation::Failback);
  for (int i = 0; i < 1000 && pair.state(pair.east) != CopyState::Unsynchronized; ++i) {
    pair.run(sim::microseconds(100));
  }
  pair.run(sim::microseconds(1300));
}

/// Blocks that do not hold what the failover site acknowledged.
std::uint64_t forgotten(Pair& pair) {
  std::map<std::uint64_t, std::uint64_t> last;
  for (const sim::TraceEvent& event : pair.events) {
    if (event.kind == trace::host_ack.number && event.c == 0) last[event.a] = event.cause;
  }
  std::uint64_t out = 0;
  for (const auto& [lba, stamp] : last) {
    if (pair.west.image().at(lba) != stamp) ++out;
  }
  return out;
}

TEST_CASE("a Failback that was suspended goes on in its direction at Resume",
          "[engine][failback]") {
  // EVIDENCE: rulings/R6: Resume continues in copy_direction; invariants/A24, A32
  for (const bool at_source : {true, false}) {
    Pair pair;
    failing_back(pair);
    REQUIRE(pair.state(pair.west) == CopyState::Unsynchronized);
    pair.modify(at_source ? pair.east : pair.west, Operation::Suspend);
    pair.settle();
    INFO(pair.history());
    REQUIRE(pair.state(pair.east) == CopyState::Suspended);
    REQUIRE(pair.state(pair.west) == CopyState::Suspended);
    CHECK(pair.west.stable_record()->direction == CopyDirection::Backward);
    pair.modify(at_source ? pair.east : pair.west, Operation::Resume);
    pair.settle();
    CHECK(pair.state(pair.east) == CopyState::Synchronized);
    CHECK(pair.differences().empty());
    CHECK(forgotten(pair) == 0);
    CHECK(pair.write_now(pair.east, 9) == IoAnswer::Ok);
  }
}

TEST_CASE("a Failback that a cut interrupts goes on in its direction, also after restarts",
          "[engine][failback]") {
  // EVIDENCE: rulings/R6: automatic recovery and restart continue in copy_direction
  for (const int crashes : {0, 1, 2, 3}) {
    Pair pair;
    failing_back(pair);
    pair.cut();
    pair.run(sim::seconds(11));
    if ((crashes & 1) != 0) pair.crash(pair.east, DownReason::PowerLoss);
    if ((crashes & 2) != 0) pair.crash(pair.west, DownReason::PowerLoss);
    for (Site* site : {&pair.east, &pair.west}) {
      if (!site->node.running()) pair.start(*site);
    }
    pair.run(sim::seconds(15));
    pair.heal();
    pair.settle();
    pair.run(sim::seconds(15));
    INFO(crashes << ": " << pair.history());
    CHECK(pair.state(pair.east) == CopyState::Synchronized);
    CHECK(pair.state(pair.west) == CopyState::Synchronized);
    CHECK(pair.differences().empty());
    CHECK(forgotten(pair) == 0);
    CHECK(pair.write_now(pair.east, 9) == IoAnswer::Ok);
  }
}

TEST_CASE("a Failback that was fractured and resynchronized gives the source back to its hosts",
          "[engine][failback]") {
  // EVIDENCE: rulings/R5: SystemElement refuses hosts until a Backward copy ends; R6: Resync in FRA
  // is always Forward; R12
  Pair pair;
  failing_back(pair);
  pair.modify(pair.east, Operation::Fracture, true);
  pair.settle();
  INFO(pair.history());
  REQUIRE(pair.state(pair.east) == CopyState::Fractured);
  pair.modify(pair.east, Operation::ResyncReplica);
  pair.settle();
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.state(pair.west) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
  CHECK(pair.write_now(pair.east, 9) == IoAnswer::Ok);
}

TEST_CASE("an aborted Failback is a Failover again, nothing of the failover site is lost",
          "[engine][failback]") {
  // EVIDENCE: rulings/R6: Abort of a Failback ends in FO
  Pair pair;
  failing_back(pair);
  pair.modify(pair.west, Operation::Abort);
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.west) == CopyState::Failedover);
  CHECK(pair.state(pair.east) == CopyState::Failedover);
  CHECK(forgotten(pair) == 0);
  CHECK(pair.write_now(pair.east, 9) == IoAnswer::Refused);
  CHECK(pair.write_now(pair.west, 9) == IoAnswer::Ok);
  pair.modify(pair.west, Operation::Failback);
  pair.settle();
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
  CHECK(forgotten(pair) == 0);
}

TEST_CASE("split brain is resolved by a forced Failover and a Failback, the target's content wins",
          "[engine][failback]") {
  // EVIDENCE: rulings/R7: exits: Failover with Force then Failback (SyncedElement wins)
  Pair pair;
  pair.mirror();
  pair.cut();
  pair.run(sim::seconds(11));
  pair.write_now(pair.east, 3);
  pair.write_now(pair.east, 40);
  pair.modify(pair.west, Operation::Failover, true);
  pair.run(sim::seconds(10));
  const std::uint64_t kept = pair.write(pair.west, 3);
  pair.run(sim::seconds(1));
  pair.heal();
  pair.settle();
  REQUIRE(pair.state(pair.west) == CopyState::Invalid);
  pair.modify(pair.west, Operation::Failover, true);
  pair.settle();
  INFO(pair.history());
  REQUIRE(pair.state(pair.west) == CopyState::Failedover);
  REQUIRE(pair.state(pair.east) == CopyState::Failedover);
  pair.modify(pair.west, Operation::Failback);
  pair.settle();
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
  CHECK(pair.write_now(pair.east, 9) == IoAnswer::Ok);
  CHECK(store::stamp_count(pair.east.image().at(3)) == kept);
}

}  // namespace
}  // namespace replsim::engine::test
