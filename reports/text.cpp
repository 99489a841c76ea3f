// Units and safe text; see the header.
#include "reports/text.h"

#include <fmt/format.h>

#include <array>

namespace replsim::reports {
namespace {

/// `value / unit` with up to `digits` decimals, trailing zeros dropped.
std::string decimal(std::uint64_t value, std::uint64_t unit, int digits) {
  std::string text = fmt::format("{}", value / unit);
  std::uint64_t rest = value % unit;
  std::string decimals;
  for (int i = 0; i < digits; ++i) {
    rest *= 10;
    decimals += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
  return decimals.empty() ? text : text + '.' + decimals;
}

struct Unit {
  std::uint64_t size;
  std::string_view name;
};

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::array time_units{Unit{second_ns, "s"}, Unit{1'000'000, "ms"}, Unit{1'000, "us"},
                                Unit{1, "ns"}};
constexpr std::array size_units{Unit{1ULL << 50, "PiB"}, Unit{1ULL << 40, "TiB"},
                                Unit{1ULL << 30, "GiB"}, Unit{1ULL << 20, "MiB"},
                                Unit{1ULL << 10, "KiB"}, Unit{1, "B"}};

std::string long_duration(std::uint64_t ns) {
  const std::uint64_t seconds = ns / second_ns;
  const std::uint64_t minutes = seconds / 60 % 60;
  if (seconds >= 3600) {
    return fmt::format("{} h", seconds / 3600) + (minutes ? fmt::format(" {} min", minutes) : "");
  }
  const std::uint64_t rest = ns % (60 * second_ns);
  return fmt::format("{} min", minutes) + (rest ? ' ' + decimal(rest, second_ns, 3) + " s" : "");
}

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0u) == 0x80u;
}

}  // namespace

std::string duration_text(std::int64_t nanoseconds) {
  if (nanoseconds < 0) return '-' + duration_text(-nanoseconds);
  if (nanoseconds == 0) return "0 s";
  const auto ns = static_cast<std::uint64_t>(nanoseconds);
  if (ns >= 60 * second_ns) return long_duration(ns);
  for (const Unit& unit : time_units) {
    if (ns >= unit.size) return fmt::format("{} {}", decimal(ns, unit.size, 3), unit.name);
  }
  return {};
}

std::string time_text(std::int64_t nanoseconds, bool exact) {
  const auto ns = static_cast<std::uint64_t>(nanoseconds < 0 ? 0 : nanoseconds);
  if (exact) return fmt::format("{}.{:09}", ns / second_ns, ns % second_ns);
  return fmt::format("{}.{:03}", ns / second_ns, ns % second_ns / 1'000'000);
}

std::string bytes_text(std::uint64_t bytes) {
  for (const Unit& unit : size_units) {
    if (bytes >= unit.size) return fmt::format("{} {}", decimal(bytes, unit.size, 1), unit.name);
  }
  return "0 B";
}

std::string hash_text(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

std::string count_text(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(at(i))) return 0;
  }
  const unsigned char second = at(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_large = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_large ? 0 : length;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool c1_control =
        length == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (length == 0) {
      result += "\uFFFD";
    } else if (length == 1 && (first < 0x20 || first == 0x7F)) {
      result += fmt::format("\\x{:02x}", first);
    } else if (c1_control) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[1]));
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace replsim::reports
