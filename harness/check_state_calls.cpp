// B2, B6: what a call answered, when, and what it left, against its cell of the matrix. Refusals
// for lack of the peer, of space or because something else runs are the service's own; only where
// nothing ever went wrong a needless refusal is judged. Source: invariants.md B2, B6;
// operation_matrix.md; rulings R1, R3, R4, R5.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "harness/check_family.h"
#include "model/cim/features.h"
#include "model/cim/operation_rules.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {
namespace {

/// Features that change which operations a state accepts; the matrix does not know of them.
constexpr std::array<std::uint16_t, 5> restricting = {
    cim::number(cim::Feature::ReverseRolesRequiresResync),
    cim::number(cim::Feature::FailoverRequiresFracture),
    cim::number(cim::Feature::FailoverRequiresSplit),
    cim::number(cim::Feature::FailoverRequiresFailback),
    cim::number(cim::Feature::ReverseRolesForFailover)};

/// As the matrix says: nothing of the profile sharpens it.
bool plain_profile(const cim::Profile& profile) {
  const auto sharpens = [](const auto& knob) {
    return knob.first != "targets-per-source" && knob.first != "suspended-target-access";
  };
  return std::none_of(profile.knobs.begin(), profile.knobs.end(), sharpens) &&
         std::none_of(restricting.begin(), restricting.end(),
                      [&](std::uint16_t feature) { return profile.features.contains(feature); });
}

class StateCallChecks final : public CheckFamily {
 public:
  explicit StateCallChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::state_change.number) {
      entered(event);
    } else if (event.kind == trace::call_received.number) {
      received(event);
    } else if (event.kind == trace::call_answered.number) {
      answered(event);
    } else if (event.kind == trace::job_change.number) {
      job_changed(event);
    } else if (event.kind == sim::kind::node_down.number) {
      std::erase_if(open_, [&](const Open& open) {
        return open.job.value == 0 && open.call.array == event.entity;
      });
    }
  }

  void finished() override {
    for (const CallView& call : context_.view.calls().all()) {
      if (!call.answered) outlived(call, context_.view.now());
    }
  }

 private:
  /// A call that is not answered, or whose job goes on.
  struct Open {
    CallView call;
    const cim::Transition* row = nullptr;  ///< Its cell; null when it has none.
    std::uint16_t goal = 0;                ///< The end of that cell.
    sim::EntityId job = {};                ///< 0 until it is answered.
    std::uint64_t entered = 0;  ///< States of its relation since then, a bit each; 1 = removed.

    bool was_entered(std::uint16_t state) const {
      return state < 64 && (entered >> state & 1) != 0;
    }
  };

  const CallView* view_of(const sim::TraceEvent& event) const {
    const auto& calls = context_.view.calls().all();
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
      if (call->id == event.cause && call->array == event.entity) return &*call;
    }
    return nullptr;
  }

  void received(const sim::TraceEvent& event) {
    const CallView* call = view_of(event);
    if (call == nullptr) return;
    Open& open = open_.emplace_back(Open{.call = *call});
    if (call->operation == 0 || call->pair == nullptr || call->state < 2) return;
    open.row = cim::find_transition(cim::SyncType::Mirror, static_cast<cim::CopyState>(call->state),
                                    static_cast<cim::Operation>(call->operation));
    if (open.row != nullptr) open.goal = end_of(*call, *open.row);
  }

  void entered(const sim::TraceEvent& event) {
    const PairView* pair = context_.view.pair_of(event.entity);
    if (pair == nullptr) return;
    for (Open& open : open_) {
      if (open.call.pair == pair) {
        open.entered |= std::uint64_t{1} << (cim::number(entered_node(event)) & 63);
      }
    }
  }

  void answered(const sim::TraceEvent& event) {
    const auto at = std::find_if(open_.begin(), open_.end(), [&](const Open& open) {
      return open.call.id == event.cause && open.call.array == event.entity && open.job.value == 0;
    });
    if (at == open_.end()) return;
    const CallView* call = view_of(event);
    if (call == nullptr) return;
    at->call = *call;
    const Open open = *at;
    const JobView* job = call->code == 4096 || call->code == 3 ? job_of(*call) : nullptr;
    const bool goes_on = open.row != nullptr && job != nullptr && !job->final();
    if (goes_on) {
      at->job = job->job;
    } else {
      open_.erase(at);
    }
    context_.findings.evaluated(Check::B6);
    outlived(*call, event.time);
    if (call->operation == 0 || call->status != 0) return;
    // A job that can not go there says so in codes of its own.
    if (call->through_job && call->code >= 4097) return;
    documented(*call);
    if (open.row == nullptr) return;
    context_.findings.evaluated(Check::B2);
    if (call->accepted()) {
      accepted(*call, *open.row, open);
    } else {
      if (call->code == 3) timed_out(*call, *open.row, open);
      refused(*call, *open.row, open);
    }
    const bool done = job != nullptr && job->state == cim::number(cim::JobState::Completed);
    if (done) reached(open);
  }

  /// The job that the call made: the last one of its operation at its array since then.
  const JobView* job_of(const CallView& call) const {
    const JobView* made = nullptr;
    for (const JobView& job : context_.view.calls().jobs()) {
      const EndView* end = call.pair == nullptr ? nullptr : call.pair->find(job.endpoint);
      const bool here = end == nullptr || end->array == context_.view.name(call.array);
      if (job.pair == call.pair && job.operation == call.operation && here &&
          job.begun >= call.received) {
        made = &job;
      }
    }
    return made;
  }

  /// A job that is Completed has reached what its call was made for.
  void job_changed(const sim::TraceEvent& event) {
    const JobView* job = context_.view.calls().job(event.entity);
    if (job == nullptr || !job->final()) return;
    const auto at = std::find_if(open_.begin(), open_.end(),
                                 [&](const Open& open) { return open.job == event.entity; });
    if (at == open_.end()) return;
    const Open open = *at;
    open_.erase(at);
    if (job->state == cim::number(cim::JobState::Completed)) reached(open);
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
      for (std::uint16_t state = 2; state < 64; ++state) {
        if (!open.was_entered(state) || state == call.state) continue;
        const auto* other = cim::find_transition(cim::SyncType::Mirror,
                                                 static_cast<cim::CopyState>(state), row.operation);
        if (other == nullptr || !other->accepted()) continue;
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
    const bool resumed = call.through_job && call.is(cim::Operation::Resume);
    if (call.code == 0 && !resumed) reached(open);
  }

  /// The end of the cell, 1 = removed.
  static std::uint16_t end_of(const CallView& call, const cim::Transition& row) {
    const bool aborts = call.is(cim::Operation::Abort) && row.accepted() && call.pair->backward;
    if (const auto end = call.pair->abort_end(); aborts && end) return *end;
    return row.final_state ? cim::number(*row.final_state) : std::uint16_t{1};
  }

  /// 0, or a job that Completed: the end of the cell, or what was waited for, was reached.
  void reached(const Open& open) {
    const CallView& call = open.call;
    const cim::Transition& row = *open.row;
    const EndView* end = call.pair->find(call.endpoint);
    const std::uint16_t state = end == nullptr || end->gone ? 1 : end->state;
    if (row.outcome != cim::Outcome::Path) {
      if (call.wait != 0 && call.wait != call.state && !open.was_entered(call.wait)) {
        broken(Check::B6, call, &row, "done although the state waited for was not entered");
      }
      return;
    }
    if (!row.final_state) {
      if (state != 1 && !open.was_entered(1)) {
        broken(Check::B2, call, &row, "the association is still there");
      }
      return;
    }
    const bool waited = call.wait != 0 && call.wait != 15;
    const std::uint16_t goal = waited ? call.wait : open.goal;
    if (open.was_entered(goal) || (goal == call.state && keeps(call, end, goal))) return;
    broken(waited ? Check::B6 : Check::B2, call, &row,
           fmt::format("done although {} was not entered",
                       cim::short_code(static_cast<cim::Node>(goal))));
  }

  /// Reverse Roles keeps its state, or that of an operation that crossed it. Reset To * changes the
  /// mode: meanwhile a copy may have ended.
  static bool keeps(const CallView& call, const EndView* end, std::uint16_t state) {
    if (end == nullptr || end->gone) return false;
    const bool crossed = call.is(cim::Operation::ReverseRoles) && end->entered >= call.received &&
                         cim::operation_of(end->cause);
    const bool resets =
        call.is(cim::Operation::ResetToSync) || call.is(cim::Operation::ResetToAsync);
    return end->state == state || crossed || resets;
  }

  /// B6: 3 says that what the call waited for was not entered up to its return.
  void timed_out(const CallView& call, const cim::Transition& row, const Open& open) {
    const std::uint16_t goal = call.wait == 0    ? open.goal
                               : call.wait == 15 ? std::uint16_t{1}
                                                 : call.wait;
    if (!open.was_entered(goal)) return;
    broken(Check::B6, call, &row, "3 although the state waited for was entered");
  }

  void refused(const CallView& call, const cim::Transition& row, const Open& open) {
    const auto& profile = context_.view.testbed().profile(context_.view.name(call.array));
    const bool offered = profile.operations.contains(call.operation);
    if (!row.accepted()) {
      // The state may have changed between the arrival of the call and its turn.
      const bool undisturbed =
          call.calm && context_.view.faults().calm() && alone(call, open) && !call.pair->gone;
      const bool idle = row.outcome == cim::Outcome::RefuseState && call.code == 6 && undisturbed;
      if (open.entered == 0 && (idle || !fits(call, row, offered))) {
        broken(Check::B2, call, &row, fmt::format("the cell says {}", cim::cell_code(row)));
      }
      return;
    }
    if (call.code == 1 && offered && plain_profile(profile)) {
      broken(Check::B2, call, &row, "the profile offers the operation");
      return;
    }
    const bool needs_force =
        row.force_required ||
        cim::guard_effect(row, static_cast<cim::TargetImage>(call.target_image)) !=
            cim::GuardEffect::AsWritten;
    const bool plain =
        !needs_force && call.calm && offered && plain_profile(profile) && !of_a_part(call);
    if ((call.code != 4 && call.code != 6) || !plain) return;
    if (!context_.view.faults().calm() || !alone(call, open)) return;
    if (call.progress == EndView::unknown || requires_something(call.progress)) return;
    broken(Check::B2, call, &row,
           fmt::format("the cell says {} and nothing stood against it", cim::cell_code(row)));
  }

  /// The source element would become a copy source, and may hold a part of a Backward copy (A31).
  static bool of_a_part(const CallView& call) {
    using Op = cim::Operation;
    const bool makes_a_source = call.is(Op::Fracture) || call.is(Op::Split) ||
                                call.is(Op::Unprepare) || call.is(Op::ResyncReplica);
    return makes_a_source && !call.force && (call.pair->backward || call.pair->source_image == 1);
  }

  /// No other relation has its elements, and nothing happened to the relation meanwhile.
  static bool alone(const CallView& call, const Open& open) {
    const PairView& pair = *call.pair;
    return open.entered == 0 && pair.source != nullptr && pair.target != nullptr &&
           pair.source->pairs.size() == 1 && pair.target->pairs.size() == 1;
  }

  /// R1: which codes the cell of a refusal leaves; other checks may come first.
  static bool fits(const CallView& call, const cim::Transition& row, bool offered) {
    const std::uint32_t code = call.code;
    switch (row.outcome) {
      case cim::Outcome::NotSupported: return code == 1 || code == 5;
      case cim::Outcome::InvalidParameter: return code == 5 || code == 1;
      case cim::Outcome::RefuseState:
      case cim::Outcome::InUse: return (code >= 4 && code <= 6) || (code == 1 && !offered);
      case cim::Outcome::Path:
      case cim::Outcome::Accept:
      case cim::Outcome::Same: return true;
    }
    return true;
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
