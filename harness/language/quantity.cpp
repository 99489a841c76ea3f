// Reading and writing quantities. A decimal is a 128-bit mantissa and a power of ten; scaling to
// the base unit must leave nothing over.
#include "harness/language/quantity.h"

#include <fmt/core.h>

#include <array>
#include <limits>
#include <optional>
#include <span>

#include "model/cim/characters.h"

namespace replsim::harness {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int digits_max = 27;
constexpr auto int64_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
constexpr std::uint64_t billion = 1'000'000'000;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// clang-format off
constexpr std::array duration_units = {
    Unit{"ns", 1}, Unit{"us", 1'000}, Unit{"ms", 1'000'000}, Unit{"s", billion},
    Unit{"min", 60 * billion}, Unit{"h", 3600 * billion}, Unit{"d", 86'400 * billion}};
constexpr std::array size_units = {
    Unit{"B", 1}, Unit{"KiB", 1ULL << 10}, Unit{"MiB", 1ULL << 20}, Unit{"GiB", 1ULL << 30},
    Unit{"TiB", 1ULL << 40}, Unit{"PiB", 1ULL << 50}};
constexpr std::array bit_units = {
    Unit{"bit", 1}, Unit{"kbit", 1'000}, Unit{"Mbit", 1'000'000}, Unit{"Gbit", billion},
    Unit{"Tbit", 1000 * billion}};
// clang-format on

struct Decimal {
  bool negative = false;
  Wide mantissa = 0;
  int scale = 0;  ///< Digits after the point.
  bool too_long = false;
  std::string_view rest;  ///< After the number, spaces removed on both ends.
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal result;
  text = trimmed(text);
  if (text.starts_with('-')) {
    result.negative = true;
    text.remove_prefix(1);
  }
  int count = 0;
  bool point = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point && count > 0 && i + 1 < text.size() &&
        cim::is_digit(text[i + 1])) {
      point = true;
      continue;
    }
    if (!cim::is_digit(text[i])) break;
    if (++count > digits_max) result.too_long = true;
    if (result.too_long) continue;
    result.mantissa = result.mantissa * 10 + static_cast<Wide>(text[i] - '0');
    if (point) ++result.scale;
  }
  if (count == 0) return std::nullopt;
  result.rest = trimmed(text.substr(i));
  return result;
}

enum class ScaleError : std::uint8_t { Overflow, Fraction };

/// mantissa * factor / 10^scale when it is whole and within `limit`.
std::expected<Wide, ScaleError> scaled(const Decimal& decimal, std::uint64_t factor, Wide limit) {
  if (decimal.too_long) return std::unexpected(ScaleError::Overflow);
  Wide divisor = 1;
  for (int i = 0; i < decimal.scale; ++i) divisor *= 10;
  constexpr Wide wide_max = ~static_cast<Wide>(0);
  // Reduce before multiplying: a mantissa of 27 digits times a factor would not fit.
  Wide mantissa = decimal.mantissa;
  while (divisor > 1 && mantissa % 10 == 0) {
    mantissa /= 10;
    divisor /= 10;
  }
  if (factor != 0 && mantissa > wide_max / factor) return std::unexpected(ScaleError::Overflow);
  const Wide product = mantissa * factor;
  if (product % divisor != 0) return std::unexpected(ScaleError::Fraction);
  const Wide value = product / divisor;
  if (value > limit) return std::unexpected(ScaleError::Overflow);
  return value;
}

std::string unit_names(std::span<const Unit> units, std::string_view suffix = {}) {
  std::string result;
  for (const Unit& unit : units)
    result += fmt::format("{}{}{}", result.empty() ? "" : " ", unit.name, suffix);
  return result;
}

ValueError scale_error(ScaleError error, std::string_view what, std::string_view grain) {
  if (error == ScaleError::Overflow)
    return {"out-of-range", fmt::format("the {} is too large", what), {}};
  return {"out-of-range", fmt::format("the {} is no whole number of {}", what, grain), {}};
}

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return &unit;
  return nullptr;
}

}  // namespace

bool looks_like_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && cim::is_digit(text.front());
}

