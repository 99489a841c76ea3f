// Undo records of the block writes that took effect and are not yet stable, in order. A power loss
// decides per block how many of its writes survive; what went back is written to the image again.
//   U1  A block's content after a loss is the stable one, or that of one of its unhardened writes:
//       later writes of a block never survive without hiding earlier ones.
//   U2  A stable write of a block with unhardened ones is entered too: nothing goes back behind it.
//   U3  Size is bounded by the distinct blocks: a long log is folded to first and last per block.
// Source: the measurements of SQLite layouts (in-memory image, undo records since the last flush).
#pragma once

#include <cstdint>
#include <vector>

#include "model/store/hardened_log.h"
#include "model/store/stamp.h"
#include "sim/chance.h"
#include "sim/disk.h"

namespace replsim::store {

/// Blocks [lba, lba + blocks) went from `old` to `stamp`.
struct UndoRun {
  sim::AreaId area;
  std::uint32_t blocks = 0;
  std::uint64_t lba = 0;
  Stamp old = never_written;
  Stamp stamp = never_written;
  bool stable = false;  ///< Cannot be undone, nor anything before it (U2).
};

/// What a power loss made of one block.
struct BlockFate {
  sim::AreaId area;
  std::uint64_t lba = 0;
  Stamp content = never_written;  ///< From now on.
  bool lost = false;              ///< Its newest write is gone.
};

/// How many of `undoable` writes of one place survive. Always one draw, so that the next power loss
/// draws what it would have drawn.
std::uint64_t survivors(sim::Stream& tear, std::uint64_t undoable, sim::Survival survival);

class UndoLog {
 public:
  /// Enter a block of a new write; `first` says that it is the write's first one.
  void note(sim::AreaId area, std::uint64_t lba, Stamp old, Stamp stamp, bool stable, bool first);
  /// Everything is stable: told to `log` (may be null), in order, and forgotten.
  void harden(HardenedLog* log);
  /// Decide every block's fate, in order of (area, lba), and forget.
  std::vector<BlockFate> lose(sim::Stream& tear, sim::Survival survival);
  void discard(sim::AreaId area);
  bool empty() const { return runs_.empty(); }

  /// What would survive if everything went back; `now` is what reads see.
  Stamp stable_at(sim::AreaId area, std::uint64_t lba, Stamp now) const;
  /// Calls f(lba, stable content) for every block of the area that has entries, ascending.
  template <class F>
  void for_each_stable(sim::AreaId area, F f) const {
    const std::vector<Write> writes = sorted();
    for (std::size_t begin = 0, end = 0; begin < writes.size(); begin = end) {
      end = end_of_block(writes, begin);
      if (writes[begin].area == area) f(writes[begin].lba, oldest(writes, begin, end).content);
    }
  }

 private:
  struct Write {
    sim::AreaId area;
    bool stable;
    std::uint64_t lba;
    std::uint64_t order;
    Stamp old;
    Stamp stamp;
  };
  struct Oldest {
    Stamp content;
    std::size_t undoable;  ///< Index of the first write that can be undone.
  };

  std::vector<Write> sorted() const;
  static std::size_t end_of_block(const std::vector<Write>& writes, std::size_t begin);
  static Oldest oldest(const std::vector<Write>& writes, std::size_t begin, std::size_t end);
  void fold();

  static constexpr std::uint64_t fold_from = std::uint64_t{1} << 18;

  std::vector<UndoRun> runs_;
  std::uint64_t blocks_ = 0;
  std::uint64_t fold_at_ = fold_from;
};

}  // namespace replsim::store
