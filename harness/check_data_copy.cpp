// A11, A14, A24: what must hold when a copy ends, that is when the source end goes from UNS to SYN.
// Keeps the blocks that hosts wrote at the target while the ends were apart, and what a failover
// lost. Source: invariants.md A11, A14, A24; data_plane.md 5, 8.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/check_family.h"
#include "harness/loss.h"

namespace replsim::harness {
namespace {

class DataCopyChecks final : public CheckFamily {
 public:
  explicit DataCopyChecks(CheckContext context) : context_(context) {}

  void changed(const BlockChange& change) override {
    if (change.at_target && !change.by_peer) facts_of(change.pair).host_written.insert(change.lba);
  }

  void observed(const sim::TraceEvent& event) override {
    const bool turn = event.kind == trace::state_change.number;
    if (!turn && event.kind != trace::endpoint_born.number) return;
    PairView* pair = context_.view.pair_of(event.entity);
    EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    if (end == nullptr || pair->source == nullptr || pair->target == nullptr) return;
    facts_of(*pair);
    if (!turn) return;
    if (event.b == cim::number(cim::CopyState::Failedover) && end->target()) failed_over(*pair);
    if (event.b != cim::number(cim::CopyState::Synchronized) || !end->source()) return;
    // Out of PAR straight to SYN the ends must be equal too.
    if (event.a != cim::number(cim::CopyState::Unsynchronized) &&
        event.a != cim::number(cim::CopyState::Partitioned)) {
      return;
    }
    if (pair->source->image == nullptr || pair->target->image == nullptr) return;
    equality(*pair, *end);
    if (pair->copy_operation == cim::number(cim::Operation::ResyncReplica)) resynced(*pair);
    if (pair->copy_operation == cim::number(cim::Operation::Failback)) failed_back(*pair);
    Facts& facts = facts_of(*pair);
    facts = Facts{.target = pair->target, .begun = facts.begun};
  }

 private:
  struct Facts {
    const VolumeView* target = nullptr;  ///< Of whom the rest speaks; a swap of roles ends it.
    BlockSet host_written;  ///< Blocks that hosts wrote at the target since the last equality.
    std::vector<LostBlock> lost;                 ///< L of the failovers since.
    sim::Instant over_at = sim::Instant::min();  ///< The last of them.
    sim::Instant begun = sim::Instant::min();    ///< The roles are as they are since then.
  };

  Facts& facts_of(const PairView& pair) {
    Facts& facts = facts_[pair];
    if (facts.target == pair.target) return facts;
    const bool swapped = facts.target != nullptr;
    facts = Facts{};
    facts.target = pair.target;
    if (swapped) facts.begun = context_.view.now();
    return facts;
  }

  /// What the target holds since then is its own and must outlive a Failback: neither the roles
  /// changed nor did a copy to it begin.
  static sim::Instant own_since(const PairView& pair, const Facts& facts) {
    return std::max({pair.separated, facts.begun, pair.called_to_target});
  }

  void failed_over(PairView& pair) {
    if (pair.target->image == nullptr) return;
    const LossEnds ends{pair.source->entity, pair.target->entity, *pair.target->image};
    const Loss loss = loss_set(context_.ledger(), ends, pair.losing);
    Facts& facts = facts_of(pair);
    if (pair.called_to_target > facts.over_at) facts.lost.clear();  // a copy may have brought them
    facts.over_at = context_.view.now();
    facts.lost.insert(facts.lost.end(), loss.blocks.begin(), loss.blocks.end());
  }

