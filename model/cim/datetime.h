// CIM datetimes as text, integer arithmetic only.
// A point in time is `yyyymmddhhmmss.mmmmmm+000` (always UTC here), an interval is
// `ddddddddhhmmss.mmmmmm:000`. The simulated epoch is 2000-01-01T00:00:00Z.
// Source: DSP0004, datetime type; DESIGN 3.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/cim/value.h"

namespace replsim::cim {

/// The 25 characters of a datetime; nanoseconds below a microsecond are cut off.
std::string format_datetime(const DateTime& value);

/// Reads 25 characters. Nothing for a wrong form, a day that does not exist, fields left open
/// with asterisks, or a time that nanoseconds in 64 bits cannot hold.
std::optional<DateTime> parse_datetime(std::string_view text);

}  // namespace replsim::cim
