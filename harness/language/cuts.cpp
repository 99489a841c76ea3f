// Two cuts with `every` and `times` are two rows of intervals in order: they are walked together.
#include "harness/language/cuts.h"

#include <algorithm>

#include "harness/language/checks.h"

namespace replsim::harness {
namespace {

using sim::Duration;

constexpr std::uint64_t compared_max = 200'000;
constexpr Duration never_ends = Duration::max();

struct Interval {
  Duration begin;
  Duration end;
};

Interval interval(const Cut& cut, std::uint64_t round) {
  const Duration every = cut.fault->every.value_or(Duration{0});
  Interval result{cut.begin + every * static_cast<std::int64_t>(round), never_ends};
  if (cut.fault->length) {
    const Duration left = never_ends - result.begin;
    result.end = result.begin + std::min(*cut.fault->length, left);
  }
  if (cut.stopped) result.end = std::min(result.end, *cut.stopped);
  return result;
}

bool same_way(const FaultStep& a, const FaultStep& b) {
  return a.direction == b.direction || a.direction == LinkDirection::Both ||
         b.direction == LinkDirection::Both;
}

/// True when they stand in two branches of one `parallel`: which comes first is open.
bool side_by_side(const Branches& a, const Branches& b) {
  const auto [x, y] = std::ranges::mismatch(a, b);
  return x != a.end() && y != b.end() && x->first == y->first;
}

}  // namespace

bool Cuts::meet_in_time(const Cut& a, const Cut& b) {
  std::uint64_t i = 0;
  std::uint64_t j = 0;
  while (i < a.times && j < b.times && ++compared_ < compared_max) {
    const Interval x = interval(a, i);
    const Interval y = interval(b, j);
    if (x.end <= y.begin || x.end <= x.begin)
      ++i;
    else if (y.end <= x.begin || y.end <= y.begin)
      ++j;
    else
      return true;
  }
  return false;
}

bool Cuts::overlap(std::size_t earlier, std::size_t later) {
  const Cut& a = cuts_[earlier];
  const Cut& b = cuts_[later];
  if (++compared_ > compared_max) return false;
  if (!same_way(*a.fault, *b.fault) || !same_subject(a.fault->target, b.fault->target))
    return false;
  const bool apart = side_by_side(a.branches, b.branches);
  const bool lifted = a.lifted <= later || (apart && b.lifted != SIZE_MAX);
  if (a.epoch == b.epoch) return !lifted && meet_in_time(a, b);
  const auto endless = [](const Cut& cut) { return !cut.fault->length && !cut.stopped; };
  if (endless(a) && endless(b) && a.lifted == SIZE_MAX && b.lifted == SIZE_MAX) return true;
  return endless(a) && !lifted && !a.at && !b.at && !apart;
}

void Cuts::add(Cut cut) {
  cut.begin = std::min(cut.begin, limit_);
  cut.times = 1;
  if (const auto& every = cut.fault->every; every && *every > Duration{0})
    cut.times =
        std::min(cut.fault->times, 1 + static_cast<std::uint64_t>((limit_ - cut.begin) / *every));
  cuts_.push_back(std::move(cut));
}

void Cuts::stop(SlotId slot, int epoch, Duration now) {
  for (Cut& cut : cuts_) {
    if (cut.as != slot) continue;
    if (cut.epoch != epoch || cut.at)
      cut.lifted = std::min(cut.lifted, cuts_.size());
    else if (!cut.stopped)
      cut.stopped = std::max(now, cut.begin);
  }
}

std::vector<Cut> Cuts::overlapping() {
  std::vector<Cut> found;
  for (std::size_t later = 1; later < cuts_.size() && compared_ < compared_max; ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier)
      if (overlap(earlier, later)) {
        found.push_back(cuts_[later]);
        break;
      }
  return found;
}

}  // namespace replsim::harness
