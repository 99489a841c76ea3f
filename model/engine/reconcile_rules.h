// What both ends do when they meet again, as a pure function of what each tells of itself. The
// source end decides for both: it changes its own record first, then has the target end follow.
// Source: rulings R7, R8, R10; data plane 3 and 7.
#pragma once

#include <cstdint>
#include <vector>

#include "model/engine/wire.h"

namespace replsim::engine {

/// Moves are made in order; an end whose list is empty stays as it is.
struct Meeting {
  cim::CopyState source_goal{};  ///< Where the source end must be afterwards.
  cim::CopyState target_goal{};  ///< The same; it may have moved since it told its facts.
  bool manual = false;           ///< Suspended because of CopyRecoveryMode Manual.
  std::vector<Move> source;
  std::vector<Move> target;
  bool split_brain = false;     ///< Both ends note it.
  bool fence_source = false;    ///< The target end has taken over: the source end refuses hosts.
  bool unfence_source = false;  ///< A Failover was not completed: the source end goes on.
  /// The source end takes part in a Backward copy of the target end; what its facts tell of it.
  bool backward = false;
  bool finish_failback = false;  ///< The switch happened at the target end: the source end follows.
  bool operator==(const Meeting&) const = default;
};

/// `source` and `target`: the two ends' facts; both relations exist and roles differ.
Meeting decide(const PairFacts& source, const PairFacts& target, cim::CopyRecoveryMode recovery);

/// There is such an edge of the state graph; unless `forced`, one without Force.
bool legal(cim::CopyState from, cim::CopyState to, std::uint16_t cause, bool forced = true);

/// Where an end is; `before` what it was before a partition.
struct Place {
  cim::CopyState state;
  cim::CopyState before;
  Role role;
};
constexpr Place place_of(const RelationRecord& record) {
  return {record.state, record.before, record.role};
}

/// The moves that lead an end from where it is to a goal of a meeting.
std::vector<Move> lead(Place from, cim::CopyState goal, bool restarted, bool manual);

/// The moves that lead `from` to `to`, by way of Partitioned where no single edge does. `direct` is
/// the cause to use when there is no Partitioned in between, `back` the one from Partitioned.
std::vector<Move> way(cim::CopyState from, cim::CopyState to, std::uint16_t direct,
                      std::uint16_t back);

}  // namespace replsim::engine
