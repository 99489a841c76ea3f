// Hashing that reaches results: integer mixing for streams and lanes, XXH3-64 for the trace.
#pragma once

#include <cstdint>
#include <string_view>

namespace replsim::sim {

/// Bijective 64-bit mixer (the finaliser of splitmix64).
constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBu;
  x ^= x >> 31;
  return x;
}

/// Order-dependent combination of two words.
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return mix(a + 0x9E3779B97F4A7C15u * (b + 1));
}

/// FNV-1a of a name, mixed. The same on every machine, at compile time too.
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t h = 0xCBF29CE484222325u;
  for (const char c : name) {
    h ^= static_cast<std::uint8_t>(c);
    h *= 0x100000001B3u;
  }
  return mix(h);
}

}  // namespace replsim::sim
