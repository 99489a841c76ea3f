// Chance: a counter-based generator. A stream belongs to an entity's *name* and a purpose, so that
// adding a fault or removing a volume shifts the draws of no other stream. Integers only.
//   draw n of a stream = mix(key + n * odd constant), key = hash(seed, name, purpose)
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/hash.h"
#include "sim/latency.h"
#include "sim/time.h"

namespace replsim::sim {

/// One share of a billion; probabilities are given in it.
inline constexpr std::uint32_t parts_per_billion = 1'000'000'000;

class Stream {
 public:
  Stream() = default;
  Stream(std::uint64_t seed, std::string_view entity, std::string_view purpose)
      : key_(mix(mix(seed, hash_name(entity)), hash_name(purpose))) {}

  /// 64 uniform bits.
  std::uint64_t next() { return mix(key_ + 0x9E3779B97F4A7C15u * ++count_); }
  /// Uniform in [0, bound); bound greater than zero. Unbiased to 2^-32 for bounds below 2^32.
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
  }
  /// True with probability `share` parts per billion. 0 never draws true, 10^9 always does.
  bool chance(std::uint32_t share) { return below(parts_per_billion) < share; }
  /// Uniform in [low, high].
  Duration between(Duration low, Duration high) {
    return low + Duration{static_cast<std::int64_t>(
                     below(static_cast<std::uint64_t>(ns(high - low)) + 1))};
  }
  /// Exponential with the given mean, by integer tables; at most 45 means.
  Duration exponential(Duration mean);
  /// One draw from a latency: constant, or its minimum plus an exponential tail.
  Duration draw(const Latency& latency);
  /// Draws taken so far.
  std::uint64_t count() const { return count_; }

 private:
  std::uint64_t key_ = 0;
  std::uint64_t count_ = 0;
};

/// -ln(u / 2^64) in units of 2^-32, for u in [1, 2^64); off by less than 1.3 of them.
std::uint64_t negative_log(std::uint64_t u);

}  // namespace replsim::sim
