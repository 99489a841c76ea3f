// B1, B14: every change of a CopyState is an edge of the graph, for a cause that is there: an
// operation under way, or an event that happened. Source: invariants.md B1, B14; state_graph.csv;
// rulings R6, R7, R10.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/check_family.h"

namespace replsim::harness {

namespace {

class StateEdgeChecks final : public CheckFamily {
 public:
  explicit StateEdgeChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::peer.number && event.a != 0) {
      std::erase_if(owed_, [&](const Owed& owed) { return owed.end->endpoint == event.entity; });
    }
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
    if (const auto operation = cim::operation_of(cause)) {
      facts.operation = cim::number(*operation);
      note(facts, {facts.operation, end->endpoint, event.time});
    }
  }

  void finished() override {
    for (const auto& pair : context_.view.pairs()) {
      for (const auto& end : pair->ends) silent(*pair, *end);
    }
  }

  void settled() override {
    while (!owed_.empty() && context_.view.now() - owed_.front().at > contact_within) {
      const Owed& owed = owed_.front();
      const sim::Trace& trace = context_.view.testbed().world().trace();
      const CheckFaults& faults = context_.view.faults();
      const auto slow_disk = [&](const auto& end) {
        return faults.disk_struck(end->array, owed.at - contact_within, true, trace);
      };
      const bool excused = disturbed(*owed.pair, owed.at) || faults.link_struck(owed.at, trace) ||
                           std::ranges::any_of(owed.pair->ends, slow_disk);
      if (!excused) {
        broken(*owed.pair, *owed.end, owed.from, owed.to, owed.cause, owed.confidence,
               "the peer was not found");
      }
      owed_.erase(owed_.begin());
    }
  }

 private:
  /// The last change of an end by an operation.
  struct Change {
    std::uint16_t operation;
    sim::EntityId endpoint;
    sim::Instant at;
  };
  struct Facts {
    std::uint16_t operation = 0;  ///< Last operation that changed a state of the relation.
    std::vector<Change> changes;  ///< One for each operation and end.
  };
  static void note(Facts& facts, Change change) {
    const auto known = std::find_if(facts.changes.begin(), facts.changes.end(), [&](auto& one) {
      return one.operation == change.operation && one.endpoint == change.endpoint;
    });
    if (known == facts.changes.end()) {
      facts.changes.push_back(change);
    } else {
      known->at = change.at;
    }
  }
  /// A change by a link that is back, before its end said that the peer is found.
  struct Owed {
    PairView* pair;
    const EndView* end;
    cim::Node from;
    cim::Node to;
    cim::CauseCode cause;
    std::optional<record::Confidence> confidence;
    sim::Instant at;
  };
  static constexpr sim::Duration contact_within = sim::seconds(3);

  static std::string_view short_name(std::uint64_t state) {
    const std::string_view name = cim::short_code(static_cast<cim::Node>(state));
    return name.empty() ? std::string_view("?") : name;
  }

