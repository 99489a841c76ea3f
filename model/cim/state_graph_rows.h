// Words in which the rows of the state graph are written: short codes of the nodes and one builder
// per kind of edge. Only the files with rows and state_graph.cpp include this.
#pragma once

#include "model/cim/state_graph.h"

namespace replsim::cim::graph {

using Op = Operation;
using Ev = EventCause;

inline constexpr Node CREATE = Node::Create;
inline constexpr Node REMOVED = Node::Removed;
inline constexpr Node INI = node(CopyState::Initialized);
inline constexpr Node UNS = node(CopyState::Unsynchronized);
inline constexpr Node SYN = node(CopyState::Synchronized);
inline constexpr Node BRK = node(CopyState::Broken);
inline constexpr Node FRA = node(CopyState::Fractured);
inline constexpr Node SPL = node(CopyState::Split);
inline constexpr Node INA = node(CopyState::Inactive);
inline constexpr Node SUS = node(CopyState::Suspended);
inline constexpr Node FO = node(CopyState::Failedover);
inline constexpr Node PRE = node(CopyState::Prepared);
inline constexpr Node ABO = node(CopyState::Aborted);
inline constexpr Node SKW = node(CopyState::Skewed);
inline constexpr Node PAR = node(CopyState::Partitioned);
inline constexpr Node INV = node(CopyState::Invalid);
inline constexpr Node RES = node(CopyState::Restored);

inline constexpr Confidence spec = Confidence::Spec;
inline constexpr Confidence vendor = Confidence::Vendor;
inline constexpr Confidence inferred = Confidence::Inferred;

/// An edge that an operation makes.
constexpr Edge operation(Node from, Node to, Op op, Confidence confidence) {
  return {.from = from, .to = to, .cause = cause_code(op), .confidence = confidence};
}

/// An edge that an operation makes only with Force.
constexpr Edge forced(Node from, Node to, Op op, Confidence confidence) {
  Edge edge = operation(from, to, op, confidence);
  edge.force = true;
  return edge;
}

/// The way back that Abort of a Failback or Restore takes.
constexpr Edge aborted(Node from, Node to, Undone undone, Confidence confidence) {
  Edge edge = operation(from, to, Op::Abort, confidence);
  edge.undone = undone;
  return edge;
}

/// An edge that happens by itself under a condition.
constexpr Edge event(Node from, Node to, Ev cause, Confidence confidence,
                     std::string_view condition) {
  Edge edge = operation(from, to, Op::Abort, confidence);
  edge.cause = cause_code(cause);
  edge.condition = condition;
  return edge;
}

/// The same edge, added by a ruling.
constexpr Edge ruled(Edge edge, std::string_view source) {
  edge.source = source;
  return edge;
}

}  // namespace replsim::cim::graph
