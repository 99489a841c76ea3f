// The trace of a run as text, one line an event; docs/trace.md describes the format.
#pragma once

#include <expected>
#include <string>

#include "sim/trace.h"

namespace replsim::cli {

/// `3149724 state-change east:1 from=0 to=2 pair=1 cause=101`, without a line's end.
std::string trace_line(const sim::TraceEvent& event, const sim::Trace& trace);

/// Writes all kept events. The file is whole or untouched; the error names the path.
std::expected<void, std::string> write_trace(const sim::Trace& trace, const std::string& path);

}  // namespace replsim::cli