  /// What a client reads is what was announced last.
  void silent(const PairView& pair, const EndView& end) {
    if (end.gone || end.state < 2 || context_.view.calls().in_control(pair)) return;
    const sim::Trace& trace = context_.view.testbed().world().trace();
    const auto* node = context_.view.faults().node(end.array, trace);
    if (node != nullptr && (node->down || node->paused)) return;
    const auto instance = context_.view.testbed().peek_relation(pair.id, end.array);
    if (!instance) return;
    const cim::Value& shown = instance->get("CopyState");
    if (!shown.is_number() || shown.as_unsigned() == end.state) return;
    context_.findings.broken(Check::B1, [&] {
      return Finding{
          .message = fmt::format("{} at {}: reads as {} and announced {} last", pair.name(),
                                 end.array, short_name(shown.as_unsigned()), short_name(end.state)),
          .expected = std::string(short_name(end.state)),
          .seen = std::string(short_name(shown.as_unsigned())),
          .pair = pair.id,
          .entity = context_.view.name(end.endpoint)};
    });
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
                           (call != nullptr && facts_[pair].operation == number) ||
                           missed(pair, end, number);
      if (!running)
        broken(pair, end, from, to, cause, confidence, "no such operation is under way");
      if (running && forced && !driven(pair, end) &&
          !context_.view.calls().forced(pair, number).value_or(true)) {
        broken(pair, end, from, to, cause, confidence, "the edge needs Force");
      }
      return;
    }
    const auto event = cim::event_of(cause);
    if (event && !happened(pair, end, *event)) {
      broken(pair, end, from, to, cause, confidence, "that event did not happen");
    } else if (event && is_link_back(*event) && !found_contact(pair, end) &&
               !pair_lost_an_end(pair)) {  // the peer answers, but not for this relation
      owed_.push_back({&pair, &end, from, to, cause, confidence, context_.view.now()});
    }
  }

  /// The other end has made the change, from the state that it was in; this one has no choice.
  static bool driven(const PairView& pair, const EndView& end) {
    return std::any_of(pair.ends.begin(), pair.ends.end(), [&](const auto& one) {
      return one.get() != &end && one->state == end.state && one->cause == end.cause;
    });
  }

  /// The operation was at the other end, which this one did not hear of in the state that it
  /// leaves, and now catches up with.
  bool missed(const PairView& pair, const EndView& end, std::uint16_t operation) {
    const auto& changes = facts_[pair].changes;
    return std::any_of(changes.begin(), changes.end(), [&](const Change& one) {
      return one.operation == operation && one.endpoint != end.endpoint &&
             one.at >= end.left_entered;
    });
  }

  static bool is_link_back(cim::EventCause event) {
    using Event = cim::EventCause;
    return event == Event::SplitBrainFound ||
           (event >= Event::LinkBackAutomatic && event <= Event::LinkBackStatusUnknown);
  }

  /// A crash, a pause or a restart of either array since then.
  bool disturbed(const PairView& pair, sim::Instant since) const {
    const sim::Trace& trace = context_.view.testbed().world().trace();
    return std::any_of(pair.ends.begin(), pair.ends.end(), [&](const auto& end) {
      return context_.view.faults().disturbed(end->array, since, trace);
    });
  }

  /// An operation of a disk of either array failed since then.
  bool element_failed(const PairView& pair, sim::Instant since) const {
    const sim::Trace& trace = context_.view.testbed().world().trace();
    return std::any_of(pair.ends.begin(), pair.ends.end(), [&](const auto& end) {
      return context_.view.faults().disk_struck(end->array, since, false, trace);
    });
  }

  /// Either end held this state before the change.
  static bool was_in(const PairView& pair, const EndView& end, cim::CopyState state) {
    return std::any_of(pair.ends.begin(), pair.ends.end(), [&](const auto& one) {
      if (one.get() != &end && one->holds(state)) return true;
      return one->left == cim::number(state);
    });
  }

  /// The array has not found the peer since it came up.
  bool no_contact_yet(const EndView& end) const {
    const sim::Trace& trace = context_.view.testbed().world().trace();
    const auto* node = context_.view.faults().node(end.array, trace);
    return node != nullptr && end.peer_found < node->last_up;
  }

  /// Contact was lost while the end was in the state that it leaves, or one of the arrays went
  /// down: a new incarnation of either ends the contact with the old one.
  bool lost_contact(const PairView& pair, const EndView& end) const {
    return end.peer_lost || no_contact_yet(end) || end.peer_went >= end.left_entered ||
           disturbed(pair, end.left_entered);
  }

  /// An array restarted in this state, or has just come up: what it had not announced before it
  /// went down may be announced only then.
  bool array_restarted(const PairView& pair, const EndView& end) const {
    return disturbed(pair, end.left_entered) ||
           std::any_of(pair.ends.begin(), pair.ends.end(),
                       [&](const auto& one) { return !one->gone && no_contact_yet(*one); });
  }

  bool found_contact(const PairView& pair, const EndView& end) const {
    return end.peer_found >= end.left_entered || disturbed(pair, end.left_entered);
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
      case Event::ElementError: return element_failed(pair, since_copy(pair)) || lacked_room(pair);
      case Event::CreationRolledBack: return disturbed(pair, end.left_entered);
      case Event::PeerUnreachable:
      case Event::PeerLostAfterFailover: return lost_contact(pair, end);
      case Event::GroupMemberFailed: return false;
      case Event::FellBehind:
        return pair.journal_full >= end.left_entered || faults.active > 0 ||
               faults.last_end >= end.left_entered || faults.last_drop >= end.left_entered ||
               disturbed(pair, end.left_entered) || ended_here_alone(pair, end);
      case Event::ArrayRestarted: return array_restarted(pair, end);
      case Event::RepairedAutomatic:
      case Event::RepairedManual: return !faults.calm() || lacked_room(pair);
      case Event::TargetWritten:
        // Before the write is acknowledged, or even if it never is (R12).
        return pair.target != nullptr && context_.ledger().asked(pair.target->entity) > 0;
      case Event::SplitBrainFound: return pair.unfenced;
      case Event::LinkBackAutomatic:
      case Event::LinkBackManual:
      case Event::LinkBackDeltaEmpty: return true;  // the contact: see is_link_back
      case Event::LinkBackElementFailed: return element_failed(pair, since_copy(pair));
      case Event::LinkBackWasFractured: return was_in(pair, end, cim::CopyState::Fractured);
      case Event::LinkBackWasSplit: return was_in(pair, end, cim::CopyState::Split);
      case Event::LinkBackWasSuspended: return was_in(pair, end, cim::CopyState::Suspended);
      case Event::LinkBackPeerFailedOver: return was_in(pair, end, cim::CopyState::Failedover);
      case Event::LinkBackStatusUnknown: return !faults.calm();
      case Event::PeerRemovedRelation: return pair.remote && pair_lost_an_end(pair);
      case Event::StatusResolvedCopy:
      case Event::StatusResolvedManual:
      case Event::StatusResolvedFailed: return faults.begun > 0 || faults.outages > 0;
    }
    return false;
  }

  /// The copy ended for this end (the target end is first), and by an operation for the other one.
  static bool ended_here_alone(const PairView& pair, const EndView& end) {
    return std::ranges::any_of(pair.ends, [&](const auto& other) {
      return other.get() != &end &&
             other->previous == cim::number(cim::CopyState::Unsynchronized) &&
             cim::operation_of(other->cause);
    });
  }

  /// What broke a disk may have been met since the ends were last equal.
  static sim::Instant since_copy(const PairView& pair) {
    return std::min(pair.synced, pair.separated);
  }

  /// A journal or a thin pool was full.
  static bool lacked_room(const PairView& pair) {
    return std::max(pair.journal_full, pair.space_full) >= since_copy(pair);
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
    if (from_cut && !flowing && !follows(pair, end)) {
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
    if (manual == waits || (waits && suspended_there(pair, end))) return;
    recovery_broken(pair, end, to, manual ? "CopyRecoveryMode is Manual" : "it is Automatic");
  }

  /// The other end was suspended by an operation with Force, alone: this one follows.
  static bool suspended_there(const PairView& pair, const EndView& end) {
    return std::any_of(pair.ends.begin(), pair.ends.end(), [&](const auto& other) {
      return other.get() != &end && !other->gone && other->in(cim::CopyState::Suspended) &&
             other->cause == cim::cause_code(cim::Operation::Suspend);
    });
  }

  /// The copy was called and had begun at the other end: its control phase, broken off here by the
  /// cut or a crash, is completed at the reconnect (R10).
  static bool follows(const PairView& pair, const EndView& end) {
    return std::any_of(pair.ends.begin(), pair.ends.end(), [&](const auto& other) {
      return other.get() != &end && !other->gone && other->called;
    });
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
  std::vector<Owed> owed_;  ///< In order of time.
};

}  // namespace

std::unique_ptr<CheckFamily> make_state_edge_checks(CheckContext context) {
  return std::make_unique<StateEdgeChecks>(context);
}

}  // namespace replsim::harness
