// Look-up in the graph: edges are sorted by both ends, an index of 19 x 19 pairs points into them.
#include "model/cim/state_graph.h"

#include <algorithm>
#include <array>

#include "model/cim/state_graph_rows_mirror.h"

namespace replsim::cim {
namespace {

constexpr std::size_t node_numbers = 19;

struct EventName {
  EventCause event;
  std::string_view text;
};

constexpr std::array<EventName, 35> event_names = {{
    {EventCause::CreatedInitialized, "created, first visible state"},
    {EventCause::CreatedCopying, "created, copy started at once"},
    {EventCause::CreatedInstant, "created equal"},
    {EventCause::CreatedInactive, "created inactive"},
    {EventCause::CreatedPrepared, "created and prepared first"},
    {EventCause::CopyStarted, "copy engine starts by itself"},
    {EventCause::ElementError, "element, path or space error"},
    {EventCause::InitialisationFinished, "initialisation finished, activation awaited"},
    {EventCause::PreparationFinished, "preparation finished"},
    {EventCause::CreationRolledBack, "creation rolled back after restart"},
    {EventCause::CopyComplete, "copy or resync complete"},
    {EventCause::PeerUnreachable, "link cut or peer array down"},
    {EventCause::GroupMemberFailed, "another member of the group failed"},
    {EventCause::FellBehind, "mirror fell behind, bitmap mode"},
    {EventCause::ArrayRestarted, "array restarted, marked extents recopied"},
    {EventCause::RepairedAutomatic, "repaired, automatic recovery"},
    {EventCause::RepairedManual, "repaired, manual recovery"},
    {EventCause::TargetWritten, "a host wrote to the target"},
    {EventCause::PeerLostAfterFailover, "peer lost after failover"},
    {EventCause::SplitBrainFound, "link back, split brain found"},
    {EventCause::LinkBackAutomatic, "link back, automatic recovery"},
    {EventCause::LinkBackManual, "link back, manual recovery"},
    {EventCause::LinkBackDeltaEmpty, "link back, nothing was written meanwhile"},
    {EventCause::LinkBackElementFailed, "link back, element found failed"},
    {EventCause::LinkBackWasFractured, "link back, was fractured before"},
    {EventCause::LinkBackWasSplit, "link back, was split before"},
    {EventCause::LinkBackWasSuspended, "link back, was suspended before"},
    {EventCause::LinkBackPeerFailedOver, "link back, peer had been failed over"},
    {EventCause::LinkBackStatusUnknown, "link back, element status unknown"},
    {EventCause::PeerRemovedRelation, "peer removed the relation"},
    {EventCause::StatusResolvedCopy, "status resolved, copy needed"},
    {EventCause::StatusResolvedManual, "status resolved, manual recovery"},
    {EventCause::StatusResolvedFailed, "status resolved as failed"},
    {EventCause::RestoreFinished, "restore finished"},
    {EventCause::ResyncSatisfied, "required resync starts by itself"},
}};

constexpr bool numbered_from_one() {
  for (std::size_t place = 0; place < event_names.size(); ++place) {
    if (number(event_names[place].event) != place + 1) return false;
  }
  return true;
}
static_assert(numbered_from_one(), "event_names lie by number, without gaps");

constexpr bool same_cause(const Edge& a, const Edge& b) {
  return a.from == b.from && a.to == b.to && a.cause == b.cause && a.force == b.force &&
         a.undone == b.undone;
}

template <std::size_t Size>
constexpr bool sorted_and_unique(const std::array<Edge, Size>& table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].from == table[i].to) return false;
    for (std::size_t j = i + 1; j < table.size(); ++j) {
      const bool before = table[i].from < table[j].from ||
                          (table[i].from == table[j].from && table[i].to <= table[j].to);
      if (!before || same_cause(table[i], table[j])) return false;
    }
  }
  return true;
}
static_assert(sorted_and_unique(graph::mirror_edges));

struct Range {
  std::uint16_t first = 0;
  std::uint16_t count = 0;
};
using PairIndex = std::array<std::array<Range, node_numbers>, node_numbers>;

template <std::size_t Size>
constexpr PairIndex make_index(const std::array<Edge, Size>& table) {
  PairIndex index{};
  for (std::size_t place = 0; place < table.size(); ++place) {
    Range& range = index[number(table[place].from)][number(table[place].to)];
    if (range.count == 0) range.first = static_cast<std::uint16_t>(place);
    ++range.count;
  }
  return index;
}
constexpr PairIndex mirror_index = make_index(graph::mirror_edges);

}  // namespace

std::string_view short_code(Node value) {
  if (value == Node::Create) return "CREATE";
  if (value == Node::Removed) return "REMOVED";
  return short_code(static_cast<CopyState>(value));
}

std::optional<Operation> operation_of(CauseCode code) {
  if (code < number(Operation::Abort) || code > number(Operation::ResetReplica)) {
    return std::nullopt;
  }
  return static_cast<Operation>(code);
}

std::optional<EventCause> event_of(CauseCode code) {
  if (code <= first_event_cause || code > first_event_cause + event_names.size()) {
    return std::nullopt;
  }
  return static_cast<EventCause>(code - first_event_cause);
}

std::string_view cause_name(CauseCode code) {
  if (const auto operation = operation_of(code)) return name(*operation);
  if (const auto event = event_of(code)) return event_names[number(*event) - 1U].text;
  return {};
}

std::span<const Edge> edges(SyncType sync_type) {
  switch (sync_type) {
    case SyncType::Mirror: return graph::mirror_edges;
    case SyncType::Snapshot:
    case SyncType::Clone:
    case SyncType::TokenizedClone: return {};
  }
  return {};
}

std::span<const Edge> edges(SyncType sync_type, Node from, Node to) {
  const std::span<const Edge> all = edges(sync_type);
  if (all.empty() || number(from) >= node_numbers || number(to) >= node_numbers) return {};
  const Range range = mirror_index[number(from)][number(to)];
  return all.subspan(range.first, range.count);
}

const Edge* find_edge(SyncType sync_type, Node from, Node to, CauseCode cause, bool forced) {
  for (const Edge& edge : edges(sync_type, from, to)) {
    if (edge.cause == cause && (forced || !edge.force)) return &edge;
  }
  return nullptr;
}

bool reachable(SyncType sync_type, CopyState state) {
  const std::span<const Edge> all = edges(sync_type);
  return std::any_of(all.begin(), all.end(),
                     [state](const Edge& edge) { return edge.to == node(state); });
}

std::string cause_text(const Edge& edge) {
  if (!edge.condition.empty()) return std::string(edge.condition);
  std::string text(cause_name(edge.cause));
  switch (edge.undone) {
    case Undone::None: break;
    case Undone::Failback: text += " of a Failback"; break;
    case Undone::Restore: text += " of a Restore"; break;
  }
  if (edge.force) text += " (Force)";
  return text;
}

}  // namespace replsim::cim
