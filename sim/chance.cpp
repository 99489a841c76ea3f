// The exponential: -ln(u / 2^64), by the nearest of 256 steps below the leading bits of u and three
// terms of the series of ln(1 + r) for the rest, r < 2^-8. The table is made by repeated squaring
// of integers, at compile time, so that no floating point is anywhere near a result.
#include "sim/chance.h"

#include <array>
#include <bit>

namespace replsim::sim {
namespace {

constexpr std::uint64_t ln2 = 0xB17217F7D1CF79AB;          // ln 2 in units of 2^-64
constexpr std::uint64_t ln2_40 = (ln2 + (1 << 23)) >> 24;  // in units of 2^-40

constexpr std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>((static_cast<Wide>(a) * b) >> 64);
}

/// log2(x / 2^63) in units of 2^-40, for x in [2^63, 2^64).
constexpr std::uint64_t log2_mantissa(std::uint64_t x) {
  std::uint64_t result = 0;
  for (int bit = 0; bit < 40; ++bit) {
    const auto square = static_cast<Wide>(x) * x;
    result <<= 1;
    if ((square >> 127) != 0) {
      result |= 1;
      x = static_cast<std::uint64_t>(square >> 64);
    } else {
      x = static_cast<std::uint64_t>(square >> 63);
    }
  }
  return result;
}

struct Step {
  std::uint64_t ln;          // of (256 + i) / 256, in units of 2^-40
  std::uint64_t reciprocal;  // 2^64 / (256 + i)
};

constexpr auto make_steps() {
  std::array<Step, 256> steps{};
  for (std::uint64_t i = 0; i < 256; ++i) {
    steps[i] = {high_product(log2_mantissa((256 + i) << 55), ln2), UINT64_MAX / (256 + i)};
  }
  return steps;
}

constexpr auto steps = make_steps();

}  // namespace

std::uint64_t negative_log(std::uint64_t u) {
  const auto zeros = static_cast<std::uint32_t>(std::countl_zero(u));
  const std::uint64_t mantissa = u << zeros;  // in [2^63, 2^64)
  const Step& step = steps[(mantissa >> 55) & 0xFF];
  // r = rest / step, in units of 2^-40: a 32-bit number.
  const std::uint64_t rest = (mantissa & ((std::uint64_t{1} << 55) - 1)) << 9;
  const std::uint64_t r = high_product(rest, step.reciprocal) >> 24;
  const std::uint64_t r2 = (r * r) >> 40;
  const std::uint64_t r3 = (r2 * r) >> 40;
  const std::uint64_t ln = step.ln + r - r2 / 2 + r3 / 3;
  // u = mantissa * 2^-zeros, so ln(u / 2^64) = ln(mantissa / 2^63) - (1 + zeros) * ln 2.
  const std::uint64_t whole = (zeros + 1) * ln2_40;
  return whole > ln ? (whole - ln) >> 8 : 0;
}

Duration Stream::exponential(Duration mean) {
  const std::uint64_t u = next() | 1;
  const auto scaled = static_cast<Wide>(negative_log(u)) * static_cast<std::uint64_t>(ns(mean));
  return Duration{static_cast<std::int64_t>(scaled >> 32)};
}

Duration Stream::draw(const Latency& latency) {
  if (latency.p99 <= latency.mean) return latency.mean;
  // p99 of (minimum + exponential of scale s) is minimum + s * ln 100; ln 100 = 4605 / 1000.
  Duration scale{ns(latency.p99 - latency.mean) * 1000 / 3605};
  if (scale > latency.mean) scale = latency.mean;
  return latency.mean - scale + exponential(scale);
}

}  // namespace replsim::sim
