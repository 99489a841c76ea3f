// A23, A25: which host I/O an end may accept. Judged only where the end rested in one state from
// the arrival to the answer. Source: invariants.md A23, A25; rulings R5, R7, R8, R12.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/check_family.h"
#include "model/cim/operation_rules.h"

namespace replsim::harness {
namespace {

class DataAccessChecks final : public CheckFamily {
 public:
  explicit DataAccessChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::host_ack.number) {
      const WriteInfo* write = context_.ledger().find(event.cause);
      if (write != nullptr) answered(event, write->submitted, true);
    } else if (event.kind == trace::host_read.number) {
      // The event tells the answer only: the read has begun within the last second.
      answered(event, event.time - sim::seconds(1), false);
    } else if (event.kind == trace::state_change.number) {
      state_changed(event);
    }
  }

 private:
  /// A message and its repetitions.
  static constexpr sim::Duration told_within = sim::seconds(2);
  struct Side {
    std::uint64_t epoch = 0;  ///< Of the last accepted write, plus one.
    std::uint64_t stamp = 0;
  };
  struct Facts {
    std::array<Side, 2> sides{};  ///< The volume that was made first, the other one.
    std::array<bool, 2> apart{};  ///< Accepted since an unfenced failover.
    bool unfenced = false;   ///< A failover without an answered fence, and not known to the source.
    sim::Instant over_at{};  ///< That failover.
    bool directed = false;   ///< A direction was given since both wrote.
  };

  void answered(const sim::TraceEvent& event, sim::Instant begun, bool writes) {
    const VolumeView* volume = context_.view.volume(event.entity);
    if (volume == nullptr || volume->pairs.empty()) return;
    const auto answer = static_cast<trace::IoAnswer>(event.c);
    const bool ok = answer == trace::IoAnswer::Ok;
    if (!ok && answer != trace::IoAnswer::Refused) return;
    bool allowed = true;  // by every relation of the volume
    bool known = true;
    for (PairView* pair : volume->pairs) {
      const EndView* end = own_end(*pair, *volume);
      if (end == nullptr || end->state < 2 || end->access_changed >= begun) {
        known = false;
        continue;
      }
      const bool at_source = pair->source == volume;
      const Verdict verdict = judge(*pair, *end, at_source, writes);
      if (verdict == Verdict::Either) known = false;
      if (verdict == Verdict::Refuse) allowed = false;
      if (ok && verdict == Verdict::Refuse) wrong(*pair, *end, event, writes, true);
      if (ok && verdict != Verdict::Either) context_.findings.evaluated(Check::A25);
      const bool whole = pair->source != nullptr && pair->target != nullptr;
      if (ok && writes && whole) single_writer(*pair, at_source, event, begun);
    }
    if (ok || !known) return;
    context_.findings.evaluated(Check::A25);
    const auto controlled = [this](const PairView* one) {
      return context_.view.calls().in_control(*one);
    };
    if (!allowed || std::ranges::any_of(volume->pairs, controlled)) return;
    PairView& pair = *volume->pairs.front();
    const EndView* end = pair.source == volume ? pair.source_end() : pair.target_end();
    if (end != nullptr) wrong(pair, *end, event, writes, false);
  }

  /// The end of this volume, by what its own array says of the roles; null while the arrays do
  /// not agree on them: a swap is under way.
  static const EndView* own_end(const PairView& pair, const VolumeView& volume) {
    if (!pair.roles_agree()) return nullptr;
    return pair.source == &volume ? pair.source_end() : pair.target_end();
  }

  enum class Verdict : std::uint8_t { Accept, Refuse, Either };

  static Verdict judge(const PairView& pair, const EndView& end, bool at_source, bool writes) {
    const auto held = static_cast<cim::CopyState>(end.held);
    const bool backward = pair.backward && end.holds(cim::CopyState::Unsynchronized);
    if (at_source && (end.fenced || pair.source_image == 1 || backward)) {
      // R5: while a Backward copy overwrites it the source refuses hosts altogether.
      if (writes ? pair.remote : backward && pair.source_image == 1) return Verdict::Refuse;
      return Verdict::Either;
    }
    if (backward) {
      // R6: during Failback hosts stay at the target.
      const bool stays = pair.copy_operation == cim::number(cim::Operation::Failback) &&
                         end.in(cim::CopyState::Unsynchronized);
      return stays ? Verdict::Accept : Verdict::Either;
    }
    const cim::HostAccess access = at_source ? cim::source_access(held) : cim::target_access(held);
    // A pair that broke apart after a split brain keeps what its end last allowed.
    if (at_source && end.in(cim::CopyState::Invalid)) return Verdict::Either;
    switch (access) {
      case cim::HostAccess::ReadWrite: return Verdict::Accept;
      case cim::HostAccess::ReadOnly: return writes ? Verdict::Refuse : Verdict::Accept;
      case cim::HostAccess::Refused: return Verdict::Refuse;
      case cim::HostAccess::Unchanged: return Verdict::Either;
    }
    return Verdict::Either;
  }

