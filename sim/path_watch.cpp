// The clock of a watch: when it counts, stands still, expires.
#include <utility>

#include "sim/link.h"

namespace replsim::sim {

PathWatch::PathWatch(World& world, Link& link, Node& owner, Duration timeout,
                     std::function<void(bool)> changed)
    : world_(world),
      link_(link),
      owner_(owner),
      timeout_(timeout),
      changed_(std::move(changed)),
      found_(link.open()) {
  link_.watches_.push_back(this);
}

PathWatch::~PathWatch() {
  world_.cancel(timer_);
  std::erase(link_.watches_, this);
}

void PathWatch::evaluate(World& world) {
  if (!owner_.running()) {
    if (!counting_ || frozen_) return;
    frozen_ = true;
    left_ = deadline_ - world.now();
    world.cancel(std::exchange(timer_, {}));
    return;
  }
  const bool was_frozen = std::exchange(frozen_, false);
  if (link_.open() == found_) {
    counting_ = false;
    world.cancel(std::exchange(timer_, {}));
    return;
  }
  if (counting_ && !was_frozen) return;
  if (!counting_) left_ = found_ ? timeout_ : link_.round_trip();
  counting_ = true;
  deadline_ = world.now() + left_;
  timer_ = world.post_at(deadline_, &PathWatch::expire, this, 0, owner_.lane());
}

void PathWatch::expire(void* context, std::uint64_t) {
  PathWatch& watch = *static_cast<PathWatch*>(context);
  watch.timer_ = {};
  watch.counting_ = false;
  watch.found_ = !watch.found_;
  if (!watch.found_) watch.link_.missed_probe(watch.world_);
  const auto changed = watch.changed_;  // the call may destroy the watch
  changed(watch.found_);
}

}  // namespace replsim::sim
