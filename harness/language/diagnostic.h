// A located message about a file that a person wrote.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace replsim::harness {

enum class Severity : std::uint8_t { Error, Warning };

/// `file:line:col: error[code]: text`, then the source line, a caret and the hint.
struct Diagnostic {
  Severity severity = Severity::Error;
  std::string code;  ///< Stable, lower case with dashes: "unknown-key".
  std::string file;
  std::uint32_t line = 1;    ///< From 1.
  std::uint32_t column = 1;  ///< From 1, in characters.
  std::string text;
  std::string hint;         ///< Nearest word or what to write instead; may be empty.
  std::string source_line;  ///< The line of the file, cut at 200 characters; may be empty.
  bool operator==(const Diagnostic&) const = default;
};

}  // namespace replsim::harness
