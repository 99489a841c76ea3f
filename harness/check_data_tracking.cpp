// A12: stable metadata covers every block in which the stable images differ, at every crash
// instant. The blocks just touched are looked at at once; the whole difference when the hardware
// or the state changes, and otherwise as often as events pay for it.
// Source: invariants.md A12; data_plane.md 2.
#include <algorithm>
#include <utility>
#include <vector>

#include "harness/check_family.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {
namespace {

class DataTrackingChecks final : public CheckFamily {
 public:
  explicit DataTrackingChecks(CheckContext context) : context_(context) {}

  void changed(const BlockChange& change) override {
    if (change.pair.stable_diff.contains(change.lba)) block(change.pair, change.lba);
  }
  void lost(PairView& pair) override { whole(pair); }

  void observed(const sim::TraceEvent& event) override {
    if (!leaving_.empty() && event.time > leaving_since_) judge_leaving();
    const auto is = [&](const sim::TraceKind& kind) { return event.kind == kind.number; };
    const bool turn = is(trace::state_change) || is(sim::kind::node_down) ||
                      is(sim::kind::node_up) || is(trace::generation);
    const bool step = is(sim::kind::disk_write) || is(sim::kind::disk_flush) || is(trace::copied) ||
                      is(trace::host_ack);
    if (!turn && !step) return;
    for (const auto& pair : context_.view.pairs()) {
      if (pair->stable_diff.empty()) continue;
      if (turn || ++credit_[*pair] >= 2 * pair->stable_diff.size()) whole(*pair);
    }
  }

  void finished() override {
    judge_leaving();
    for (const auto& pair : context_.view.pairs()) whole(*pair);
  }

 private:
  bool judged(const PairView& pair) const {
    if (pair.gone || !pair.complete || context_.view.testbed().introspection() == nullptr) {
      return false;
    }
    return std::all_of(pair.ends.begin(), pair.ends.end(),
                       [](const auto& end) { return !end->gone && end->state > 1; });
  }

  bool covered(const PairView& pair, std::uint64_t lba) const {
    const provider::Introspection* stable = context_.view.testbed().introspection();
    return std::any_of(pair.ends.begin(), pair.ends.end(),
                       [&](const auto& end) { return stable->covered(end->endpoint, lba); });
  }

  void block(PairView& pair, std::uint64_t lba) {
    if (!judged(pair)) return;
    context_.findings.evaluated(Check::A12);
    if (!covered(pair, lba) && !leaves(pair)) report(pair, lba);
  }

  /// An end has no record: its farewell is stable, and its removal is announced in this instant.
  bool leaves(PairView& pair) {
    const bool gone = std::any_of(pair.ends.begin(), pair.ends.end(),
                                  [&](const auto& end) { return !context_.view.facts(*end); });
    if (!gone) return false;
    if (std::ranges::find(leaving_, &pair) == leaving_.end()) leaving_.push_back(&pair);
    leaving_since_ = context_.view.now();
    return true;
  }

  /// The instant is over: what has not left then has lost its record.
  void judge_leaving() {
    for (PairView* pair : std::exchange(leaving_, {})) {
      if (!judged(*pair)) continue;
      for (const std::uint64_t lba : pair->stable_diff.blocks()) {
        if (!covered(*pair, lba)) report(*pair, lba);
      }
    }
  }

  void whole(PairView& pair) {
    credit_[pair] = 0;
    if (pair.stable_diff.empty() || !judged(pair)) return;
    context_.findings.evaluated(Check::A12);
    for (const std::uint64_t lba : pair.stable_diff.blocks()) {
      if (!covered(pair, lba) && !leaves(pair)) report(pair, lba);
    }
  }

  void report(PairView& pair, std::uint64_t lba) {
    block_broken(context_, Check::A12, pair, lba, [&] {
      return block_finding(context_, pair, lba,
                           "the stable images differ and no stable bitmap or log covers it",
                           pair.source->stable_at(lba), pair.target->stable_at(lba));
    });
  }

  CheckContext context_;
  std::vector<PairView*> leaving_;
  sim::Instant leaving_since_{};
  PerPair<std::uint64_t> credit_;  ///< Events since the last look at the whole difference.
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_tracking_checks(CheckContext context) {
  return std::make_unique<DataTrackingChecks>(context);
}

}  // namespace replsim::harness
