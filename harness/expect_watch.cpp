// The instant hook.
#include "harness/expect_watch.h"

#include <algorithm>

namespace replsim::harness {

WatchBoard::WatchBoard(sim::World& world, RunHistory& history) : world_(world), history_(history) {
  hook_ = world_.add_instant_hook([this] { judge(); });
}

WatchBoard::~WatchBoard() {
  world_.remove_instant_hook(hook_);
}

WatchBoard::Registration::Registration(WatchBoard& board, Watch& watch)
    : board_(board), watch_(watch) {
  board_.watches_.push_back(&watch_);
  if (watch_.deadline == never) return;
  // An empty event, so that the instant of the deadline exists.
  alarm_ = board_.world_.post_at(
      std::max(watch_.deadline, board_.world_.now()), [](void*, std::uint64_t) {}, nullptr);
}

WatchBoard::Registration::~Registration() {
  std::erase(board_.watches_, &watch_);
  board_.world_.cancel(alarm_);
}

void WatchBoard::judge() {
  for (const auto& action : actions_) action();
  const bool changed = history_.dirty();
  const bool io = history_.dirty_io();
  history_.clean();
  for (Watch* watch : watches_) {
    if (watch->done) continue;
    const bool due = watch->deadline <= world_.now();
    if (!watch->fresh && !due && !changed && !(io && watch->io)) continue;
    watch->fresh = false;
    if (!watch->decided() && !due) continue;
    watch->done = true;
    watch->woken.notify_all(world_);
  }
}

sim::Task<void> wait_for(sim::World& world, WatchBoard& board, Watch& watch) {
  (void)world;
  const WatchBoard::Registration registration(board, watch);
  while (!watch.done) co_await watch.woken.wait();
}

}  // namespace replsim::harness
