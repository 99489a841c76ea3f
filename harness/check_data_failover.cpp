// A22: the loss set of each failover, and where it must be empty. L comes from the ledger and the
// images alone. Source: invariants.md A22; rulings R8.
#include <fmt/format.h>

#include "harness/check_family.h"
#include "harness/loss.h"

namespace replsim::harness {
namespace {

class DataFailoverChecks final : public CheckFamily {
 public:
  explicit DataFailoverChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::host_ack.number) {
      if (event.c == cim::number(trace::IoAnswer::Ok)) acknowledged(event);
      return;
    }
    if (event.kind != trace::state_change.number) return;
    PairView* pair = context_.view.pair_of(event.entity);
    EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    if (end == nullptr) return;
    if (end->source() && event.b == cim::number(cim::CopyState::Synchronized)) {
      facts_[*pair] = Facts{.synced = true};
    }
    const bool failover = event.b == cim::number(cim::CopyState::Failedover) && end->target() &&
                          event.cause == cim::cause_code(cim::Operation::Failover);
    if (failover) failed_over(*pair, *end, event);
  }

 private:
  struct Facts {
    bool synced = false;      ///< The relation was in SYN.
    bool local_only = false;  ///< A write was acknowledged outside of SYN since.
  };

  void acknowledged(const sim::TraceEvent& event) {
    const VolumeView* volume = context_.view.volume(event.entity);
    if (volume == nullptr) return;
    for (PairView* pair : volume->pairs) {
      const EndView* end = pair->source_end();
      if (pair->source != volume || end == nullptr) continue;
      if (!end->in(cim::CopyState::Synchronized)) facts_[*pair].local_only = true;
    }
  }

  void failed_over(PairView& pair, const EndView& end, const sim::TraceEvent& event) {
    if (pair.source == nullptr || pair.target == nullptr || pair.target->image == nullptr) return;
    if (context_.ledger().acknowledged(pair.source->entity) == 0) return;
    const Facts& facts = facts_[pair];
    const LossEnds ends{pair.source->entity, pair.target->entity, *pair.target->image};
    const Loss loss = loss_set(context_.ledger(), ends, pair.losing);
    context_.findings.evaluated(Check::A22);
    const std::uint16_t from = end.left;
    const bool planned = pair.fence == 1 && event.a == cim::number(cim::CopyState::Synchronized);
    const bool backed = pair.synchronous() && facts.synced && !facts.local_only &&
                        from == cim::number(cim::CopyState::Synchronized);
    if ((!planned && !backed) || loss.writes == 0) return;
    context_.findings.broken(Check::A22, [&] {
      return Finding{
          .message = fmt::format(
              "{}: a failover {} lost {} writes ({} bytes); the first: {}", pair.name(),
              planned ? "planned from SYN" : "of a synchronous pair without local-only writes",
              loss.writes, loss.bytes,
              loss.stamps.empty() ? "unknown" : describe(context_, loss.stamps.front())),
          .expected = "an empty loss set",
          .seen = fmt::format("{} writes", loss.writes),
          .pair = pair.id,
          .entity = context_.view.name(end.endpoint)};
    });
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_failover_checks(CheckContext context) {
  return std::make_unique<DataFailoverChecks>(context);
}

}  // namespace replsim::harness
