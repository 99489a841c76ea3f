// What a volume, and a relation with its ends, tell of themselves.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check_view.h"

namespace replsim::harness {

bool VolumeView::writing(std::uint64_t lba, std::uint64_t blocks) const {
  return std::any_of(in_flight.begin(), in_flight.end(), [&](const InFlight& write) {
    return write.lba < lba + blocks && lba < write.lba + write.blocks;
  });
}

bool VolumeView::writes(std::uint64_t stamp) const {
  const auto is_it = [&](const InFlight& write) { return write.stamp == stamp; };
  return std::any_of(in_flight.begin(), in_flight.end(), is_it) ||
         std::any_of(outlived.begin(), outlived.end(), is_it);
}

EndView* PairView::source_end() const {
  for (const auto& end : ends) {
    if (!end->gone && end->source()) return end.get();
  }
  return nullptr;
}

EndView* PairView::target_end() const {
  for (const auto& end : ends) {
    if (!end->gone && end->target()) return end.get();
  }
  return nullptr;
}

EndView* PairView::end_at(std::string_view array) const {
  for (const auto& end : ends) {
    if (!end->gone && end->array == array) return end.get();
  }
  return nullptr;
}

EndView* PairView::find(sim::EntityId endpoint) const {
  for (const auto& end : ends) {
    if (end->endpoint == endpoint) return end.get();
  }
  return nullptr;
}

bool PairView::roles_agree() const {
  return std::all_of(ends.begin(), ends.end(),
                     [](const auto& end) { return end->gone || end->own_role == end->role; });
}

void PairView::set_backward(EndView& end, bool value, sim::Instant now) {
  end.backward = value;
  const bool any = std::any_of(ends.begin(), ends.end(),
                               [](const auto& one) { return !one->gone && one->backward; });
  if (backward && !any) swapped = now;
  if (backward != any) {
    for (const auto& one : ends) one->access_changed = now;
  }
  backward = any;
}

std::string PairView::name() const {
  if (source == nullptr || target == nullptr) return fmt::format("pair {}", id);
  return fmt::format("{}->{}", source->path, target->path);
}

}  // namespace replsim::harness
