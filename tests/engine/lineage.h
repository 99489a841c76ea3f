// Generations for the engine's tests.
#pragma once

#include <cstdint>

#include "model/engine/types.h"

namespace replsim::engine::test {

/// The lineage of an end after it began a generation of its own.
inline Lineage bumped(Lineage from, std::uint64_t array) {
  from.ancestors.push_back(from.current);
  from.current = {from.current.counter + 1, array};
  return from;
}

}  // namespace replsim::engine::test