Parsed<sim::Duration> parse_duration(std::string_view text) {
  const auto number = read_decimal(text);
  if (!number)
    return std::unexpected(ValueError{"wrong-type", fmt::format("`{}` is no duration", text),
                                      "a number and a unit: 60 s, 1.5 ms"});
  if (number->rest.empty())
    return std::unexpected(
        ValueError{"wrong-unit", "a duration has a unit",
                   fmt::format("write `{} s` or another of {}", text, unit_names(duration_units))});
  const Unit* unit = find_unit(duration_units, number->rest);
  if (unit == nullptr)
    return std::unexpected(ValueError{"wrong-unit",
                                      fmt::format("`{}` is no unit of time", number->rest),
                                      fmt::format("the units are {}", unit_names(duration_units))});
  const auto value = scaled(*number, unit->factor, int64_max);
  if (!value) return std::unexpected(scale_error(value.error(), "duration", "nanoseconds"));
  const auto count = static_cast<std::int64_t>(*value);
  return sim::Duration{number->negative ? -count : count};
}

Parsed<ByteSize> parse_size(std::string_view text) {
  const auto number = read_decimal(text);
  if (!number || number->negative)
    return std::unexpected(ValueError{"wrong-type", fmt::format("`{}` is no size", text),
                                      "a number and a unit: 4 KiB, 1 TiB"});
  if (number->rest.empty())
    return std::unexpected(
        ValueError{"wrong-unit", "a size has a unit",
                   fmt::format("write `{} B` or another of {}", text, unit_names(size_units))});
  const Unit* unit = find_unit(size_units, number->rest);
  if (unit == nullptr)
    return std::unexpected(ValueError{"wrong-unit",
                                      fmt::format("`{}` is no unit of size", number->rest),
                                      fmt::format("sizes are binary: {}", unit_names(size_units))});
  const auto value = scaled(*number, unit->factor, std::numeric_limits<std::uint64_t>::max());
  if (!value) return std::unexpected(scale_error(value.error(), "size", "bytes"));
  return ByteSize{static_cast<std::uint64_t>(*value)};
}

Parsed<Rate> parse_rate(std::string_view text) {
  const auto number = read_decimal(text);
  if (!number || number->negative)
    return std::unexpected(ValueError{"wrong-type", fmt::format("`{}` is no rate", text),
                                      "500/s, 20 MiB/s or 1 Gbit/s"});
  std::string_view unit = number->rest;
  if (!unit.ends_with("/s"))
    return std::unexpected(ValueError{"wrong-unit", fmt::format("`{}` is no rate", text),
                                      "a rate ends in /s: 500/s, 20 MiB/s, 1 Gbit/s"});
  unit = trimmed(unit.substr(0, unit.size() - 2));
  Rate rate;
  std::uint64_t factor = billion;
  if (const Unit* bits = find_unit(bit_units, unit)) {
    rate.of = Rate::Of::Bytes;
    factor = bits->factor * (billion / 8);
  } else if (const Unit* bytes = find_unit(size_units, unit)) {
    rate.of = Rate::Of::Bytes;
    if (bytes->factor > (1ULL << 30U))
      return std::unexpected(ValueError{"wrong-unit", "rates end at GiB/s", {}});
    factor = bytes->factor * billion;
  } else if (!unit.empty()) {
    return std::unexpected(
        ValueError{"wrong-unit", fmt::format("`{}/s` is no unit of a rate", unit),
                   fmt::format("the units are /s {} {}", unit_names(size_units, "/s"),
                               unit_names(bit_units, "/s"))});
  }
  const auto value = scaled(*number, factor, static_cast<Wide>(int64_max) * billion);
  if (!value) return std::unexpected(scale_error(value.error(), "rate", "billionths"));
  rate.per_second = static_cast<std::uint64_t>(*value / billion);
  rate.billionths = static_cast<std::uint32_t>(*value % billion);
  return rate;
}

Parsed<Share> parse_share(std::string_view text) {
  const auto number = read_decimal(text);
  if (!number)
    return std::unexpected(
        ValueError{"wrong-type", fmt::format("`{}` is no share", text), "write 5%"});
  if (number->rest != "%")
    return std::unexpected(ValueError{
        "wrong-unit", fmt::format("a share is written in percent, not `{}`", text), "write 5%"});
  const auto value = scaled(*number, billion / 100, int64_max);
  if (!value) return std::unexpected(scale_error(value.error(), "share", "parts per billion"));
  const auto ppb = static_cast<std::int64_t>(*value);
  return Share{number->negative ? -ppb : ppb};
}

