// Activity log: extents that may have a write in flight to the peer, stably marked before the write
// starts; after a crash of this array only marked extents are recopied (data plane 2). Slots lie
// in pages of the records; an idle slot stays marked until its place is needed, so a hot extent
// costs one metadata write for its life.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/engine/types.h"

namespace replsim::engine {

class ActivityLog {
 public:
  static constexpr std::uint32_t slots_a_page = 128;
  static constexpr std::uint32_t pages = 10;
  static constexpr std::uint32_t slots = slots_a_page * pages;
  static constexpr std::uint64_t no_extent = UINT64_MAX;
  using Page = std::array<std::uint64_t, slots_a_page>;  ///< Extent numbers, or no_extent.

  ActivityLog();
  explicit ActivityLog(std::uint64_t extent_blocks);

  std::uint64_t extent_blocks() const { return extent_blocks_; }
  std::uint64_t extent_of(std::uint64_t lba) const { return lba / extent_blocks_; }

  /// Slot of a marked extent.
  std::optional<std::uint32_t> find(std::uint64_t extent) const;
  /// Mark the extent in a free or idle slot (memory only); none when every slot is busy.
  std::optional<std::uint32_t> mark(std::uint64_t extent);
  bool stable(std::uint32_t slot) const { return slots_[slot].stable; }
  void enter(std::uint32_t slot) { ++slots_[slot].users; }
  void leave(std::uint32_t slot);

  Page page(std::uint32_t index) const;
  /// The page was written stably: its slots that still hold that extent are stable.
  void page_is_stable(std::uint32_t index, const Page& content);
  /// Forget every mark in memory (the flow has ended and every write is settled).
  void clear();
  /// Pages whose records hold marks that memory no longer has.
  std::vector<std::uint32_t> pages_to_write() const;
  /// Pages that have a record.
  std::vector<std::uint32_t> stable_pages() const;
  /// Extents marked in the stable pages.
  std::vector<Extent> stable_extents(std::uint64_t volume_blocks) const;
  /// Restart: the page as read from the records.
  void load(std::uint32_t index, const Page& content);

 private:
  struct Slot {
    std::uint64_t extent = no_extent;
    std::uint32_t users = 0;
    bool stable = false;
    std::uint64_t last_use = 0;
  };
  std::uint64_t extent_blocks_ = 1024;
  std::vector<Slot> slots_;
  std::vector<Page> stable_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_extent_;  // look-up only
  std::uint64_t uses_ = 0;
};

}  // namespace replsim::engine
