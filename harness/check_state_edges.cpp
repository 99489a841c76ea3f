// B1, B14: every change of a CopyState is an edge of the graph, for a cause that is there: an
// operation under way, or an event that happened. Source: invariants.md B1, B14; state_graph.csv;
// rulings R6, R7, R10.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check_family.h"

namespace replsim::harness {

namespace {

class StateEdgeChecks final : public CheckFamily {
 public:
  explicit StateEdgeChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind != trace::state_change.number) return;
    PairView* pair = context_.view.pair_of(event.entity);
    const EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    context_.findings.evaluated(Check::B1);
    if (end == nullptr) {
      context_.findings.broken(Check::B1, [&] {
        return Finding{.message = fmt::format("{} changed its state before it was born",
                                              context_.view.name(event.entity)),
                       .entity = context_.view.name(event.entity)};
      });
      return;
    }
    const auto from = static_cast<cim::Node>(event.a);
    const cim::Node to = entered_node(event);
    const auto cause = static_cast<cim::CauseCode>(event.cause);
    if (end->previous != event.a) {
      broken(*pair, *end, from, to, cause, {},
             fmt::format("it was in {}", short_name(end->previous)));
    }
    if (from == to) return;
    legal(*pair, *end, from, to, cause);
    recovery(*pair, *end, to, cause);
    Facts& facts = facts_[*pair];
    if (const auto operation = cim::operation_of(cause)) facts.operation = cim::number(*operation);
  }

 private:
  struct Facts {
    std::uint16_t operation = 0;  ///< Last operation that changed a state of the relation.
  };

  static std::string_view short_name(std::uint64_t state) {
    const std::string_view name = cim::short_code(static_cast<cim::Node>(state));
    return name.empty() ? std::string_view("?") : name;
  }

  void legal(PairView& pair, const EndView& end, cim::Node from, cim::Node to,
             cim::CauseCode cause) {
    const cim::Edge* edge = cim::find_edge(cim::SyncType::Mirror, from, to, cause, false);
    bool forced = false;
    if (edge == nullptr) {
      edge = cim::find_edge(cim::SyncType::Mirror, from, to, cause, true);
      forced = edge != nullptr && edge->force;
    }
    if (edge == nullptr) {
      broken(pair, end, from, to, cause, {}, "the graph has no such edge");
      return;
    }
    const auto confidence = confidence_of(edge->confidence);
    if (const auto operation = cim::operation_of(cause)) {
      const std::uint16_t number = cim::number(*operation);
      const CallView* call = context_.view.calls().last(pair, number);
      const bool running = context_.view.calls().running_operation(pair, number) ||
                           (call != nullptr && facts_[pair].operation == number);
      if (!running)
        broken(pair, end, from, to, cause, confidence, "no such operation is under way");
      if (running && forced && !context_.view.calls().forced(pair, number).value_or(true)) {
        broken(pair, end, from, to, cause, confidence, "the edge needs Force");
      }
      return;
    }
    const auto event = cim::event_of(cause);
    if (event && !happened(pair, end, *event)) {
      broken(pair, end, from, to, cause, confidence, "that event did not happen");
    }
  }

  bool restarted(const std::string& array, sim::Instant since) const {
    const auto* node = context_.view.faults().node(array, context_.view.testbed().world().trace());
    return node != nullptr && (node->last_up >= since || node->last_down >= since);
  }

  bool restarted_either(const PairView& pair, sim::Instant since) const {
    return std::any_of(pair.ends.begin(), pair.ends.end(),
                       [&](const auto& end) { return restarted(end->array, since); });
  }

