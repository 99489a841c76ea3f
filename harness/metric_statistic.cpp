// Windows of workloads, and sampled gauges.
#include "harness/metric_statistic.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/wide.h"

namespace replsim::harness {

namespace {

using Failure = std::unexpected<std::string>;

std::uint64_t histogram_statistic(const Histogram& histogram, Statistic statistic) {
  switch (statistic) {
    case Statistic::Max: return histogram.max();
    case Statistic::Min: return histogram.min();
    case Statistic::Mean: return histogram.mean();
    case Statistic::P50: return histogram.quantile(500);
    case Statistic::P99: return histogram.quantile(990);
    case Statistic::P999: return histogram.quantile(999);
  }
  std::unreachable();
}

Seen per_second(std::uint64_t count, sim::Duration length) {
  const std::int64_t nanoseconds = std::max<std::int64_t>(1, sim::ns(length));
  return {Quantity{Unit::EventsPerSecond, Big{count} * billion * billion / nanoseconds}};
}

std::expected<Seen, std::string> throughput(RunContext& context, const Workload& workload,
                                            std::uint64_t acknowledged,
                                            std::optional<Statistic> statistic,
                                            const Window* window) {
  const sim::Instant started = workload.started();
  const sim::Instant begin = window == nullptr ? started : std::max(started, window->start);
  const sim::Instant now = workload.ended() ? workload.ended_at() : context.world.now();
  const sim::Instant end = std::max(begin, now);
  if (!statistic || *statistic == Statistic::Mean) return per_second(acknowledged, end - begin);
  std::vector<std::uint64_t> seconds;
  const auto first =
      static_cast<std::size_t>((sim::ns(begin - started) + 999'999'999) / 1'000'000'000);
  const auto last = static_cast<std::size_t>(sim::ns(end - started) / 1'000'000'000);
  for (std::size_t second = first; second < last; ++second) {
    const auto& counts = workload.per_second();
    seconds.push_back(second < counts.size() ? counts[second] : 0);
  }
  const auto value = statistic_of(std::move(seconds), *statistic);
  if (!value) return Failure("the window holds no whole second of " + workload.name());
  return per_second(*value, sim::seconds(1));
}

}  // namespace

std::optional<std::uint64_t> statistic_of(std::vector<std::uint64_t> values, Statistic statistic) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const auto rank = [&](std::uint64_t per_mille) {
    const std::size_t place = (values.size() * per_mille + 999) / 1000;
    return values[std::max<std::size_t>(place, 1) - 1];
  };
  switch (statistic) {
    case Statistic::Max: return values.back();
    case Statistic::Min: return values.front();
    case Statistic::Mean: {
      sim::Wide sum = 0;
      for (const std::uint64_t value : values) sum += value;
      return static_cast<std::uint64_t>(sum / values.size());
    }
    case Statistic::P50: return rank(500);
    case Statistic::P99: return rank(990);
    case Statistic::P999: return rank(999);
  }
  std::unreachable();
}

std::expected<Seen, std::string> workload_metric(RunContext& context, const Workload& workload,
                                                 Metric metric, std::optional<Statistic> statistic,
                                                 const Window* window) {
  if (metric == Metric::Done) return Seen{workload.ended()};
  const WorkloadCounters& now = workload.counters();
  const WorkloadCounters zero;
  const WorkloadCounters* before = &zero;
  if (window != nullptr) {
    const auto found = std::ranges::find_if(
        window->workloads, [&](const auto& entry) { return entry.first == &workload; });
    if (found != window->workloads.end()) before = &found->second;
  }
  const std::uint64_t acknowledged = now.acknowledged - before->acknowledged;
  if (metric == Metric::Acknowledged) return seen_count(acknowledged);
  if (metric == Metric::Errors) return seen_count(now.errors - before->errors);
  if (metric == Metric::Skipped) return seen_count(now.skipped - before->skipped);
  if (metric == Metric::Throughput) {
    return throughput(context, workload, acknowledged, statistic, window);
  }
  if (metric == Metric::FirstAck) {
    const sim::Instant since = window == nullptr ? workload.started() : window->start;
    const sim::Instant first = workload.first_ack(since);
    if (first == never) return Failure(workload.name() + " has no acknowledged write yet");
    return seen_ns(sim::ns(first - since));
  }
  if (metric == Metric::Latency) {
    const Histogram latency = now.latency.since(before->latency);
    if (latency.count() == 0) return Failure(workload.name() + " has no answer in the window");
    const std::uint64_t value = histogram_statistic(latency, statistic.value_or(Statistic::Mean));
    return seen_ns(static_cast<std::int64_t>(value));
  }
  return Failure(fmt::format("a workload has no metric {}", word(metric)));
}

std::optional<std::uint64_t> sample_statistic(RunContext& context, const std::string& path,
                                              const std::string& metric, Statistic statistic,
                                              const Window* window) {
  std::vector<std::uint64_t> values;
  for (const Sample& sample : context.samples[{path, metric}]) {
    if (window == nullptr || sample.time >= window->start) values.push_back(sample.value);
  }
  if (values.empty()) {  // within the first second
    const auto now = context.testbed.metric(path, metric);
    if (now) values.push_back(*now);
  }
  return statistic_of(std::move(values), statistic);
}

std::uint64_t window_share(std::uint64_t share_now, std::uint64_t share_start, sim::Instant now,
                           sim::Instant start) {
  if (now <= start) return share_now;
  const sim::Wide busy_now =
      static_cast<sim::Wide>(share_now) * static_cast<std::uint64_t>(sim::ns(now));
  const sim::Wide busy_start =
      static_cast<sim::Wide>(share_start) * static_cast<std::uint64_t>(sim::ns(start));
  if (busy_now <= busy_start) return 0;
  return static_cast<std::uint64_t>((busy_now - busy_start) /
                                    static_cast<std::uint64_t>(sim::ns(now - start)));
}

}  // namespace replsim::harness
