// Each array crashes at every few events of every operation and starts again: the ends must agree,
// nothing may be half, lost or left over.
#include <algorithm>
#include <exception>
#include <set>

#include "model/store/stamp.h"
#include "tests/catch.h"
#include "tests/engine/pair.h"

namespace replsim::engine::test {
namespace {

using cim::CopyState;
using cim::Operation;
using sim::DownReason;
using trace::IoAnswer;

/// An operation with what must be before it and what may be after a crash in it.
struct Plan {
  const char* name;
  void (*prepare)(Pair&);
  void (*act)(Pair&);
  std::set<CopyState> ends;  ///< NotApplicable = the association is gone.
};

void settled(Pair& pair, Site& site, Operation operation) {
  pair.modify(site, operation);
  pair.settle();
}
void some_writes(Pair& pair, Site& site, std::uint64_t first) {
  for (std::uint64_t i = 0; i < 6; ++i) pair.write_now(site, (first + 7 * i) % volume_blocks, 2);
}
void failed_over(Pair& pair) {
  pair.mirror();
  settled(pair, pair.west, Operation::Failover);
  some_writes(pair, pair.west, 3);
}
void apart(Pair& pair) {
  pair.mirror();
  settled(pair, pair.east, Operation::Fracture);
  some_writes(pair, pair.east, 3);
  some_writes(pair, pair.west, 5);
}
void only_written(Pair& pair) {
  some_writes(pair, pair.east, 3);
}
void synchronized(Pair& pair) {
  pair.mirror();
}
void writing(Pair& pair) {
  for (const std::uint64_t lba : {2u, 3u, 31u, 50u}) pair.write(pair.east, lba);
}

constexpr auto SYN = CopyState::Synchronized;
constexpr auto FO = CopyState::Failedover;
constexpr auto gone = CopyState::NotApplicable;

std::vector<Plan> plans() {
  return {
      {"create", only_written, [](Pair& p) { p.create(true); }, {SYN, gone}},
      {"writes", synchronized, [](Pair& p) { writing(p); }, {SYN}},
      {"fracture",
       synchronized,
       [](Pair& p) {
         writing(p);
         p.modify(p.east, Operation::Fracture);
       },
       {SYN, CopyState::Fractured}},
      {"split",
       synchronized,
       [](Pair& p) { p.modify(p.east, Operation::Split); },
       {SYN, CopyState::Split}},
      {"suspend",
       synchronized,
       [](Pair& p) {
         writing(p);
         p.modify(p.east, Operation::Suspend);
       },
       {SYN, CopyState::Suspended}},
      {"resync",
       apart,
       [](Pair& p) {
         p.modify(p.east, Operation::ResyncReplica);
         writing(p);
       },
       {SYN, CopyState::Fractured}},
      {"resume",
       [](Pair& p) {
         p.mirror();
         settled(p, p.east, Operation::Suspend);
         some_writes(p, p.east, 3);
       },
       [](Pair& p) { p.modify(p.east, Operation::Resume); },
       {SYN, CopyState::Suspended}},
      {"failover", synchronized, [](Pair& p) { p.modify(p.west, Operation::Failover); }, {SYN, FO}},
      {"failback", failed_over, [](Pair& p) { p.modify(p.west, Operation::Failback); }, {SYN, FO}},
      {"reverse roles",
       failed_over,
       [](Pair& p) { p.modify(p.west, Operation::ReverseRoles); },
       {SYN, FO}},
      {"detach", synchronized, [](Pair& p) { p.modify(p.east, Operation::Detach); }, {SYN, gone}},
      {"abort",
       apart,
       [](Pair& p) {
         p.modify(p.east, Operation::ResyncReplica);
         p.run(sim::milliseconds(2));
         p.modify(p.east, Operation::Abort);
       },
       {SYN, CopyState::Fractured, CopyState::Aborted}},
  };
}

/// A resync of an aborted pair, its own plan because of its longer way there.
Plan resync_of_aborted() {
  return {"resync of aborted",
          [](Pair& p) {
            apart(p);
            p.modify(p.east, Operation::ResyncReplica);
            p.run(sim::milliseconds(2));
            settled(p, p.east, Operation::Abort);
          },
          [](Pair& p) { p.modify(p.east, Operation::ResyncReplica); },
          {SYN, CopyState::Aborted}};
}

std::string left_over(Site& site) {
  std::uint64_t used = 0;
  for (const Volume* volume : site.array().volumes().all()) {
    if (volume->record.provisional) return "a provisional volume is left";
    if (volume->record.pool) used += volume->record.bytes;
  }
  for (const PoolRecord& pool : site.array().volumes().pools()) {
    if (pool.allocated != used) return "the pool has lost space";
  }
  const Relation* relation = site.relation();
  if (relation != nullptr && relation->state() == CopyState::Suspended) return "";
  for (const auto& job : site.array().jobs().all()) {
    if (job->phase != JobPhase::Ended) return "a job has not ended";
  }
  return "";
}

/// Acknowledged writes at the source end that are gone; only where it stayed the source.
std::string lost_writes(const Pair& pair) {
  std::map<std::uint64_t, std::uint64_t> last;
  for (const sim::TraceEvent& event : pair.events) {
    if (event.kind != trace::host_ack.number || event.c != 0) continue;
    if (!pair.world.trace().name(event.entity).starts_with("east/")) continue;
    for (std::uint64_t i = 0; i < event.b; ++i) {
      auto& newest = last[event.a + i];
      newest = std::max(newest, store::stamp_count(event.cause));
    }
  }
  for (const auto& [lba, count] : last) {
    if (store::stamp_count(pair.east.image().at(lba)) < count) return "an acked write is lost";
  }
  return "";
}

/// Nothing when all is well, else what is wrong.
std::string judge(Pair& pair, const Plan& plan) {
  if (pair.busy()) return "still busy";
  const CopyState east = pair.state(pair.east);
  const CopyState west = pair.state(pair.west);
  if (east != west) {
    return "ends differ: " + std::string(cim::name(east)) + " / " + std::string(cim::name(west));
  }
  const bool undone = east == gone && plan.prepare == &only_written;
  if (undone && pair.west.array().volumes().all().size() != 1) return "an element is left";
  if (!plan.ends.contains(east)) return "ended in " + std::string(cim::name(east));
  for (Site* site : {&pair.east, &pair.west}) {
    const std::string problem = left_over(*site);
    if (!problem.empty()) return site->config.name + ": " + problem;
  }
  if (east != gone) {
    const Relation* at_east = pair.east.relation();
    const Relation* at_west = pair.west.relation();
    if (at_east->record.role == at_west->record.role) return "both ends have the same role";
    if (!at_east->connected || !at_west->connected) return "not connected";
    if (east == SYN && !pair.differences().empty()) return "SYN with different contents";
    if (east == SYN && !at_east->bitmap.empty()) return "SYN with dirty bits";
  }
  const bool taken_over = plan.prepare == &failed_over;
  if (!taken_over) {
    const std::string problem = lost_writes(pair);
    if (!problem.empty()) return problem;
  }
  const bool at_east = pair.write_now(pair.east, 60) == IoAnswer::Ok;
  const bool at_west = pair.write_now(pair.west, 61) == IoAnswer::Ok;
  const bool both = east == CopyState::Fractured || east == CopyState::Split || east == gone;
  if (!at_east && !at_west) return "no end takes writes";
  if (at_east && at_west && !both) return "both ends take writes";
  if (!pair.leaves_nothing()) return "events or frames are left";
  return "";
}

struct Crash {
  bool east;
  DownReason why;
  sim::Duration down;
};

/// The course of a trial; nothing when it went well.
std::string course(Pair& pair, const Plan& plan, const Crash& crash, std::uint64_t events) {
  Site& victim = crash.east ? pair.east : pair.west;
  plan.act(pair);
  pair.world.run_until(sim::Instant::max(), events);
  pair.crash(victim, crash.why);
  if (crash.why == DownReason::PowerLoss && !pair.uncovered().empty()) {
    return "a difference that nothing tracks";
  }
  pair.run(crash.down);
  pair.start(victim);
  pair.settle();
  pair.run(sim::seconds(15));
  pair.settle();
  return judge(pair, plan);
}

std::string trial(const Plan& plan, const Crash& crash, std::uint64_t events) {
  Pair pair;
  plan.prepare(pair);
  pair.changes.clear();
  std::string problem;
  try {
    problem = course(pair, plan, crash, events);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  if (problem.empty()) return "";
  return std::string(plan.name) + ": crash of " + (crash.east ? "east" : "west") + " after " +
         std::to_string(events) + " events (" +
         (crash.why == DownReason::Crash ? "crash" : "power loss") + ", down " +
         std::to_string(sim::ns(crash.down) / 1'000'000) + " ms): " + problem + " [" +
         pair.history() + "]";
}

/// Events of the operation when nothing happens to it.
std::uint64_t length(const Plan& plan) {
  Pair pair;
  plan.prepare(pair);
  const std::uint64_t before = pair.world.events_run();
  plan.act(pair);
  pair.run(sim::milliseconds(60));
  return pair.world.events_run() - before;
}

void try_all(const Plan& plan, const Crash& crash, std::uint64_t step, std::uint64_t offset) {
  const std::uint64_t events = length(plan);
  REQUIRE(events > 3);
  int failed = 0;
  for (std::uint64_t at = offset; at <= events; at += step) {
    const std::string problem = trial(plan, crash, at);
    if (problem.empty()) continue;
    if (++failed <= 4) UNSCOPED_INFO(problem);
  }
  CHECK(failed == 0);
}

TEST_CASE(
    "an array that crashes in an operation and starts again at once: the operation is done "
    "or undone at both ends",
    "[engine][crash]") {
  // EVIDENCE: rulings/R10: rolled back or completed, never half; invariants/A1, A11, A23, B12, B17
  for (const Plan& plan : plans()) {
    SECTION(plan.name) {
      try_all(plan, {true, DownReason::Crash, sim::milliseconds(5)}, 1, 0);
      try_all(plan, {false, DownReason::Crash, sim::milliseconds(5)}, 1, 0);
    }
  }
}

TEST_CASE("an array that loses power in an operation and is away for longer than the time-out",
          "[engine][crash]") {
  // EVIDENCE: rulings/R7, R10; invariants/A12
  for (const Plan& plan : plans()) {
    SECTION(plan.name) {
      try_all(plan, {true, DownReason::PowerLoss, sim::seconds(12)}, 1, 0);
      try_all(plan, {false, DownReason::PowerLoss, sim::seconds(12)}, 1, 0);
    }
  }
}

TEST_CASE("a resync of an aborted pair survives a crash of either array", "[engine][crash]") {
  // EVIDENCE: rulings/R10: a copy continues after restart
  const Plan plan = resync_of_aborted();
  try_all(plan, {true, DownReason::Crash, sim::milliseconds(5)}, 1, 0);
  try_all(plan, {false, DownReason::Crash, sim::milliseconds(5)}, 1, 0);
}

}  // namespace
}  // namespace replsim::engine::test
