// Golden files: a report must equal tests/reports/golden/NAME byte for byte. A mismatch leaves what
// was made beside the test's working folder as NAME.made, to be read and, if right, moved there.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "tests/catch.h"

namespace replsim::reports {

inline std::string golden(const std::string& name) {
  std::ifstream file(std::string{REPLSIM_SOURCE_DIR "/tests/reports/golden/"} + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void check_golden(const std::string& name, const std::string& made) {
  const std::string expected = golden(name);
  INFO("golden file " << name);
  if (made != expected) std::ofstream(name + ".made") << made;
  CHECK(made == expected);
}

}  // namespace replsim::reports
