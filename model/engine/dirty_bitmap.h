// Dirty tracking of one end: a bit a granule. Memory holds what is dirty now; the stable pages hold
// a superset (A12): a bit is stable before the write that it stands for takes effect without the
// peer, and is cleared only after the peer has the data stably. Sparse: a petabyte costs nothing.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "model/engine/types.h"

namespace replsim::engine {

class DirtyBitmap {
 public:
  static constexpr std::uint64_t words_a_page = 32;
  static constexpr std::uint64_t bits_a_page = words_a_page * 64;
  using Page = std::array<std::uint64_t, words_a_page>;

  DirtyBitmap() = default;
  explicit DirtyBitmap(std::uint64_t granule_blocks) : granule_blocks_(granule_blocks) {}

  std::uint64_t granule_blocks() const { return granule_blocks_; }
  std::uint64_t granule_of(std::uint64_t lba) const { return lba / granule_blocks_; }
  bool empty() const { return count_ == 0; }
  /// Dirty granules.
  std::uint64_t count() const { return count_; }
  bool test(std::uint64_t granule) const;
  /// Any granule of the blocks is dirty.
  bool any(std::uint64_t lba, std::uint64_t blocks) const;
  void set(std::uint64_t granule);
  void set_blocks(std::uint64_t lba, std::uint64_t blocks);
  void clear(std::uint64_t granule);
  void clear_all();
  /// The first dirty granule at or after `from`; UINT64_MAX when there is none.
  std::uint64_t next(std::uint64_t from) const;
  /// Dirty granules as extents of blocks, ascending, adjacent ones joined, cut at `volume_blocks`.
  std::vector<Extent> extents(std::uint64_t volume_blocks) const;

  // Stability: what the records hold, page by page.
  /// True when every granule of the blocks is dirty in memory and in the stable page.
  bool stably_set(std::uint64_t lba, std::uint64_t blocks) const;
  /// Pages whose stable content differs from memory (a missing page is all zero).
  std::vector<std::uint32_t> pages_to_write() const;
  /// Pages that the blocks lie in and whose stable content lacks a bit that memory has.
  std::vector<std::uint32_t> pages_lacking(std::uint64_t lba, std::uint64_t blocks) const;
  Page page(std::uint32_t index) const;
  /// Pages that have a record.
  std::vector<std::uint32_t> stable_pages() const;
  /// A write of the page with this content begins: what it lacks is not stable any more.
  void page_is_written(std::uint32_t index, const Page& content);
  /// The page was written stably with this content.
  void page_is_stable(std::uint32_t index, const Page& content);
  /// Restart: the page as read from the records, in memory and stable.
  void load(std::uint32_t index, const Page& content);

 private:
  std::uint64_t granule_blocks_ = 16;
  std::uint64_t count_ = 0;
  std::map<std::uint32_t, Page> pages_;   // in memory; all-zero pages are dropped
  std::map<std::uint32_t, Page> stable_;  // as in the records
};

}  // namespace replsim::engine
