// What each operation does, step by step: the states that each end announces, and what is stable
// before the next thing happens.
#include <algorithm>

#include "model/store/stamp.h"
#include "tests/catch.h"
#include "tests/engine/pair.h"

namespace replsim::engine::test {
namespace {

using cim::CopyState;
using cim::Operation;
using trace::IoAnswer;
using Changes = std::vector<std::string>;

/// The changes of one end, in order.
Changes of(const Pair& pair, const std::string& array) {
  Changes out;
  for (const std::string& change : pair.changes) {
    if (change.starts_with(array + " ")) out.push_back(change.substr(array.size() + 1));
  }
  return out;
}

/// Which end announced a state first.
bool first(const Pair& pair, const std::string& one, const std::string& two) {
  const auto starts = [&pair](const std::string& text) {
    return std::ranges::find_if(pair.changes,
                                [&](const std::string& c) { return c.starts_with(text); });
  };
  return starts(one) < starts(two);
}

TEST_CASE("a mirror is created, copied and Synchronized, at both ends", "[engine][sequence]") {
  // EVIDENCE: state_graph.csv; rulings/R2: NULL, 3, 4 pass through
  for (const bool in_pool : {false, true}) {
    Pair pair;
    for (const std::uint64_t lba : {0u, 5u, 6u, 63u}) {
      REQUIRE(pair.write_now(pair.east, lba) == IoAnswer::Ok);
    }
    const Call& call = pair.create(in_pool);
    pair.settle();
    REQUIRE(call.done);
    CHECK(call.result.code == cim::ReturnCode::JobStarted);
    INFO(pair.history());
    CHECK(of(pair, "east").size() == 3);
    CHECK(of(pair, "west").size() == 3);
    CHECK(pair.state(pair.east) == CopyState::Synchronized);
    CHECK(pair.state(pair.west) == CopyState::Synchronized);
    CHECK(pair.differences().empty());
    const auto east = pair.east.stable_record();
    const auto west = pair.west.stable_record();
    REQUIRE(east);
    REQUIRE(west);
    CHECK(east->lineage == west->lineage);
    CHECK(east->pair == west->pair);
    CHECK_FALSE(west->provisional);
    CHECK(west->target_image == cim::TargetImage::Consistent);
    CHECK_FALSE(east->everything_dirty);
  }
}

TEST_CASE("the target is marked Inconsistent stably before the first copied block lands",
          "[engine][sequence]") {
  // EVIDENCE: rulings/R5: Inconsistent, stably, before the first out-of-order block
  Pair pair;
  for (const std::uint64_t lba : {0u, 20u, 40u}) pair.write_now(pair.east, lba);
  int blocks = 0;
  int early = 0;
  const OnChange watch(pair.west.content, [&](sim::AreaId area, std::uint64_t, std::uint64_t) {
    if (area == store::record_area) return;
    ++blocks;
    const auto record = pair.west.stable_record();
    const bool marked = record && record->target_image == cim::TargetImage::Inconsistent;
    if (!marked) ++early;
  });
  pair.create(false);
  pair.settle();
  CHECK(blocks == 3);
  CHECK(early == 0);
  // And at the resync that follows a Fracture.
  pair.modify(pair.east, Operation::Fracture);
  pair.settle();
  blocks = 0;
  pair.write_now(pair.east, 30);
  pair.modify(pair.east, Operation::ResyncReplica);
  pair.settle();
  CHECK(pair.state(pair.west) == CopyState::Synchronized);
  CHECK(blocks >= 1);
  CHECK(early == 0);
}

TEST_CASE("a write of a Synchronized pair is answered when it is stable at both ends",
          "[engine][sequence]") {
  // EVIDENCE: invariants/A1
  Pair pair;
  pair.mirror();
  const std::uint64_t request = pair.write(pair.east, 33, 3);
  while (!pair.answers.contains(request))
    REQUIRE(pair.world.run_until(sim::Instant::max(), 1) == 1);
  CHECK(pair.answers[request] == IoAnswer::Ok);
  for (const Site* site : {&pair.east, &pair.west}) {
    for (std::uint64_t lba = 33; lba < 36; ++lba) {
      CHECK(store::stamp_count(site->content.stable_at(sim::AreaId{1}, lba)) == request);
    }
  }
}

TEST_CASE("at no step is there a stable difference that no stable tracking covers",
          "[engine][sequence]") {
  // EVIDENCE: invariants/A12; data_plane/2
  Pair pair;
  pair.mirror();
  std::vector<std::string> bare;
  const auto check = [&](sim::AreaId, std::uint64_t lba, std::uint64_t) {
    if (!pair.uncovered().empty()) {
      bare.push_back(std::to_string(lba) + " after " +
                     (pair.changes.empty() ? "nothing" : pair.changes.back()));
    }
  };
  const OnChange at_east(pair.east.content, check);
  const OnChange at_west(pair.west.content, check);
  for (std::uint64_t lba = 0; lba < 20; ++lba) pair.write(pair.east, 3 * lba, 2);
  pair.settle();
  pair.modify(pair.east, Operation::Fracture);
  pair.settle();
  for (const std::uint64_t lba : {2u, 3u, 11u, 50u}) {
    pair.write_now(pair.east, lba);
    pair.write_now(pair.west, lba + 5);
  }
  pair.modify(pair.east, Operation::ResyncReplica);
  for (std::uint64_t lba = 0; lba < 60; lba += 3) {
    pair.run(sim::microseconds(150));
    pair.write(pair.east, lba, 3);
  }
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.west) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
  CHECK(bare == std::vector<std::string>{});
}

TEST_CASE("a bit is stable before the write that it stands for takes effect at one end alone",
          "[engine][sequence]") {
  // EVIDENCE: invariants/A12; rulings/R7
  Pair pair;
  pair.mirror();
  pair.modify(pair.east, Operation::Fracture);
  pair.settle();
  int writes = 0;
  for (Site* site : {&pair.east, &pair.west}) {
    const OnChange watch(site->content,
                         [&](sim::AreaId area, std::uint64_t lba, std::uint64_t blocks) {
                           if (area == store::record_area) return;
                           ++writes;
                           for (std::uint64_t i = 0; i < blocks; ++i) {
                             CHECK(site->stably_tracked(lba + i));
                           }
                         });
    REQUIRE(pair.write_now(*site, 17, 4) == IoAnswer::Ok);
    REQUIRE(pair.write_now(*site, 18, 1) == IoAnswer::Ok);
  }
  CHECK(writes == 4);
}

TEST_CASE(
    "a cut: writes wait for the decision; the pair leaves SYN and the generation is bumped "
    "stably before the first answer that the source gives alone",
    "[engine][sequence]") {
  // EVIDENCE: invariants/A26, A27; rulings/R7: bumps it stably before its first local-only ack
  Pair pair;
  pair.mirror();
  const auto before = pair.east.stable_record();
  REQUIRE(before);
  pair.cut();
  const sim::Instant cut_at = pair.world.now();
  const std::uint64_t request = pair.write(pair.east, 12);
  while (!pair.answers.contains(request))
    REQUIRE(pair.world.run_until(sim::Instant::max(), 1) == 1);
  CHECK(pair.answers[request] == IoAnswer::Ok);
  CHECK(pair.world.now() - cut_at >= pair.east.config.peer_timeout);
  const auto after = pair.east.stable_record();
  REQUIRE(after);
  CHECK(after->state == CopyState::Partitioned);
  CHECK(after->before == CopyState::Synchronized);
  CHECK(kinship(after->lineage, before->lineage) == Kinship::Newer);
  CHECK(pair.east.stably_tracked(12));
  pair.run(sim::seconds(1));
  CHECK(of(pair, "east") ==
        Changes{"PAR " +
                std::string(cim::cause_name(cim::cause_code(cim::EventCause::PeerUnreachable)))});
  CHECK(pair.state(pair.west) == CopyState::Partitioned);
  // A second write needs no second bump.
  pair.write_now(pair.east, 13);
  CHECK(pair.east.stable_record()->lineage == after->lineage);
  pair.heal();
  pair.settle();
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
  CHECK(pair.west.stable_record()->lineage == after->lineage);
}

TEST_CASE("a cut shorter than the time-out is not seen", "[engine][sequence]") {
  // EVIDENCE: rulings/R7: remote path without an answer for peer_timeout: PAR
  Pair pair;
  pair.mirror();
  pair.cut();
  const std::uint64_t request = pair.write(pair.east, 12);
  pair.run(sim::seconds(8));
  CHECK_FALSE(pair.answers.contains(request));
  pair.heal();
  pair.run(sim::seconds(3));
  CHECK(pair.answers.contains(request));
  CHECK(pair.changes.empty());
  CHECK(pair.differences().empty());
}

TEST_CASE("a stop changes the source end first, then the target end", "[engine][sequence]") {
  // EVIDENCE: model/engine/control.h; rulings/R12
  struct Row {
    Operation operation;
    const char* state;
  };
  for (const Row& row : {Row{Operation::Fracture, "FRA"}, Row{Operation::Split, "SPL"},
                         Row{Operation::Suspend, "SUS"}}) {
    Pair pair;
    pair.mirror();
    pair.modify(pair.east, row.operation);
    pair.settle();
    const std::string code = row.state;
    INFO(pair.history());
    REQUIRE(pair.changes.size() == 2);
    CHECK(pair.changes[0].starts_with("east " + code));
    CHECK(pair.changes[1].starts_with("west " + code));
    CHECK(pair.east.stable_record()->target_image == cim::TargetImage::Consistent);
    const bool open = row.operation != Operation::Suspend;
    CHECK(pair.write_now(pair.east, 3) == IoAnswer::Ok);
    CHECK(pair.write_now(pair.west, 4) == (open ? IoAnswer::Ok : IoAnswer::Refused));
  }
}

TEST_CASE("a planned Failover fences the source end, takes over, and only then tells it",
          "[engine][sequence]") {
  // EVIDENCE: rulings/R8: Failover first sends Fence to the source array; invariants/A22, A23
  Pair pair;
  pair.mirror();
  bool fenced_before = false;
  const OnChange watch(pair.west.content, [&](sim::AreaId area, std::uint64_t, std::uint64_t) {
    if (area != store::record_area) return;
    const auto west = pair.west.stable_record();
    const auto east = pair.east.stable_record();
    if (west && west->state == CopyState::Failedover) fenced_before = east && east->fenced;
  });
  pair.modify(pair.west, Operation::Failover);
  pair.settle();
  INFO(pair.history());
  CHECK(fenced_before);
  REQUIRE(pair.changes.size() == 2);
  CHECK(pair.changes[0] == "west FO Failover");
  CHECK(pair.changes[1] == "east FO Failover");
  CHECK(pair.differences().empty());
  CHECK(pair.write_now(pair.east, 3) == IoAnswer::Refused);
  CHECK(pair.write_now(pair.west, 4) == IoAnswer::Ok);
  CHECK(kinship(pair.west.stable_record()->lineage, pair.east.stable_record()->lineage) ==
        Kinship::Same);
}

TEST_CASE("Failback copies to the source end and switches at the target end first",
          "[engine][sequence]") {
  // EVIDENCE: rulings/R6: I/O stays at SyncedElement until the delta is empty, then hold, switch,
  // release; invariants/A24
  Pair pair;
  pair.mirror();
  pair.modify(pair.west, Operation::Failover);
  pair.settle();
  for (const std::uint64_t lba : {4u, 5u, 30u, 62u}) {
    REQUIRE(pair.write_now(pair.west, lba) == IoAnswer::Ok);
  }
  pair.changes.clear();
  int early = 0;
  const OnChange watch(pair.east.content, [&](sim::AreaId area, std::uint64_t, std::uint64_t) {
    if (area == store::record_area) return;
    const auto record = pair.east.stable_record();
    const bool marked =
        record && record->direction == CopyDirection::Backward && !record->source_image_consistent;
    if (!marked) ++early;
  });
  pair.modify(pair.west, Operation::Failback);
  pair.settle();
  INFO(pair.history());
  CHECK(early == 0);
  CHECK(first(pair, "west UNS", "east UNS"));
  CHECK(first(pair, "west SYN", "east SYN"));
  CHECK(pair.changes.size() == 4);
  CHECK(pair.differences().empty());
  CHECK(store::stamp_count(pair.east.image().at(30)) != 0);
  CHECK(pair.write_now(pair.west, 7) == IoAnswer::Refused);
  CHECK(pair.write_now(pair.east, 7) == IoAnswer::Ok);
  const auto record = pair.east.stable_record();
  CHECK(record->direction == CopyDirection::Forward);
  CHECK(record->source_image_consistent);
  CHECK_FALSE(record->fenced);
}

TEST_CASE("Reverse Roles after a Failover makes the failover site the source",
          "[engine][sequence]") {
  // EVIDENCE: rulings/R8; invariants/B11
  Pair pair;
  pair.mirror();
  pair.modify(pair.west, Operation::Failover);
  pair.settle();
  pair.write_now(pair.west, 4);
  pair.modify(pair.west, Operation::ReverseRoles);
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.state(pair.west) == CopyState::Synchronized);
  CHECK(pair.west.stable_record()->role == Role::Source);
  CHECK(pair.east.stable_record()->role == Role::Target);
  CHECK(pair.differences().empty());
  CHECK(pair.write_now(pair.east, 7) == IoAnswer::Refused);
  CHECK(pair.write_now(pair.west, 7) == IoAnswer::Ok);
}

