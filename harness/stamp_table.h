// A hash table from a 64-bit key (not 0) to a 32-bit index: open addressing, linear probing,
// erasure by shifting back, so that no tombstones gather. Never iterated: its order reaches
// nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/hash.h"

namespace replsim::harness {

class StampTable {
 public:
  static constexpr std::uint32_t absent = UINT32_MAX;

  /// Index of the key, or `absent`.
  std::uint32_t find(std::uint64_t key) const {
    if (size_ == 0) return absent;
    for (std::size_t at = sim::mix(key) & mask_;; at = (at + 1) & mask_) {
      if (keys_[at] == key) return values_[at];
      if (keys_[at] == 0) return absent;
    }
  }

  /// The key must be new and not 0.
  void insert(std::uint64_t key, std::uint32_t value) {
    if (keys_.empty() || size_ * 4 >= keys_.size() * 3) grow();
    place(key, value);
    ++size_;
  }

  /// Nothing happens when the key is absent.
  void erase(std::uint64_t key) {
    if (size_ == 0) return;
    std::size_t at = sim::mix(key) & mask_;
    while (keys_[at] != key) {
      if (keys_[at] == 0) return;
      at = (at + 1) & mask_;
    }
    // Shift later entries of the run back over the hole where their home allows it.
    for (std::size_t next = (at + 1) & mask_; keys_[next] != 0; next = (next + 1) & mask_) {
      const std::size_t home = sim::mix(keys_[next]) & mask_;
      if (((next - home) & mask_) >= ((next - at) & mask_)) {
        keys_[at] = keys_[next];
        values_[at] = values_[next];
        at = next;
      }
    }
    keys_[at] = 0;
    --size_;
  }

  std::size_t size() const { return size_; }

 private:
  void place(std::uint64_t key, std::uint32_t value) {
    std::size_t at = sim::mix(key) & mask_;
    while (keys_[at] != 0) at = (at + 1) & mask_;
    keys_[at] = key;
    values_[at] = value;
  }

  void grow() {
    const std::size_t capacity = keys_.empty() ? 1024 : keys_.size() * 2;
    std::vector<std::uint64_t> keys(capacity, 0);
    std::vector<std::uint32_t> values(capacity, 0);
    keys.swap(keys_);
    values.swap(values_);
    mask_ = capacity - 1;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] != 0) place(keys[i], values[i]);
    }
  }

  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> values_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace replsim::harness
