// Leaves by size class: chunks that never move, and a list of free slots.
#include "model/store/page_arena.h"

#include <algorithm>

namespace replsim::store {

std::uint32_t PageArena::take(std::uint8_t size_class) {
  Pool& pool = pools_[size_class];
  if (!pool.free.empty()) {
    const std::uint32_t slot = pool.free.back();
    pool.free.pop_back();
    std::fill_n(words_of(size_class, slot), words(size_class), Stamp{0});
    return slot;
  }
  const std::uint32_t shift = chunk_shift(size_class);
  if (pool.used >> shift == pool.chunks.size()) {
    pool.chunks.push_back(
        std::make_unique<Stamp[]>(static_cast<std::size_t>(words(size_class)) << shift));
  }
  return pool.used++;
}

void PageArena::give(std::uint8_t size_class, std::uint32_t slot) {
  pools_[size_class].free.push_back(slot);
}

void PageArena::clear() {
  for (Pool& pool : pools_) pool = Pool{};
}

}  // namespace replsim::store
