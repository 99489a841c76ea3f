// A29, A31: what Force is for. An image that is not Consistent is not promoted, written or copied
// from unless a client said Force. Source: invariants.md A29, A31; rulings R5.
#include <fmt/format.h>

#include "harness/check_family.h"

namespace replsim::harness {
namespace {

class DataGuardChecks final : public CheckFamily {
 public:
  explicit DataGuardChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::call_answered.number) {
      answered(event);
    } else if (event.kind == trace::host_ack.number) {
      written(event);
    } else if (event.kind == trace::state_change.number) {
      copied_from(event);
    } else if (event.kind == trace::property_change.number) {
      overwritten(event);
    }
  }

 private:
  static constexpr std::uint16_t never_copied = 0;
  struct Facts {
    /// Holds a part of a copy back, whatever its role is now.
    const VolumeView* part = nullptr;
  };

  void overwritten(const sim::TraceEvent& event) {
    PairView* pair = context_.view.pair_of(event.entity);
    const EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    const bool part = event.a == cim::number(trace::Property::SourceImage) &&
                      static_cast<std::uint16_t>(event.c) == 1;
    if (part && end != nullptr && end->source()) facts_[*pair].part = pair->source;
  }

  void answered(const sim::TraceEvent& event) {
    using Op = cim::Operation;
    for (const CallView& call : context_.view.calls().all()) {
      if (call.id != event.cause || call.array != event.entity || call.pair == nullptr) continue;
      const bool with_force = call.is(Op::Failover) || call.is(Op::Fracture) || call.is(Op::Split);
      const bool without = call.is(Op::RestoreFromReplica) || call.is(Op::ReverseRoles);
      if ((!with_force && !without) || call.target_image == 2) return;
      const bool same = call.state == cim::number(cim::CopyState::Failedover) ||
                        call.state == cim::number(cim::CopyState::Fractured) ||
                        call.state == cim::number(cim::CopyState::Split);
      if (same && with_force) return;  // the goal held already, or the promotion was before
      context_.findings.evaluated(Check::A29);
      if (!call.accepted()) return;
      const bool excused = with_force && call.target_image != never_copied && call.force;
      if (excused) return;
      context_.findings.broken(Check::A29, [&] {
        return Finding{
            .message = fmt::format("{}: {} was accepted {} with a target image that is {}",
                                   call.pair->name(), cim::name(static_cast<Op>(call.operation)),
                                   call.force ? "with Force" : "without Force",
                                   call.target_image == never_copied ? "Never" : "Inconsistent"),
            .expected = "4, refused:image or refused:force",
            .seen = fmt::format("{}", call.code),
            .pair = call.pair->id,
            .entity = context_.view.name(event.entity)};
      });
      return;
    }
  }

  void written(const sim::TraceEvent& event) {
    const VolumeView* volume = context_.view.volume(event.entity);
    const WriteInfo* write = context_.ledger().find(event.cause);
    if (volume == nullptr || write == nullptr) return;
    for (PairView* pair : volume->pairs) {
      const EndView* end = pair->target_end();
      if (pair->target != volume || end == nullptr || end->state < 2) continue;
      if (pair->consistent() || end->access_changed >= write->submitted) continue;
      if (!pair->roles_agree()) continue;
      context_.findings.evaluated(Check::A31);
      if (event.c != cim::number(trace::IoAnswer::Ok) || pair->forced) continue;
      context_.findings.broken(Check::A31, [&] {
        return Finding{.message = fmt::format(
                           "{}: the target is {} and accepted {}; nobody said Force", pair->name(),
                           pair->target_image == never_copied ? "Never" : "Inconsistent",
                           describe(context_, write->stamp)),
                       .expected = "refused",
                       .seen = "accepted",
                       .pair = pair->id,
                       .entity = volume->path};
      });
    }
  }

  void copied_from(const sim::TraceEvent& event) {
    PairView* pair = context_.view.pair_of(event.entity);
    if (pair == nullptr) return;
    Facts& facts = facts_[*pair];
    // Whole again; or unprepared, which takes Force then (B2).
    if (event.b == cim::number(cim::CopyState::Synchronized) ||
        event.b == cim::number(cim::CopyState::Initialized)) {
      facts.part = nullptr;
    }
    if (event.b != cim::number(cim::CopyState::Unsynchronized)) return;
    // After Reverse Roles the source is the target that A29 has judged.
    if (event.cause == cim::cause_code(cim::Operation::ReverseRoles)) return;
    const bool part =
        facts.part != nullptr && facts.part == (pair->backward ? pair->target : pair->source);
    const bool whole = pair->backward ? pair->consistent() : pair->source_image != 1;
    if (whole && !part) return;
    context_.findings.evaluated(Check::A31);
    if (pair->backward ? pair->forced : pair->source_trusted) return;
    context_.findings.broken(Check::A31, [&] {
      const bool never = pair->backward && pair->target_image == never_copied;
      return Finding{.message = fmt::format(
                         "{}: a copy from a {} that is {} began; nobody said Force", pair->name(),
                         pair->backward ? "target" : "source", never ? "Never" : "Inconsistent"),
                     .pair = pair->id,
                     .entity = context_.view.name(event.entity)};
    });
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_guard_checks(CheckContext context) {
  return std::make_unique<DataGuardChecks>(context);
}

}  // namespace replsim::harness
