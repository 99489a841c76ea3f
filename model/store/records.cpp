// A record becomes a write of one block in area 0.
#include "model/store/records.h"

#include <algorithm>
#include <utility>

namespace replsim::store {

sim::DiskTicket Records::put(sim::World& world, RecordKey key, std::span<const std::uint64_t> words,
                             bool fua, std::uint64_t payload) {
  return write(world, key, encode_record(key, words), fua, payload);
}

sim::DiskTicket Records::erase(sim::World& world, RecordKey key, bool fua) {
  return write(world, key, encode_erasure(key), fua, 0);
}

sim::DiskTicket Records::write(sim::World& world, RecordKey key, RecordWords encoded, bool fua,
                               std::uint64_t payload) {
  constexpr std::uint32_t block_bytes = 4096;
  sim::DiskWrite write;
  write.extent.area = record_area;
  write.extent.lba = content_.records().slot_for(key);
  write.extent.blocks = 1;
  write.extent.block_bytes = block_bytes + static_cast<std::uint32_t>(payload);
  // With its data it stays inside the region.
  const std::uint64_t offset = write.extent.lba * block_bytes % record_region_bytes;
  write.extent.disk_offset = std::min(offset, record_region_bytes - write.extent.block_bytes);
  write.fua = fua;
  write.words = std::move(encoded);
  return disk_.write(world, std::move(write));
}

std::span<const std::uint64_t> Records::find(RecordKey key) const {
  const auto encoded = content_.records().find(key);
  if (encoded.empty()) return {};
  return record_payload(encoded).value_or(std::span<const std::uint64_t>{});
}

bool Records::contains(RecordKey key) const {
  const auto encoded = content_.records().find(key);
  return !encoded.empty() && record_payload(encoded).has_value();
}

std::vector<RecordKey> Records::corrupt() const {
  std::vector<RecordKey> keys;
  content_.records().for_each(false,
                              [&keys](RecordKey key, std::span<const std::uint64_t> encoded) {
                                if (!record_payload(encoded)) keys.push_back(key);
                              });
  return keys;
}

}  // namespace replsim::store
