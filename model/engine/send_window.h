// Sequences of one session with the peer: which is the lowest that is still unanswered. The peer
// forgets what lies below it (A30).
#pragma once

#include <cstdint>
#include <deque>

namespace replsim::engine {

class SendWindow {
 public:
  /// A new session: sequences start at 1.
  void restart() {
    answered_.clear();
    last_ = 0;
  }
  /// The next sequence; open until it is closed.
  std::uint64_t open() {
    answered_.push_back(false);
    return ++last_;
  }
  /// Answered. Each sequence of this session at most once.
  void close(std::uint64_t sequence) {
    answered_[sequence - lowest_open()] = true;
    while (!answered_.empty() && answered_.front()) answered_.pop_front();
  }
  /// One past the last when nothing is open.
  std::uint64_t lowest_open() const { return last_ + 1 - answered_.size(); }
  std::uint64_t last() const { return last_; }

 private:
  std::deque<bool> answered_;  ///< Of [lowest_open, last].
  std::uint64_t last_ = 0;
};

}  // namespace replsim::engine
