// The metrics of language.md section 7: lower-case parts after a dot, over a window.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "harness/expect_read.h"

namespace replsim::harness {

/// The metric of a thing, or with `statistic` that statistic of a gauge. Error: why there is none.
std::expected<Seen, std::string> read_metric(RunContext& context, const ReadNode& node,
                                             Metric metric, std::optional<Statistic> statistic,
                                             const ReadOptions& options);

}  // namespace replsim::harness
