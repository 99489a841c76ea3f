// Statistics of the course of an RPO: exact, by time.
#include <algorithm>
#include <utility>

#include "harness/rpo.h"
#include "sim/wide.h"

namespace replsim::harness {

namespace {

/// A stretch of the window in which nothing changed but time.
struct Stretch {
  std::uint64_t from = 0;  ///< Value at its begin.
  std::uint64_t to = 0;    ///< And at its end.
  std::uint64_t length = 0;
};

template <class Value>
std::vector<Stretch> stretches(const std::vector<RpoPoint>& course, sim::Instant since,
                               sim::Instant now, const Value& value) {
  std::vector<Stretch> result;
  for (std::size_t i = 0; i < course.size(); ++i) {
    const sim::Instant begin = std::max(course[i].time, since);
    const sim::Instant end = i + 1 < course.size() ? std::min(course[i + 1].time, now) : now;
    if (end < begin || (end == begin && i + 1 < course.size())) continue;
    result.push_back({value(course[i], begin), value(course[i], end),
                      static_cast<std::uint64_t>(sim::ns(end - begin))});
  }
  return result;
}

std::uint64_t mean(const std::vector<Stretch>& stretches) {
  sim::Wide area = 0;
  std::uint64_t length = 0;
  for (const Stretch& one : stretches) {
    area += (static_cast<sim::Wide>(one.from) + one.to) * one.length;
    length += one.length;
  }
  if (length == 0) return stretches.back().to;
  return static_cast<std::uint64_t>(area / 2 / length);
}

/// The time in which the value was not above `value`.
sim::Wide time_below(const std::vector<Stretch>& stretches, std::uint64_t value) {
  sim::Wide time = 0;
  for (const Stretch& one : stretches) {
    if (value < one.from) continue;
    // A value that grows does so by one nanosecond each nanosecond.
    time += one.from == one.to ? one.length : std::min(value - one.from, one.length);
  }
  return time;
}

std::uint64_t quantile(const std::vector<Stretch>& stretches, std::uint64_t per_mille) {
  sim::Wide length = 0;
  std::uint64_t high = 0;
  for (const Stretch& one : stretches) {
    length += one.length;
    high = std::max(high, one.to);
  }
  if (length == 0) return stretches.back().to;
  std::uint64_t low = 0;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (time_below(stretches, middle) * 1000 >= length * per_mille) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

std::uint64_t statistic_of(const std::vector<Stretch>& stretches, Statistic statistic) {
  if (stretches.empty()) return 0;
  switch (statistic) {
    case Statistic::Max: return std::ranges::max_element(stretches, {}, &Stretch::to)->to;
    case Statistic::Min: return std::ranges::min_element(stretches, {}, &Stretch::from)->from;
    case Statistic::Mean: return mean(stretches);
    case Statistic::P50: return quantile(stretches, 500);
    case Statistic::P99: return quantile(stretches, 990);
    case Statistic::P999: return quantile(stretches, 999);
  }
  std::unreachable();
}

}  // namespace

std::uint64_t rpo_statistic(const std::vector<RpoPoint>& course, sim::Instant since,
                            sim::Instant now, Statistic statistic) {
  const auto age = [](const RpoPoint& point, sim::Instant at) -> std::uint64_t {
    return point.oldest == never ? 0 : static_cast<std::uint64_t>(sim::ns(at - point.oldest));
  };
  return statistic_of(stretches(course, since, now, age), statistic);
}

std::uint64_t rpo_bytes_statistic(const std::vector<RpoPoint>& course, sim::Instant since,
                                  sim::Instant now, Statistic statistic) {
  const auto bytes = [](const RpoPoint& point, sim::Instant) { return point.bytes; };
  return statistic_of(stretches(course, since, now, bytes), statistic);
}

}  // namespace replsim::harness
