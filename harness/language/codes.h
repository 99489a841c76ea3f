// Every code that a diagnostic of the language can have, with what it means. Stable names: tests,
// editors and people search for them.
// Source: language.md sections 1, 5 and 9.
#pragma once

#include <span>
#include <string_view>

#include "harness/language/diagnostic.h"

namespace replsim::harness {

/// A row of the table of codes.
struct DiagnosticCode {
  std::string_view code;
  Severity severity;
  std::string_view meaning;
};

/// All codes: files, YAML, keys, values, names, calls, time, then warnings.
std::span<const DiagnosticCode> diagnostic_codes();

/// Null when unknown.
const DiagnosticCode* find_diagnostic_code(std::string_view code);

}  // namespace replsim::harness
