// 128-bit products, so that no scaling of 64-bit figures overflows.
#pragma once

#include <cstdint>

namespace replsim::sim {

__extension__ using Wide = unsigned __int128;

/// a * b / divisor, rounded down; the result must fit.
constexpr std::uint64_t scale(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
  return static_cast<std::uint64_t>(static_cast<Wide>(a) * b / divisor);
}

}  // namespace replsim::sim
