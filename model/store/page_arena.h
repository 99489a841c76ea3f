// Memory of an image's pages. A page covers 256 blocks and is a leaf of one of eight sizes: room
// for 1, 2, 4, ... 64 blocks (stamps, then their positions as sorted bytes), or all 256 (stamps
// only, position = index). Leaves live in chunks, so they never move while they keep their size.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/store/stamp.h"

namespace replsim::store {

/// Gives and takes back leaves; a leaf is named by its size class and a slot.
class PageArena {
 public:
  static constexpr std::uint8_t classes = 8;
  static constexpr std::uint8_t dense = 7;

  /// Blocks that a leaf of this class can hold.
  static constexpr std::uint32_t capacity(std::uint8_t size_class) {
    return size_class == dense ? 256u : 1u << size_class;
  }
  /// Words of a leaf: stamps, then the positions packed eight to a word.
  static constexpr std::uint32_t words(std::uint8_t size_class) {
    return size_class == dense ? 256u : capacity(size_class) + (capacity(size_class) + 7) / 8;
  }

  /// A leaf whose words are all zero.
  std::uint32_t take(std::uint8_t size_class);
  void give(std::uint8_t size_class, std::uint32_t slot);
  Stamp* leaf(std::uint8_t size_class, std::uint32_t slot) { return words_of(size_class, slot); }
  const Stamp* leaf(std::uint8_t size_class, std::uint32_t slot) const {
    return words_of(size_class, slot);
  }
  void clear();

 private:
  struct Pool {
    std::vector<std::unique_ptr<Stamp[]>> chunks;
    std::vector<std::uint32_t> free;
    std::uint32_t used = 0;  ///< Slots ever handed out.
  };

  /// Leaves of a chunk, as a power of two; a chunk is about 4 KiB (32 KiB of dense ones).
  static constexpr std::uint32_t chunk_shift(std::uint8_t size_class) {
    return size_class == dense ? 4u : 8u - size_class;
  }
  Stamp* words_of(std::uint8_t size_class, std::uint32_t slot) const {
    const std::uint32_t shift = chunk_shift(size_class);
    const std::uint32_t index = slot & ((1u << shift) - 1);
    return pools_[size_class].chunks[slot >> shift].get() +
           static_cast<std::size_t>(index) * words(size_class);
  }

  std::array<Pool, classes> pools_;
};

}  // namespace replsim::store
