// The decision, case by case, and the legal way to each state.
#include "model/engine/reconcile_rules.h"

#include <optional>

#include "model/cim/state_graph.h"

namespace replsim::engine {
using cim::CopyState;

bool legal(CopyState from, CopyState to, std::uint16_t cause, bool forced) {
  return cim::find_edge(cim::SyncType::Mirror, cim::node(from), cim::node(to), cause, forced) !=
         nullptr;
}

namespace {

using cim::CopyState;
using cim::EventCause;
using cim::Operation;

CopyState effective(const PairFacts& facts) {
  return facts.state == CopyState::Partitioned ? facts.before : facts.state;
}

constexpr std::uint16_t event(EventCause cause) {
  return cim::cause_code(cause);
}

/// How a resting state is entered: directly by its operation, or back from a partition.
struct Entry {
  CopyState state;
  std::uint16_t direct;
  std::uint16_t back;
};

Entry entry_of(CopyState state) {
  switch (state) {
    case CopyState::Fractured:
      return {state, cim::cause_code(Operation::Fracture), event(EventCause::LinkBackWasFractured)};
    case CopyState::Split:
      return {state, cim::cause_code(Operation::Split), event(EventCause::LinkBackWasSplit)};
    case CopyState::Suspended:
      return {state, cim::cause_code(Operation::Suspend), event(EventCause::LinkBackWasSuspended)};
    case CopyState::Failedover:
      // Found, not done here: the operation was the other end's, perhaps long ago.
      return {state, event(EventCause::LinkBackPeerFailedOver),
              event(EventCause::LinkBackPeerFailedOver)};
    case CopyState::Broken:
      return {state, event(EventCause::ElementError), event(EventCause::LinkBackElementFailed)};
    case CopyState::Invalid:
      return {state, event(EventCause::SplitBrainFound), event(EventCause::LinkBackStatusUnknown)};
    case CopyState::Aborted:
      return {state, cim::cause_code(Operation::Abort), event(EventCause::LinkBackAutomatic)};
    case CopyState::Inactive:
      return {state, cim::cause_code(Operation::Deactivate), event(EventCause::LinkBackAutomatic)};
    case CopyState::Unsynchronized:
      return {state, event(EventCause::ArrayRestarted), event(EventCause::LinkBackAutomatic)};
    case CopyState::Synchronized:
      return {state, event(EventCause::CopyComplete), event(EventCause::LinkBackDeltaEmpty)};
    case CopyState::Skewed:
      return {state, event(EventCause::TargetWritten), event(EventCause::TargetWritten)};
    case CopyState::Initialized:
    case CopyState::Prepared:
    case CopyState::Mixed:
    case CopyState::NotApplicable:
    case CopyState::Partitioned:
    case CopyState::Restored: break;
  }
  return {state, event(EventCause::PeerUnreachable), event(EventCause::LinkBackAutomatic)};
}

Place place_of(const PairFacts& facts) {
  return {facts.state, facts.before, facts.role};
}

std::vector<Move> enter(const PairFacts& facts, CopyState state) {
  return lead(place_of(facts), state, facts.restarted, false);
}

/// The target end lacks nothing but what the source end's journal has kept since contact was lost
/// (R9), if anything.
bool one_history(const PairFacts& source, const PairFacts& target, cim::CopyRecoveryMode recovery) {
  const Kinship kin = kinship(source.lineage, target.lineage);
  if (source.journal == 0) return kin == Kinship::Same;
  const bool goes_on = recovery != cim::CopyRecoveryMode::Manual;
  return goes_on && (kin == Kinship::Same || kin == Kinship::Newer);
}

/// Both ends in the flow before: data goes on.
Meeting resume_flow(const PairFacts& source, const PairFacts& target,
                    cim::CopyRecoveryMode recovery) {
  Meeting out;
  const bool clean = effective(source) == CopyState::Synchronized &&
                     effective(target) == CopyState::Synchronized && !source.tracked &&
                     !target.tracked && !source.restarted && !target.restarted &&
                     source.journal == target.journal && one_history(source, target, recovery);
  CopyState state = CopyState::Unsynchronized;
  const bool was_cut =
      source.state == CopyState::Partitioned || target.state == CopyState::Partitioned;
  if (clean) {
    state = CopyState::Synchronized;
  } else if (recovery == cim::CopyRecoveryMode::Manual && was_cut) {
    state = CopyState::Suspended;
  }
  out.manual = state == CopyState::Suspended;
  out.source = lead(place_of(source), state, source.restarted, out.manual);
  // An operation has led the source end out of a rest that the target end has not left yet: it
  // stays, and the copy leads it on.
  const CopyState at_target = effective(target);
  const bool rests = state == CopyState::Unsynchronized && at_target != CopyState::Synchronized &&
                     at_target != CopyState::Unsynchronized;
  out.target = rests ? enter(target, at_target)
                     : lead(place_of(target), state, target.restarted, out.manual);
  if (source.fenced) out.unfence_source = true;
  return out;
}

}  // namespace

namespace {

/// The other end was unprepared, or has finished its preparation.
std::vector<Move> lead_anew(Place place, CopyState goal) {
  std::vector<Move> moves;
  CopyState from = place.state;
  if (from == CopyState::Failedover) return {};  // nothing but an operation ends a Failover
  if (from == CopyState::Partitioned) {
    // No edge leads from there: first back to what it was.
    from = place.before == CopyState::Synchronized ? CopyState::Unsynchronized : place.before;
    moves.push_back({from, entry_of(from).back});
  }
  if (from != CopyState::Initialized) {
    moves.push_back({CopyState::Initialized, cim::cause_code(Operation::Unprepare)});
  }
  if (goal == CopyState::Prepared) {
    moves.push_back({CopyState::Prepared, event(EventCause::PreparationFinished)});
  }
  return moves;
}

}  // namespace

std::vector<Move> lead(Place place, CopyState goal, bool restarted, bool manual) {
  const CopyState from = place.state;
  if (from == goal) return {};
  if (goal == CopyState::Initialized || goal == CopyState::Prepared) return lead_anew(place, goal);
  if (from == CopyState::Broken && goal == CopyState::Suspended) {
    return {{goal, event(EventCause::RepairedManual)}};  // the peer was repaired already
  }
  if (goal == CopyState::Skewed && from == CopyState::Partitioned &&
      place.before == CopyState::Suspended) {
    return {{CopyState::Suspended, event(EventCause::LinkBackWasSuspended)},
            {goal, event(EventCause::TargetWritten)}};
  }
  if (from == CopyState::Skewed && goal == CopyState::Failedover) {
    return {{goal, cim::cause_code(Operation::Failover)}};
  }
  if (manual && goal == CopyState::Suspended) {
    return way(from, goal, event(EventCause::LinkBackManual), event(EventCause::LinkBackManual));
  }
  const std::uint16_t back = event(EventCause::LinkBackAutomatic);
  if (goal == CopyState::Unsynchronized && from == CopyState::Synchronized && !restarted) {
    return way(from, goal, back, back);  // it saw nothing of the interruption, its peer did
  }
  const Entry entry = entry_of(goal);
  const bool rests =
      goal == CopyState::Suspended || goal == CopyState::Inactive || goal == CopyState::Fractured;
  if (from == CopyState::Failedover && rests && place.role == Role::Source) {
    // A Failback that this end did not hear of, and that rests or was given up at the other.
    return {{CopyState::Unsynchronized, cim::cause_code(Operation::Failback)},
            {goal, entry.direct}};
  }
  return way(from, goal, entry.direct, entry.back);
}

namespace {

/// What started the copy that this end did not hear of, where no cut changes its state.
std::optional<std::uint16_t> unheard_start(CopyState from) {
  if (from == CopyState::Initialized || from == CopyState::Prepared) {
    return event(EventCause::CopyStarted);
  }
  if (from == CopyState::Inactive) return cim::cause_code(Operation::Activate);
  if (from == CopyState::Aborted || from == CopyState::Broken || from == CopyState::Skewed) {
    return cim::cause_code(Operation::ResyncReplica);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Move> way(CopyState from, CopyState to, std::uint16_t direct, std::uint16_t back) {
  if (from == to) return {};
  if (from == CopyState::Partitioned) {
    if (legal(from, to, back)) return {{to, back}};
    // No edge from a partition leads there: go on from the copy.
    return {{CopyState::Unsynchronized, event(EventCause::LinkBackAutomatic)}, {to, direct}};
  }
  if (legal(from, to, direct)) return {{to, direct}};
  if (legal(from, to, back)) return {{to, back}};  // a state that a cut does not change (R7)
  // Nothing but an operation, or a split brain, ends a Failover.
  if (from == CopyState::Failedover && to != CopyState::Invalid) return {};
  const std::uint16_t cut = from == CopyState::Failedover ? event(EventCause::PeerLostAfterFailover)
                                                          : event(EventCause::PeerUnreachable);
  if (legal(from, CopyState::Partitioned, cut) && legal(CopyState::Partitioned, to, back)) {
    return {{CopyState::Partitioned, cut}, {to, back}};
  }
  const std::uint16_t behind = event(EventCause::FellBehind);
  if (legal(from, CopyState::Unsynchronized, behind) &&
      legal(CopyState::Unsynchronized, to, direct)) {
    return {{CopyState::Unsynchronized, behind}, {to, direct}};
  }
  if (const auto start = unheard_start(from)) {
    if (legal(CopyState::Unsynchronized, to, direct)) {
      return {{CopyState::Unsynchronized, *start}, {to, direct}};
    }
  }
  return {};
}

namespace {

/// The source end's own state decides, the target end follows.
Meeting follow_source(const PairFacts& source, const PairFacts& target,
                      cim::CopyRecoveryMode recovery) {
  Meeting out;
  const CopyState at_source = effective(source);
  const CopyState at_target = effective(target);
  switch (at_source) {
    case CopyState::Synchronized:
    case CopyState::Unsynchronized:
      if (at_target == CopyState::Broken) {
        out.source = enter(source, CopyState::Broken);
        return out;
      }
      return resume_flow(source, target, recovery);
    case CopyState::Fractured:
    case CopyState::Split:
    case CopyState::Skewed:
    case CopyState::Suspended:
    case CopyState::Broken:
    case CopyState::Aborted:
    case CopyState::Inactive:
      out.source = enter(source, at_source);
      out.target = enter(target, at_source);
      if (source.fenced) out.unfence_source = true;
      return out;
    case CopyState::Failedover:
      // The target end left Failedover without this end: it holds the newer truth. A Failback
      // that was given up by Fracture with Force is followed.
      if (at_target == CopyState::Fractured) {
        out.source = enter(source, at_target);
        out.unfence_source = source.fenced;
      } else {
        out.source = enter(source, at_source);
      }
      out.target = enter(target, at_target);
      return out;
    case CopyState::Initialized:
    case CopyState::Prepared:
      out.target = enter(target, at_source);
      if (source.fenced) out.unfence_source = true;
      return out;
    case CopyState::Mixed:
    case CopyState::NotApplicable:
    case CopyState::Partitioned:
    case CopyState::Invalid:
    case CopyState::Restored: break;
  }
  return out;
}

/// The target end drives a Backward copy: where that rests, or goes on, the source end follows.
std::optional<Meeting> meet_backward(const PairFacts& source, const PairFacts& target) {
  Meeting out;
  const CopyState at_source = effective(source);
  const CopyState at_target = effective(target);
  const bool copies = at_target == CopyState::Unsynchronized;
  const bool rests = at_target == CopyState::Suspended || at_target == CopyState::Inactive;
  if (!copies && !rests) return std::nullopt;
  out.target = enter(target, at_target);
  const bool follows = rests || at_source == CopyState::Unsynchronized ||
                       at_source == CopyState::Synchronized || at_source == CopyState::Suspended ||
                       at_source == CopyState::Inactive;
  if (follows) {
    out.source = enter(source, at_target);
  } else if (source.state == CopyState::Partitioned) {
    out.source = enter(source, at_source);  // the mover's CopyBegin leads it on
  }
  out.fence_source = copies && target.restore_from == CopyState::NotApplicable;
  out.backward = follows;
  return out;
}

Meeting meet(const PairFacts& source, const PairFacts& target, cim::CopyRecoveryMode recovery) {
  Meeting out;
  const CopyState at_source = effective(source);
  const CopyState at_target = effective(target);
  const Kinship kin = kinship(source.lineage, target.lineage);

  if (at_source == CopyState::Invalid || at_target == CopyState::Invalid) {
    out.split_brain = source.split_brain || target.split_brain;
    out.source = enter(source, CopyState::Invalid);
    out.target = enter(target, CopyState::Invalid);
    return out;
  }
  if (kin == Kinship::SplitBrain) {
    out.split_brain = true;
    out.source = enter(source, CopyState::Invalid);
    out.target = enter(target, CopyState::Invalid);
    return out;
  }
  const bool failing_back =
      at_source == CopyState::Unsynchronized && source.direction == CopyDirection::Backward;
  if (at_target == CopyState::Failedover) {
    // Also a Failback that only one end knows of: nothing has moved, it starts from Failedover.
    out.fence_source = true;
    out.source = enter(source, CopyState::Failedover);
    out.target = enter(target, CopyState::Failedover);
    return out;
  }
  const bool unprepared = at_source == CopyState::Initialized || at_source == CopyState::Prepared;
  const bool ended_here =
      source.gave_up && (at_source == CopyState::Fractured || at_source == CopyState::Split);
  if (target.direction == CopyDirection::Backward && !unprepared && !ended_here) {
    if (const auto met = meet_backward(source, target)) return *met;
  }
  if (failing_back && (at_target == CopyState::Fractured || at_target == CopyState::Split ||
                       at_target == CopyState::Skewed)) {
    // The Restore was aborted at the target end.
    out.source = enter(source, at_target);
    out.target = enter(target, at_target);
    return out;
  }
  if (failing_back && at_target == CopyState::Synchronized) {
    out.finish_failback = true;
    return out;
  }
  return follow_source(source, target, recovery);
}

}  // namespace

Meeting decide(const PairFacts& source, const PairFacts& target, cim::CopyRecoveryMode recovery) {
  Meeting out = meet(source, target, recovery);
  out.source_goal = out.source.empty() ? effective(source) : out.source.back().state;
  out.target_goal = out.target.empty() ? effective(target) : out.target.back().state;
  return out;
}

}  // namespace replsim::engine
