// Conditions that wait: each is judged at the end of an instant (when every event of it has run),
// and again only when something relevant happened, or at its deadline. A waiting Task is resumed in
// the very instant, so that a wait takes no time of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/run_history.h"
#include "sim/sync.h"
#include "sim/world.h"

namespace replsim::harness {

/// Judged at the end of instants until it is decided.
struct Watch {
  std::function<bool()> decided;  ///< True: done, wake the Task. Must not post.
  bool io = false;                ///< I/O events are relevant too.
  bool done = false;
  bool fresh = true;  ///< Not judged yet.
  sim::Instant deadline = never;
  sim::Signal woken;
};

/// All watches of a run, and the hook that judges them.
class WatchBoard {
 public:
  WatchBoard(sim::World& world, RunHistory& history);
  WatchBoard(const WatchBoard&) = delete;
  WatchBoard& operator=(const WatchBoard&) = delete;
  ~WatchBoard();

  /// Registers a watch while it lives.
  class Registration {
   public:
    Registration(WatchBoard& board, Watch& watch);
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration();

   private:
    WatchBoard& board_;
    Watch& watch_;
    sim::EventId alarm_;
  };

  /// Called at the end of every instant, before the watches.
  void on_instant(std::function<void()> action) { actions_.push_back(std::move(action)); }
  void clear_actions() { actions_.clear(); }

 private:
  void judge();

  sim::World& world_;
  RunHistory& history_;
  std::vector<Watch*> watches_;
  std::vector<std::function<void()>> actions_;
  std::uint64_t hook_ = 0;
};

/// Ends when `watch.decided` was true at the end of an instant, or its deadline's instant ended.
sim::Task<void> wait_for(sim::World& world, WatchBoard& board, Watch& watch);

}  // namespace replsim::harness
