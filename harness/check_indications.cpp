// C6, C7: what subscribers and readers see of a relation: indications against the changes of state
// they stand for, and PercentSynced. Source: invariants.md C6, C7; operation_matrix.md,
// indications.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/check_family.h"

namespace replsim::harness {
namespace {

class IndicationChecks final : public CheckFamily {
 public:
  explicit IndicationChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::state_change.number) {
      state_changed(event);
    } else if (event.kind == trace::indication.number) {
      indicated(event);
    } else if (event.kind == trace::job_change.number) {
      const JobView* job = context_.view.calls().job(event.entity);
      if (job != nullptr && job->pair != nullptr) touched_.push_back(job->pair);
    }
  }

  void settled() override {
    for (PairView* pair : touched_) {
      for (const auto& end : pair->ends) percent(*pair, *end);
    }
    touched_.clear();
  }

  void finished() override {
    settled();
    for (Ending& ending : endings_) unsent(ending);
  }

 private:
  enum Kind : std::uint64_t { Creation = 1, Modification = 2, Deletion = 3 };
  struct Owed {
    std::uint64_t kind;
    std::uint64_t previous;
    std::uint64_t state;
    sim::Instant at{};
  };
  struct Ending {
    sim::EntityId endpoint;
    std::vector<Owed> owed = {};  ///< Changes without their indication yet, oldest first.
    bool subscribed = false;      ///< An indication was seen.
    bool deleted = false;
    bool swapping = false;          ///< InstDeletion of a swap of roles; InstCreation follows.
    std::uint64_t shown = 0;        ///< State of the InstCreation after a swap,
    sim::Instant shown_at = never;  ///< and when.
    std::int64_t percent = -1;      ///< Last value that was not NULL.
    bool in_copy = false;           ///< It was shown in UNS.
    std::uint16_t state = 0;        ///< Of the last look.
  };

  Ending& ending(sim::EntityId endpoint) {
    for (Ending& known : endings_) {
      if (known.endpoint == endpoint) return known;
    }
    return endings_.emplace_back(Ending{.endpoint = endpoint});
  }

  void state_changed(const sim::TraceEvent& event) {
    PairView* pair = context_.view.pair_of(event.entity);
    if (pair == nullptr) return;
    touched_.push_back(pair);
    if (event.a == event.b) return;
    Ending& known = ending(event.entity);
    std::uint64_t kind = Modification;
    if (event.a == cim::number(cim::Node::Create)) kind = Creation;
    if (entered_node(event) == cim::Node::Removed) kind = Deletion;
    // InstCreation after a swap of roles has shown this state already.
    if (known.shown_at == event.time && known.shown == event.b) return;
    if (known.owed.size() < 64) known.owed.push_back({kind, event.a, event.b, event.time});
  }

  void indicated(const sim::TraceEvent& event) {
    Ending& known = ending(event.entity);
    context_.findings.evaluated(Check::C7);
    if (known.deleted) {
      broken(event.entity, "an indication after InstDeletion");
      return;
    }
    // Who subscribes late has missed what was before.
    if (!known.subscribed && event.a != Creation) {
      while (known.owed.size() > 1 && !answers(known.owed.front(), event)) {
        known.owed.erase(known.owed.begin());
      }
    }
    known.subscribed = true;
    if (swap(known, event)) return;
    known.deleted = event.a == Deletion;
    if (known.owed.empty()) {
      broken(event.entity,
             fmt::format("an indication ({} -> {}) without a change of state", event.b, event.c));
      return;
    }
    const Owed owed = known.owed.front();
    known.owed.erase(known.owed.begin());
    if (answers(owed, event)) return;
    broken(event.entity, fmt::format("the indication of {} -> {} says kind {}, {} -> {}",
                                     owed.previous, owed.state, event.a, event.b, event.c));
  }