TEST_CASE("both ends wrote while apart and one took over: Invalid at both, nothing is copied",
          "[engine][sequence]") {
  // EVIDENCE: rulings/R7: split brain found at reconnect; invariants/A23
  Pair pair;
  pair.mirror();
  pair.cut();
  pair.run(sim::seconds(11));
  REQUIRE(pair.write_now(pair.east, 3) == IoAnswer::Ok);
  pair.modify(pair.west, Operation::Failover, true);
  pair.run(sim::seconds(10));
  REQUIRE(pair.write_now(pair.west, 3) == IoAnswer::Ok);
  pair.heal();
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.east) == CopyState::Invalid);
  CHECK(pair.state(pair.west) == CopyState::Invalid);
  CHECK(pair.differences() == std::vector<std::uint64_t>{3});
}

TEST_CASE("a source that was cut off and wrote nothing follows the Failover when it comes back",
          "[engine][sequence]") {
  // EVIDENCE: rulings/R8: write-disables itself on the first message with a newer generation
  Pair pair;
  pair.mirror();
  pair.cut();
  pair.run(sim::seconds(11));
  pair.modify(pair.west, Operation::Failover, true);
  pair.run(sim::seconds(10));
  REQUIRE(pair.state(pair.west) == CopyState::Failedover);
  CHECK(kinship(pair.west.stable_record()->lineage, pair.east.stable_record()->lineage) ==
        Kinship::Newer);
  pair.write_now(pair.west, 3);
  pair.heal();
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.east) == CopyState::Failedover);
  CHECK(pair.write_now(pair.east, 9) == IoAnswer::Refused);
  pair.modify(pair.west, Operation::Failback);
  pair.settle();
  CHECK(pair.state(pair.east) == CopyState::Synchronized);
  CHECK(pair.write_now(pair.east, 9) == IoAnswer::Ok);
  CHECK(pair.differences().empty());
}

TEST_CASE("with Manual recovery a cut ends in Suspended until Resume", "[engine][sequence]") {
  // EVIDENCE: invariants/B14
  Pair pair;
  pair.mirror();
  pair.cut();
  pair.run(sim::seconds(11));
  pair.write_now(pair.east, 3);
  for (Site* site : {&pair.east, &pair.west}) {
    site->relation()->record.settings.recovery = cim::CopyRecoveryMode::Manual;
  }
  pair.heal();
  pair.settle();
  INFO(pair.history());
  CHECK(pair.state(pair.east) == CopyState::Suspended);
  CHECK(pair.state(pair.west) == CopyState::Suspended);
  pair.modify(pair.east, Operation::Resume);
  pair.settle();
  CHECK(pair.state(pair.west) == CopyState::Synchronized);
  CHECK(pair.differences().empty());
}

}  // namespace
}  // namespace replsim::engine::test
