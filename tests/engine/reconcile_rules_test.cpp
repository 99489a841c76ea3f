// What the two ends do when they meet: every combination of what each can tell of itself.
#include "model/engine/reconcile_rules.h"

#include <functional>
#include <string>

#include "model/cim/operation_rules.h"
#include "model/cim/state_graph.h"
#include "tests/catch.h"
#include "tests/engine/lineage.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::EventCause;
using test::bumped;

constexpr auto automatic = cim::CopyRecoveryMode::Automatic;
constexpr auto manual = cim::CopyRecoveryMode::Manual;

constexpr std::array states{
    CopyState::Initialized, CopyState::Unsynchronized, CopyState::Synchronized,
    CopyState::Broken,      CopyState::Fractured,      CopyState::Split,
    CopyState::Inactive,    CopyState::Suspended,      CopyState::Failedover,
    CopyState::Prepared,    CopyState::Aborted,        CopyState::Invalid};
/// States that a lost peer turns into Partitioned (rulings R7).
constexpr std::array cut_off{CopyState::Unsynchronized, CopyState::Synchronized,
                             CopyState::Fractured,      CopyState::Split,
                             CopyState::Suspended,      CopyState::Failedover};

PairFacts facts(Role role, CopyState state, CopyState before = CopyState::Initialized) {
  PairFacts out;
  out.pair = {1};
  out.role = role;
  out.state = state;
  out.before = before;
  out.lineage.current = {1, 1};
  return out;
}

CopyState effective(const PairFacts& end) {
  return end.state == CopyState::Partitioned ? end.before : end.state;
}

CopyState after(const PairFacts& end, const std::vector<Move>& moves) {
  return moves.empty() ? end.state : moves.back().state;
}

std::string describe(const PairFacts& source, const PairFacts& target) {
  const auto one = [](const PairFacts& end) {
    std::string out{cim::name(end.state)};
    if (end.state == CopyState::Partitioned) out += "(" + std::string(cim::name(end.before)) + ")";
    if (end.direction == CopyDirection::Backward) out += " backward";
    if (end.tracked) out += " tracked";
    if (end.restarted) out += " restarted";
    return out;
  };
  return one(source) + " / " + one(target);
}

std::vector<PairFacts> ends(Role role) {
  std::vector<PairFacts> out;
  for (const CopyState state : states) out.push_back(facts(role, state));
  for (const CopyState before : cut_off) {
    out.push_back(facts(role, CopyState::Partitioned, before));
  }
  for (const CopyState state : {CopyState::Unsynchronized, CopyState::Partitioned}) {
    PairFacts backward = facts(role, state, CopyState::Unsynchronized);
    backward.direction = CopyDirection::Backward;
    out.push_back(backward);
  }
  const std::size_t plain = out.size();
  for (std::size_t i = 0; i < plain; ++i) {
    for (const int bits : {1, 2, 3}) {
      PairFacts end = out[i];
      end.tracked = (bits & 1) != 0;
      end.restarted = (bits & 2) != 0;
      out.push_back(end);
    }
  }
  return out;
}

using Visit = std::function<void(const PairFacts&, const PairFacts&, cim::CopyRecoveryMode)>;

/// Every pair of ends with every kinship.
void for_each_meeting(const Visit& visit) {
  for (const PairFacts& at_source : ends(Role::Source)) {
    for (const PairFacts& at_target : ends(Role::Target)) {
      for (const Kinship kin :
           {Kinship::Same, Kinship::Newer, Kinship::Older, Kinship::SplitBrain}) {
        PairFacts source = at_source;
        PairFacts target = at_target;
        const bool by_source = kin == Kinship::Newer || kin == Kinship::SplitBrain;
        const bool by_target = kin == Kinship::Older || kin == Kinship::SplitBrain;
        if (by_source) source.lineage = bumped(source.lineage, 1);
        if (by_target) target.lineage = bumped(target.lineage, 2);
        for (const auto recovery : {automatic, manual}) visit(source, target, recovery);
      }
    }
  }
}

/// Number of moves that no edge of the graph allows.
int illegal(const PairFacts& end, const std::vector<Move>& moves) {
  int count = 0;
  CopyState from = end.state;
  for (const Move& move : moves) {
    const cim::Edge* edge = cim::find_edge(cim::SyncType::Mirror, cim::node(from),
                                           cim::node(move.state), move.cause, true);
    if (edge == nullptr) ++count;
    from = move.state;
  }
  return count;
}

