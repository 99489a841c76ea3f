// A3, A5, A9, A10: a target is the image of a closed set of writes. Every write that came to the
// target raises its clock to that write's submission; what was acknowledged at the source up to
// the clock must be there. Only blocks that differ can lack something, so a check costs |diff|;
// checks between events are paid for by image changes.
// Source: invariants.md A3, A5, A9, A10, "How to check"; rulings R5.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/check_family.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {
namespace {

class DataPrefixChecks final : public CheckFamily {
 public:
  explicit DataPrefixChecks(CheckContext context) : context_(context) {}

  void changed(const BlockChange& change) override {
    PairView& pair = change.pair;
    Facts& facts = facts_[pair];
    if (change.at_target && change.by_peer && change.write != nullptr &&
        change.write->volume == pair.source->entity && change.write->submitted > facts.clock) {
      facts.clock = change.write->submitted;
      facts.newest = change.now;
      facts.newest_lba = change.lba;
    }
    if (change.at_target && change.by_peer && change.before != change.now && judged(pair)) {
      shrunk(change);
    }
    if (change.at_target && change.before != change.now) facts.moved = true;
    // A copy over a Consistent image is short: it ends, or the image is Inconsistent first.
    const bool copying = pair.consistent() && in_copy(pair);
    if (++facts.credit < (copying ? pair.diff.size() / 4 : 4 * pair.diff.size() + 16)) return;
    prefix(pair);
  }

