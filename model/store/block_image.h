// The image of a volume: lba -> stamp, sparse. Pages of 256 blocks hang in a hash directory; a
// page with few blocks is a small sorted leaf, a full one a plain array (page_arena.h).
//   B1  Cost: about 9 bytes a block when dense, below 100 when every block has its own page.
//   B2  A write allocates only when a page appears or outgrows its leaf.
//   B3  Iteration is ascending and depends on nothing but the content.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "model/store/page_arena.h"
#include "model/store/page_directory.h"
#include "model/store/stamp.h"

namespace replsim::store {

/// A sparse array of blocks. Blocks are numbered from 0; their size is the owner's business.
class BlockImage {
 public:
  static constexpr std::uint64_t page_blocks = 256;

  BlockImage() = default;
  BlockImage(const BlockImage&) = delete;
  BlockImage& operator=(const BlockImage&) = delete;
  BlockImage(BlockImage&&) = default;
  BlockImage& operator=(BlockImage&&) = default;

  /// The block's stamp, 0 when never written.
  Stamp at(std::uint64_t lba) const;
  /// Every block of [lba, lba + blocks) gets the stamp; stamp 0 makes them unwritten again.
  void write(std::uint64_t lba, std::uint64_t blocks, Stamp stamp);
  /// One stamp a block, from `lba` on.
  void write(std::uint64_t lba, std::span<const Stamp> stamps);
  /// For each i in [0, blocks): block first + i gets stamp_at(i) and seen(lba, old, new) is told.
  template <class StampAt, class Seen>
  void exchange(std::uint64_t first, std::uint64_t blocks, StampAt stamp_at, Seen seen);

  /// f(lba, stamp) for each written block of [first, first + blocks), ascending. f must not write
  /// to this image.
  template <class F>
  void for_each_written(std::uint64_t first, std::uint64_t blocks, F f) const;
  /// f(lba, stamp) for each written block, ascending. f must not write to this image.
  template <class F>
  void for_each_written(F f) const {
    for_each_written(0, UINT64_MAX, f);
  }
  /// The first written block at or after `first`.
  std::optional<std::uint64_t> next_written(std::uint64_t first) const;
  /// Whether a block of [first, first + blocks) was written.
  bool any_written(std::uint64_t first, std::uint64_t blocks) const;
  /// Blocks written.
  std::uint64_t written() const { return written_; }
  void clear();
  bool operator==(const BlockImage& other) const;

 private:
  using Entry = PageDirectory::Entry;

  /// Page numbers of a range up to which it is cheaper to look each one up.
  static constexpr std::uint64_t few_pages = 32;

  static const std::uint8_t* positions(const Stamp* leaf, std::uint8_t size_class) {
    return reinterpret_cast<const std::uint8_t*>(leaf + PageArena::capacity(size_class));
  }
  static std::uint64_t last_of(std::uint64_t first, std::uint64_t blocks) {
    return blocks - 1 > UINT64_MAX - first ? UINT64_MAX : first + (blocks - 1);
  }
  Stamp exchange_in(Entry& entry, std::uint8_t position, Stamp stamp);
  Stamp exchange_sparse(Entry& entry, std::uint8_t position, Stamp stamp);
  void enlarge(Entry& entry);
  Entry& make_page(std::uint64_t page);
  void unwrite(std::uint64_t first, std::uint64_t last);
  /// Calls f(lba, stamp) for the page's blocks in [low, high]; stops when f returns false.
  template <class F>
  bool visit(const Entry& entry, std::uint64_t low, std::uint64_t high, F& f) const;
  /// As visit, over all pages that meet [first, last].
  template <class F>
  void walk(std::uint64_t first, std::uint64_t last, F f) const;

  PageDirectory directory_;
  PageArena arena_;
  std::uint64_t written_ = 0;
};

template <class StampAt, class Seen>
void BlockImage::exchange(std::uint64_t first, std::uint64_t blocks, StampAt stamp_at, Seen seen) {
  Entry* entry = nullptr;
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const std::uint64_t lba = first + i;
    const auto position = static_cast<std::uint8_t>(lba % page_blocks);
    if (i == 0 || position == 0) entry = directory_.find(lba / page_blocks);
    const Stamp stamp = stamp_at(i);
    Stamp old = never_written;
    if (entry == nullptr && stamp != never_written) entry = &make_page(lba / page_blocks);
    if (entry != nullptr) old = exchange_in(*entry, position, stamp);
    seen(lba, old, stamp);
  }
}

template <class F>
bool BlockImage::visit(const Entry& entry, std::uint64_t low, std::uint64_t high, F& f) const {
  const std::uint64_t base = entry.page * page_blocks;
  const Stamp* leaf = arena_.leaf(entry.size_class, entry.slot);
  if (entry.size_class == PageArena::dense) {
    const std::uint64_t from = low > base ? low - base : 0;
    const std::uint64_t to = std::min(high - base, page_blocks - 1);
    for (std::uint64_t i = from; i <= to; ++i) {
      if (leaf[i] != never_written && !f(base + i, leaf[i])) return false;
    }
    return true;
  }
  const std::uint8_t* position = positions(leaf, entry.size_class);
  for (std::uint16_t i = 0; i < entry.count; ++i) {
    const std::uint64_t lba = base + position[i];
    if (lba < low) continue;
    if (lba > high) break;
    if (!f(lba, leaf[i])) return false;
  }
  return true;
}

template <class F>
void BlockImage::walk(std::uint64_t first, std::uint64_t last, F f) const {
  const std::uint64_t first_page = first / page_blocks;
  const std::uint64_t last_page = last / page_blocks;
  if (last_page - first_page < few_pages) {
    for (std::uint64_t page = first_page; page <= last_page; ++page) {
      const Entry* entry = directory_.find(page);
      if (entry != nullptr && !visit(*entry, first, last, f)) return;
    }
    return;
  }
  const std::span<const std::uint64_t> pages = directory_.ordered();
  for (auto page = std::lower_bound(pages.begin(), pages.end(), first_page);
       page != pages.end() && *page <= last_page; ++page) {
    if (!visit(*directory_.find(*page), first, last, f)) return;
  }
}

template <class F>
void BlockImage::for_each_written(std::uint64_t first, std::uint64_t blocks, F f) const {
  if (blocks == 0) return;
  walk(first, last_of(first, blocks), [&f](std::uint64_t lba, Stamp stamp) {
    f(lba, stamp);
    return true;
  });
}

}  // namespace replsim::store
