// The version is that of the CMake project.
#include "cli/build_id.h"

namespace replsim::cli {

std::string_view version() {
  return REPLSIM_VERSION;
}

}  // namespace replsim::cli
