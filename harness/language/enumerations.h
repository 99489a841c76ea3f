// Values of a ValueMap as the language writes them: full name, short name, or number.
#pragma once

#include <optional>

#include "harness/language/fields.h"
#include "model/cim/schema.h"

namespace replsim::harness {

/// The value of a scalar on a scale; numbers need not have a name (reserved and vendor values).
std::optional<EnumerationValue> read_enumeration(Context& context, Cursor at,
                                                 const cim::Enumeration& scale);

/// The same without a report, for `raw`: nothing when the text is no value of the scale.
std::optional<EnumerationValue> find_enumeration_value(const Node& node,
                                                       const cim::Enumeration& scale);

}  // namespace replsim::harness
