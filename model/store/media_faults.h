// What the media faults of a disk make of its blocks: reads show something else than was written.
// The written content stays in the image; a lie ends when its block is written again or its fault
// is lifted, in whatever order. Only data has lies, never records.
//   F1  Of several lies about a block the one that came last is shown.
//   F2  hit(): the block shows a lie, or showed one since it was last written.
//   F3  A flush or a stable write that hardened nothing is found out by a power loss: what was
//       written is known, what is read is what had been hardened before. A real flush makes good
//       for it.
// Source: fault catalogue, disk; DESIGN 2 (a fault), 5.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "model/store/stamp.h"
#include "sim/disk.h"

namespace replsim::store {

/// A block of a disk.
struct BlockPlace {
  sim::AreaId area;
  std::uint64_t lba = 0;
  auto operator<=>(const BlockPlace&) const = default;
};

class MediaFaults {
 public:
  /// No block has a lie.
  bool silent() const { return lies_.empty(); }
  /// No write needs to be told.
  bool idle() const { return lies_.empty() && hit_.empty() && forgone_.empty(); }
  /// What a read sees instead of what was written.
  std::optional<Stamp> shown(BlockPlace block) const;
  bool hit(BlockPlace block) const { return hit_.contains(block); }
  /// Some block with this lba was shown with this stamp by a lie: a copy of it is no better.
  bool told(std::uint64_t lba, Stamp stamp) const { return told_.contains({lba, stamp}); }

  /// What is hardened of a block of which more was promised.
  std::optional<Stamp> really(BlockPlace block) const;
  void show(sim::FaultId fault, BlockPlace block, Stamp stamp);
  /// The fault shows nothing of the block any more.
  void hush(sim::FaultId fault, BlockPlace block);
  /// What the block holds is about to be old.
  void remember(sim::FaultId fault, BlockPlace block, Stamp stamp);
  /// What it held so many writes ago, or the oldest that is remembered.
  std::optional<Stamp> old(sim::FaultId fault, BlockPlace block, std::uint64_t versions) const;
  /// The blocks were written, for good when `stable`.
  void written(BlockPlace first, std::uint64_t blocks, bool stable);
  /// `promised` was said to be hardened over `really`, and was not.
  void forgo(sim::FaultId fault, BlockPlace block, Stamp really, Stamp promised);
  /// What was written until now is really hardened.
  void hardened() { forgone_.clear(); }
  /// A power loss; `now` gives a block's content after it.
  void lose(const std::function<Stamp(BlockPlace)>& now);
  void lift(sim::FaultId fault);
  void discard(sim::AreaId area);

 private:
  struct Lie {
    sim::FaultId fault;
    Stamp stamp;
  };
  struct Forgone {
    Stamp really = never_written;
    Stamp promised = never_written;
    std::vector<sim::FaultId> faults;
  };

  std::map<BlockPlace, std::vector<Lie>> lies_;  ///< In the order in which they came.
  std::map<BlockPlace, Forgone> forgone_;
  std::set<BlockPlace> hit_;
  std::map<std::pair<sim::FaultId, BlockPlace>, std::vector<Stamp>> versions_;  ///< Oldest first.
  std::set<std::pair<std::uint64_t, Stamp>> told_;
};

}  // namespace replsim::store
