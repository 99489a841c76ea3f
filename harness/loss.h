// The loss set of a relation: what hosts were told is safe at the source and what the target does
// not have. Computed from the ledger and the images alone, never from what an array reports.
// Source: invariants.md A22 (L), rulings R8.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "harness/ledger.h"
#include "harness/provider/introspection.h"
#include "model/cim/enumerations.h"
#include "model/cim/state_graph.h"
#include "sim/trace.h"

namespace replsim::harness {

/// Which writes can be lost: told by the states that the ends of a relation enter.
class LossWindow {
 public:
  /// An end has entered a state by `cause`; `source`: it is the source's (or the only one).
  /// `asynchronous`: what was acknowledged may be on its way when SYN is entered (R9).
  void entered(cim::CopyState state, bool source, sim::Instant time, cim::CauseCode cause = 0,
               bool asynchronous = false);
  /// The ends have changed their roles.
  void swapped() { std::swap(agreed_, target_agreed_); }
  /// What was acknowledged at the source before and is not on the target was dropped by the
  /// direction of a copy.
  sim::Instant agreed() const { return agreed_; }
  /// Hosts write on both sides since then, `never` when they do not: no later write of the source
  /// was under what the target shows.
  sim::Instant apart() const { return apart_; }

 private:
  sim::Instant agreed_ = sim::Instant::min();
  sim::Instant target_agreed_ = sim::Instant::min();  ///< The same of the other volume.
  bool back_ = false;                                 ///< A copy to the source has begun since SYN.
  sim::Instant apart_ = never;
};

/// A version of a block that was acknowledged and is absent.
struct LostBlock {
  std::uint64_t lba = 0;
  std::uint64_t stamp = 0;
};

/// L = writes acknowledged at the source and absent from the target. A write is absent from a
/// block when the target shows nothing there, an unknown stamp, a write that happens before it, or
/// one that a host made at the target while the source's writes did not come.
struct Loss {
  std::uint64_t bytes = 0;   ///< Distinct blocks that lost their last acknowledged data, in bytes.
  std::uint64_t writes = 0;  ///< Distinct writes among the last acknowledged of these blocks.
  sim::Instant oldest = never;  ///< Acknowledgement of the oldest absent write; `never` when none.
  std::vector<std::uint64_t> stamps;  ///< The lost writes, ascending.
  std::vector<LostBlock> blocks;      ///< Every absent version, by block.
};

/// The ends of a relation, as its loss set needs them.
struct LossEnds {
  sim::EntityId source;
  sim::EntityId target;
  const provider::VolumeImage& image;  ///< Of the target, now.
};

/// Of the writes acknowledged at the source in `window`.
Loss loss_set(const Ledger& ledger, const LossEnds& ends, const LossWindow& window = {});

}  // namespace replsim::harness
