// A13: an incremental resync copies only what is tracked when it begins or written since; a full
// copy has a cause that is there. Granules are gathered each time that an end enters UNS and kept
// until the source is in SYN again: after an interruption a granule may be sent once more.
// Source: invariants.md A13; data_plane.md 5; rulings R5.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check_family.h"

namespace replsim::harness {
namespace {

class DataTightnessChecks final : public CheckFamily {
 public:
  explicit DataTightnessChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    const auto is = [&](const sim::TraceKind& kind) { return event.kind == kind.number; };
    if (is(trace::host_write)) {
      written(event);
    } else if (is(trace::copied)) {
      if (PairView* pair = context_.view.pair_of(event.entity)) copied(*pair, event);
    } else if (is(trace::full_copy)) {
      if (PairView* pair = context_.view.pair_of(event.entity)) full(*pair, event);
    } else if (is(trace::state_change)) {
      if (PairView* pair = context_.view.pair_of(event.entity)) state_changed(*pair, event);
    }
  }

 private:
  struct Facts {
    BlockSet granules;        ///< Tracked when the copy began, or written since.
    std::uint64_t size = 0;   ///< Blocks of a granule; 0 before the first copy.
    bool everything = false;  ///< A full copy was announced.
    bool equal = false;       ///< The relation was in SYN and was not unprepared since.
  };

  void add(Facts& facts, std::uint64_t lba, std::uint64_t blocks) const {
    if (facts.size == 0 || blocks == 0) return;
    const std::uint64_t last = (lba + blocks - 1) / facts.size;
    for (std::uint64_t granule = lba / facts.size; granule <= last; ++granule) {
      facts.granules.insert(granule);
    }
  }

  void state_changed(PairView& pair, const sim::TraceEvent& event) {
    Facts& facts = facts_[pair];
    const EndView* end = pair.find(event.entity);
    if (end == nullptr) return;
    if (end->in(cim::CopyState::Synchronized) && end->source()) {
      facts.granules.clear();
      facts.everything = false;
      facts.equal = true;
    }
    if (end->in(cim::CopyState::Initialized) || end->in(cim::CopyState::Prepared)) {
      facts.equal = false;
    }
    if (end->in(cim::CopyState::Unsynchronized)) gather(pair, facts);
  }

  void gather(PairView& pair, Facts& facts) {
    const provider::Introspection* stable = context_.view.testbed().introspection();
    if (stable == nullptr || pair.source == nullptr) return;
    for (const auto& end : pair.ends) {
      if (const auto known = context_.view.facts(*end)) facts.size = known->granule_blocks;
    }
    const auto take = [&](std::uint64_t lba, std::uint64_t blocks) { add(facts, lba, blocks); };
    for (const auto& end : pair.ends) {
      if (end->gone) continue;
      stable->for_each_dirty(end->endpoint, take);
      stable->for_each_active(end->endpoint, take);
      stable->for_each_journaled(end->endpoint, take);
      stable->for_each_volatile_dirty(end->endpoint, take);
    }
    for (const VolumeView* volume : {pair.source, pair.target}) {
      for (const InFlight& write : volume->in_flight) add(facts, write.lba, write.blocks);
    }
  }

  void written(const sim::TraceEvent& event) {
    const VolumeView* volume = context_.view.volume(event.entity);
    if (volume == nullptr) return;
    for (const PairView* pair : volume->pairs) {
      const EndView* end = pair->source_end();
      if (end == nullptr || end->in(cim::CopyState::Synchronized)) continue;
      add(facts_[*pair], event.a, event.b);
    }
  }

  void copied(PairView& pair, const sim::TraceEvent& event) {
    const auto reason = static_cast<trace::CopyReason>(event.c);
    Facts& facts = facts_[pair];
    if (reason == trace::CopyReason::Mirror || facts.size == 0 || facts.everything) return;
    context_.findings.evaluated(Check::A13);
    if (facts.granules.contains(event.a / facts.size)) return;
    context_.findings.broken(Check::A13, [&] {
      return block_finding(context_, pair, event.a,
                           "a resync copied it although nothing had marked it",
                           pair.source->seen.at(event.a), pair.target->seen.at(event.a));
    });
  }

  void full(PairView& pair, const sim::TraceEvent& event) {
    Facts& facts = facts_[pair];
    facts.everything = true;
    const bool data =
        pair.source != nullptr && context_.ledger().acknowledged(pair.source->entity) > 0;
    if (data) context_.findings.evaluated(Check::A13);
    const auto cause = static_cast<trace::FullCopyCause>(event.a);
    if (happened(facts, cause)) return;
    context_.findings.broken(Check::A13, [&] {
      return Finding{
          .message = fmt::format("{} at {}: a full copy for cause {}, which is not there",
                                 pair.name(), context_.view.name(event.entity), event.a),
          .expected = "an incremental resync",
          .seen = "a full copy",
          .pair = pair.id,
          .entity = context_.view.name(event.entity)};
    });
  }

  bool happened(const Facts& facts, trace::FullCopyCause cause) const {
    const CheckFaults& faults = context_.view.faults();
    switch (cause) {
      case trace::FullCopyCause::FirstCopy:
      case trace::FullCopyCause::Unprepare: return !facts.equal;
      case trace::FullCopyCause::MetadataLoss:
      case trace::FullCopyCause::UnrelatedGeneration:
      case trace::FullCopyCause::Invalid:
      case trace::FullCopyCause::SplitBrain: return faults.begun > 0 || faults.outages > 0;
      case trace::FullCopyCause::AbortRestart: return true;
    }
    return false;
  }

  CheckContext context_;
  PerPair<Facts> facts_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_tightness_checks(CheckContext context) {
  return std::make_unique<DataTightnessChecks>(context);
}

}  // namespace replsim::harness
