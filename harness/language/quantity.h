// Quantities as written, exactly: decimal arithmetic in integers, never through double.
// `1.5 ms`, `4 KiB`, `500/s`, `1 Gbit/s`, `0.001%`, `3`, `0x8001`, `1 ms .. 20 ms`.
// Source: language.md section 3.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "harness/language/value.h"

namespace replsim::harness {

/// Why a text is no value of the type wanted.
struct ValueError {
  std::string_view code;  ///< wrong-type, wrong-unit or out-of-range.
  std::string text;
  std::string hint;
};

template <typename T>
using Parsed = std::expected<T, ValueError>;

/// One number and one unit, exact to 1 ns; a leading minus is taken.
Parsed<sim::Duration> parse_duration(std::string_view text);
/// Binary units only, whole bytes.
Parsed<ByteSize> parse_size(std::string_view text);
/// Events, bytes or bits per second.
Parsed<Rate> parse_rate(std::string_view text);
/// Percent as parts per billion; a leading minus is taken.
Parsed<Share> parse_share(std::string_view text);
/// Decimal or 0x number with at most nine decimals.
Parsed<Number> parse_number(std::string_view text);
/// A whole number from 0, decimal or 0x.
Parsed<std::uint64_t> parse_unsigned(std::string_view text);
/// The two texts around `..`.
Parsed<std::pair<std::string, std::string>> split_range(std::string_view text);

/// True when the text begins like a number: it was meant as a quantity.
bool looks_like_number(std::string_view text);

/// `1.5 ms`: the largest unit that leaves a short exact decimal.
std::string duration_text(sim::Duration duration);
/// `4 KiB`.
std::string size_text(std::uint64_t bytes);
/// `0.001%`.
std::string share_text(std::int64_t ppb);

}  // namespace replsim::harness
