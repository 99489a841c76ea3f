// Statistics of gauges over a window: latency from a histogram, throughput from the seconds, other
// gauges from samples taken once a second of simulated time where a subject asks for one.
// Source: language.md section 7.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "harness/expect_read.h"
#include "harness/language/step.h"

namespace replsim::harness {

/// Quantile of sorted values by rank ceil(n * share); also max, min and the mean rounded down.
/// None when there are no values.
std::optional<std::uint64_t> statistic_of(std::vector<std::uint64_t> values, Statistic statistic);

/// A metric of a workload.
std::expected<Seen, std::string> workload_metric(RunContext& context, const Workload& workload,
                                                 Metric metric, std::optional<Statistic> statistic,
                                                 const Window* window);

/// A statistic of the samples of one gauge in the window; none without samples.
std::optional<std::uint64_t> sample_statistic(RunContext& context, const std::string& path,
                                              const std::string& metric, Statistic statistic,
                                              const Window* window);
/// The samples of a relation's gauge stand under this path.
std::string sample_key(std::uint64_t pair);
/// Share of [start, now] in which something was busy, from two shares of the time since 0; ppb.
std::uint64_t window_share(std::uint64_t share_now, std::uint64_t share_start, sim::Instant now,
                           sim::Instant start);

/// Finds which gauges the steps ask statistics of, and starts to sample them if there are any.
void start_sampling(RunContext& context);
/// Calls visit for every subject in the steps, at any depth.
void for_each_subject(const Steps& steps, const std::function<void(const Subject&)>& visit);

}  // namespace replsim::harness
