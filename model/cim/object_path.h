// Reading of instance paths: the inverse of ObjectPath::text().
// Form: `Class.Key="text",Key="text"`; inside the quotes `\"` and `\\` are escapes.
// Source: DSP0004, object names, reduced to text keys.
#pragma once

#include <optional>
#include <string_view>

#include "model/cim/value.h"

namespace replsim::cim {

/// The path, or nothing when the text is not one (no class, bad quoting, a key twice, rest behind).
std::optional<ObjectPath> parse_object_path(std::string_view text);

}  // namespace replsim::cim