  bool happened(const PairView& pair, const EndView& end, cim::EventCause event) const {
    using Event = cim::EventCause;
    const CheckFaults& faults = context_.view.faults();
    switch (event) {
      case Event::CreatedInitialized:
      case Event::CreatedCopying:
      case Event::CreatedInstant:
      case Event::CreatedInactive:
      case Event::CreatedPrepared:
      case Event::CopyStarted:
      case Event::InitialisationFinished:
      case Event::PreparationFinished:
      case Event::CopyComplete:
      case Event::RestoreFinished:
      case Event::ResyncSatisfied: return true;
      case Event::ElementError: return faults.begun > 0 || faults.hits > 0 || faults.outages > 0;
      case Event::CreationRolledBack: return faults.outages > 0;
      case Event::PeerUnreachable:
      case Event::PeerLostAfterFailover:
        return end.peer_lost || faults.active > 0 || faults.node_is_down();
      case Event::GroupMemberFailed: return false;
      case Event::FellBehind: return faults.begun > 0 || faults.dropped > 0 || !pair.synchronous();
      case Event::ArrayRestarted: return restarted_either(pair, sim::Instant{});
      case Event::RepairedAutomatic:
      case Event::RepairedManual:
        return faults.last_end != sim::Instant::min() || faults.outages > 0 || faults.active == 0;
      case Event::TargetWritten:
        return pair.target != nullptr && context_.ledger().acknowledged(pair.target->entity) > 0;
      case Event::SplitBrainFound:
      case Event::LinkBackAutomatic:
      case Event::LinkBackManual:
      case Event::LinkBackDeltaEmpty:
      case Event::LinkBackElementFailed:
      case Event::LinkBackWasFractured:
      case Event::LinkBackWasSplit:
      case Event::LinkBackWasSuspended:
      case Event::LinkBackPeerFailedOver:
      case Event::LinkBackStatusUnknown:
        return end.peer_found != sim::Instant::min() || faults.outages > 0;
      case Event::PeerRemovedRelation: return pair.remote && pair_lost_an_end(pair);
      case Event::StatusResolvedCopy:
      case Event::StatusResolvedManual:
      case Event::StatusResolvedFailed: return faults.begun > 0 || faults.outages > 0;
    }
    return false;
  }

  static bool pair_lost_an_end(const PairView& pair) {
    return std::any_of(pair.ends.begin(), pair.ends.end(),
                       [](const auto& end) { return end->gone || end->state == 1; });
  }

  // B14: what the reconnect makes of PAR depends on CopyRecoveryMode and on what PAR hid.
  void recovery(PairView& pair, const EndView& end, cim::Node to, cim::CauseCode cause) {
    const auto event = cim::event_of(cause);
    if (!event) return;
    using Event = cim::EventCause;
    const bool back = *event == Event::LinkBackAutomatic || *event == Event::LinkBackManual ||
                      *event == Event::LinkBackDeltaEmpty || *event == Event::RepairedAutomatic ||
                      *event == Event::RepairedManual;
    const bool from_cut = end.previous == cim::number(cim::CopyState::Partitioned);
    const bool from_break = end.previous == cim::number(cim::CopyState::Broken);
    if (!back || (!from_cut && !from_break)) return;
    context_.findings.evaluated(Check::B14);
    const bool flowing = end.left == cim::number(cim::CopyState::Synchronized) ||
                         end.left == cim::number(cim::CopyState::Unsynchronized);
    if (from_cut && !flowing) {
      recovery_broken(pair, end, to,
                      fmt::format("it held {} before the cut", short_name(end.left)));
      return;
    }
    const auto instance = context_.view.testbed().peek_relation(pair.id, end.array);
    if (!instance) return;
    const cim::Value& mode = instance->get("CopyRecoveryMode");
    if (!mode.is_number()) return;
    const bool manual = mode.as_unsigned() == cim::number(cim::CopyRecoveryMode::Manual);
    const bool waits = to == cim::node(cim::CopyState::Suspended);
    if (manual == waits) return;
    recovery_broken(pair, end, to, manual ? "CopyRecoveryMode is Manual" : "it is Automatic");
  }

  void recovery_broken(const PairView& pair, const EndView& end, cim::Node to, std::string why) {
    context_.findings.broken(Check::B14, [&] {
      return Finding{.message = fmt::format("{} at {}: recovered to {}, but {}", pair.name(),
                                            end.array, cim::short_code(to), why),
                     .pair = pair.id,
                     .entity = context_.view.name(end.endpoint)};
    });
  }

  void broken(const PairView& pair, const EndView& end, cim::Node from, cim::Node to,
              cim::CauseCode cause, std::optional<record::Confidence> confidence, std::string why) {
    context_.findings.broken(Check::B1, [&] {
      return Finding{
          .message = fmt::format("{} at {}: {} -> {} by {} ({}): {}", pair.name(), end.array,
                                 short_name(cim::number(from)), short_name(cim::number(to)),
                                 cim::cause_name(cause), cause, why),
          .expected = "an edge of the state graph whose cause is there",
          .seen =
              fmt::format("{} -> {}", short_name(cim::number(from)), short_name(cim::number(to))),
          .pair = pair.id,
          .entity = context_.view.name(end.endpoint),
          .confidence = confidence};
    });
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_state_edge_checks(CheckContext context) {
  return std::make_unique<StateEdgeChecks>(context);
}

}  // namespace replsim::harness
