// A block's content is a 64-bit stamp: the host that wrote it (16 bits, from 1) and that host's
// write count (48 bits, from 1). All blocks of one write carry the same stamp; 0 = never written.
// The block's bytes are a function of (stamp, position), so a misplaced copy is seen.
#pragma once

#include <cstdint>

namespace replsim::store {

/// What a block holds; also the id of the host write that put it there.
using Stamp = std::uint64_t;

inline constexpr Stamp never_written = 0;
inline constexpr std::uint64_t stamp_count_mask = (std::uint64_t{1} << 48) - 1;

/// The stamp of a host's `count`-th write; host and count from 1, count below 2^48.
constexpr Stamp make_stamp(std::uint16_t host, std::uint64_t count) {
  return static_cast<Stamp>(host) << 48 | (count & stamp_count_mask);
}
/// The host that wrote the block; 0 when never written.
constexpr std::uint16_t stamp_host(Stamp stamp) {
  return static_cast<std::uint16_t>(stamp >> 48);
}
/// The host's write count.
constexpr std::uint64_t stamp_count(Stamp stamp) {
  return stamp & stamp_count_mask;
}

}  // namespace replsim::store
