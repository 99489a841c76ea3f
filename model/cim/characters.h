// Characters of names and numbers, in ASCII whatever the locale.
#pragma once

namespace replsim::cim {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What a name of the MOF may begin with.
constexpr bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace replsim::cim
