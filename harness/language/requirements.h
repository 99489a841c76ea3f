// `requires`: capabilities that the profile must have, else the run is skipped.
#pragma once

#include <string>
#include <vector>

#include "harness/language/scope.h"

namespace replsim::harness {

/// The reasons to skip, one for each capability that no array has (the `provider`, if there is
/// one, else any). Reports requirements that cannot be understood.
std::vector<std::string> missing_capabilities(Context& context, const Run& run);

}  // namespace replsim::harness
