// Encoding and checksum of records.
#include "model/store/record.h"

#include <bit>

#include "sim/check.h"

namespace replsim::store {
namespace {

constexpr std::uint64_t erased_flag = 1;

// Each step is a bijection of the sum, so that any change of a single word is seen.
std::uint64_t checksum(std::span<const std::uint64_t> encoded) {
  std::uint64_t sum = 0x6A09E667F3BCC909u;
  const auto add = [&sum](std::uint64_t word) {
    sum = std::rotl((sum ^ word) * 0x9E3779B97F4A7C15u, 29);
  };
  add(encoded[0]);
  add(encoded[1]);
  for (const std::uint64_t word : encoded.subspan(record_header_words)) add(word);
  return sum;
}

RecordWords encode(RecordKey key, std::uint64_t flags, std::span<const std::uint64_t> payload) {
  RecordWords words;
  words.reserve(record_header_words + payload.size());
  words.push_back(key.kind | flags << 16 | static_cast<std::uint64_t>(key.owner) << 32);
  words.push_back(key.index | static_cast<std::uint64_t>(payload.size()) << 32);
  words.push_back(0);
  words.insert(words.end(), payload.begin(), payload.end());
  words[2] = checksum(words);
  return words;
}

}  // namespace

RecordWords encode_record(RecordKey key, std::span<const std::uint64_t> payload) {
  REPLSIM_CHECK(payload.size() <= record_payload_words_max, check_value(key.kind),
                check_value(payload.size()));
  return encode(key, 0, payload);
}

RecordWords encode_erasure(RecordKey key) {
  return encode(key, erased_flag, {});
}

bool record_well_formed(std::span<const std::uint64_t> encoded) {
  return encoded.size() >= record_header_words &&
         encoded.size() - record_header_words <= record_payload_words_max &&
         (encoded[0] >> 16 & 0xFFFF) <= erased_flag &&
         encoded[1] >> 32 == encoded.size() - record_header_words;
}

RecordKey record_key(std::span<const std::uint64_t> encoded) {
  return {static_cast<std::uint16_t>(encoded[0]), static_cast<std::uint32_t>(encoded[0] >> 32),
          static_cast<std::uint32_t>(encoded[1])};
}

bool record_is_erasure(std::span<const std::uint64_t> encoded) {
  return (encoded[0] >> 16 & erased_flag) != 0;
}

std::optional<std::span<const std::uint64_t>> record_payload(
    std::span<const std::uint64_t> encoded) {
  if (!record_well_formed(encoded) || checksum(encoded) != encoded[2]) return std::nullopt;
  return encoded.subspan(record_header_words);
}

}  // namespace replsim::store
