// Sets of blocks and stamps by block for the checkers: flat, no allocation in steady state, memory
// by what they hold. Order of iteration depends only on the operations made, never on addresses.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "harness/stamp_table.h"

namespace replsim::harness {

/// A set of block numbers with constant-time insertion, erasure and dense iteration.
class BlockSet {
 public:
  bool contains(std::uint64_t lba) const { return places_.find(lba + 1) != StampTable::absent; }
  void insert(std::uint64_t lba) {
    if (contains(lba)) return;
    places_.insert(lba + 1, static_cast<std::uint32_t>(blocks_.size()));
    blocks_.push_back(lba);
  }
  void erase(std::uint64_t lba) {
    const std::uint32_t at = places_.find(lba + 1);
    if (at == StampTable::absent) return;
    places_.erase(lba + 1);
    const std::uint64_t last = blocks_.back();
    blocks_.pop_back();
    if (last == lba) return;
    blocks_[at] = last;
    places_.erase(last + 1);
    places_.insert(last + 1, at);
  }
  void set(std::uint64_t lba, bool member) { member ? insert(lba) : erase(lba); }
  void clear() { *this = BlockSet(); }
  std::size_t size() const { return blocks_.size(); }
  bool empty() const { return blocks_.empty(); }
  /// Valid until the next change.
  const std::vector<std::uint64_t>& blocks() const { return blocks_; }

 private:
  StampTable places_;  ///< lba + 1 -> index into blocks_.
  std::vector<std::uint64_t> blocks_;
};

/// The stamp of each block of a volume, in pages; what was never set is 0.
class StampPages {
 public:
  std::uint64_t at(std::uint64_t lba) const {
    const std::uint32_t page = table_.find(lba / page_blocks + 1);
    return page == StampTable::absent ? 0 : (*pages_[page])[lba % page_blocks];
  }
  void set(std::uint64_t lba, std::uint64_t stamp) {
    std::uint32_t page = table_.find(lba / page_blocks + 1);
    if (page == StampTable::absent) {
      page = static_cast<std::uint32_t>(pages_.size());
      table_.insert(lba / page_blocks + 1, page);
      pages_.push_back(std::make_unique<Page>());
    }
    (*pages_[page])[lba % page_blocks] = stamp;
  }

 private:
  static constexpr std::uint64_t page_blocks = 256;
  using Page = std::array<std::uint64_t, page_blocks>;
  StampTable table_;  ///< Page number + 1 -> index into pages_.
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace replsim::harness
