// Which sources this program was built from. Defined in a file that tools/build_id.cmake makes:
// a hash over the content of all sources, the same in every checkout. A kept run can only be
// resumed, and a hash only be compared, by a program with the same id.
#pragma once

#include <string_view>

namespace replsim::cli {

/// 16 hexadecimal digits.
std::string_view build_id();

/// Version of replsim: "0.1.0".
std::string_view version();

}  // namespace replsim::cli
