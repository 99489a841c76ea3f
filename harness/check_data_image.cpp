// A2, A8, A15, A30, A32: each block that comes to an image from its peer must be data that may be
// there now. One pass over each changed block; the rest is in the ledger.
// Source: invariants.md A2, A8, A15, A30, A32; data_plane.md 5, 6.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check_family.h"

namespace replsim::harness {
namespace {

class DataImageChecks final : public CheckFamily {
 public:
  explicit DataImageChecks(CheckContext context) : context_(context) {}

  void changed(const BlockChange& change) override {
    if (!change.by_peer) {
      if (!change.at_target) unsent(change);
      return;
    }
    if (elsewhere(change)) return;
    phantom(change);
    repeated(change);
    if (change.before == change.now) return;
    frozen(change);
    stale(change);
    newest(change);
  }

 private:
  /// What was dropped comes again within that time.
  static constexpr sim::Duration sent_again = sim::seconds(2);

  /// A write at the source while the target is frozen counts for A8: it must not arrive.
  void unsent(const BlockChange& change) {
    if (frozen_by(change.pair) != nullptr) context_.findings.evaluated(Check::A8);
  }

  /// The data is of another relation that has this volume as its target.
  static bool elsewhere(const BlockChange& change) {
    return std::any_of(change.volume.pairs.begin(), change.volume.pairs.end(),
                       [&](const PairView* pair) {
                         return pair != &change.pair && pair->target == &change.volume &&
                                change.pair.target != &change.volume;
                       });
  }

  void phantom(const BlockChange& change) {
    if (change.now == 0) return;
    context_.findings.evaluated(Check::A2);
    const WriteInfo* write = change.write;
    const VolumeView& other = change.at_target ? *change.pair.source : *change.pair.target;
    bool known = change.now == other.seen.at(change.lba);
    if (write != nullptr) {
      const VolumeView* origin = context_.view.volume(write->volume);
      known = change.lba >= write->lba && change.lba < write->lba + write->blocks &&
              origin != nullptr && origin->family == change.volume.family;
    } else if (context_.ledger().issued(change.now)) {
      known = true;  // forgotten: nothing can be said of its place
    }
    if (known) return;
    block_broken(context_, Check::A2, change.pair, change.lba, [&] {
      return block_finding(context_, change.pair, change.lba,
                           fmt::format("{} got data that no host wrote there", change.volume.path),
                           other.seen.at(change.lba), change.now);
    });
  }

  /// The end whose announcement froze the target: the later announcement of both counts. PAR hides
  /// the state and does not end it.
  static const EndView* frozen_by(const PairView& pair) {
    const EndView* latest = nullptr;
    for (const auto& end : pair.ends) {
      if (end->gone) continue;
      if (latest == nullptr || end->held_entered >= latest->held_entered) latest = end.get();
    }
    if (latest == nullptr) return nullptr;
    const bool frozen =
        latest->holds(cim::CopyState::Fractured) || latest->holds(cim::CopyState::Split) ||
        latest->holds(cim::CopyState::Suspended) || latest->holds(cim::CopyState::Inactive);
    return frozen ? latest : nullptr;
  }

  void frozen(const BlockChange& change) {
    if (!change.at_target) return;
    const EndView* end = frozen_by(change.pair);
    if (end == nullptr) return;
    context_.findings.evaluated(Check::A8);
    context_.findings.broken(Check::A8, [&] {
      return block_finding(context_, change.pair, change.lba,
                           fmt::format("the target changed after {} announced {} at {}", end->array,
                                       cim::name(static_cast<cim::CopyState>(end->held)),
                                       at_text(end->held_entered)),
                           change.before, change.now);
    });
  }

  bool disordered(sim::Instant since) const {
    return context_.view.faults().link_disordered(since, context_.view.testbed().world().trace());
  }

  void repeated(const BlockChange& change) {
    const CheckFaults& faults = context_.view.faults();
    const bool after_drop =
        (faults.dropped > 0 && context_.view.now() - faults.last_drop < sent_again) ||
        disordered(context_.view.now() - sent_again);
    if (change.before == change.now || after_drop) context_.findings.evaluated(Check::A30);
    // An older generation is rejected: a target that was failed over takes nothing from before.
    const EndView* end = change.pair.target_end();
    const bool promoted = change.at_target && end != nullptr && change.before != change.now &&
                          end->in(cim::CopyState::Failedover) && !change.pair.backward;
    if (!promoted) return;
    context_.findings.evaluated(Check::A30);
    context_.findings.broken(Check::A30, [&] {
      return block_finding(context_, change.pair, change.lba,
                           "data of an older generation was applied after the failover",
                           change.before, change.now);
    });
  }

  /// An earlier write of the same origin came over a later one.
  void stale(const BlockChange& change) {
    const WriteInfo* old = context_.ledger().find(change.before);
    if (old == nullptr || change.before == 0) return;
    const VolumeView& other = change.at_target ? *change.pair.source : *change.pair.target;
    context_.findings.evaluated(Check::A15);
    const bool same_origin =
        change.now == 0 || (change.write != nullptr && change.write->volume == old->volume);
    if (!same_origin || old->acked == never || old->volume == change.volume.entity) return;
    if (change.now != 0 && !context_.ledger().happens_before(change.now, change.before)) return;
    // A called copy may bring what the other end shows now; anything else overtook or came twice.
    const bool called = change.at_target ? change.pair.called_to_target >= change.pair.separated
                                         : change.pair.called_to_source >= change.pair.separated;
    if (called && other.seen.at(change.lba) == change.now) return;
    const auto text = [&] {
      return block_finding(context_, change.pair, change.lba,
                           fmt::format("{} went back to an earlier write", change.volume.path),
                           change.before, change.now);
    };
    block_broken(context_, Check::A15, change.pair, change.lba, text);
    if (context_.view.faults().dropped > 0 || disordered(sim::Instant::min())) {
      block_broken(context_, Check::A30, change.pair, change.lba, text);
    }
  }

  /// What was acknowledged here goes only by an operation of that direction called later.
  void newest(const BlockChange& change) {
    const WriteInfo* old = context_.ledger().find(change.before);
    if (old == nullptr || old->volume != change.volume.entity || old->acked == never) return;
    context_.findings.evaluated(Check::A32);
    const sim::Instant called =
        change.at_target ? change.pair.called_to_target : change.pair.called_to_source;
    if (called >= old->acked || mirrored_later(change, *old)) return;
    context_.findings.broken(Check::A32, [&] {
      return block_finding(
          context_, change.pair, change.lba,
          fmt::format("{} lost a write acknowledged there; no copy in this direction was called "
                      "after it",
                      change.volume.path),
          change.before, change.now);
    });
  }

  /// Both ends agreed on the old write (SYN, or roles that changed sides), and a write of a host at
  /// the present source ended after that (it may have waited there since long before): the source
  /// holds the newest side.
  static bool mirrored_later(const BlockChange& change, const WriteInfo& old) {
    const PairView& pair = change.pair;
    const auto between = [&](sim::Instant agreed) {
      return old.acked <= agreed && change.write->acked >= agreed;  // `never` is later than all
    };
    return change.at_target && change.write != nullptr &&
           change.write->volume == pair.source->entity &&
           (between(pair.synced) || between(pair.synced_before) || between(pair.swapped));
  }

  CheckContext context_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_data_image_checks(CheckContext context) {
  return std::make_unique<DataImageChecks>(context);
}

}  // namespace replsim::harness
