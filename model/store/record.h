// A stable record of an array: a key and at most 500 words, in one 4 KiB block of area 0, hence
// never torn inside. Its encoded form, as it travels in DiskWrite::words:
//
//   word 0   kind (bits 0-15), flags (16-31; 1 = erased), owner (32-63)
//   word 1   index (bits 0-31), number of payload words (32-63)
//   word 2   checksum of the words 0, 1 and the payload
//   word 3.. payload
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace replsim::store {

/// Names a record: what it is, whose it is, and which of several.
struct RecordKey {
  std::uint16_t kind = 0;
  std::uint32_t owner = 0;
  std::uint32_t index = 0;
  auto operator<=>(const RecordKey&) const = default;
};

inline constexpr std::size_t record_header_words = 3;
inline constexpr std::size_t record_payload_words_max = 500;

using RecordWords = std::vector<std::uint64_t>;

/// The encoded form of a record.
RecordWords encode_record(RecordKey key, std::span<const std::uint64_t> payload);
/// The encoded form of "there is no such record any more".
RecordWords encode_erasure(RecordKey key);

/// Whether the words have the form of a record (not whether the checksum holds).
bool record_well_formed(std::span<const std::uint64_t> encoded);
/// The following take words of that form.
RecordKey record_key(std::span<const std::uint64_t> encoded);
bool record_is_erasure(std::span<const std::uint64_t> encoded);
/// The payload, or nothing when the checksum does not hold.
std::optional<std::span<const std::uint64_t>> record_payload(
    std::span<const std::uint64_t> encoded);

}  // namespace replsim::store
