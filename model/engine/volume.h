// Volumes and pools of an array, as read from its records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/engine/dirty_bitmap.h"
#include "model/engine/range_lock.h"
#include "model/engine/types.h"
#include "sim/disk.h"
#include "sim/sync.h"
#include "sim/trace.h"

namespace replsim::engine {

/// Stable record of a pool.
struct PoolRecord {
  PoolNumber number;
  std::string name;                ///< "pool1"
  std::uint64_t size = 0;          ///< Bytes.
  std::uint64_t allocated = 0;     ///< Bytes; the sum of its volumes.
  std::uint32_t next_element = 1;  ///< Number of the next element made in it: pool1-1, ...
  bool thin = false;               ///< Its elements take space when they are first written.
};

/// Stable record of a volume.
struct VolumeRecord {
  VolumeNumber number;  ///< Also its area on the disk.
  std::string name;     ///< "vol1", "pool1-1"
  std::string element_name;
  std::uint64_t bytes = 0;
  std::uint32_t block = 4096;
  std::uint32_t disk = 0;         ///< Index in ArrayConfig::disks.
  std::uint64_t disk_offset = 0;  ///< First byte on the disk.
  std::optional<PoolNumber> pool;
  bool provisional = false;  ///< Made for a relation whose creation is not committed yet.
  std::uint64_t blocks() const { return bytes / block; }
};

struct Relation;

/// A volume while its array runs.
struct Volume {
  VolumeRecord record;
  sim::EntityId entity;
  std::vector<Relation*> ends;  ///< The relations that it is an element of, in number order.
  RangeLock ranges;
  std::uint32_t writes_in_flight = 0;  ///< Host writes past the hold, not yet answered.
  std::uint32_t holds = 0;             ///< Cuts and switches that keep new host writes waiting.
  sim::Signal released;                ///< holds reached 0.
  sim::Signal drained;                 ///< writes_in_flight reached 0.
  bool thin = false;                   ///< Its pool gives it space when it is first written.
  DirtyBitmap space;                   ///< Granules that have space; of a thin volume.
  sim::Mutex taking;                   ///< One taking of space at a time.
  std::uint64_t short_of = 0;          ///< Bytes that the pool could not give at the last try.
  bool creating = false;               ///< An element of a relation that is being created.
  std::uint64_t host_ios = 0;          ///< Host I/Os at work now (In Use of R2).
};

}  // namespace replsim::engine
