// B2, B6: what a call answered, when, and what it left, against its cell of the matrix. Refusals
// for lack of the peer, of space or because something else runs are the service's own; only where
// nothing ever went wrong a needless refusal is judged. Source: invariants.md B2, B6;
// operation_matrix.md; rulings R1, R3, R4, R5.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/check_family.h"
#include "model/cim/operation_rules.h"

namespace replsim::harness {
namespace {

class StateCallChecks final : public CheckFamily {
 public:
  explicit StateCallChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::state_change.number) {
      entered(event);
    } else if (event.kind == trace::call_received.number) {
      open_.push_back({.id = event.cause, .array = event.entity, .begun = event.time});
    } else if (event.kind == trace::call_answered.number) {
      answered(event);
    }
  }

  void finished() override {
    for (const CallView& call : context_.view.calls().all()) {
      if (!call.answered) outlived(call, context_.view.now());
    }
  }

 private:
  struct Open {
    std::uint64_t id;
    sim::EntityId array;
    sim::Instant begun{};
    std::vector<std::uint16_t> entered = {};  ///< States of its relation since then; 1 = removed.
  };

  const CallView* view_of(const Open& open) const {
    for (const CallView& call : context_.view.calls().all()) {
      if (call.id == open.id && call.array == open.array) return &call;
    }
    return nullptr;
  }

  void entered(const sim::TraceEvent& event) {
    const PairView* pair = context_.view.pair_of(event.entity);
    for (Open& open : open_) {
      const CallView* call = view_of(open);
      if (call != nullptr && pair != nullptr && call->pair == pair) {
        open.entered.push_back(cim::number(entered_node(event)));
      }
    }
  }

  void answered(const sim::TraceEvent& event) {
    const auto at = std::find_if(open_.begin(), open_.end(), [&](const Open& open) {
      return open.id == event.cause && open.array == event.entity;
    });
    if (at == open_.end()) return;
    const Open open = *at;
    open_.erase(at);
    const CallView* call = view_of(open);
    if (call == nullptr) return;
    context_.findings.evaluated(Check::B6);
    outlived(*call, event.time);
    if (call->operation == 0 || call->status != 0) return;
    documented(*call);
    if (call->pair == nullptr || call->state < 2) return;
    const cim::Transition* row =
        cim::find_transition(cim::SyncType::Mirror, static_cast<cim::CopyState>(call->state),
                             static_cast<cim::Operation>(call->operation));
    if (row == nullptr) return;
    context_.findings.evaluated(Check::B2);
    if (call->accepted()) {
      accepted(*call, *row, open);
    } else {
      if (call->code == 3) timed_out(*call, *row, open);
      refused(*call, *row);
    }
  }

  void documented(const CallView& call) {
    if (call.code <= 6 || call.code == 4096) return;
    const auto& profile = context_.view.testbed().profile(context_.view.name(call.array));
    if (profile.vendor_codes.contains(call.code)) return;
    broken(Check::B2, call, nullptr, "the code is not documented for this method");
  }

  void accepted(const CallView& call, const cim::Transition& row, const Open& open) {
    const bool lacks_force = row.force_required && !call.force;
    if (!row.accepted() || lacks_force) {
      // The state may have changed between the arrival of the call and its turn.
      for (const std::uint16_t state : open.entered) {
        const auto* other = cim::find_transition(cim::SyncType::Mirror,
                                                 static_cast<cim::CopyState>(state), row.operation);
        if (other == nullptr || !other->accepted() || state == call.state) continue;
        if (call.force || !other->force_required) return;
      }
    }
    if (!row.accepted()) {
      broken(Check::B2, call, &row, fmt::format("the cell says {}", cim::cell_code(row)));
      return;
    }
    if (lacks_force) broken(Check::B2, call, &row, "the cell needs Force");
    const auto effect = cim::guard_effect(row, static_cast<cim::TargetImage>(call.target_image));
    if (effect == cim::GuardEffect::Refuse) {
      broken(Check::B2, call, &row, "the target image forbids it");
    }
    if (effect == cim::GuardEffect::NeedsForce && !call.force) {
      broken(Check::B2, call, &row, "the target image needs Force");
    }
    if (call.code == 0) reached(call, row, open);
  }

  /// The end of the cell, 1 = removed. Abort of a Failback ends in FO (R6).
  static std::uint16_t end_of(const CallView& call, const cim::Transition& row) {
    const bool aborts = call.is(cim::Operation::Abort) &&
                        call.state == cim::number(cim::CopyState::Unsynchronized) &&
                        call.pair->copy_operation == cim::number(cim::Operation::Failback);
    if (aborts) return cim::number(cim::CopyState::Failedover);
    return row.final_state ? cim::number(*row.final_state) : std::uint16_t{1};
  }

