// Pool of coroutine frames by size class, one per World. Off under sanitizers
// (REPLSIM_NO_POOL): a pool hides use after free.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace replsim::sim {

class FramePool {
 public:
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  ~FramePool();

  void* take(std::size_t bytes);
  void give(void* frame, std::size_t bytes);
  /// Frames handed out and not given back.
  std::size_t in_use() const { return in_use_; }

 private:
  static constexpr std::size_t step = 64;
  static constexpr std::size_t classes = 32;  // frames up to 2 KiB; larger ones go to the heap
  std::array<std::vector<void*>, classes> free_;
  std::vector<void*> chunks_;
  std::size_t in_use_ = 0;
};

}  // namespace replsim::sim
