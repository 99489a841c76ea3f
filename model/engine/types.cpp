// Generations that join two histories.
#include "model/engine/types.h"

#include <algorithm>

namespace replsim::engine {

Lineage child_of(const Lineage& mine, const Lineage& theirs, std::uint64_t array) {
  Lineage out;
  out.ancestors = mine.ancestors;
  out.ancestors.push_back(mine.current);
  for (const Generation& ancestor : theirs.ancestors) {
    if (std::ranges::find(out.ancestors, ancestor) == out.ancestors.end()) {
      out.ancestors.push_back(ancestor);
    }
  }
  if (std::ranges::find(out.ancestors, theirs.current) == out.ancestors.end()) {
    out.ancestors.push_back(theirs.current);
  }
  out.current = {std::max(mine.current.counter, theirs.current.counter) + 1, array};
  return out;
}

}  // namespace replsim::engine
