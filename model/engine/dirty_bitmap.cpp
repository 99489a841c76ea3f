// Sparse pages of bits, in memory and as the records hold them.
#include "model/engine/dirty_bitmap.h"

#include <algorithm>
#include <bit>

namespace replsim::engine {
namespace {

constexpr DirtyBitmap::Page no_bits{};

std::uint32_t page_of(std::uint64_t granule) {
  return static_cast<std::uint32_t>(granule / DirtyBitmap::bits_a_page);
}
std::uint64_t word_of(std::uint64_t granule) {
  return granule % DirtyBitmap::bits_a_page / 64;
}
std::uint64_t mask_of(std::uint64_t granule) {
  return std::uint64_t{1} << (granule % 64);
}

const DirtyBitmap::Page& find(const std::map<std::uint32_t, DirtyBitmap::Page>& pages,
                              std::uint32_t index) {
  const auto at = pages.find(index);
  return at == pages.end() ? no_bits : at->second;
}

}  // namespace

bool DirtyBitmap::test(std::uint64_t granule) const {
  if (count_ == 0) return false;
  return (find(pages_, page_of(granule))[word_of(granule)] & mask_of(granule)) != 0;
}

bool DirtyBitmap::any(std::uint64_t lba, std::uint64_t blocks) const {
  if (count_ == 0 || blocks == 0) return false;
  return next(granule_of(lba)) <= granule_of(lba + blocks - 1);
}

void DirtyBitmap::set(std::uint64_t granule) {
  std::uint64_t& word = pages_[page_of(granule)][word_of(granule)];
  if ((word & mask_of(granule)) == 0) ++count_;
  word |= mask_of(granule);
}

void DirtyBitmap::set_blocks(std::uint64_t lba, std::uint64_t blocks) {
  if (blocks == 0) return;
  for (std::uint64_t g = granule_of(lba); g <= granule_of(lba + blocks - 1); ++g) set(g);
}

void DirtyBitmap::clear(std::uint64_t granule) {
  const auto at = pages_.find(page_of(granule));
  if (at == pages_.end()) return;
  std::uint64_t& word = at->second[word_of(granule)];
  if ((word & mask_of(granule)) == 0) return;
  word &= ~mask_of(granule);
  --count_;
  if (at->second == no_bits) pages_.erase(at);
}

void DirtyBitmap::clear_all() {
  pages_.clear();
  count_ = 0;
}

std::uint64_t DirtyBitmap::next(std::uint64_t from) const {
  for (auto at = pages_.lower_bound(page_of(from)); at != pages_.end(); ++at) {
    const std::uint64_t base = std::uint64_t{at->first} * bits_a_page;
    const std::uint64_t start = base < from ? from - base : 0;
    for (std::uint64_t w = start / 64; w < words_a_page; ++w) {
      std::uint64_t word = at->second[w];
      if (w == start / 64) word &= ~std::uint64_t{0} << (start % 64);
      if (word != 0) return base + w * 64 + static_cast<std::uint64_t>(std::countr_zero(word));
    }
  }
  return UINT64_MAX;
}

std::vector<Extent> DirtyBitmap::extents(std::uint64_t volume_blocks) const {
  std::vector<Extent> out;
  for (std::uint64_t g = next(0); g != UINT64_MAX; g = next(g + 1)) {
    const std::uint64_t first = g * granule_blocks_;
    if (first >= volume_blocks) break;
    const std::uint64_t blocks = std::min(granule_blocks_, volume_blocks - first);
    if (!out.empty() && out.back().lba + out.back().blocks == first) {
      out.back().blocks += blocks;
    } else {
      out.push_back({first, blocks});
    }
  }
  return out;
}

bool DirtyBitmap::stably_set(std::uint64_t lba, std::uint64_t blocks) const {
  if (count_ == 0) return false;
  for (std::uint64_t g = granule_of(lba); g <= granule_of(lba + blocks - 1); ++g) {
    if (!test(g)) return false;
    if ((find(stable_, page_of(g))[word_of(g)] & mask_of(g)) == 0) return false;
  }
  return true;
}

std::vector<std::uint32_t> DirtyBitmap::pages_to_write() const {
  std::vector<std::uint32_t> out;
  for (const auto& [index, content] : pages_) {
    if (find(stable_, index) != content) out.push_back(index);
  }
  for (const auto& [index, content] : stable_) {
    if (content != no_bits && !pages_.contains(index)) out.push_back(index);
  }
  std::ranges::sort(out);
  return out;
}

std::vector<std::uint32_t> DirtyBitmap::pages_lacking(std::uint64_t lba,
                                                      std::uint64_t blocks) const {
  std::vector<std::uint32_t> out;
  if (blocks == 0) return out;
  for (std::uint64_t g = granule_of(lba); g <= granule_of(lba + blocks - 1); ++g) {
    const std::uint64_t bit = mask_of(g);
    if ((find(pages_, page_of(g))[word_of(g)] & bit) == 0) continue;
    if ((find(stable_, page_of(g))[word_of(g)] & bit) != 0) continue;
    if (out.empty() || out.back() != page_of(g)) out.push_back(page_of(g));
  }
  return out;
}

DirtyBitmap::Page DirtyBitmap::page(std::uint32_t index) const {
  return find(pages_, index);
}

std::vector<std::uint32_t> DirtyBitmap::stable_pages() const {
  std::vector<std::uint32_t> out;
  for (const auto& [index, content] : stable_) out.push_back(index);
  return out;
}

void DirtyBitmap::page_is_written(std::uint32_t index, const Page& content) {
  const auto at = stable_.find(index);
  if (at == stable_.end()) return;
  for (std::uint64_t w = 0; w < words_a_page; ++w) at->second[w] &= content[w];
}

void DirtyBitmap::page_is_stable(std::uint32_t index, const Page& content) {
  if (content == no_bits) {
    stable_.erase(index);
  } else {
    stable_[index] = content;
  }
}

void DirtyBitmap::load(std::uint32_t index, const Page& content) {
  if (content == no_bits) return;
  pages_[index] = content;
  stable_[index] = content;
  for (const std::uint64_t word : content) {
    count_ += static_cast<std::uint64_t>(std::popcount(word));
  }
}

}  // namespace replsim::engine
