// The legal edges of CopyState, with the operation or event that causes each.
// A cause code is one number in trace events: the Operation's value (2..27) for operations,
// 100 + EventCause for events. Self-loops are always legal and not listed.
// Source: state_graph.csv; rows that the rulings add say so in `source`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/cim/enumerations.h"

namespace replsim::cim {

/// A node of the graph: a CopyState, or one of the two ends. CopyState uses no 0 and no 1.
enum class Node : std::uint16_t { Create = 0, Removed = 1 };

/// The node of a state.
constexpr Node node(CopyState state) {
  return static_cast<Node>(number(state));
}
/// The state of a node; nothing for Create and Removed.
constexpr std::optional<CopyState> state_of(Node value) {
  if (value == Node::Create || value == Node::Removed) return std::nullopt;
  return static_cast<CopyState>(value);
}
/// "SYN", "CREATE", "REMOVED"; empty for a number that is no node.
std::string_view short_code(Node value);

/// What makes a CopyState change without an operation. The numbers are stable: they are traced.
enum class EventCause : std::uint16_t {
  CreatedInitialized = 1,
  CreatedCopying = 2,
  CreatedInstant = 3,
  CreatedInactive = 4,
  CreatedPrepared = 5,
  CopyStarted = 6,
  ElementError = 7,
  InitialisationFinished = 8,
  PreparationFinished = 9,
  CreationRolledBack = 10,
  CopyComplete = 11,
  PeerUnreachable = 12,
  GroupMemberFailed = 13,
  FellBehind = 14,
  ArrayRestarted = 15,
  RepairedAutomatic = 16,
  RepairedManual = 17,
  TargetWritten = 18,
  PeerLostAfterFailover = 19,
  SplitBrainFound = 20,
  LinkBackAutomatic = 21,
  LinkBackManual = 22,
  LinkBackDeltaEmpty = 23,
  LinkBackElementFailed = 24,
  LinkBackWasFractured = 25,
  LinkBackWasSplit = 26,
  LinkBackWasSuspended = 27,
  LinkBackPeerFailedOver = 28,
  LinkBackStatusUnknown = 29,
  PeerRemovedRelation = 30,
  StatusResolvedCopy = 31,
  StatusResolvedManual = 32,
  StatusResolvedFailed = 33,
  RestoreFinished = 34,
  ResyncSatisfied = 35,
};

/// One number for both kinds of cause.
using CauseCode = std::uint16_t;
inline constexpr CauseCode first_event_cause = 100;
constexpr CauseCode cause_code(Operation operation) {
  return number(operation);
}
constexpr CauseCode cause_code(EventCause event) {
  return static_cast<CauseCode>(first_event_cause + number(event));
}
/// The operation or the event of a code; nothing when the code is of the other kind or unknown.
std::optional<Operation> operation_of(CauseCode code);
std::optional<EventCause> event_of(CauseCode code);
/// "Fracture", "copy or resync complete"; empty when unknown. For timelines and reports.
std::string_view cause_name(CauseCode code);

/// What the aborted copy was, where Abort leads elsewhere than to Aborted (rulings R6).
enum class Undone : std::uint8_t { None, Failback, Restore };

/// One legal edge with one cause.
struct Edge {
  Node from;
  Node to;
  CauseCode cause;
  bool force = false;  ///< Legal only when the operation ran with Force.
  Undone undone = Undone::None;
  Confidence confidence = Confidence::Inferred;
  std::string_view condition = {};  ///< Own words of an event edge; empty for operations.
  std::string_view source = "state_graph.csv";
};

/// All edges of a SyncType sorted by from and to; empty when there are none yet.
std::span<const Edge> edges(SyncType sync_type);
/// The edges between two nodes.
std::span<const Edge> edges(SyncType sync_type, Node from, Node to);
/// The edge with this cause; one that needs Force is found only with `forced`. Null if illegal.
const Edge* find_edge(SyncType sync_type, Node from, Node to, CauseCode cause, bool forced);
/// True when some edge enters the state.
bool reachable(SyncType sync_type, CopyState state);
/// The cause as the table of edges writes it: `Detach (Force)`, `Abort of a Failback`, or the
/// condition of an event.
std::string cause_text(const Edge& edge);

}  // namespace replsim::cim
