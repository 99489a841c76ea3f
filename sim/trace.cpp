// Names, the rolling hash, the ring.
#include "sim/trace.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>

#include "sim/check.h"
#include "sim/hash.h"

namespace replsim::sim {

static_assert(std::endian::native == std::endian::little,
              "the trace hash is defined over little-endian words");

EntityId Trace::entity(std::string_view name) {
  if (name == names_[0]) return {};
  const std::uint64_t hash = hash_name(name);
  const auto at = std::ranges::lower_bound(by_hash_, hash, {}, [](auto& p) { return p.first; });
  if (at != by_hash_.end() && at->first == hash) {
    REPLSIM_CHECK(names_[at->second] == name);  // two names with one 64-bit hash
    return {at->second};
  }
  const auto id = static_cast<std::uint32_t>(names_.size());
  by_hash_.insert(at, {hash, id});
  names_.emplace_back(name);
  name_hashes_.push_back(hash);
  return {id};
}

void Trace::remove_observer(TraceObserver& observer) {
  std::erase(observers_, &observer);
}

void Trace::close_block() {
  rolling_ = XXH3_64bits_withSeed(block_.data(), sizeof block_, rolling_);
  block_used_ = 0;
}

std::uint64_t Trace::hash() const {
  return XXH3_64bits_withSeed(block_.data(), block_used_ * sizeof(std::uint64_t), rolling_);
}

std::vector<TraceEvent> Trace::recent() const {
  const auto middle = ring_.begin() + static_cast<std::ptrdiff_t>(ring_next_);
  std::vector<TraceEvent> out;
  if (ring_count_ > ring_.size()) out.assign(middle, ring_.end());
  out.insert(out.end(), ring_.begin(), middle);
  return out;
}

}  // namespace replsim::sim
