// Big-endian packing of runs, pages and words.
#include "model/store/packing.h"

#include <algorithm>

namespace replsim::store {
namespace {

constexpr std::size_t run_bytes = 28;
constexpr std::size_t dense_bytes = 2048;
constexpr std::size_t sparse_bytes = 9;  // a block

template <int count>
void put(std::uint64_t value, Bytes& bytes) {
  std::array<std::uint8_t, count> packed{};
  for (int i = 0; i < count; ++i) {
    packed[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (count - 1 - i) * 8);
  }
  bytes.insert(bytes.end(), packed.begin(), packed.end());
}

template <int count>
std::uint64_t get(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

void pack_run(const ImageRun& run, Bytes& bytes) {
  put<4>(run.image, bytes);
  put<8>(run.lba, bytes);
  put<8>(run.blocks, bytes);
  put<8>(run.stamp, bytes);
}

std::optional<std::vector<ImageRun>> unpack_runs(std::span<const std::uint8_t> bytes) {
  if (bytes.size() % run_bytes != 0) return std::nullopt;
  std::vector<ImageRun> runs;
  runs.reserve(bytes.size() / run_bytes);
  for (std::size_t at = 0; at < bytes.size(); at += run_bytes) {
    const std::uint8_t* from = bytes.data() + at;
    const ImageRun run{static_cast<std::uint32_t>(get<4>(from)), get<8>(from + 4),
                       get<8>(from + 12), get<8>(from + 20)};
    if (run.image > image_max || run.lba >= lba_end || run.blocks > lba_end - run.lba) {
      return std::nullopt;
    }
    runs.push_back(run);
  }
  return runs;
}

Bytes pack_page(const PageStamps& stamps) {
  const auto written =
      static_cast<std::size_t>(256 - std::count(stamps.begin(), stamps.end(), never_written));
  Bytes bytes;
  const bool dense = written * sparse_bytes >= dense_bytes;
  bytes.reserve(dense ? dense_bytes : written * sparse_bytes);
  for (std::size_t position = 0; position < stamps.size(); ++position) {
    if (!dense && stamps[position] == never_written) continue;
    if (!dense) bytes.push_back(static_cast<std::uint8_t>(position));
    put<8>(stamps[position], bytes);
  }
  return bytes;
}

std::optional<PageStamps> unpack_page(std::span<const std::uint8_t> bytes) {
  PageStamps stamps{};
  if (bytes.size() == dense_bytes) {
    for (std::size_t i = 0; i < stamps.size(); ++i) stamps[i] = get<8>(bytes.data() + i * 8);
    return stamps;
  }
  if (bytes.size() % sparse_bytes != 0 || bytes.size() > dense_bytes) return std::nullopt;
  for (std::size_t at = 0; at < bytes.size(); at += sparse_bytes) {
    if (at != 0 && bytes[at] <= bytes[at - sparse_bytes]) return std::nullopt;
    stamps[bytes[at]] = get<8>(bytes.data() + at + 1);
  }
  return stamps;
}

Bytes pack_words(std::span<const std::uint64_t> words) {
  Bytes bytes;
  bytes.reserve(words.size() * 8);
  for (const std::uint64_t word : words) put<8>(word, bytes);
  return bytes;
}

std::optional<std::vector<std::uint64_t>> unpack_words(std::span<const std::uint8_t> bytes) {
  if (bytes.size() % 8 != 0) return std::nullopt;
  std::vector<std::uint64_t> words;
  words.reserve(bytes.size() / 8);
  for (std::size_t at = 0; at < bytes.size(); at += 8) words.push_back(get<8>(bytes.data() + at));
  return words;
}

}  // namespace replsim::store
