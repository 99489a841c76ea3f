// A4, A6, B15: what the mode promises. Synchronous in SYN: everything acknowledged is there.
// Asynchronous: it comes there as long as the line works, and each write whole.
// Source: invariants.md A4, A6, B15; rulings R9; data_plane.md 12.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/check_family.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {
namespace {

class DataModeChecks final : public CheckFamily {
 public:
  explicit DataModeChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::state_change.number) {
      state_changed(event);
    } else if (event.kind == trace::property_change.number) {
      property_changed(event);
    } else if (event.kind == sim::kind::node_up.number) {
      for (const auto& pair : context_.view.pairs()) whole_writes(*pair);
    }
  }

  void finished() override {
    for (const auto& pair : context_.view.pairs()) covered(*pair);
  }

 private:
  void state_changed(const sim::TraceEvent& event) {
    PairView* pair = context_.view.pair_of(event.entity);
    const EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    if (end == nullptr) return;
    mode_kept(*pair, *end, event);
    if (!end->target()) return;
    // The target comes to rest: what was applied stays as it is.
    constexpr std::array rests = {cim::CopyState::Failedover, cim::CopyState::Fractured,
                                  cim::CopyState::Split, cim::CopyState::Suspended,
                                  cim::CopyState::Inactive};
    const auto at_rest = [&](cim::CopyState state) { return end->in(state); };
    if (std::ranges::any_of(rests, at_rest)) whole_writes(*pair);
  }

  // B15
  void mode_kept(const PairView& pair, const EndView& end, const sim::TraceEvent& event) {
    const auto operation = cim::operation_of(static_cast<cim::CauseCode>(event.cause));
    if (operation != cim::Operation::ResetToSync && operation != cim::Operation::ResetToAsync) {
      return;
    }
    context_.findings.broken(Check::B15, [&] {
      return Finding{.message = fmt::format("{} at {}: a change of mode changed its CopyState",
                                            pair.name(), end.array),
                     .pair = pair.id,
                     .entity = context_.view.name(end.endpoint)};
    });
  }

  void property_changed(const sim::TraceEvent& event) {
    if (event.a != cim::number(trace::Property::Mode)) return;
    if (context_.view.pair_of(event.entity) != nullptr) context_.findings.evaluated(Check::B15);
  }

  bool judged(const PairView& pair) const {
    return !pair.gone && pair.complete && pair.source != nullptr && pair.target != nullptr &&
           pair.source->image != nullptr && pair.target->image != nullptr && !pair.backward;
  }

  // A6: a write that the journal brought is there in all its blocks or in none.
  void whole_writes(const PairView& pair) {
    if (!judged(pair) || pair.synchronous() || !pair.consistent() || pair.diff.empty()) return;
    context_.findings.evaluated(Check::A6);
    for (const std::uint64_t lba : pair.diff.blocks()) {
      const std::uint64_t shown = pair.target->seen.at(lba);
      const WriteInfo* lacking = context_.ledger().first_successor(pair.source->entity, lba, shown);
      if (lacking == nullptr || lacking->blocks < 2 || lacking->submitted < pair.swapped) continue;
      if (!shows_part(pair, *lacking)) continue;
      block_broken(context_, Check::A6, pair, lba, [&] {
        return block_finding(context_, pair, lba, "the target holds only a part of a write",
                             lacking->stamp, shown);
      });
    }
  }

  static bool shows_part(const PairView& pair, const WriteInfo& write) {
    for (std::uint64_t lba = write.lba; lba < write.lba + write.blocks; ++lba) {
      if (pair.target->seen.at(lba) == write.stamp) return true;
    }
    return false;
  }

  // A4: a pair that ends in SYN, undisturbed, holds at the target all that was acknowledged.
  void covered(const PairView& pair) {
    const EndView* end = pair.source_end();
    if (!judged(pair) || end == nullptr || !end->in(cim::CopyState::Synchronized)) return;
    if (context_.ledger().acknowledged(pair.source->entity) == 0) return;
    const BlockSet journaled = journaled_blocks(context_, pair);
    context_.findings.evaluated(Check::A4);
    for (const std::uint64_t lba : pair.diff.blocks()) {
      const std::uint64_t shown = pair.target->seen.at(lba);
      const WriteInfo* lacking = context_.ledger().first_successor(pair.source->entity, lba, shown);
      if (lacking == nullptr || lacking->acked == never || lacking->submitted < pair.swapped) {
        continue;
      }
      if (journaled.contains(lba)) continue;
      block_broken(context_, Check::A4, pair, lba, [&] {
        return block_finding(context_, pair, lba,
                             "in SYN, acknowledged, and neither on the target nor on its way",
                             lacking->stamp, shown);
      });
    }
  }

  CheckContext context_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_mode_checks(CheckContext context) {
  return std::make_unique<DataModeChecks>(context);
}

}  // namespace replsim::harness
