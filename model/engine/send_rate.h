// How much data may be on its way to the peer and when it is sent again. More than the line takes
// only lengthens the queue in front of it, where a fence or an answer would wait: the window grows
// while answers come about as fast as the fastest did, and shrinks when they take twice as long.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/time.h"

namespace replsim::engine {

class SendRate {
 public:
  std::uint64_t window() const { return window_; }
  /// What has no answer for so long is sent again.
  sim::Duration patience() const { return std::max(least_patience, 4 * last_); }
  /// `bytes` were answered so long after they had been sent.
  void answered(std::uint64_t bytes, sim::Duration after) {
    last_ = after;
    fastest_ = fastest_ == sim::Duration{} ? after : std::min(fastest_, after);
    if (after <= 2 * fastest_ + slack) {
      window_ = std::min(window_ + bytes, most);
    } else {
      window_ = std::max(window_ - std::min(bytes, window_), least);
    }
  }

 private:
  static constexpr std::uint64_t least = std::uint64_t{256} << 10;
  static constexpr std::uint64_t most = std::uint64_t{64} << 20;
  static constexpr sim::Duration slack = sim::milliseconds(2);
  static constexpr sim::Duration least_patience = sim::milliseconds(500);
  std::uint64_t window_ = std::uint64_t{1} << 20;
  sim::Duration fastest_{};
  sim::Duration last_{};
};

}  // namespace replsim::engine
