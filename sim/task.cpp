// Roots of Tasks.
#include "sim/task.h"

namespace replsim::sim {

void TaskGroup::spawn(World& world, Task<void> task) {
  const Handle handle = task.release();
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(tasks_.size());
    tasks_.push_back(handle);
  } else {
    index = free_.back();
    free_.pop_back();
    tasks_[index] = handle;
  }
  ++live_;
  detail::PromiseBase& promise = handle.promise();
  promise.world = &world;
  promise.group = this;
  promise.group_index = index;
  promise.inline_start = true;
  handle.resume();
  promise.inline_start = false;
  if (handle.done()) {
    if (promise.error) world.fail(promise.error);
    tasks_[index] = {};
    free_.push_back(index);
    --live_;
    handle.destroy();
  }
}

void TaskGroup::reap(std::uint32_t index) {
  const Handle handle = std::exchange(tasks_[index], {});
  detail::PromiseBase& promise = handle.promise();
  if (promise.error) promise.world->fail(promise.error);
  free_.push_back(index);
  --live_;
  handle.destroy();
}

void TaskGroup::clear() {
  for (std::size_t i = tasks_.size(); i-- > 0;) {
    if (!tasks_[i]) continue;
    World& world = *tasks_[i].promise().world;
    world.set_tearing_down(true);
    std::exchange(tasks_[i], {}).destroy();
    world.set_tearing_down(false);
  }
  tasks_.clear();
  free_.clear();
  live_ = 0;
}

}  // namespace replsim::sim
