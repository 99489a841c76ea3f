// A1, A26, A27: what an acknowledgement of a synchronous pair promises. Looks at the blocks of
// each acknowledged write on the target's stable image, and at nothing else.
// Source: invariants.md A1, A26, A27; rulings R7.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check_family.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {
namespace {

class DataSyncChecks final : public CheckFamily {
 public:
  explicit DataSyncChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::host_ack.number) {
      if (event.c == cim::number(trace::IoAnswer::Ok)) acknowledged(event);
    } else if (event.kind == trace::state_change.number) {
      state_changed(event);
    } else if (event.kind == sim::kind::node_up.number) {
      for (const auto& pair : context_.view.pairs()) promises(*pair);
    }
  }
  void lost(PairView& pair) override { promises(pair); }
  void finished() override {
    for (const auto& pair : context_.view.pairs()) {
      if (!pair->gone) peer_shows(*pair);
    }
  }

 private:
  static constexpr sim::Duration said_again = sim::seconds(2);
  struct Facts {
    bool local_only = false;  ///< An acknowledgement that one site backs, since UNS->SYN.
    bool judged = false;      ///< A26 was judged in the present state of the source end.
    sim::Instant since{};     ///< First such acknowledgement.
  };

  void acknowledged(const sim::TraceEvent& event) {
    const VolumeView* volume = context_.view.volume(event.entity);
    const WriteInfo* write = context_.ledger().find(event.cause);
    if (volume == nullptr || write == nullptr) return;
    for (PairView* pair : volume->pairs) {
      const EndView* end = pair->source_end();
      if (pair->source != volume || end == nullptr || !pair->complete) continue;
      if (pair->target->image == nullptr) continue;
      if (!pair->synchronous()) {
        after_the_flow(*pair, *end, *write);
        continue;
      }
      const bool in_sync = end->in(cim::CopyState::Synchronized);
      if (in_sync) context_.findings.evaluated(Check::A1);
      std::uint64_t lacking = UINT64_MAX;
      for (std::uint64_t lba = write->lba; lba < write->lba + write->blocks; ++lba) {
        if (in_sync) backed_at_source(*pair, lba, *write);
        const std::uint64_t shown = pair->target->stable_at(lba);
        if (!before(context_, shown, *write)) continue;
        lacking = lba;
        if (!in_sync) break;
        block_broken(context_, Check::A1, *pair, lba, [&] {
          return block_finding(context_, *pair, lba,
                               "acknowledged in SYN and not stable on the target", write->stamp,
                               shown);
        });
      }
      if (lacking != UINT64_MAX) local_only(*pair, *end, *write);
    }
  }

  /// It survives the loss of either site: that of the target too.
  void backed_at_source(const PairView& pair, std::uint64_t lba, const WriteInfo& write) {
    const std::uint64_t shown = pair.source->stable_at(lba);
    if (!before(context_, shown, write)) return;
    block_broken(context_, Check::A1, pair, lba, [&] {
      return block_finding(context_, pair, lba, "acknowledged in SYN and not stable on the source",
                           write.stamp, shown);
    });
  }

  /// A26 of an asynchronous pair: no acknowledgement after the source noticed that the flow failed.
  void after_the_flow(PairView& pair, const EndView& end, const WriteInfo& write) {
    Facts& facts = facts_[pair];
    if (facts.judged || !flow_failed(end)) return;
    facts.judged = true;
    const auto stable = context_.view.facts(end);
    if (!stable) return;
    context_.findings.evaluated(Check::A26);
    if (stable->failed_copy_stops_host_io) stops_host_io(pair, end, write);
  }

  void stops_host_io(const PairView& pair, const EndView& end, const WriteInfo& write) {
    context_.findings.broken(Check::A26, [&] {
      return finding(pair, end,
                     fmt::format("FailedCopyStopsHostIO is true, and it acknowledged {} alone",
                                 describe(context_, write.stamp)));
    });
  }

  void local_only(PairView& pair, const EndView& end, const WriteInfo& write) {
    Facts& facts = facts_[pair];
    context_.findings.evaluated(Check::A27);
    if (!facts.local_only) facts.since = context_.view.now();
    facts.local_only = true;
    if (end.in(cim::CopyState::Synchronized)) {
      context_.findings.broken(Check::A27, [&] {
        return finding(
            pair, end,
            fmt::format("shows SYN and acknowledged {} alone", describe(context_, write.stamp)));
      });
    }
    if (facts.judged) return;
    facts.judged = true;
    const auto stable = context_.view.facts(end);
    if (!stable) return;
    context_.findings.evaluated(Check::A26);
    if (stable->failed_copy_stops_host_io && flow_failed(end)) stops_host_io(pair, end, write);
    if (stable->copy_state == cim::number(cim::CopyState::Synchronized)) {
      context_.findings.broken(Check::A26, [&] {
        return finding(pair, end,
                       fmt::format("its records still say SYN at the first acknowledgement without "
                                   "the target: {}",
                                   describe(context_, write.stamp)));
      });
    }
    generation(pair, end, *stable);
  }

  // No operation stopped the flow: it was cut off, or an element failed.
  static bool flow_failed(const EndView& end) {
    using cim::CopyState;
    if (end.in(CopyState::Broken) || end.in(CopyState::Invalid)) return true;
    return end.in(CopyState::Partitioned) &&
           (end.holds(CopyState::Synchronized) || end.holds(CopyState::Unsynchronized));
  }

  // Rulings R7: the source bumps its generation stably before it acknowledges alone.
  void generation(PairView& pair, const EndView& end, const provider::EndpointFacts& mine) {
    const EndView* other = pair.target_end();
    if (!pair.remote || other == nullptr || !end.in(cim::CopyState::Partitioned)) return;
    if (!end.holds(cim::CopyState::Synchronized)) return;
    const auto theirs = context_.view.facts(*other);
    if (!theirs || theirs->generation != mine.generation) return;
    context_.findings.broken(Check::A26, [&] {
      return finding(pair, end,
                     "acknowledged alone while its stable generation is still the target's");
    });
  }

  void state_changed(const sim::TraceEvent& event) {
    PairView* pair = context_.view.pair_of(event.entity);
    EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    if (end == nullptr) return;
    Facts& facts = facts_[*pair];
    const auto synchronized = cim::number(cim::CopyState::Synchronized);
    if (end->target() && !end->source() && event.a == synchronized) peer_shows(*pair, event.time);
    if (!end->source()) return;
    facts.judged = false;
    if (event.b != synchronized) return;
    const bool by_copy = event.a == cim::number(cim::CopyState::Unsynchronized);
    if (facts.local_only && !by_copy) {
      context_.findings.evaluated(Check::A27);
      context_.findings.broken(Check::A27, [&] {
        return finding(*pair, *end, "shows SYN again without a copy of what it acknowledged alone");
      });
    }
    facts.local_only = false;
  }

  // A27, second sentence: the target end may show SYN for peer_timeout longer. `left`: it did now.
  void peer_shows(PairView& pair, sim::Instant left = never) {
    const EndView* end = pair.target_end();
    const Facts& facts = facts_[pair];
    if (end == nullptr || end->source() || !facts.local_only) return;
    if (left == never && !end->in(cim::CopyState::Synchronized)) return;
    const sim::Instant until = left == never ? context_.view.now() : left;
    const auto& world = context_.view.testbed().world();
    const auto* node = context_.view.faults().node(end->array, world.trace());
    if (node != nullptr && (node->down || node->paused)) return;
    const sim::Instant entered = left == never ? end->entered : end->left_entered;
    sim::Instant from = std::max(facts.since, entered);
    if (node != nullptr) from = std::max(from, node->last_up);
    sim::Duration limit = sim::seconds(10);
    for (const provider::ArraySpec& array : context_.view.testbed().topology().arrays) {
      if (array.name == end->array) limit = array.peer_timeout;
    }
    // What the source end said of it was lost, and is said again.
    if (context_.view.faults().last_drop >= from) limit += said_again;
    context_.findings.evaluated(Check::A27);
    if (until - from <= limit + limit / 10) return;
    // It could not write its records until just now.
    const CheckFaults& faults = context_.view.faults();
    if (faults.disk_struck(end->array, until - limit, false, world.trace())) return;
    if (faults.disk_struck(end->array, until - limit, true, world.trace())) return;
    const EndView* source = pair.source_end();
    const bool held =
        source != nullptr && faults.disk_struck(source->array, until - limit, true, world.trace());
    if (held) return;  // a copy has ended there, and its record hangs
    context_.findings.broken(Check::A27, [&] {
      return finding(pair, *end,
                     fmt::format("still showed SYN at {}, the source acknowledges alone since {}",
                                 at_text(until), at_text(from)));
    });
  }

  // A1 after a power loss or a restart: what was promised in SYN must be stable at the target.
  void promises(PairView& pair) {
    const EndView* end = pair.source_end();
    if (pair.gone || end == nullptr || !pair.complete || !pair.synchronous()) return;
    if (!end->holds(cim::CopyState::Synchronized) || facts_[pair].local_only) return;
    if (end->in(cim::CopyState::Partitioned)) return;
    context_.findings.evaluated(Check::A1);
    for (const std::uint64_t lba : pair.stable_diff.blocks()) {
      const std::uint64_t shown = pair.target->stable_at(lba);
      const WriteInfo* lacking = context_.ledger().first_successor(pair.source->entity, lba, shown);
      if (lacking == nullptr || lacking->submitted < pair.swapped) continue;
      block_broken(context_, Check::A1, pair, lba, [&] {
        return block_finding(
            context_, pair, lba,
            "acknowledged in SYN and lost by the target at a power loss or restart", lacking->stamp,
            shown);
      });
    }
  }

  Finding finding(const PairView& pair, const EndView& end, std::string what) const {
    return {.message = fmt::format("{} at {}: {}", pair.name(), end.array, what),
            .pair = pair.id,
            .entity = context_.view.name(end.endpoint)};
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_sync_checks(CheckContext context) {
  return std::make_unique<DataSyncChecks>(context);
}

}  // namespace replsim::harness