Parsed<std::uint64_t> parse_unsigned(std::string_view text) {
  const auto wrong = [&] {
    return std::unexpected(
        ValueError{"wrong-type", fmt::format("`{}` is no whole number from 0", text), {}});
  };
  if (text.starts_with("0x") || text.starts_with("0X")) {
    if (text.size() < 3) return wrong();
    if (text.size() > 18)
      return std::unexpected(ValueError{"out-of-range", "the number is too large", {}});
    std::uint64_t value = 0;
    for (const char c : text.substr(2)) {
      const std::size_t place =
          std::string_view("0123456789abcdef")
              .find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
      if (place == std::string_view::npos) return wrong();
      value = value * 16 + place;
    }
    return value;
  }
  const auto number = read_decimal(text);
  if (!number || !number->rest.empty() || number->negative || number->scale > 0) return wrong();
  const auto value = scaled(*number, 1, std::numeric_limits<std::uint64_t>::max());
  if (!value) return std::unexpected(scale_error(value.error(), "number", "units"));
  return static_cast<std::uint64_t>(*value);
}

Parsed<Number> parse_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    const auto whole = parse_unsigned(text);
    if (!whole) return std::unexpected(whole.error());
    if (*whole > int64_max)
      return std::unexpected(ValueError{"out-of-range", "the number is too large", {}});
    return Number{static_cast<std::int64_t>(*whole), 0};
  }
  const auto number = read_decimal(text);
  if (!number || !number->rest.empty())
    return std::unexpected(ValueError{"wrong-type", fmt::format("`{}` is no number", text), {}});
  Decimal whole = *number;
  Wide divisor = 1;
  for (int i = 0; i < number->scale; ++i) divisor *= 10;
  const Wide units = number->mantissa / divisor;
  if (number->too_long || units > int64_max)
    return std::unexpected(ValueError{"out-of-range", "the number is too large", {}});
  whole.mantissa = number->mantissa % divisor;
  const auto rest = scaled(whole, billion, billion);
  if (!rest) return std::unexpected(scale_error(rest.error(), "number", "billionths"));
  const std::int64_t sign = number->negative ? -1 : 1;
  return Number{sign * static_cast<std::int64_t>(units),
                static_cast<std::int32_t>(sign * static_cast<std::int64_t>(*rest))};
}

Parsed<std::pair<std::string, std::string>> split_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos)
    return std::unexpected(ValueError{"wrong-type", fmt::format("`{}` is no range", text),
                                      "two values with .. between: 0 B .. 1 GiB"});
  return std::pair{std::string(trimmed(text.substr(0, dots))),
                   std::string(trimmed(text.substr(dots + 2)))};
}

std::string duration_text(sim::Duration duration) {
  const std::int64_t count = sim::ns(duration);
  if (count == 0) return "0 s";
  const auto size =
      count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
  const std::string sign = count < 0 ? "-" : "";
  for (std::size_t i = duration_units.size(); i-- > 0;) {
    const Unit& unit = duration_units[i];
    if (unit.factor <= size && size % unit.factor == 0)
      return fmt::format("{}{} {}", sign, size / unit.factor, unit.name);
  }
  return fmt::format("{}{} ns", sign, size);
}

std::string size_text(std::uint64_t bytes) {
  for (std::size_t i = size_units.size(); i-- > 1;) {
    const Unit& unit = size_units[i];
    if (bytes >= unit.factor && bytes % unit.factor == 0)
      return fmt::format("{} {}", bytes / unit.factor, unit.name);
  }
  return fmt::format("{} B", bytes);
}

std::string share_text(std::int64_t ppb) {
  const std::int64_t size = ppb < 0 ? -ppb : ppb;
  constexpr std::int64_t percent = 10'000'000;
  std::string result = fmt::format("{}{}", ppb < 0 ? "-" : "", size / percent);
  if (size % percent != 0) {
    std::string rest = fmt::format("{:07}", size % percent);
    while (rest.back() == '0') rest.pop_back();
    result += "." + rest;
  }
  return result + "%";
}

}  // namespace replsim::harness
