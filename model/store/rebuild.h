// Reads the database of a run back: the stable content of every disk at the last checkpoint, and
// what the run was made of. The file is untrusted input: whatever it holds, the answer is either a
// value or an error.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "model/store/block_image.h"
#include "model/store/record.h"
#include "model/store/sink.h"

namespace replsim::store {

struct RebuiltDisk {
  std::string array;
  std::string name;
  std::map<sim::AreaId, BlockImage> images;  ///< Areas that ever held blocks and are not gone.
  std::map<RecordKey, RecordWords> records;  ///< Payloads.
};

struct RebuiltRun {
  RunInfo info;
  RunPosition position;   ///< Of the last checkpoint; zeros when there was none.
  bool finished = false;  ///< The run came to its end.
  std::vector<RebuiltDisk> disks;
};

struct RebuildLimits {
  std::uint64_t blocks = std::uint64_t{1} << 27;  ///< Blocks written by all rows together.
};

/// Errors: Missing, Foreign, Newer, Damaged (also: more blocks than the limit), Io.
std::expected<RebuiltRun, SinkError> rebuild(const std::string& path,
                                             const RebuildLimits& limits = {});

}  // namespace replsim::store
