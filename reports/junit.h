// JUnit XML: one testcase for each scenario x matrix cell x case, with `file` and `line`.
// Names hold nothing that an edit elsewhere changes, so a CI system follows a test over time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/record/run_record.h"

namespace replsim::reports {

/// How one run was asked for, for the line that repeats it.
using OptionsOf = std::function<record::RunOptions(const record::ScenarioRecord&)>;

/// The whole document, UTF-8, ending with a newline. Without `options_of` each run was asked for as
/// the record says.
std::string to_junit(const record::Record& record, const OptionsOf& options_of = {});

/// Text of an element of XML 1.0: markup escaped; what XML can not hold at all (control
/// characters, U+FFFE, U+FFFF, ill-formed bytes) written as `\xNN` or U+FFFD.
std::string xml_text(std::string_view text);

/// The same for an attribute, where a line break or tab must be written by its number.
std::string xml_attribute(std::string_view text);

}  // namespace replsim::reports
