// Integer literals of MOF: decimal, 0x hexadecimal, 0 octal, binary with a final b.
// Source: DSP0004 annex A.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace replsim::cim {

/// Sign and size, apart, so that -0 and the full range of both signs fit.
struct MofNumber {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

enum class MofNumberError : std::uint8_t { NotANumber, Real, TooLarge };

/// Reads a whole literal.
std::expected<MofNumber, MofNumberError> parse_mof_number(std::string_view text);

}  // namespace replsim::cim
