// Lies by block.
#include "model/store/media_faults.h"

#include <algorithm>
#include <iterator>

namespace replsim::store {

std::optional<Stamp> MediaFaults::shown(BlockPlace block) const {
  const auto found = lies_.find(block);
  if (found == lies_.end()) return std::nullopt;
  return found->second.back().stamp;
}

std::optional<Stamp> MediaFaults::really(BlockPlace block) const {
  const auto found = forgone_.find(block);
  if (found == forgone_.end()) return std::nullopt;
  return found->second.really;
}

void MediaFaults::show(sim::FaultId fault, BlockPlace block, Stamp stamp) {
  std::vector<Lie>& lies = lies_[block];
  std::erase_if(lies, [fault](const Lie& lie) { return lie.fault == fault; });
  lies.push_back({fault, stamp});
  hit_.insert(block);
  told_.insert({block.lba, stamp});
}

void MediaFaults::hush(sim::FaultId fault, BlockPlace block) {
  const auto at = lies_.find(block);
  if (at == lies_.end()) return;
  std::erase_if(at->second, [fault](const Lie& lie) { return lie.fault == fault; });
  if (at->second.empty()) lies_.erase(at);
}

void MediaFaults::remember(sim::FaultId fault, BlockPlace block, Stamp stamp) {
  versions_[{fault, block}].push_back(stamp);
}

std::optional<Stamp> MediaFaults::old(sim::FaultId fault, BlockPlace block,
                                      std::uint64_t versions) const {
  const auto at = versions_.find({fault, block});
  if (at == versions_.end()) return std::nullopt;
  const std::vector<Stamp>& known = at->second;
  return known[known.size() - std::min<std::uint64_t>(versions, known.size())];
}

void MediaFaults::written(BlockPlace first, std::uint64_t blocks, bool stable) {
  const BlockPlace end{first.area, first.lba + blocks};
  const auto forget = [&](auto& places) {
    places.erase(places.lower_bound(first), places.lower_bound(end));
  };
  forget(lies_);
  forget(hit_);
  if (stable) forget(forgone_);
}

void MediaFaults::forgo(sim::FaultId fault, BlockPlace block, Stamp really, Stamp promised) {
  const auto [at, first] = forgone_.try_emplace(block, Forgone{really, promised, {}});
  at->second.promised = promised;
  std::vector<sim::FaultId>& faults = at->second.faults;
  if (std::ranges::find(faults, fault) == faults.end()) faults.push_back(fault);
}

void MediaFaults::lose(const std::function<Stamp(BlockPlace)>& now) {
  for (const auto& [block, forgone] : forgone_) {
    if (now(block) != forgone.promised) continue;  // a later write was hardened or survived
    for (const sim::FaultId fault : forgone.faults) show(fault, block, forgone.really);
  }
  forgone_.clear();
}

void MediaFaults::lift(sim::FaultId fault) {
  std::erase_if(versions_, [fault](const auto& entry) { return entry.first.first == fault; });
  for (auto at = lies_.begin(); at != lies_.end();) {
    std::erase_if(at->second, [fault](const Lie& lie) { return lie.fault == fault; });
    at = at->second.empty() ? lies_.erase(at) : std::next(at);
  }
  for (auto at = forgone_.begin(); at != forgone_.end();) {
    std::erase(at->second.faults, fault);
    at = at->second.faults.empty() ? forgone_.erase(at) : std::next(at);
  }
}

void MediaFaults::discard(sim::AreaId area) {
  written({area, 0}, UINT64_MAX, true);
  std::erase_if(versions_, [area](const auto& entry) { return entry.first.second.area == area; });
}

}  // namespace replsim::store
