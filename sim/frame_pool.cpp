// Chunks of frames by size class.
#include "sim/frame_pool.h"

#include <new>

namespace replsim::sim {
namespace {

constexpr std::align_val_t line{64};  // a frame begins at a cache line

}  // namespace

FramePool::~FramePool() {
  for (void* chunk : chunks_) ::operator delete(chunk, line);
}

void* FramePool::take(std::size_t bytes) {
  ++in_use_;
#ifndef REPLSIM_NO_POOL
  const std::size_t size_class = (bytes + step - 1) / step;
  if (size_class < classes) {
    std::vector<void*>& list = free_[size_class];
    if (list.empty()) {
      const std::size_t frame = size_class * step;
      const std::size_t count = 16384 / frame + 1;
      auto* chunk = static_cast<std::byte*>(::operator new(frame* count, line));
      chunks_.push_back(chunk);
      for (std::size_t i = 0; i < count; ++i) list.push_back(chunk + i * frame);
    }
    void* frame = list.back();
    list.pop_back();
    return frame;
  }
#endif
  return ::operator new(bytes);
}

void FramePool::give(void* frame, [[maybe_unused]] std::size_t bytes) {
  --in_use_;
#ifndef REPLSIM_NO_POOL
  const std::size_t size_class = (bytes + step - 1) / step;
  if (size_class < classes) {
    free_[size_class].push_back(frame);
    return;
  }
#endif
  ::operator delete(frame);
}

}  // namespace replsim::sim
