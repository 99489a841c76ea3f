// What of a topology can be named, and as what kind.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/vocabulary.h"
#include "harness/provider/topology.h"

namespace replsim::harness {

class Entities final {
 public:
  Entities() = default;
  explicit Entities(const provider::Topology& topology);

  /// The kind of a path; `west/pool1-1`, made later in a pool, is a Volume.
  std::optional<EntityKind> find(std::string_view path) const;
  /// Paths of the given kinds, for hints; all without kinds.
  std::vector<std::string_view> paths(const std::vector<EntityKind>& kinds) const;
  /// Hosts that see a volume of this path.
  std::vector<std::string> hosts_of(std::string_view volume) const;
  const provider::ArraySpec* array(std::string_view name) const;
  const provider::VolumeSpec* volume(std::string_view path) const;
  const provider::DiskSpec* disk(std::string_view path) const;
  const provider::Topology& topology() const { return *topology_; }

 private:
  const provider::Topology* topology_ = nullptr;
  std::map<std::string, EntityKind, std::less<>> kinds_;
};

/// True when a pattern of `sees` (`east/vol1`, `west/*`) covers the volume.
bool sees(std::string_view pattern, std::string_view volume);

}  // namespace replsim::harness