  void equality(PairView& pair, const EndView& end) {
    const Ledger& ledger = context_.ledger();
    const BlockSet waiting = journaled_blocks(context_, pair);
    const bool data = ledger.acknowledged(pair.source->entity) > 0 ||
                      ledger.acknowledged(pair.target->entity) > 0;
    if (data) context_.findings.evaluated(Check::A11);
    for (const std::uint64_t lba : pair.diff.blocks()) {
      if (pair.source->writing(lba) || waiting.contains(lba)) continue;
      block_broken(context_, Check::A11, pair, lba, [&] {
        return block_finding(context_, pair, lba,
                             fmt::format("the copy ended in SYN, the ends differ here and no write "
                                         "is in flight; copied by {}",
                                         operation_name(pair)),
                             pair.source->seen.at(lba), pair.target->seen.at(lba));
      });
    }
    const provider::Introspection* stable = context_.view.testbed().introspection();
    if (stable == nullptr) return;
    stable->for_each_volatile_dirty(end.endpoint, [&](std::uint64_t lba, std::uint64_t blocks) {
      if (pair.source->writing(lba, blocks)) return;
      context_.findings.broken(Check::A11, [&] {
        return block_finding(context_, pair, lba,
                             "in SYN and still marked in the bitmap without a write in flight",
                             pair.source->seen.at(lba), pair.target->seen.at(lba));
      });
    });
  }

  void resynced(PairView& pair) {
    const Facts& facts = facts_of(pair);
    if (facts.host_written.empty()) return;
    context_.findings.evaluated(Check::A14);
    for (const std::uint64_t lba : facts.host_written.blocks()) {
      const std::uint64_t shown = pair.target->seen.at(lba);
      const WriteInfo* write = context_.ledger().find(shown);
      if (write == nullptr || write->volume != pair.target->entity) continue;
      // What a copy back that was given up has brought to the source stays.
      if (write->submitted < std::max(pair.separated, pair.swapped)) continue;
      block_broken(context_, Check::A14, pair, lba, [&] {
        return block_finding(context_, pair, lba,
                             "a host's write at the target survived Resync Replica",
                             pair.source->seen.at(lba), shown);
      });
    }
  }

  void failed_back(PairView& pair) {
    const Facts& facts = facts_of(pair);
    if (facts.host_written.empty() && facts.lost.empty()) return;
    const sim::Instant since = own_since(pair, facts);
    context_.findings.evaluated(Check::A24);
    for (const std::uint64_t lba : facts.host_written.blocks()) {
      context_.ledger().for_each_latest_acked(
          pair.target->entity, lba, [&](const WriteInfo& write) {
            if (write.submitted < since) return;
            for (const VolumeView* volume : {pair.source, pair.target}) {
              const std::uint64_t shown = volume->seen.at(lba);
              if (!older_or_lost(facts, lba, shown, write)) continue;
              block_broken(context_, Check::A24, pair, lba, [&] {
                return block_finding(
                    context_, pair, lba,
                    fmt::format("acknowledged at the failover site and not on {} after Failback",
                                volume->path),
                    write.stamp, shown);
              });
            }
          });
    }
    for (const LostBlock& lost : facts.lost) {
      for (const VolumeView* volume : {pair.source, pair.target}) {
        if (volume->seen.at(lost.lba) != lost.stamp) continue;
        block_broken(context_, Check::A24, pair, lost.lba, [&] {
          return block_finding(
              context_, pair, lost.lba,
              fmt::format("a write that the failover lost is back on {}", volume->path), 0,
              lost.stamp);
        });
      }
    }
  }

  bool older_or_lost(const Facts& facts, std::uint64_t lba, std::uint64_t shown,
                     const WriteInfo& write) const {
    if (shown == write.stamp) return false;
    if (before(context_, shown, write)) return true;
    return std::any_of(facts.lost.begin(), facts.lost.end(), [&](const LostBlock& lost) {
      return lost.lba == lba && lost.stamp == shown;
    });
  }

  static std::string operation_name(const PairView& pair) {
    const auto operation = cim::operation_of(pair.copy_operation);
    return operation ? std::string(cim::name(*operation)) : std::string("itself");
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_copy_checks(CheckContext context) {
  return std::make_unique<DataCopyChecks>(context);
}

}  // namespace replsim::harness