  /// 0: the end of the cell, or what was waited for, was reached.
  void reached(const CallView& call, const cim::Transition& row, const Open& open) {
    const auto was_entered = [&](std::uint16_t state) {
      return std::find(open.entered.begin(), open.entered.end(), state) != open.entered.end();
    };
    const EndView* end = call.pair->find(call.endpoint);
    const std::uint16_t state = end == nullptr || end->gone ? 1 : end->state;
    if (row.outcome != cim::Outcome::Path) {
      if (call.wait != 0 && call.wait != call.state && !was_entered(call.wait)) {
        broken(Check::B6, call, &row, "0 although the state waited for was not entered");
      }
      return;
    }
    if (!row.final_state) {
      if (state != 1 && !was_entered(1)) {
        broken(Check::B2, call, &row, "the association is still there");
      }
      return;
    }
    const bool waited = call.wait != 0 && call.wait != 15;
    const std::uint16_t goal = waited ? call.wait : end_of(call, row);
    const bool kept = goal == call.state && state == goal;  // Reverse Roles keeps its state
    if (kept || was_entered(goal)) return;
    broken(waited ? Check::B6 : Check::B2, call, &row,
           fmt::format("0 although {} was not entered",
                       cim::short_code(static_cast<cim::Node>(goal))));
  }

  /// B6: 3 says that what the call waited for was not entered up to its return.
  void timed_out(const CallView& call, const cim::Transition& row, const Open& open) {
    const std::uint16_t goal = call.wait == 0    ? end_of(call, row)
                               : call.wait == 15 ? std::uint16_t{1}
                                                 : call.wait;
    if (std::find(open.entered.begin(), open.entered.end(), goal) == open.entered.end()) return;
    broken(Check::B6, call, &row, "3 although the state waited for was entered");
  }

  void refused(const CallView& call, const cim::Transition& row) {
    const auto& profile = context_.view.testbed().profile(context_.view.name(call.array));
    const bool offered = profile.operations.contains(call.operation);
    if (call.code == 1 && offered && row.outcome != cim::Outcome::NotSupported &&
        profile.features.empty()) {
      broken(Check::B2, call, &row, "the profile offers the operation");
      return;
    }
    const bool needs_force =
        row.force_required ||
        cim::guard_effect(row, static_cast<cim::TargetImage>(call.target_image)) !=
            cim::GuardEffect::AsWritten;
    const bool plain = row.accepted() && !needs_force && call.calm && offered;
    if (call.code != 4 || !plain || !profile.features.empty() || !profile.knobs.empty()) return;
    if (!context_.view.faults().calm()) return;
    if (call.progress == EndView::unknown || requires_something(call.progress)) return;
    broken(Check::B2, call, &row,
           fmt::format("the cell says {} and nothing stood against it", cim::cell_code(row)));
  }

  static bool requires_something(std::uint16_t progress) {
    return (progress >= 17 && progress <= 19) || progress == 22 || progress >= 24;
  }

  /// B6: no call outlives its limit. A tenth and a second are left for the metadata.
  void outlived(const CallView& call, sim::Instant until) {
    const std::string& array = context_.view.name(call.array);
    const auto* node = context_.view.faults().node(array, context_.view.testbed().world().trace());
    if (node != nullptr && (node->last_down >= call.received || node->last_up >= call.received)) {
      return;
    }
    sim::Duration limit{context_.view.testbed().profile(array).call_limit_ns};
    for (const provider::ArraySpec& spec : context_.view.testbed().topology().arrays) {
      if (spec.name == array && spec.call_limit) limit = *spec.call_limit;
    }
    if (until - call.received <= limit + limit / 10 + sim::seconds(1)) return;
    // A slow or hung disk holds the metadata itself.
    const sim::Trace& trace = context_.view.testbed().world().trace();
    if (context_.view.faults().disk_struck(array, call.received, true, trace)) return;
    broken(Check::B6, call, nullptr,
           fmt::format("it took from {} to {}", at_text(call.received), at_text(until)));
  }

  void broken(Check check, const CallView& call, const cim::Transition* row, std::string why) {
    context_.findings.broken(check, [&] {
      const auto operation = static_cast<cim::Operation>(call.operation);
      Finding finding{.message = fmt::format(
                          "{} at {}: {} in {} answered {}: {}",
                          call.pair == nullptr ? std::string("a call") : call.pair->name(),
                          context_.view.name(call.array),
                          call.operation == 0 ? std::string_view("a method") : cim::name(operation),
                          cim::short_code(static_cast<cim::Node>(call.state)),
                          call.answered ? fmt::format("{}", call.code) : "nothing yet", why),
                      .expected = row == nullptr ? std::string() : cim::cell_code(*row),
                      .seen = fmt::format("{}", call.code),
                      .entity = context_.view.name(call.endpoint)};
      if (call.pair != nullptr) finding.pair = call.pair->id;
      if (row != nullptr) finding.confidence = confidence_of(cim::weight(*row));
      return finding;
    });
  }

  CheckContext context_;
  std::vector<Open> open_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_state_call_checks(CheckContext context) {
  return std::make_unique<StateCallChecks>(context);
}

}  // namespace replsim::harness