  void lost(PairView& pair) override { prefix(pair); }

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::state_change.number) {
      state_changed(event);
    } else if (event.kind == trace::endpoint_gone.number) {
      if (PairView* pair = context_.view.pair_of(event.entity)) prefix(*pair);
    } else if (event.kind == sim::kind::node_down.number ||
               event.kind == sim::kind::node_up.number) {
      for (const auto& pair : context_.view.pairs()) prefix(*pair);
    }
  }

  void finished() override {
    for (const auto& pair : context_.view.pairs()) prefix(*pair);
  }

 private:
  struct Facts {
    sim::Instant clock = before_all;      ///< Latest submission among what came to the target.
    std::uint64_t newest = 0;             ///< That write,
    std::uint64_t newest_lba = 0;         ///< and a block of it.
    sim::Instant explained = before_all;  ///< Clock of the last Consistent check that held.
    std::uint64_t epoch = 0;              ///< Of the relation when that was.
    std::uint64_t credit = 0;             ///< Image changes since the last check.
    bool moved = false;                   ///< The target's was among them.
  };

  /// The first acknowledged write up to `until` that the target lacks at this block; null: none.
  const WriteInfo* lacking(const PairView& pair, std::uint64_t lba, sim::Instant until,
                           sim::Instant since = before_all) const {
    const std::uint64_t shown = pair.target->seen.at(lba);
    const WriteInfo* at_target = context_.ledger().find(shown);
    // A block that hosts wrote at the target since the last equality satisfies the closure.
    if (at_target != nullptr && at_target->volume == pair.target->entity &&
        at_target->submitted >= pair.synced) {
      return nullptr;
    }
    const WriteInfo* first = nullptr;
    context_.ledger().for_each_newer(pair.source->entity, lba, shown, [&](const WriteInfo& write) {
      if (write.acked > until || write.submitted < std::max(pair.swapped, since)) return;
      if (first == nullptr || write.acked < first->acked) first = &write;
    });
    return first;
  }

  static bool in_copy(const PairView& pair) {
    return std::any_of(pair.ends.begin(), pair.ends.end(), [](const auto& end) {
      return !end->gone && end->in(cim::CopyState::Unsynchronized);
    });
  }

  bool judged(const PairView& pair) const {
    return !pair.gone && pair.complete && pair.consistent() && pair.target->image != nullptr &&
           pair.source->image != nullptr && !pair.backward;
  }

  /// A Consistent target that shows an earlier write than before explains less than before.
  void shrunk(const BlockChange& change) {
    const WriteInfo* old = context_.ledger().find(change.before);
    if (old == nullptr || old->volume != change.pair.source->entity || old->acked == never) return;
    context_.findings.evaluated(Check::A5);
    if (!before(context_, change.now, *old)) return;
    block_broken(context_, Check::A5, change.pair, change.lba, [&] {
      return block_finding(context_, change.pair, change.lba,
                           "the Consistent target went back to an earlier write", change.before,
                           change.now);
    });
  }

  void prefix(PairView& pair) {
    Facts& facts = facts_[pair];
    facts.credit = 0;
    const bool moved = std::exchange(facts.moved, false);
    if (!judged(pair)) {
      facts.explained = before_all;
      return;
    }
    if (facts.clock == before_all) return;
    if (!pair.diff.empty()) context_.findings.evaluated(Check::A3);
    if (facts.explained != before_all && moved) context_.findings.evaluated(Check::A5);
    bool whole = true;
    // An answer of the same instant was not heard by who submitted the newest: it takes a message.
    const sim::Instant heard = facts.clock - sim::Duration{1};
    for (const std::uint64_t lba : pair.diff.blocks()) {
      const WriteInfo* write = lacking(pair, lba, heard);
      if (write == nullptr) continue;
      whole = false;
      const bool vanished = write->acked <= facts.explained;
      block_broken(context_, vanished ? Check::A5 : Check::A3, pair, lba, [&] {
        return block_finding(
            context_, pair, lba,
            fmt::format("the target {}; at block {} it shows {}",
                        vanished ? "lost a write that it held"
                                 : "is Consistent but lacks a write older than its newest",
                        facts.newest_lba, describe(context_, facts.newest)),
            write->stamp, pair.target->seen.at(lba));
      });
    }
    facts.explained = whole ? facts.clock : before_all;
  }

  void state_changed(const sim::TraceEvent& event) {
    PairView* pair = context_.view.pair_of(event.entity);
    EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    if (end == nullptr) return;
    const auto to = static_cast<cim::CopyState>(event.b);
    if (to == cim::CopyState::Initialized || to == cim::CopyState::Prepared) {
      facts_[*pair] = Facts{};  // Unprepare: the target is nobody's image
    }
    if (event.a == cim::number(cim::CopyState::Synchronized) && first_to_leave(*pair, *end)) {
      if (to == cim::CopyState::Split) split(*pair);
      if (to == cim::CopyState::Fractured) fractured(*pair, *end);
    }
    prefix(*pair);
  }

  /// The other end has not announced the same change yet.
  static bool first_to_leave(const PairView& pair, const EndView& end) {
    return std::all_of(pair.ends.begin(), pair.ends.end(), [&](const auto& other) {
      return other.get() == &end || other->gone || other->state != end.state;
    });
  }

  sim::Instant cut_of(const PairView& pair, cim::Operation operation) const {
    const bool told = pair.cut.operation == cim::number(operation) && pair.cut.at >= pair.synced;
    return told ? pair.cut.at : context_.view.now();
  }

  void split(PairView& pair) {
    const Facts& facts = facts_[pair];
    if (context_.ledger().acknowledged(pair.source->entity) == 0) return;
    const sim::Instant cut = cut_of(pair, cim::Operation::Split);
    context_.findings.evaluated(Check::A9);
    for (const std::uint64_t lba : pair.diff.blocks()) {
      const WriteInfo* write = lacking(pair, lba, cut);
      if (write == nullptr) continue;
      block_broken(context_, Check::A9, pair, lba, [&] {
        return block_finding(
            context_, pair, lba,
            fmt::format("acknowledged before the cut at {} and not on the split target",
                        at_text(cut)),
            write->stamp, pair.target->seen.at(lba));
      });
    }
    if (facts.clock <= cut) return;
    context_.findings.broken(Check::A9, [&] {
      return block_finding(
          context_, pair, facts.newest_lba,
          fmt::format("submitted after the cut at {} and on the split target", at_text(cut)), 0,
          facts.newest);
    });
  }

  void fractured(PairView& pair, const EndView& end) {
    if (!pair.synchronous() || context_.ledger().acknowledged(pair.source->entity) == 0) return;
    const sim::Instant cut = cut_of(pair, cim::Operation::Fracture);
    if (cut == context_.view.now() && !end.source()) {
      // No cut was told and the source end may still be acknowledging: nothing to judge by.
      if (pair.cut.operation != cim::number(cim::Operation::Fracture)) return;
    }
    context_.findings.evaluated(Check::A10);
    for (const std::uint64_t lba : pair.diff.blocks()) {
      const WriteInfo* write = lacking(pair, lba, cut, pair.synced);
      if (write == nullptr) continue;
      block_broken(context_, Check::A10, pair, lba, [&] {
        return block_finding(
            context_, pair, lba,
            fmt::format("acknowledged in SYN before the cut at {} and not on the target",
                        at_text(cut)),
            write->stamp, pair.target->seen.at(lba));
      });
    }
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_prefix_checks(CheckContext context) {
  return std::make_unique<DataPrefixChecks>(context);
}

}  // namespace replsim::harness
