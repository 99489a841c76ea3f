// Assertions that are always on. A failed check means that replsim itself is wrong: only the
// runner and tests catch it, and print seed, time and the last trace lines.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <source_location>
#include <stdexcept>
#include <string>

namespace replsim {

/// Thrown by REPLSIM_CHECK. The text holds file, line, condition and the values given.
class InvariantError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* condition, std::source_location where,
                               std::initializer_list<std::int64_t> values);

/// Any integer or enumeration as a printable value.
template <class T>
constexpr std::int64_t check_value(T value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace replsim

/// REPLSIM_CHECK(condition, integers...): throws InvariantError with the integers' values.
#define REPLSIM_CHECK(condition, ...)                                                      \
  do {                                                                                     \
    if (!(condition)) [[unlikely]]                                                         \
      ::replsim::check_failed(#condition, std::source_location::current(), {__VA_ARGS__}); \
  } while (false)
