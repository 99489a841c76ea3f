// What one array holds, as plain records: pools, volumes, relations, jobs. The same view is made of
// a running array (its memory) and of one that is down (its stable records), so that every CIM
// answer is made by one piece of code. The pointers are valid until the array or its records
// change. Source: rulings R7 (one association instance per array), R10 (records outlive the
// software).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/cim/profile.h"
#include "model/cim/value.h"
#include "model/engine/array.h"
#include "model/engine/job.h"
#include "model/engine/relation.h"
#include "model/engine/volume.h"
#include "model/store/record_table.h"

namespace replsim::services {

/// The records of one array at one instant.
struct ArrayFacts {
  std::string_view array;
  const cim::Profile* profile = nullptr;
  std::int64_t clock = 0;  ///< The array's own clock, nanoseconds since 2000.
  std::vector<const engine::PoolRecord*> pools;
  std::vector<const engine::VolumeRecord*> volumes;
  std::vector<const engine::RelationRecord*> relations;  ///< Those with an instance.
  std::vector<const engine::JobRecord*> jobs;
  std::vector<const engine::AspectRecord*> aspects;

  // Null when there is none. Names are local: "vol1".
  const engine::PoolRecord* pool(std::string_view name) const;
  const engine::PoolRecord* pool(engine::PoolNumber number) const;
  const engine::VolumeRecord* volume(std::string_view name) const;
  const engine::VolumeRecord* volume(engine::VolumeNumber number) const;
  const engine::RelationRecord* relation(engine::EndpointNumber number) const;
  const engine::RelationRecord* relation(engine::PairId pair) const;
  const engine::JobRecord* job(engine::JobNumber number) const;

  /// Keeps the decoded records of an array that is down.
  struct Decoded {
    std::deque<engine::PoolRecord> pools;
    std::deque<engine::VolumeRecord> volumes;
    std::deque<engine::RelationRecord> relations;
    std::deque<engine::JobRecord> jobs;
    std::deque<engine::AspectRecord> aspects;
  };
  std::shared_ptr<const Decoded> decoded;
};

/// A running array's memory. `now` in nanoseconds of the world.
ArrayFacts facts_of(engine::Array& array, std::int64_t now);
/// The records as the first disk holds them.
ArrayFacts facts_of(const engine::ArrayConfig& config, const store::RecordTable& records,
                    std::int64_t now);

/// "east/vol1" is element "vol1" of array "east"; both empty when there is no slash.
struct ElementName {
  std::string_view array;
  std::string_view local;
};
ElementName split_element(std::string_view path);

}  // namespace replsim::services
