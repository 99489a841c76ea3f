// The run record as JSON, for other programs, and one run of it as a line between two processes.
// Key order is fixed; nothing but wall_ns differs between two runs of the same build and seed.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "harness/record/run_record.h"

namespace replsim::reports {

/// The whole document, indented by two, ending with a newline.
std::string to_json(const record::Record& record);

/// One run as compact JSON without a line break.
std::string scenario_to_json(const record::ScenarioRecord& scenario);

/// The reverse; the error says what is wrong with the text.
std::expected<record::ScenarioRecord, std::string> scenario_from_json(std::string_view text);

}  // namespace replsim::reports
