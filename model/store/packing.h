// How blocks lie in the database, all numbers big-endian so that hex() shows them readably:
//
//   log.runs     28 bytes a run, oldest first: image (4), lba (8), blocks (8), stamp (8);
//                blocks = 0: everything of the image written so far is gone
//   page.stamps  2048 bytes: the stamps of the page's 256 blocks; any other length: 9 bytes a
//                written block, ascending: position in the page (1), stamp (8)
//   page.key     image << 40 | lba / 256
//   record.words 8 bytes a word, the encoded form of record.h
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/store/stamp.h"

namespace replsim::store {

using Bytes = std::vector<std::uint8_t>;

/// A run of blocks of an image; images are numbered over all disks, from 1.
struct ImageRun {
  std::uint32_t image = 0;
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;
  Stamp stamp = never_written;
};

using PageStamps = std::array<Stamp, 256>;

inline constexpr std::uint32_t image_max = (1u << 23) - 1;
inline constexpr std::uint64_t page_max = (std::uint64_t{1} << 40) - 1;
/// Addresses of blocks that the database can hold lie below this.
inline constexpr std::uint64_t lba_end = (page_max + 1) * 256;

void pack_run(const ImageRun& run, Bytes& bytes);
/// Nothing when the length is not one of whole runs, or a run reaches past the last address.
std::optional<std::vector<ImageRun>> unpack_runs(std::span<const std::uint8_t> bytes);

constexpr std::uint64_t page_key(std::uint32_t image, std::uint64_t page) {
  return static_cast<std::uint64_t>(image) << 40 | page;
}

Bytes pack_page(const PageStamps& stamps);
/// Nothing when the bytes are not those of a page.
std::optional<PageStamps> unpack_page(std::span<const std::uint8_t> bytes);

Bytes pack_words(std::span<const std::uint64_t> words);
std::optional<std::vector<std::uint64_t>> unpack_words(std::span<const std::uint8_t> bytes);

}  // namespace replsim::store
