// What a power loss tears, by seed.
#pragma once

#include <cstdint>

#include "sim/chance.h"

namespace replsim::store {

inline sim::Stream tear(std::uint64_t seed) {
  return {seed, "d0", "tear"};
}

}  // namespace replsim::store