  void wrong(const PairView& pair, const EndView& end, const sim::TraceEvent& event, bool writes,
             bool accepted) {
    context_.findings.broken(Check::A25, [&] {
      return Finding{
          .message = fmt::format(
              "{} at {}: a host {} of blocks {}+{} of {} was {} in {}", pair.name(), end.array,
              writes ? "write" : "read", event.a, event.b, context_.view.name(event.entity),
              accepted ? "accepted" : "refused", cim::name(static_cast<cim::CopyState>(end.held))),
          .expected = accepted ? "refused" : "accepted",
          .seen = accepted ? "accepted" : "refused",
          .pair = pair.id,
          .entity = context_.view.name(event.entity)};
    });
  }

  static bool apart_by_design(const PairView& pair) {
    return std::any_of(pair.ends.begin(), pair.ends.end(), [](const auto& end) {
      return !end->gone &&
             (end->holds(cim::CopyState::Fractured) || end->holds(cim::CopyState::Split) ||
              end->holds(cim::CopyState::Skewed));
    });
  }

  /// The end knows of a failover at the other one: it was in contact since, and what was told of
  /// before is not under way any more (R8).
  bool learned(const EndView& end, sim::Instant over_at) const {
    if (end.peer_found <= over_at) return false;
    return std::max(end.entered, end.access_changed) > over_at ||
           context_.view.now() - end.peer_found > told_within;
  }

  void single_writer(PairView& pair, bool at_source, const sim::TraceEvent& event,
                     sim::Instant begun) {
    Facts& facts = facts_[pair];
    // By volume, not by role: roles change sides.
    const VolumeView& here = at_source ? *pair.source : *pair.target;
    const VolumeView& there = at_source ? *pair.target : *pair.source;
    const std::size_t mine = here.entity.value < there.entity.value ? 0 : 1;
    const std::size_t other = 1 - mine;
    const EndView* source = pair.source_end();
    if (source != nullptr && learned(*source, facts.over_at)) facts.unfenced = false;
    if (facts.unfenced && !facts.apart[mine]) {
      facts.apart[mine] = true;
      facts.directed = false;
    }
    for (const auto& end : pair.ends) {
      if (end->gone) continue;
      // It began before the present states and roles.
      if (end->entered >= begun || end->access_changed >= begun) return;
    }
    facts.sides[mine] = {pair.epoch + 1, event.cause};
    if (facts.sides[other].stamp != 0) context_.findings.evaluated(Check::A23);
    if (facts.sides[other].epoch != pair.epoch + 1) return;
    if (apart_by_design(pair) || facts.unfenced || pair.gone) return;
    context_.findings.broken(Check::A23, [&] {
      return Finding{.message = fmt::format("{}: both ends accept host writes in one state: {} and "
                                            "{}",
                                            pair.name(), describe(context_, facts.sides[0].stamp),
                                            describe(context_, facts.sides[1].stamp)),
                     .expected = "one writer",
                     .seen = "two writers",
                     .pair = pair.id,
                     .entity = context_.view.name(event.entity)};
    });
  }

  void state_changed(const sim::TraceEvent& event) {
    PairView* pair = context_.view.pair_of(event.entity);
    if (pair == nullptr) return;
    Facts& facts = facts_[*pair];
    const auto to = static_cast<cim::CopyState>(event.b);
    const auto operation = cim::operation_of(static_cast<cim::CauseCode>(event.cause));
    const EndView* end = pair->find(event.entity);
    const bool over = to == cim::CopyState::Failedover && operation == cim::Operation::Failover &&
                      end != nullptr && end->target();
    if (over && pair->fence != 1) {
      facts.unfenced = true;
      facts.over_at = event.time;
    }
    using Op = cim::Operation;
    if (operation == Op::ResyncReplica || operation == Op::Failback ||
        operation == Op::RestoreFromReplica || operation == Op::ReverseRoles) {
      facts.directed = true;
    }
    if (to != cim::CopyState::Synchronized) return;
    if (facts.apart[0] && facts.apart[1]) {
      context_.findings.evaluated(Check::A23);
      if (!facts.directed) {
        context_.findings.broken(Check::A23, [&] {
          return Finding{
              .message = fmt::format("{}: in SYN again although hosts wrote on both sides after a "
                                     "failover and no operation gave a direction",
                                     pair->name()),
              .expected = "INV until a direction is given",
              .seen = "Synchronized",
              .pair = pair->id,
              .entity = context_.view.name(event.entity)};
        });
      }
    }
    facts = Facts{};
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_access_checks(CheckContext context) {
  return std::make_unique<DataAccessChecks>(context);
}

}  // namespace replsim::harness
