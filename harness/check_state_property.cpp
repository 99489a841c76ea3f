// B4, B5: ProgressStatus and RequestedCopyState beside the CopyState. Judged when an instant is
// over: state and properties change one after the other within it.
// Source: invariants.md B4, B5; operation_matrix.md; rulings R8.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "harness/check_family.h"
#include "model/cim/operation_rules.h"

namespace replsim::harness {
namespace {

class StatePropertyChecks final : public CheckFamily {
 public:
  explicit StatePropertyChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    const bool shows =
        event.kind == trace::state_change.number || event.kind == trace::property_change.number;
    if (shows) {
      if (PairView* pair = context_.view.pair_of(event.entity)) touched_.push_back(pair);
    }
    const bool requested = event.kind == trace::property_change.number &&
                           event.a == cim::number(trace::Property::RequestedCopyState);
    if (requested) goal(event);
    if (event.kind == trace::call_answered.number) blocked(event);
  }

  void settled() override {
    for (PairView* pair : touched_) shown(*pair);
    touched_.clear();
    if (context_.view.now() < next_look_) return;
    next_look_ = context_.view.now() + look_each;
    for (const auto& pair : context_.view.pairs()) idle(*pair);
  }

  void finished() override {
    settled();
    for (const auto& pair : context_.view.pairs()) {
      for (const auto& end : pair->ends) left_over(*pair, *end, true);
    }
  }

 private:
  static constexpr std::uint16_t none = cim::number(cim::CopyState::NotApplicable);
  static constexpr sim::Duration look_each = sim::milliseconds(100);
  static constexpr sim::Duration settling = sim::seconds(1);

  struct Facts {
    sim::Instant idle = never;  ///< A goal is shown and nothing runs since then.
    bool told = false;          ///< That was reported.
  };

  /// B5: a goal does not stay behind when nothing has run for a while.
  void idle(PairView& pair) {
    const bool wanted = std::any_of(pair.ends.begin(), pair.ends.end(),
                                    [&](const auto& end) { return shows_goal(*end); });
    Facts& facts = facts_[pair];
    if (!wanted || copying(pair) || context_.view.calls().running(pair)) {
      facts = Facts{};
      return;
    }
    if (facts.idle == never) facts.idle = context_.view.now();
    if (facts.told || context_.view.now() - facts.idle < settling) return;
    facts.told = true;
    for (const auto& end : pair.ends) {
      if (shows_goal(*end)) left_over(pair, *end, true);
    }
  }

  /// A copy may go on without a call or a job.
  static bool copying(const PairView& pair) {
    return std::any_of(pair.ends.begin(), pair.ends.end(), [](const auto& end) {
      return end->in(cim::CopyState::Unsynchronized) || end->in(cim::CopyState::Partitioned);
    });
  }

  static bool shows_goal(const EndView& end) {
    return !end.gone && end.requested != EndView::unknown && end.requested != none;
  }

  void shown(PairView& pair) {
    for (const auto& end : pair.ends) {
      if (end->gone || end->state < 2) continue;
      if (end->progress != EndView::unknown) {
        context_.findings.evaluated(Check::B4);
        const auto state = static_cast<cim::CopyState>(end->state);
        const auto progress = static_cast<cim::ProgressStatus>(end->progress);
        if (!cim::progress_is_legal(state, progress)) {
          broken(
              Check::B4, pair, *end,
              fmt::format("shows ProgressStatus {} in {}", cim::name(progress), cim::name(state)));
        }
      }
      left_over(pair, *end, false);
    }
  }

  /// B5: 15 once the goal holds and nothing runs.
  void left_over(const PairView& pair, const EndView& end, bool at_end) {
    if (!shows_goal(end)) return;
    context_.findings.evaluated(Check::B5);
    if (context_.view.calls().running(pair)) return;
    if (end.requested != end.state && !at_end) return;
    // Who is cut off does not know that the operation is over.
    if (end.requested != end.state && (end.peer_lost || end.in(cim::CopyState::Partitioned))) {
      return;
    }
    const auto* node =
        context_.view.faults().node(end.array, context_.view.testbed().world().trace());
    if (node != nullptr && (node->down || node->paused)) return;
    broken(Check::B5, pair, end,
           fmt::format("RequestedCopyState is still {} and no operation runs",
                       cim::name(static_cast<cim::CopyState>(end.requested))));
  }

