// The JSON Schema of scenario, topology, profile and library files, made from the one table.
// Editors complete and check with it; the loader knows more (names, units, order).
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace replsim::harness {

/// Draft 2020-12. Every section of the table is one definition; every value may also be a `$name`.
nlohmann::json json_schema();

}  // namespace replsim::harness