  /// A swap of roles changes the keys: InstDeletion and InstCreation without a change of state.
  bool swap(Ending& known, const sim::TraceEvent& event) {
    if (known.swapping) {
      known.swapping = false;
      known.shown = event.c;
      known.shown_at = event.time;
      if (event.a != Creation) broken(event.entity, "no InstCreation after a swap of roles");
      return true;
    }
    const bool removal = !known.owed.empty() && known.owed.front().kind == Deletion;
    known.swapping = event.a == Deletion && !removal;
    return known.swapping;
  }

  static bool answers(const Owed& owed, const sim::TraceEvent& event) {
    if (owed.kind != event.a) return false;
    if (owed.kind != Creation && owed.previous != event.b) return false;
    return owed.kind == Deletion || owed.state == event.c;
  }

  void unsent(Ending& known) {
    if (known.swapping) broken(known.endpoint, "InstDeletion although the association is there");
    if (!known.subscribed || known.owed.empty()) return;
    const PairView* pair = context_.view.pair_of(known.endpoint);
    const EndView* end = pair == nullptr ? nullptr : pair->find(known.endpoint);
    const Owed& owed = known.owed.front();
    if (end == nullptr || context_.view.now() - owed.at < sim::seconds(1)) return;
    const auto* node =
        context_.view.faults().node(end->array, context_.view.testbed().world().trace());
    if (node != nullptr && (node->down || node->last_down >= owed.at)) return;
    broken(known.endpoint, fmt::format("no indication of {} -> {} at {}", owed.previous, owed.state,
                                       at_text(owed.at)));
  }

  void broken(sim::EntityId endpoint, std::string what) {
    context_.findings.broken(Check::C7, [&] {
      const PairView* pair = context_.view.pair_of(endpoint);
      Finding finding{.message = fmt::format("{}: {}", context_.view.name(endpoint), what),
                      .entity = context_.view.name(endpoint)};
      if (pair != nullptr) finding.pair = pair->id;
      return finding;
    });
  }

  // C6
  void percent(const PairView& pair, const EndView& end) {
    if (end.gone || end.state < 2) return;
    const auto instance = context_.view.testbed().peek_relation(pair.id, end.array);
    if (!instance) return;
    const cim::Value& shown = instance->get("PercentSynced");
    const cim::Value& state_shown = instance->get("CopyState");
    if (!state_shown.is_number() || state_shown.as_unsigned() != end.state) return;
    Ending& known = ending(end.endpoint);
    const bool same_state = known.state == end.state;
    known.state = end.state;
    if (!shown.is_number()) return;
    const auto value = static_cast<std::int64_t>(shown.as_unsigned());
    context_.findings.evaluated(Check::C6);
    const bool copying = end.in(cim::CopyState::Unsynchronized);
    const bool equal = end.in(cim::CopyState::Synchronized);
    std::string wrong;
    if (value > 100) wrong = "above 100";
    if (copying && value >= 100) wrong = "not below 100 in UNS";
    if (copying && same_state && value < known.percent) wrong = "fell while in UNS";
    if (equal && value != 100) wrong = "not 100 in SYN";
    // What was copied after the last look at UNS shows in the first value after it.
    const bool grown = known.in_copy && value > known.percent;
    if (!copying && !equal && known.percent >= 0 && value != known.percent && !grown) {
      wrong = "changed outside of UNS and SYN";
    }
    const std::int64_t last = known.percent;
    known.percent = value;
    known.in_copy = copying;
    if (wrong.empty()) return;
    context_.findings.broken(Check::C6, [&] {
      return Finding{
          .message = fmt::format("{} at {}: PercentSynced {} in {} (before: {}) is {}", pair.name(),
                                 end.array, value,
                                 cim::short_code(static_cast<cim::Node>(end.state)), last, wrong),
          .pair = pair.id,
          .entity = context_.view.name(end.endpoint)};
    });
  }

  CheckContext context_;
  std::vector<Ending> endings_;
  std::vector<PairView*> touched_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_indication_checks(CheckContext context) {
  return std::make_unique<IndicationChecks>(context);
}

}  // namespace replsim::harness