TEST_CASE("every move of every meeting is a legal edge from the state before it",
          "[engine][reconcile]") {
  // EVIDENCE: invariants/B1; state_graph.csv; rulings/R7
  int meetings = 0;
  for_each_meeting([&](const PairFacts& source, const PairFacts& target, auto recovery) {
    const Meeting meeting = decide(source, target, recovery);
    if (illegal(source, meeting.source) + illegal(target, meeting.target) != 0) {
      FAIL_CHECK(describe(source, target));
    }
    ++meetings;
  });
  CHECK(meetings > 40'000);
}

TEST_CASE("histories apart lead to Invalid wherever an edge leads there, with either recovery mode",
          "[engine][reconcile]") {
  // EVIDENCE: rulings/R7: split brain found at reconnect: INV at both ends, CopyRecoveryMode
  // ignored
  for_each_meeting([](const PairFacts& source, const PairFacts& target, auto recovery) {
    if (kinship(source.lineage, target.lineage) != Kinship::SplitBrain) return;
    const Meeting meeting = decide(source, target, recovery);
    const bool invalid_already =
        source.state == CopyState::Invalid || target.state == CopyState::Invalid;
    if (!meeting.split_brain && !invalid_already) FAIL_CHECK(describe(source, target));
    for (const auto& [end, moves] :
         {std::pair{source, meeting.source}, std::pair{target, meeting.target}}) {
      const bool flows = effective(end) == CopyState::Synchronized ||
                         effective(end) == CopyState::Unsynchronized ||
                         end.state == CopyState::Failedover || end.state == CopyState::Fractured ||
                         end.state == CopyState::Split || end.state == CopyState::Suspended ||
                         end.state == CopyState::Partitioned || end.state == CopyState::Invalid;
      if (flows && after(end, moves) != CopyState::Invalid) FAIL_CHECK(describe(source, target));
    }
    if (meeting.unfence_source) FAIL_CHECK(describe(source, target));
  });
}

TEST_CASE("a target that has taken over keeps the source end from its hosts",
          "[engine][reconcile]") {
  // EVIDENCE: invariants/A23; rulings/R8: the old source write-disables itself
  for_each_meeting([](const PairFacts& source, const PairFacts& target, auto recovery) {
    if (effective(target) != CopyState::Failedover) return;
    if (kinship(source.lineage, target.lineage) == Kinship::SplitBrain) return;
    if (source.state == CopyState::Invalid) return;
    const Meeting meeting = decide(source, target, recovery);
    if (!meeting.fence_source || meeting.unfence_source) FAIL_CHECK(describe(source, target));
    if (after(target, meeting.target) != CopyState::Failedover) {
      FAIL_CHECK(describe(source, target));
    }
    const CopyState end = after(source, meeting.source);
    if (end == CopyState::Synchronized) FAIL_CHECK(describe(source, target));
  });
}

TEST_CASE(
    "Synchronized is entered only when nothing is tracked, nobody restarted and the "
    "generations are the same",
    "[engine][reconcile]") {
  // EVIDENCE: invariants/A11, A27; state_graph.csv PAR->SYN: delta empty; rulings/R10
  int entered = 0;
  for_each_meeting([&](const PairFacts& source, const PairFacts& target, auto recovery) {
    const Meeting meeting = decide(source, target, recovery);
    const CopyState at_source = after(source, meeting.source);
    const CopyState at_target = after(target, meeting.target);
    if (at_source != CopyState::Synchronized || at_target != CopyState::Synchronized) return;
    if (meeting.finish_failback) return;
    ++entered;
    const bool dirty = source.tracked || target.tracked || source.restarted || target.restarted;
    if (dirty || kinship(source.lineage, target.lineage) != Kinship::Same) {
      FAIL_CHECK(describe(source, target));
    }
    if (effective(source) != CopyState::Synchronized ||
        effective(target) != CopyState::Synchronized) {
      FAIL_CHECK(describe(source, target));
    }
  });
  CHECK(entered > 0);
}

TEST_CASE("an interrupted flow goes on by itself, or waits in Suspended with Manual recovery",
          "[engine][reconcile]") {
  // EVIDENCE: invariants/B14: PAR from UNS or SYN: Automatic UNS or SYN, Manual SUS until Resume
  for (const CopyState before : {CopyState::Synchronized, CopyState::Unsynchronized}) {
    for (const CopyState other : {CopyState::Synchronized, CopyState::Unsynchronized}) {
      PairFacts source = facts(Role::Source, CopyState::Partitioned, before);
      source.tracked = true;
      const PairFacts target = facts(Role::Target, CopyState::Partitioned, other);
      const Meeting going_on = decide(source, target, automatic);
      const std::uint16_t back = cim::cause_code(EventCause::LinkBackAutomatic);
      CHECK(going_on.source == std::vector<Move>{{CopyState::Unsynchronized, back}});
      CHECK(going_on.target == std::vector<Move>{{CopyState::Unsynchronized, back}});
      const Meeting waiting = decide(source, target, manual);
      const std::uint16_t rest = cim::cause_code(EventCause::LinkBackManual);
      CHECK(waiting.source == std::vector<Move>{{CopyState::Suspended, rest}});
      CHECK(waiting.target == std::vector<Move>{{CopyState::Suspended, rest}});
    }
  }
}

TEST_CASE("a cut without any write goes straight back to Synchronized", "[engine][reconcile]") {
  // EVIDENCE: state_graph.csv: PAR->SYN, link back, no write happened meanwhile (delta empty)
  const PairFacts source = facts(Role::Source, CopyState::Partitioned, CopyState::Synchronized);
  const PairFacts target = facts(Role::Target, CopyState::Partitioned, CopyState::Synchronized);
  const std::uint16_t back = cim::cause_code(EventCause::LinkBackDeltaEmpty);
  for (const auto recovery : {automatic, manual}) {
    const Meeting meeting = decide(source, target, recovery);
    CHECK(meeting.source == std::vector<Move>{{CopyState::Synchronized, back}});
    CHECK(meeting.target == std::vector<Move>{{CopyState::Synchronized, back}});
  }
}

TEST_CASE("an array that restarted in Synchronized copies again; its peer saw it gone first",
          "[engine][reconcile]") {
  // EVIDENCE: rulings/R10: SYN -> UNS "array restarted"; the peer sees PAR first
  PairFacts source = facts(Role::Source, CopyState::Synchronized);
  source.restarted = true;
  const PairFacts target = facts(Role::Target, CopyState::Synchronized);
  const Meeting meeting = decide(source, target, automatic);
  CHECK(meeting.source == std::vector<Move>{{CopyState::Unsynchronized,
                                             cim::cause_code(EventCause::ArrayRestarted)}});
  REQUIRE(meeting.target.size() == 2);
  CHECK(meeting.target[0] ==
        Move{CopyState::Partitioned, cim::cause_code(EventCause::PeerUnreachable)});
  CHECK(meeting.target[1] ==
        Move{CopyState::Unsynchronized, cim::cause_code(EventCause::LinkBackAutomatic)});
}

TEST_CASE("the target end follows what the source end stopped in", "[engine][reconcile]") {
  // EVIDENCE: rulings/R10: never half; model/engine/control.h: the source end changes first
  for (const CopyState stopped : {CopyState::Fractured, CopyState::Split, CopyState::Suspended}) {
    for (const CopyState at_source : {stopped, CopyState::Partitioned}) {
      for (const CopyState at_target : {CopyState::Synchronized, CopyState::Partitioned}) {
        const PairFacts source = facts(Role::Source, at_source, stopped);
        const PairFacts target = facts(Role::Target, at_target, CopyState::Synchronized);
        const Meeting meeting = decide(source, target, automatic);
        CHECK(after(source, meeting.source) == stopped);
        CHECK(after(target, meeting.target) == stopped);
      }
    }
  }
}

TEST_CASE("a source end that was fenced for a Failover that never came is let go on",
          "[engine][reconcile]") {
  // EVIDENCE: rulings/R8, R10: an operation in its control phase is completed or rolled back
  PairFacts source = facts(Role::Source, CopyState::Synchronized);
  source.fenced = true;
  const PairFacts target = facts(Role::Target, CopyState::Synchronized);
  CHECK(decide(source, target, automatic).unfence_source);
  source.state = CopyState::Fractured;
  CHECK(decide(source, target, automatic).unfence_source);
}

TEST_CASE("a Failback whose switch only the target end knows of is finished at the source end",
          "[engine][reconcile]") {
  // EVIDENCE: rulings/R6: during Failback I/O stays at SyncedElement until the switch
  PairFacts source = facts(Role::Source, CopyState::Unsynchronized);
  source.direction = CopyDirection::Backward;
  source.fenced = true;
  const PairFacts target = facts(Role::Target, CopyState::Synchronized);
  const Meeting meeting = decide(source, target, automatic);
  CHECK(meeting.finish_failback);
  CHECK(meeting.source.empty());
  CHECK(meeting.target.empty());
}

TEST_CASE("a Failback under way goes on, and the source end stays fenced", "[engine][reconcile]") {
  // EVIDENCE: rulings/R6: Resume, automatic recovery, restart continue in the copy's direction
  for (const CopyState state : {CopyState::Unsynchronized, CopyState::Partitioned}) {
    for (const CopyState at_source : {CopyState::Unsynchronized, CopyState::Partitioned}) {
      PairFacts source = facts(Role::Source, at_source, CopyState::Unsynchronized);
      PairFacts target = facts(Role::Target, state, CopyState::Unsynchronized);
      source.direction = CopyDirection::Backward;
      target.direction = CopyDirection::Backward;
      const Meeting meeting = decide(source, target, automatic);
      CHECK(meeting.fence_source);
      CHECK(after(source, meeting.source) == CopyState::Unsynchronized);
      CHECK(after(target, meeting.target) == CopyState::Unsynchronized);
    }
  }
}

TEST_CASE("no meeting leaves both ends open for hosts, except Fractured and Split",
          "[engine][reconcile]") {
  // EVIDENCE: invariants/A23; rulings/R12
  for_each_meeting([](const PairFacts& source, const PairFacts& target, auto recovery) {
    const Meeting meeting = decide(source, target, recovery);
    const CopyState at_source = after(source, meeting.source);
    const CopyState at_target = after(target, meeting.target);
    const bool target_open = cim::target_access(at_target) == cim::HostAccess::ReadWrite;
    const bool fenced = meeting.fence_source || (source.fenced && !meeting.unfence_source);
    const bool source_open = !fenced && cim::source_access(at_source) == cim::HostAccess::ReadWrite;
    const bool by_design = at_target == CopyState::Fractured || at_target == CopyState::Split;
    if (target_open && source_open && !by_design) FAIL_CHECK(describe(source, target));
  });
}

TEST_CASE("ends that were in the flow or stopped together end in one state",
          "[engine][reconcile]") {
  // EVIDENCE: rulings/R7: both endpoints, merged view; R10
  const auto plain = [](const PairFacts& end) {
    const CopyState state = effective(end);
    return state == CopyState::Synchronized || state == CopyState::Unsynchronized ||
           state == CopyState::Fractured || state == CopyState::Split ||
           state == CopyState::Suspended || state == CopyState::Failedover;
  };
  for_each_meeting([&](const PairFacts& source, const PairFacts& target, auto recovery) {
    if (!plain(source) || !plain(target)) return;
    if (kinship(source.lineage, target.lineage) == Kinship::SplitBrain) return;
    // A Backward copy is known to both, or to the target end that began or switched it.
    if (source.direction != target.direction) return;
    if (source.direction == CopyDirection::Backward && effective(source) != effective(target)) {
      return;
    }
    // A source end leaves Failedover only after the target end did.
    if (effective(source) == CopyState::Failedover && effective(target) != CopyState::Failedover) {
      return;
    }
    const Meeting meeting = decide(source, target, recovery);
    const bool led_on = after(source, meeting.source) == CopyState::Unsynchronized &&
                        after(target, meeting.target) == effective(target);
    if (led_on) return;  // an operation has begun a copy: that leads the target end on (R10)
    if (after(source, meeting.source) != after(target, meeting.target)) {
      FAIL_CHECK(describe(source, target));
    }
  });
}

TEST_CASE("a way is nothing, one legal step, or two by way of another state",
          "[engine][reconcile]") {
  for (const CopyState from : states) {
    CHECK(way(from, from, 1, 1).empty());
    for (const CopyState to : states) {
      for (const cim::Edge& edge :
           cim::edges(cim::SyncType::Mirror, cim::node(from), cim::node(to))) {
        if (from == to) continue;
        const auto steps = way(from, to, edge.cause, edge.cause);
        CHECK(steps == std::vector<Move>{{to, edge.cause}});
      }
    }
  }
  const std::uint16_t back = cim::cause_code(EventCause::LinkBackWasFractured);
  const auto steps = way(CopyState::Synchronized, CopyState::Fractured, 0, back);
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].state == CopyState::Partitioned);
  CHECK(steps[1] == Move{CopyState::Fractured, back});
  CHECK(way(CopyState::Initialized, CopyState::Failedover, 0, 0).empty());
}

}  // namespace
}  // namespace replsim::engine
