// Leaves of an image: look-up, insertion, growth from sorted leaf to plain page.
#include "model/store/block_image.h"

#include <cstring>
#include <utility>

#include "sim/check.h"

namespace replsim::store {

Stamp BlockImage::at(std::uint64_t lba) const {
  const Entry* entry = directory_.find(lba / page_blocks);
  if (entry == nullptr) return never_written;
  const Stamp* leaf = arena_.leaf(entry->size_class, entry->slot);
  if (entry->size_class == PageArena::dense) return leaf[lba % page_blocks];
  const std::uint8_t* begin = positions(leaf, entry->size_class);
  const std::uint8_t* end = begin + entry->count;
  const std::uint8_t* place =
      std::lower_bound(begin, end, static_cast<std::uint8_t>(lba % page_blocks));
  const bool found = place != end && *place == lba % page_blocks;
  return found ? leaf[place - begin] : never_written;
}

void BlockImage::write(std::uint64_t lba, std::uint64_t blocks, Stamp stamp) {
  if (blocks == 0) return;
  REPLSIM_CHECK(blocks - 1 <= UINT64_MAX - lba, check_value(lba), check_value(blocks));
  if (stamp == never_written) {
    unwrite(lba, last_of(lba, blocks));
    return;
  }
  exchange(
      lba, blocks, [stamp](std::uint64_t) { return stamp; }, [](std::uint64_t, Stamp, Stamp) {});
}

void BlockImage::write(std::uint64_t lba, std::span<const Stamp> stamps) {
  exchange(
      lba, stamps.size(), [stamps](std::uint64_t i) { return stamps[i]; },
      [](std::uint64_t, Stamp, Stamp) {});
}

void BlockImage::unwrite(std::uint64_t first, std::uint64_t last) {
  const auto clear_page = [&](Entry& entry) {
    const std::uint64_t base = entry.page * page_blocks;
    const std::uint64_t low = std::max(first, base);
    const std::uint64_t high = std::min(last, base + (page_blocks - 1));
    for (std::uint64_t lba = low;; ++lba) {
      exchange_in(entry, static_cast<std::uint8_t>(lba % page_blocks), never_written);
      if (lba == high) break;
    }
  };
  const std::uint64_t first_page = first / page_blocks;
  const std::uint64_t last_page = last / page_blocks;
  if (last_page - first_page < few_pages) {
    for (std::uint64_t page = first_page; page <= last_page; ++page) {
      if (Entry* entry = directory_.find(page)) clear_page(*entry);
    }
    return;
  }
  for (const std::uint64_t page : directory_.ordered()) {
    if (page >= first_page && page <= last_page) clear_page(*directory_.find(page));
  }
}

BlockImage::Entry& BlockImage::make_page(std::uint64_t page) {
  return directory_.insert(page, 0, arena_.take(0));
}

Stamp BlockImage::exchange_in(Entry& entry, std::uint8_t position, Stamp stamp) {
  if (entry.size_class != PageArena::dense) return exchange_sparse(entry, position, stamp);
  Stamp& block = arena_.leaf(entry.size_class, entry.slot)[position];
  const Stamp old = std::exchange(block, stamp);
  const int change = (stamp != never_written) - (old != never_written);
  entry.count = static_cast<std::uint16_t>(entry.count + change);
  written_ += static_cast<std::uint64_t>(static_cast<std::int64_t>(change));
  return old;
}

Stamp BlockImage::exchange_sparse(Entry& entry, std::uint8_t position, Stamp stamp) {
  Stamp* leaf = arena_.leaf(entry.size_class, entry.slot);
  auto* begin = const_cast<std::uint8_t*>(positions(leaf, entry.size_class));
  const std::size_t count = entry.count;
  const auto at =
      static_cast<std::size_t>(std::lower_bound(begin, begin + count, position) - begin);
  const std::size_t behind = count - at;
  if (at != count && begin[at] == position) {
    const Stamp old = leaf[at];
    if (stamp != never_written) {
      leaf[at] = stamp;
      return old;
    }
    std::memmove(begin + at, begin + at + 1, behind - 1);
    std::memmove(leaf + at, leaf + at + 1, (behind - 1) * sizeof(Stamp));
    --entry.count;
    --written_;
    return old;
  }
  if (stamp == never_written) return never_written;
  if (count == PageArena::capacity(entry.size_class)) {
    enlarge(entry);
    return exchange_in(entry, position, stamp);
  }
  std::memmove(begin + at + 1, begin + at, behind);
  std::memmove(leaf + at + 1, leaf + at, behind * sizeof(Stamp));
  begin[at] = position;
  leaf[at] = stamp;
  ++entry.count;
  ++written_;
  return never_written;
}

void BlockImage::enlarge(Entry& entry) {
  const auto next = static_cast<std::uint8_t>(entry.size_class + 1);
  const std::uint32_t slot = arena_.take(next);
  const Stamp* old_leaf = arena_.leaf(entry.size_class, entry.slot);
  const std::uint8_t* old_positions = positions(old_leaf, entry.size_class);
  Stamp* leaf = arena_.leaf(next, slot);
  if (next == PageArena::dense) {
    for (std::uint16_t i = 0; i < entry.count; ++i) leaf[old_positions[i]] = old_leaf[i];
  } else {
    std::memcpy(leaf, old_leaf, entry.count * sizeof(Stamp));
    std::memcpy(const_cast<std::uint8_t*>(positions(leaf, next)), old_positions, entry.count);
  }
  arena_.give(entry.size_class, entry.slot);
  entry.size_class = next;
  entry.slot = slot;
}

std::optional<std::uint64_t> BlockImage::next_written(std::uint64_t first) const {
  std::optional<std::uint64_t> found;
  walk(first, UINT64_MAX, [&found](std::uint64_t lba, Stamp) {
    found = lba;
    return false;
  });
  return found;
}

bool BlockImage::any_written(std::uint64_t first, std::uint64_t blocks) const {
  if (blocks == 0) return false;
  bool any = false;
  walk(first, last_of(first, blocks), [&any](std::uint64_t, Stamp) {
    any = true;
    return false;
  });
  return any;
}

void BlockImage::clear() {
  directory_.clear();
  arena_.clear();
  written_ = 0;
}

bool BlockImage::operator==(const BlockImage& other) const {
  if (written_ != other.written_) return false;
  bool same = true;
  walk(0, UINT64_MAX, [&](std::uint64_t lba, Stamp stamp) {
    same = other.at(lba) == stamp;
    return same;
  });
  return same;
}

}  // namespace replsim::store
