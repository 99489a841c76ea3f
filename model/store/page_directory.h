// Which pages an image has: an open-addressing table from page number to leaf, and beside it the
// page numbers in ascending order, brought up to date only when somebody iterates.
//   P1  A page once entered stays until clear(), even when its last block was unwritten.
//   P2  References to entries are valid until the next insert.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace replsim::store {

/// Page number -> leaf of a PageArena.
class PageDirectory {
 public:
  struct Entry {
    std::uint64_t page = 0;
    std::uint32_t slot = 0;
    std::uint16_t count = 0;            ///< Blocks written.
    std::uint8_t size_class = nowhere;  ///< PageArena's; `nowhere` marks a free place.
  };

  Entry* find(std::uint64_t page) {
    return const_cast<Entry*>(static_cast<const PageDirectory*>(this)->find(page));
  }
  const Entry* find(std::uint64_t page) const {
    if (table_.empty()) return nullptr;
    for (std::size_t at = home(page);; at = (at + 1) & (table_.size() - 1)) {
      const Entry& entry = table_[at];
      if (entry.size_class == nowhere) return nullptr;
      if (entry.page == page) return &entry;
    }
  }
  /// A new entry; the page must not be there.
  Entry& insert(std::uint64_t page, std::uint8_t size_class, std::uint32_t slot);
  std::size_t size() const { return size_; }
  /// All page numbers, ascending. Valid until the next insert.
  std::span<const std::uint64_t> ordered() const;
  void clear();

 private:
  static constexpr std::uint8_t nowhere = 0xFF;

  std::size_t home(std::uint64_t page) const {
    return static_cast<std::size_t>((page * 0x9E3779B97F4A7C15u) >> shift_);
  }
  Entry& place(std::uint64_t page);
  void grow();

  std::vector<Entry> table_;
  unsigned shift_ = 64;
  std::size_t size_ = 0;
  // Ascending up to order_sorted_; what was inserted since follows unsorted. Built when first
  // asked for.
  mutable std::vector<std::uint64_t> order_;
  mutable std::size_t order_sorted_ = 0;
  mutable bool order_built_ = false;
};

}  // namespace replsim::store
