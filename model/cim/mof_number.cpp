// Integer literals of MOF.
#include "model/cim/mof_number.h"

#include <limits>

#include "model/cim/characters.h"

namespace replsim::cim {
namespace {

struct Digits {
  std::string_view text;
  unsigned base;
};

unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 99;
}

Digits split_base(std::string_view text) {
  const bool has_prefix = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (has_prefix) return {text.substr(2), 16};
  if (text.size() > 1 && (text.back() == 'b' || text.back() == 'B')) {
    return {text.substr(0, text.size() - 1), 2};
  }
  if (text.size() > 1 && text.front() == '0') return {text.substr(1), 8};
  return {text, 10};
}

bool is_real(std::string_view text) {
  bool digit = false;
  bool point = false;
  for (const char c : text) {
    if (c == '.') {
      point = true;
    } else if (is_digit(c)) {
      digit = true;
    } else if (c != 'e' && c != 'E') {
      return false;
    }
  }
  return digit && point;
}

}  // namespace

std::expected<MofNumber, MofNumberError> parse_mof_number(std::string_view text) {
  MofNumber number;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (is_real(text)) return std::unexpected(MofNumberError::Real);
  const Digits digits = split_base(text);
  if (digits.text.empty()) return std::unexpected(MofNumberError::NotANumber);
  bool too_large = false;
  for (const char c : digits.text) {
    const unsigned value = digit_value(c);
    if (value >= digits.base) return std::unexpected(MofNumberError::NotANumber);
    constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();
    too_large = too_large || number.magnitude > (highest - value) / digits.base;
    number.magnitude = number.magnitude * digits.base + value;
  }
  if (too_large) return std::unexpected(MofNumberError::TooLarge);
  return number;
}

}  // namespace replsim::cim
