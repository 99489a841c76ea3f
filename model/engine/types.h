// Identities and small values of the engine.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "model/cim/enumerations.h"
#include "model/cim/transition_table.h"
#include "sim/hash.h"

namespace replsim::engine {

/// Numbers come from the array's stable counters and are never used twice.
struct VolumeNumber {
  std::uint32_t value = 0;
  auto operator<=>(const VolumeNumber&) const = default;
};
struct PoolNumber {
  std::uint32_t value = 0;
  auto operator<=>(const PoolNumber&) const = default;
};
/// An association instance of this array: the n of `<array>:<n>`.
struct EndpointNumber {
  std::uint32_t value = 0;
  auto operator<=>(const EndpointNumber&) const = default;
};
struct JobNumber {
  std::uint32_t value = 0;
  auto operator<=>(const JobNumber&) const = default;
};
/// A relation, the same at both ends: high half from the creating array's name, low half its count.
struct PairId {
  std::uint64_t value = 0;
  auto operator<=>(const PairId&) const = default;
};

/// Generation identifier of one end (rulings R7). Newer = has the other as an ancestor.
struct Generation {
  std::uint64_t counter = 0;
  std::uint64_t array = 0;  ///< Hash of the name of the array that made it.
  auto operator<=>(const Generation&) const = default;
};

/// A generation with its ancestors, oldest first.
struct Lineage {
  Generation current;
  std::vector<Generation> ancestors;
  bool descends_from(const Generation& other) const {
    for (const Generation& ancestor : ancestors) {
      if (ancestor == other) return true;
    }
    return false;
  }
  bool operator==(const Lineage&) const = default;
};

enum class Kinship : std::uint8_t { Same, Newer, Older, SplitBrain };
/// What `mine` is to `theirs`.
constexpr Kinship kinship(const Lineage& mine, const Lineage& theirs) {
  if (mine.current == theirs.current) return Kinship::Same;
  if (mine.descends_from(theirs.current)) return Kinship::Newer;
  if (theirs.descends_from(mine.current)) return Kinship::Older;
  return Kinship::SplitBrain;
}

/// A generation made by `array` that descends from both.
Lineage child_of(const Lineage& mine, const Lineage& theirs, std::uint64_t array);

/// Which element of the pair lives here.
enum class Role : std::uint8_t { Source = 1, Target = 2 };
/// Forward: SystemElement to SyncedElement (rulings R6).
enum class CopyDirection : std::uint8_t { Forward = 0, Backward = 1 };

constexpr Role other(Role role) {
  return role == Role::Source ? Role::Target : Role::Source;
}

/// What a relation's ReplicationSettingData chose when it was created.
struct RelationSettings {
  cim::CopyRecoveryMode recovery = cim::CopyRecoveryMode::Automatic;
  cim::CopyPriority priority = cim::CopyPriority::NotManaged;
  bool failed_copy_stops_host_io = false;
  bool operator==(const RelationSettings&) const = default;
};

/// Whether an element that is made is to be thin.
enum class Provisioning : std::uint8_t { PoolDecides = 0, Thin = 1, Full = 2 };

/// Blocks of a volume.
struct Extent {
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;
  bool operator==(const Extent&) const = default;
};

}  // namespace replsim::engine
