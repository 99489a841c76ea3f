// What became stable on one disk since the last checkpoint, in order: packed in memory, no I/O.
// The sink empties it. Appending a run of blocks is a push of 32 bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/store/stamp.h"
#include "sim/disk.h"

namespace replsim::store {

/// Blocks [lba, lba + blocks) of an area now stably hold `stamp` (0: unwritten again). With
/// blocks = 0 the whole area is gone.
struct HardenedRun {
  sim::AreaId area;
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;
  Stamp stamp = never_written;
};
static_assert(sizeof(HardenedRun) == 32);

/// Filled by a DiskContent, emptied by the sink.
class HardenedLog {
 public:
  void blocks(sim::AreaId area, std::uint64_t lba, std::uint64_t count, Stamp stamp) {
    runs_.push_back({area, lba, count, stamp});
  }
  void discard(sim::AreaId area) { runs_.push_back({area, 0, 0, never_written}); }
  /// A record in its encoded form (record.h), or its erasure.
  void record(std::span<const std::uint64_t> encoded);

  const std::vector<HardenedRun>& runs() const { return runs_; }
  /// Words of the records: for each its number of words, then the words. The last one of a key
  /// counts.
  const std::vector<std::uint64_t>& record_words() const { return record_words_; }
  /// Of each record only the last words remain, ascending by key.
  void drop_outdated_records();
  void clear() {
    runs_.clear();
    record_words_.clear();
  }

 private:
  std::vector<HardenedRun> runs_;
  std::vector<std::uint64_t> record_words_;
  std::size_t compact_at_ = std::size_t{1} << 18;  ///< Words.
};

}  // namespace replsim::store