  /// B5: a new goal is the end state of an operation under way.
  void goal(const sim::TraceEvent& event) {
    const PairView* pair = context_.view.pair_of(event.entity);
    const EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    const auto value = static_cast<std::uint16_t>(event.c);
    if (end == nullptr || value == none) return;
    context_.findings.evaluated(Check::B5);
    if (fits(*pair, *end, value)) return;
    broken(Check::B5, *pair, *end,
           fmt::format("RequestedCopyState became {}, which is the end of no running operation",
                       cim::name(static_cast<cim::CopyState>(value))));
  }

  bool fits(const PairView& pair, const EndView& end, std::uint16_t value) const {
    const auto& calls = context_.view.calls();
    const sim::Trace& trace = context_.view.testbed().world().trace();
    if (calls.running_operation(pair, 0)) return true;  // a creation
    if (value == pair.abort_end() &&
        calls.running_operation(pair, cim::number(cim::Operation::Abort))) {
      return true;
    }
    for (const cim::Transition& row : cim::transitions(cim::SyncType::Mirror)) {
      const std::uint16_t goal = row.final_state ? cim::number(*row.final_state) : none;
      if (!row.accepted() || goal != value) continue;
      const std::uint16_t operation = cim::number(row.operation);
      if (calls.running_operation(pair, operation)) return true;
      // The other end gave it up while this one could not hear of that.
      const auto& faults = context_.view.faults();
      if (calls.given_up_unheard(pair, operation, end.array, faults, trace)) return true;
      if (copying(pair) && pair.copy_operation == operation) return true;
    }
    return false;
  }

  struct Required {
    cim::ProgressStatus progress;
    cim::Operation operation;
  };
  static constexpr std::array<Required, 6> required = {{
      {cim::ProgressStatus::RequiresFracture, cim::Operation::Fracture},
      {cim::ProgressStatus::RequiresResync, cim::Operation::ResyncReplica},
      {cim::ProgressStatus::RequiresActivate, cim::Operation::Activate},
      {cim::ProgressStatus::RequiresDetach, cim::Operation::Detach},
      {cim::ProgressStatus::RequiresSplit, cim::Operation::Split},
      {cim::ProgressStatus::RequiresResume, cim::Operation::Resume},
  }};

  /// B4: "Requires X" lets X, Detach, Dissolve and an unplanned Failover pass.
  void blocked(const sim::TraceEvent& event) {
    for (const CallView& call : context_.view.calls().all()) {
      if (call.id != event.cause || call.array != event.entity || call.pair == nullptr) continue;
      if (call.operation == 0) return;
      for (const Required& row : required) {
        if (cim::number(row.progress) != call.progress) continue;
        context_.findings.evaluated(Check::B4);
        using Op = cim::Operation;
        const bool passes = call.is(row.operation) || call.is(Op::Detach) ||
                            call.is(Op::Dissolve) ||
                            (call.is(Op::Failover) && !context_.view.faults().calm());
        const EndView* end = call.pair->find(call.endpoint);
        if (!call.accepted() || passes || end == nullptr) return;
        broken(Check::B4, *call.pair, *end,
               fmt::format("{} was accepted although ProgressStatus is {}",
                           cim::name(static_cast<Op>(call.operation)), cim::name(row.progress)));
      }
      return;
    }
  }

  void broken(Check check, const PairView& pair, const EndView& end, std::string what) {
    context_.findings.broken(check, [&] {
      return Finding{.message = fmt::format("{} at {}: {}", pair.name(), end.array, what),
                     .pair = pair.id,
                     .entity = context_.view.name(end.endpoint)};
    });
  }

  CheckContext context_;
  PerPair<Facts> facts_;
  std::vector<PairView*> touched_;
  sim::Instant next_look_ = sim::Instant::min();
};

}  // namespace

std::unique_ptr<CheckFamily> make_state_property_checks(CheckContext context) {
  return std::make_unique<StatePropertyChecks>(context);
}

}  // namespace replsim::harness
